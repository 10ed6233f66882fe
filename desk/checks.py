"""Checked by machine before the site starts: every view declares its access, and the site owns none of its tables."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.utils import OperationalError
from django.urls import URLPattern, URLResolver, get_resolver


def every_pattern(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """All URL patterns of the site with their full path."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from every_pattern(entry, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern), entry


@register()
def every_view_declares_its_access(app_configs: Any, **kwargs: Any) -> list[Error]:
    """An error for each view without ``@needs``, ``@signed_in`` or ``@public``."""
    return [
        Error(f"{path}: {pattern.callback.__module__}.{pattern.callback.__name__} declares no access", id="desk.E001")
        for path, pattern in every_pattern()
        if not hasattr(pattern.callback, "access")
    ]


OWNS = """
    SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (
        SELECT 1 FROM pg_class c
        WHERE c.relname = 'accounts_auditevent' AND pg_has_role(r.rolname, c.relowner, 'MEMBER'))
    FROM pg_roles r WHERE r.rolname = current_user
"""


@register(Tags.database)
def the_site_owns_nothing(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Error]:
    """An error when the site's own role could change or empty the audit: an owner or superuser passes every grant.

    Asked by ``manage.py check --database default``, and before a production site is started (desk/prepare.py).
    """
    if "default" not in (databases or []):
        return []
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(OWNS)
            owns = bool(cursor.fetchone()[0])
    except OperationalError:
        return []  # a database that is away is reported by whoever needs it
    if not owns:
        return []
    hint = "Give the site a role of its own in DATABASE_URL, and the owner's in MIGRATION_DATABASE_URL."
    return [Error("The role in DATABASE_URL owns the site's tables or is a superuser.", hint=hint, id="desk.E002")]

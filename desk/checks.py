"""Default deny, checked by machine: a view that declares neither a permission nor that it is public stops the site."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver

# Views of packages, with the reason why they may stand without a declaration of ours.
DECLARED_ELSEWHERE = {
    "allauth.account.views": "log-in, log-out and password: guarded by allauth itself",
}


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
        if not hasattr(pattern.callback, "access") and pattern.callback.__module__ not in DECLARED_ELSEWHERE
    ]

"""What the site's own database role may do. Append-only tables are kept so by grants, not by triggers."""

from typing import Any

from django.conf import settings
from django.db import migrations


class OwnerMigrates:
    """Migrations run on the owner's connection; everything else on the site's."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner" or settings.DATABASES["default"]["USER"] == settings.DATABASES["owner"]["USER"]


def grant_app_role(apps: Any, schema_editor: Any) -> None:
    """Let the site's role read and write every table, now and in later migrations, but own and empty none."""
    role = schema_editor.quote_name(settings.APP_DATABASE_ROLE)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    ):
        schema_editor.execute(statement)


def append_only(table: str) -> migrations.RunPython:
    """A migration step: the site may add rows to ``table`` and read them, never change or remove them."""

    def restrict(apps: Any, schema_editor: Any) -> None:
        role = schema_editor.quote_name(settings.APP_DATABASE_ROLE)
        schema_editor.execute(f"REVOKE ALL ON {schema_editor.quote_name(table)} FROM {role}")
        schema_editor.execute(f"GRANT SELECT, INSERT ON {schema_editor.quote_name(table)} TO {role}")

    return migrations.RunPython(restrict, migrations.RunPython.noop)

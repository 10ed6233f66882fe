"""The two duty teams, desk hours, national days off, phone lines and helplines (accounts/defaults.py)."""

from functools import partial
from typing import Any, ClassVar

from django.db import migrations

from accounts import defaults


def install(apps: Any, schema_editor: Any) -> None:
    defaults.install(partial(apps.get_model, "accounts"), schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0002_append_only")]
    operations: ClassVar = [migrations.RunPython(install, migrations.RunPython.noop)]

"""The topics and the tiles that lead to them (cases/defaults.py)."""

from functools import partial
from typing import Any, ClassVar

from django.db import migrations

from cases import defaults


def install(apps: Any, schema_editor: Any) -> None:
    defaults.install(partial(apps.get_model, "cases"), schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0002_append_only")]
    operations: ClassVar = [migrations.RunPython(install, migrations.RunPython.noop)]

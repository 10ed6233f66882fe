"""The routing rules of MISSION, Routing (referrals/defaults.py)."""

from functools import partial
from typing import Any, ClassVar

from django.db import migrations

from referrals import defaults


def install(apps: Any, schema_editor: Any) -> None:
    defaults.install(partial(apps.get_model, "referrals"), schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("referrals", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(install, migrations.RunPython.noop)]

"""The routing rules of MISSION, Routing (referrals/defaults.py)."""

from typing import Any, ClassVar

from django.db import migrations

from referrals import defaults


def install(apps: Any, schema_editor: Any) -> None:
    for rule in defaults.RULES:
        row = {name: value for name, value in rule.items() if name != "fixed"}  # version 1 says which are fixed
        rules = apps.get_model("referrals", "RoutingRule").objects.using(schema_editor.connection.alias)
        rules.get_or_create(code=row["code"], valid_from=row["valid_from"], defaults=row)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("referrals", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(install, migrations.RunPython.noop)]

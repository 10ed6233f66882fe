from typing import Any

from django.db import migrations, models


def no_call_after(apps: Any, schema_editor: Any) -> None:
    """Whoever turned one call off wants none at all; until now that was read from the call."""
    owner = schema_editor.connection.alias
    off = apps.get_model("cases", "AfterCare").objects.using(owner).filter(state="off").values("case__person")
    apps.get_model("cases", "Person").objects.using(owner).filter(pk__in=off).update(no_call_after=True)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0036_queues"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="goalmark", name="goal_mark_once"),
        migrations.AddField(model_name="goalmark", name="number", field=models.PositiveIntegerField(default=1)),
        migrations.AddField(model_name="goalmark", name="since", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="goalmark",
            constraint=models.UniqueConstraint(
                fields=("case", "goal", "moment", "since", "number"), name="goal_mark_once", nulls_distinct=False
            ),
        ),
        migrations.AddField(
            model_name="person", name="no_call_after", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            model_name="grouptalk", name="version", field=models.PositiveIntegerField(db_default=1, default=1)
        ),
        migrations.RunPython(no_call_after, migrations.RunPython.noop, elidable=True),
    ]

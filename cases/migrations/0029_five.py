"""When to look whether what comes next in a worker's case is late, and since when it is; a talk with a group whose
second leader left."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0028_tried")]

    operations = [
        migrations.AddField(model_name="case", name="next_look_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="case", name="late_since", field=models.DateTimeField(null=True)),
        migrations.AlterField(
            model_name="grouptalk",
            name="second",
            field=models.ForeignKey(
                null=True, on_delete=models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", ["accepted", "active"])),
                fields=["next_look_at"],
                name="case_to_look_at",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("late_since__isnull", False)), fields=["late_since"], name="case_step_late"
            ),
        ),
    ]

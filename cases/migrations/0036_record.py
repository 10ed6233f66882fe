from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0035_quiet"),
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
    ]

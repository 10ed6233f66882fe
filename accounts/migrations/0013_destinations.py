"""A kind of team for specialists and coaches."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_views"),
    ]

    operations = [
        migrations.AlterField(
            model_name="team",
            name="kind",
            field=models.CharField(
                choices=[
                    ("desk", "Support desk"),
                    ("after_hours", "After-hours line"),
                    ("regional", "Regional team"),
                    ("smt", "Social Medical Team"),
                    ("biu", "Individual Deployments Office"),
                    ("chaplaincy", "Chaplaincy"),
                    ("specialists", "Specialists and coaches"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
    ]

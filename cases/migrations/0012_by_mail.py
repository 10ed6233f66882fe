"""E-mail is a way in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_rules_in_versions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="intake",
            name="channel",
            field=models.CharField(
                choices=[
                    ("web", "Website"),
                    ("phone", "Phone"),
                    ("visit", "Visit"),
                    ("letter", "Letter"),
                    ("email", "E-mail"),
                ],
                default="web",
                max_length=10,
            ),
        ),
    ]

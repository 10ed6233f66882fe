from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0037_record"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="passed_along",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]

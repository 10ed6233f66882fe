"""Which columns somebody chose for the list of the desk."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_live"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="list_columns",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12), default=list, size=None
            ),
        ),
    ]

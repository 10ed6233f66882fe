from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_ways_to_call")]

    operations = [
        migrations.AddField(model_name="alert", name="heard_at", field=models.DateTimeField(null=True)),
    ]

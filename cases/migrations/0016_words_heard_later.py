from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_sealed_place")]

    operations = [
        migrations.AddField(model_name="alert", name="heard_at", field=models.DateTimeField(null=True)),
    ]

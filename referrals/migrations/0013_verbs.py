from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0012_network"),
    ]

    operations = [
        migrations.AddField(
            model_name="referral",
            name="answered_for",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0013_verbs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="referral",
            name="consent",
            field=models.CharField(
                choices=[
                    ("asked", "Asked"),
                    ("in_portal", "Approved on the site"),
                    ("by_phone", "Approved by phone"),
                    ("refused", "Not approved"),
                    ("overridden", "Passed on without a yes"),
                    ("taken_back", "Yes taken back by the client"),
                ],
                max_length=10,
            ),
        ),
    ]

"""Whom a worker said to know is looked up for every list of offers: an index of its own."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_notice_dead"),
        ("cases", "0006_new_phrase"),
        ("referrals", "0002_routing_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("return_reason", "conflict")), fields=["answered_by"], name="referral_conflict"
            ),
        ),
    ]

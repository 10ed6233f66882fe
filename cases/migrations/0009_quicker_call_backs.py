"""Calls that were agreed: the desk's page shows the first six, of however many requests are in hand."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_alert_about_advice"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("next_action_at__isnull", False), ("state", "in_triage")),
                fields=["next_action_at"],
                name="case_call_back",
            ),
        ),
    ]

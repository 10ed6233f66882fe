"""Who may see a case is asked for every case of every list: indexes that answer it by themselves (SeenBy)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_notice_dead"),
        ("cases", "0004_follow_throttle"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="case",
            name="case_desk_counts",
        ),
        migrations.RemoveIndex(
            model_name="caseaccess",
            name="access_by_case",
        ),
        migrations.AlterField(
            model_name="caseaccess",
            name="case",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="access", to="cases.case"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", ["submitted", "in_triage", "waiting_client", "referred"])),
                fields=["state", "urgency_rank", "owner", "first_contact_due_at"],
                include=("id", "sent_at", "state_since", "first_contact_at", "returned_at", "requester"),
                name="case_desk_counts",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["owner", "-closed_at"],
                name="case_owner_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="caseaccess",
            index=models.Index(
                fields=["case"], include=("team", "user", "reason", "starts_at", "ends_at"), name="access_by_case"
            ),
        ),
        migrations.AddIndex(
            model_name="caseaccess",
            index=models.Index(
                condition=models.Q(("reason", "blocked")), fields=["user", "case"], name="access_blocked"
            ),
        ),
        migrations.AddIndex(
            model_name="caseaccess",
            index=models.Index(
                condition=models.Q(("ends_at", None), ("scope", "full")),
                fields=["team", "case"],
                include=("starts_at",),
                name="access_in_full",
            ),
        ),
    ]

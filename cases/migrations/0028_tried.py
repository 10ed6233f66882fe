"""When somebody last tried to reach the client stands on the case: the queue of the unreached is counted by it."""

from django.db import migrations, models

FILL = """
UPDATE cases_case SET tried_at = tries.last
FROM (SELECT case_id, max(at) AS last FROM cases_contactattempt GROUP BY case_id) AS tries
WHERE tries.case_id = cases_case.id AND tries.last >= coalesce(cases_case.reopened_at, cases_case.sent_at)
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0027_hidden_people")]

    operations = [
        migrations.AddField(model_name="case", name="tried_at", field=models.DateTimeField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="case", name="case_desk_counts"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", ["submitted", "in_triage", "waiting_client", "referred"])),
                fields=["state", "urgency_rank", "owner", "first_contact_due_at"],
                include=(
                    "id", "sent_at", "state_since", "first_contact_at", "returned_at", "requester", "next_action_at",
                    "tried_at",
                ),
                name="case_desk_counts",
            ),
        ),
    ]  # fmt: skip

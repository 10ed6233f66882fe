import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.sealed
from accounts.grants import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_ways_to_call"),
        ("cases", "0019_plan"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="reopened_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="case",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("solved_at_desk", "Solved at the desk"),
                    ("helped", "Help completed"),
                    ("referred_on", "Went on to other help"),
                    ("chaplain", "Chose a chaplain"),
                    ("not_reached", "Could not be reached"),
                    ("no_request", "No request after all"),
                    ("withdrawn", "Withdrawn by the client"),
                    ("stopped", "Client stopped"),
                    ("merged", "Put together with another request"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="caseaccess",
            name="reason",
            field=models.CharField(
                choices=[
                    ("client", "It is your own case"),
                    ("desk", "The support desk handles your request"),
                    ("night", "The after-hours line, while on duty"),
                    ("referral", "Accepted your case"),
                    ("deputy", "Stands in for your worker"),
                    ("coordinator", "Coordinates the work"),
                    ("after_care", "Calls once after the help has ended"),
                    ("family", "Let in by the client"),
                    ("blocked", "May never see this case"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="AfterCare",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField()),
                ("call_from", models.DateTimeField()),
                ("call_until", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be called"),
                            ("done", "Called"),
                            ("off", "Not wanted"),
                            ("over", "No longer needed"),
                        ],
                        default="open",
                        max_length=5,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("attempt_id", models.UUIDField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("goes_well", "It goes well"),
                            ("wants_help", "Wants help again: open the case"),
                            ("not_reached", "Not reached"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", accounts.sealed.SealedText()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["next_at", "id"], name="after_care_due"
                    ),
                    models.Index(condition=models.Q(("state", "open")), fields=["call_until"], name="after_care_over"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("case",), name="after_care_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="after_care_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ending",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("solved_at_desk", "Solved at the desk"),
                            ("helped", "Help completed"),
                            ("referred_on", "Went on to other help"),
                            ("chaplain", "Chose a chaplain"),
                            ("not_reached", "Could not be reached"),
                            ("no_request", "No request after all"),
                            ("withdrawn", "Withdrawn by the client"),
                            ("stopped", "Client stopped"),
                            ("merged", "Put together with another request"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", accounts.sealed.SealedText()),
                ("takes_along", accounts.sealed.SealedText()),
                ("onward", accounts.sealed.SealedText()),
                ("results", accounts.sealed.SealedJSON()),
                ("asks", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case", "-at"], name="ending_by_case"),
                    models.Index(condition=models.Q(("asks", True)), fields=["at"], name="ending_asks"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
                ("answered", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case",), name="evaluation_once")],
            },
        ),
        migrations.CreateModel(
            name="EvaluationAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("month", models.DateField()),
                (
                    "heard",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Not at all"), (2, "A little"), (3, "Mostly"), (4, "Completely")]
                    ),
                ),
                (
                    "quick",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Not at all"), (2, "A little"), (3, "Mostly"), (4, "Completely")]
                    ),
                ),
                (
                    "helped",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Not at all"), (2, "A little"), (3, "Mostly"), (4, "Completely")]
                    ),
                ),
                (
                    "told_once",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Not at all"), (2, "A little"), (3, "Mostly"), (4, "Completely")]
                    ),
                ),
                ("words", accounts.sealed.SealedText()),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.datakey"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["month"], name="evaluation_by_month")],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason", accounts.sealed.SealedText()),
                ("merged_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("before", models.JSONField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("undone_at", None)), fields=["into"], name="merge_into"),
                    models.Index(fields=["case"], name="merge_case"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)), fields=("case",), name="merge_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("case", models.F("into")), _negated=True), name="merge_of_two"
                    ),
                ],
            },
        ),
        append_only("cases_evaluationanswer"),
    ]

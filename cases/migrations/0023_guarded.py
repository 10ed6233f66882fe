"""What only named staff may see: broken confidentiality, the reporting code, complaints, serious incidents."""

import uuid
from typing import Any

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.sealed
from accounts.grants import append_only

ACCIDENT = (
    # in Dutch, in English, whether portal notices go out again after it
    (
        "Controleer wat er is gebeurd, bij wie, en wie dat zegt.",
        "Check what happened, to whom, and who says so.",
        False,
    ),
    ("Bel de coördinator van het loket.", "Call the coordinator of the desk.", False),
    (
        "De commandant of diens vervanger brengt het bericht zelf naar de eerste contactpersoon.",
        "The commander or deputy brings the message to the first contact person in person.",
        True,
    ),
    ("Vraag wie nog meer bericht krijgt, en van wie.", "Ask who else is to be told, and by whom.", False),
    ("Spreek af wie de familie de komende dagen belt.", "Agree who calls the family in the coming days.", False),
    ("Bied collega's van de eenheid een gesprek aan.", "Offer colleagues of the unit a conversation.", False),
)
DEATH = (
    ("Controleer wie is overleden, en wie dat heeft vastgesteld.", "Check who died, and who established that.", False),
    ("Bel de coördinator van het loket.", "Call the coordinator of the desk.", False),
    (
        "De commandant en een geestelijk verzorger gaan samen naar de eerste contactpersoon.",
        "The commander and a chaplain go to the first contact person together.",
        True,
    ),
    ("Vraag wie nog meer bericht krijgt, en van wie.", "Ask who else is to be told, and by whom.", False),
    ("Vertel het de eenheid, nadat de familie het weet.", "Tell the unit, after the family knows.", False),
    ("Stop afspraken en brieven aan de overledene.", "Stop appointments and letters to the person who died.", False),
    ("Bied de familie en de eenheid nazorg aan.", "Offer aftercare to the family and the unit.", False),
)
TERMS = {"acknowledge": 5, "answer": 42}


def fill(apps: Any, schema_editor: Any) -> None:
    """The lists and terms that a coordinator changes later."""
    items = apps.get_model("cases", "IncidentListItem").objects.using(schema_editor.connection.alias)
    for kind, lines in (("accident", ACCIDENT), ("death", DEATH)):
        for place, (nl, en, releases) in enumerate(lines, start=1):
            items.create(kind=kind, place=place, words_nl=nl, words_en=en, releases=releases)
    terms = apps.get_model("cases", "ComplaintTerm").objects.using(schema_editor.connection.alias)
    for step, days in TERMS.items():
        terms.create(step=step, days=days)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0022_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ComplaintTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[("acknowledge", "First reaction, in working days"), ("answer", "Answer, in days")],
                        max_length=12,
                        unique=True,
                        verbose_name="term",
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="number of days",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("in_handling", "Being handled"),
                            ("answered", "Answered"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                ("about_words", accounts.sealed.SealedText()),
                ("received_at", models.DateTimeField()),
                ("acknowledge_by", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("next_look_at", models.DateTimeField(null=True)),
                (
                    "about",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("not_by", models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name="ComplaintHandler",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("named_at", models.DateTimeField()),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="handlers", to="cases.complaint"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ComplaintLine",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("body", accounts.sealed.SealedText()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="cases.complaint"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ConfidentialityBreach",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("consent", "The client agrees"),
                            ("legal_duty", "A law says that we must"),
                            ("right_to_report", "The right to report violence or abuse at home"),
                            ("danger_self", "Conflict of duties: danger to the client"),
                            ("danger_others", "Conflict of duties: danger to others"),
                            ("danger_work", "Conflict of duties: danger to the organisation"),
                        ],
                        max_length=16,
                    ),
                ),
                ("weighing", accounts.sealed.SealedText()),
                ("to_whom", accounts.sealed.SealedText()),
                ("what", accounts.sealed.SealedText()),
                ("tells_client", models.BooleanField()),
                ("telling_note", accounts.sealed.SealedText()),
                ("made_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
                    ),
                ),
                (
                    "consulted",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BreachStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("signed", "Signed"),
                            ("refused", "Not signed"),
                            ("carried_out", "Carried out"),
                            ("told", "The client was told"),
                            ("lapsed", "Lapsed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", accounts.sealed.SealedText()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
                    ),
                ),
                (
                    "breach",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="cases.confidentialitybreach",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("accident", "Accident"), ("death", "Death")], max_length=8)),
                ("known", accounts.sealed.SealedText()),
                ("opened_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("next_look_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentListItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("accident", "Accident"), ("death", "Death")], max_length=8, verbose_name="kind"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(verbose_name="place in the order")),
                ("words_nl", models.CharField(max_length=200, verbose_name="in Dutch")),
                ("words_en", models.CharField(blank=True, max_length=200, verbose_name="in English")),
                (
                    "releases",
                    models.BooleanField(default=False, verbose_name="after this, portal notices go out again"),
                ),
            ],
            options={
                "ordering": ["kind", "place"],
                "constraints": [models.UniqueConstraint(fields=("kind", "place"), name="incident_item_once")],
            },
        ),
        migrations.CreateModel(
            name="IncidentStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("place", models.PositiveSmallIntegerField()),
                ("words", models.CharField(max_length=200)),
                ("releases", models.BooleanField(default=False)),
                (
                    "outcome",
                    models.CharField(
                        blank=True, choices=[("done", "Done"), ("not_needed", "Does not apply")], max_length=12
                    ),
                ),
                ("note", accounts.sealed.SealedText()),
                ("at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="cases.incident"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportingCodeCase",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("started_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReportingMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="cases.reportingcodecase",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportingStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("done_on", models.DateField()),
                ("what", accounts.sealed.SealedText()),
                ("asked_veilig_thuis", models.BooleanField(default=False)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("report", "Report to Veilig Thuis"),
                            ("help", "Organise help, without a report"),
                            ("both", "Report, and organise help"),
                            ("neither", "Neither: the suspicion was not confirmed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
                    ),
                ),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="cases.reportingcodecase"
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.reportingstep",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["case", "-received_at"], name="complaint_by_case"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("next_look_at__isnull", False)),
                fields=["next_look_at"],
                name="complaint_to_look_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="complainthandler",
            constraint=models.UniqueConstraint(fields=("complaint", "user"), name="complaint_handler_once"),
        ),
        migrations.AddIndex(
            model_name="confidentialitybreach",
            index=models.Index(fields=["case", "-made_at"], name="breach_by_case"),
        ),
        migrations.AddConstraint(
            model_name="breachstep",
            constraint=models.UniqueConstraint(fields=("breach", "act"), name="breach_act_once"),
        ),
        migrations.AddConstraint(
            model_name="breachstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("act__in", ["signed", "refused"])), fields=("breach",), name="breach_decided_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="breachstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("act__in", ["refused", "carried_out", "lapsed"])),
                fields=("breach",),
                name="breach_ends_once",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("next_look_at__isnull", False)), fields=["next_look_at"], name="incident_to_look_at"
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("case",), name="incident_open_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("released_at__isnull", False), _connector="OR"),
                name="incident_ends_released",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentstep",
            constraint=models.UniqueConstraint(fields=("incident", "place"), name="incident_step_once"),
        ),
        migrations.AddConstraint(
            model_name="reportingmember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("code", "user"), name="reporting_member_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("corrects", None)), fields=("code", "number"), name="reporting_step_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("number__lte", 5)), name="reporting_step_number"
            ),
        ),
        append_only("cases_confidentialitybreach"),
        append_only("cases_breachstep"),
        append_only("cases_reportingstep"),
        append_only("cases_complaintline"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

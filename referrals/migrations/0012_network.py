"""The roles of a Social Medical Team with what they may get, who is named for them, and every version of a role."""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

import accounts.sealed
from accounts.grants import append_only


def chaplains(apps: Any, schema_editor: Any) -> None:
    """Nothing goes to a chaplain, also where that role of the team was renamed."""
    roles = apps.get_model("referrals", "SmtRole").objects.using(schema_editor.connection.alias)
    roles.filter(role="chaplain").update(gets="ways")


def first_versions(apps: Any, schema_editor: Any) -> None:
    """What each role was until now."""
    using = schema_editor.connection.alias
    versions = apps.get_model("referrals", "SmtRoleVersion").objects.using(using)
    for row in apps.get_model("referrals", "SmtRole").objects.using(using):
        versions.create(
            of=row.pk, name_nl=row.name_nl, name_en=row.name_en, order=row.order, role=row.role, gets=row.gets,
            made_at=timezone.now(),
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_network"),
        ("referrals", "0011_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Signal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("submission_id", models.UUIDField(unique=True)),
                ("topic", models.CharField(max_length=40)),
                ("words", accounts.sealed.SealedText()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "Not answered yet"),
                            ("taken_up", "Taken up"),
                            ("not_mine", "Not for the prevention officer"),
                            ("done", "Done"),
                        ],
                        default="sent",
                        max_length=10,
                    ),
                ),
                ("waits", models.BooleanField(default=True)),
                ("sent_at", models.DateTimeField()),
                ("answer", accounts.sealed.SealedText()),
                ("answered_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SmtRoleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("of", models.PositiveBigIntegerField(db_index=True)),
                ("name_nl", models.CharField(max_length=80)),
                ("name_en", models.CharField(blank=True, max_length=80)),
                ("order", models.PositiveSmallIntegerField()),
                ("role", models.CharField(blank=True, max_length=20)),
                (
                    "gets",
                    models.CharField(
                        choices=[
                            ("file", "The case, with the file"),
                            ("contact", "Only a question, and the ways to reach the client"),
                            ("ways", "Nothing; the client gets the ways to reach them"),
                        ],
                        max_length=8,
                    ),
                ),
                ("retired", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="SmtSeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["since", "pk"],
            },
        ),
        migrations.AddField(
            model_name="smtrole",
            name="gets",
            field=models.CharField(
                choices=[
                    ("file", "The case, with the file"),
                    ("contact", "Only a question, and the ways to reach the client"),
                    ("ways", "Nothing; the client gets the ways to reach them"),
                ],
                default="file",
                max_length=8,
                verbose_name="what goes there",
            ),
        ),
        migrations.AddField(
            model_name="smtrole",
            name="retired_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="smtrole",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("smt_doctor", "Doctor of the Social Medical Team"),
                    ("smt_social_worker", "Social worker of the Social Medical Team"),
                    ("smt_hr_officer", "HR officer of the Social Medical Team"),
                    ("chaplain", "Chaplain"),
                    ("specialist", "Specialist"),
                    ("biu_worker", "Worker of the Individual Deployments Office"),
                ],
                max_length=20,
                verbose_name="taken by",
            ),
        ),
        migrations.RunPython(chaplains, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="smtrole",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("role", ""), _negated=True), ("retired_at", None)),
                fields=("role",),
                name="smt_role_taken_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="smtrole",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("role", "chaplain"), _negated=True), ("gets", "ways"), _connector="OR"),
                name="smt_chaplain_gets_no_file",
            ),
        ),
        migrations.AddField(
            model_name="signal",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="signal",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.datakey"
            ),
        ),
        migrations.AddField(
            model_name="signal",
            name="sent_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="signal",
            name="unit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.unit"
            ),
        ),
        migrations.AddField(
            model_name="smtroleversion",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="smtseat",
            name="named_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="smtseat",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="seats",
                to="referrals.smtrole",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="smtseat",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.team", verbose_name="team"
            ),
        ),
        migrations.AddField(
            model_name="smtseat",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who",
            ),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(fields=["-waits", "-sent_at"], name="signal_waits_first"),
        ),
        migrations.AddConstraint(
            model_name="smtseat",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("role", "team", "user"),
                name="smt_seat_once",
                violation_error_message="This person is named for it already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="smtseat",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("ended_at__gte", models.F("since")), _connector="OR"),
                name="smt_seat_order",
            ),
        ),
        migrations.RunPython(first_versions, migrations.RunPython.noop),
        append_only("referrals_smtroleversion"),
    ]

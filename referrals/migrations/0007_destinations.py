"""Ways to reach people, and the places in a Social Medical Team (referrals/defaults.py)."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from referrals import defaults


def install(apps: Any, schema_editor: Any) -> None:
    places = apps.get_model("referrals", "SmtRole").objects.using(schema_editor.connection.alias)
    for row in defaults.SMT_ROLES:
        places.get_or_create(role=row["role"], defaults=row)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_destinations"),
        ("referrals", "0006_hand_over"),
    ]

    operations = [
        migrations.CreateModel(
            name="SmtRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("smt_doctor", "Doctor of the Social Medical Team"),
                            ("smt_social_worker", "Social worker of the Social Medical Team"),
                            ("smt_hr_officer", "HR officer of the Social Medical Team"),
                            ("chaplain", "Chaplain"),
                            ("specialist", "Specialist"),
                            ("biu_worker", "Worker of the Individual Deployments Office"),
                        ],
                        max_length=20,
                        unique=True,
                        verbose_name="taken by",
                    ),
                ),
                ("name_nl", models.CharField(max_length=80, verbose_name="name in Dutch")),
                ("name_en", models.CharField(blank=True, max_length=80, verbose_name="name in English")),
                ("order", models.PositiveSmallIntegerField(default=10, verbose_name="order")),
            ],
            options={
                "ordering": ["order", "pk"],
            },
        ),
        migrations.AlterField(
            model_name="referral",
            name="destination",
            field=models.CharField(
                choices=[
                    ("DESK", "Support desk"),
                    ("COMMANDER_ADVICE", "Advice to a commander"),
                    ("CHAPLAIN", "Chaplain"),
                    ("SMT", "Social Medical Team"),
                    ("BIU", "Individual Deployments Office"),
                    ("RETURN_INTERVIEW", "Return interview"),
                    ("REGIONAL_DIRECT", "Own social worker in the region"),
                    ("OTHER_REGION", "Social worker of another region"),
                    ("COACH", "Coach"),
                    ("COMPANY_DOCTOR", "Company doctor"),
                    ("REINTEGRATION", "Reintegration adviser"),
                    ("PREVENTION_OFFICER", "Prevention officer"),
                    ("OUTSIDE", "Outside provider"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="BranchOffice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "branch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deployment_office",
                        to="accounts.servicebranch",
                        verbose_name="service branch",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.team",
                        verbose_name="office",
                    ),
                ),
            ],
            options={
                "ordering": ["branch__name_nl"],
            },
        ),
        migrations.CreateModel(
            name="Reach",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "destination",
                    models.CharField(
                        choices=[
                            ("CHAPLAIN", "Chaplain"),
                            ("SMT", "Social Medical Team"),
                            ("BIU", "Individual Deployments Office"),
                            ("COMPANY_DOCTOR", "Company doctor"),
                            ("REINTEGRATION", "Reintegration adviser"),
                            ("PREVENTION_OFFICER", "Prevention officer"),
                        ],
                        default="CHAPLAIN",
                        max_length=20,
                        verbose_name="for",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("world_view_nl", models.CharField(blank=True, max_length=60, verbose_name="world view, in Dutch")),
                ("world_view_en", models.CharField(blank=True, max_length=60, verbose_name="world view, in English")),
                ("day_number", models.CharField(max_length=24, verbose_name="number by day")),
                ("night_number", models.CharField(blank=True, max_length=24, verbose_name="number by night")),
                ("about_nl", models.CharField(blank=True, max_length=240, verbose_name="about it, in Dutch")),
                ("about_en", models.CharField(blank=True, max_length=240, verbose_name="about it, in English")),
                ("languages", models.CharField(blank=True, max_length=120, verbose_name="languages")),
                ("order", models.PositiveSmallIntegerField(default=10, verbose_name="order")),
                ("checked_on", models.DateField(verbose_name="checked on")),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                        verbose_name="team",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "ordering": ["destination", "order", "name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("destination", "name", "unit"),
                        name="reach_once",
                        nulls_distinct=False,
                        violation_error_message="This one is on the list already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("day_number", ""), _negated=True), name="reach_has_number"
                    ),
                ],
            },
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]

"""The version of the rules that routed a request, words that raise, and the surge."""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.sealed
from cases import defaults


def begin_keywords(apps: Any, schema_editor: Any) -> None:
    defaults.install_keywords(apps.get_model("cases", "Keyword"), schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_entering"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="intake",
            name="also_fits",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="intake",
            name="raised_by",
            field=accounts.sealed.SealedText(),
        ),
        migrations.AddField(
            model_name="intake",
            name="rules_version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.CreateModel(
            name="Keyword",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phrase", models.CharField(max_length=80, verbose_name="word or words")),
                (
                    "language",
                    models.CharField(
                        choices=[("nl", "Dutch"), ("en", "English")],
                        default="nl",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                (
                    "raises_to",
                    models.CharField(
                        choices=[("urgent", "Urgent"), ("emergency", "Emergency")],
                        max_length=12,
                        verbose_name="raises to",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="why it is on the list")),
                ("owner", models.CharField(blank=True, max_length=80, verbose_name="who answers for it")),
            ],
            options={
                "ordering": ["phrase", "language"],
                "constraints": [models.UniqueConstraint(fields=("phrase", "language"), name="keyword_once")],
            },
        ),
        migrations.CreateModel(
            name="Surge",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("is_on", models.BooleanField(default=False)),
                ("since", models.DateTimeField(null=True)),
                ("quiet_since", models.DateTimeField(null=True)),
                ("last_ten_minutes", models.PositiveIntegerField(default=0)),
                ("last_hour", models.PositiveIntegerField(default=0)),
                ("normal_hour", models.FloatField(default=0)),
                ("counted_at", models.DateTimeField(null=True)),
                (
                    "by_hand",
                    models.CharField(
                        blank=True, choices=[("on", "On"), ("off", "Off")], max_length=3, verbose_name="by hand"
                    ),
                ),
                ("hand_until", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("changed_at", models.DateTimeField(null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_surge")],
            },
        ),
        migrations.RunPython(begin_keywords, migrations.RunPython.noop),
    ]

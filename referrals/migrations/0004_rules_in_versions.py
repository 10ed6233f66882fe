"""The routing table in versions that are added and read, never changed; the rows there were become version 1."""

from collections import Counter
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from accounts.grants import append_only
from referrals import defaults


def first_version(apps: Any, schema_editor: Any) -> None:
    """The rows as they are. Of two rows with one name, about other days, the older gets a number behind it."""
    alias = schema_editor.connection.alias
    fixed = {rule["code"] for rule in defaults.RULES}
    rows: list[dict[str, Any]] = []
    names: Counter[str] = Counter()
    for row in apps.get_model("referrals", "RoutingRule").objects.using(alias).order_by("-valid_from"):
        older = names[row.code]
        names[row.code] += 1
        rows.append({
            "code": f"{row.code}-{older + 1}"[-40:] if older else row.code, "order": row.order,
            "conditions": row.conditions, "to": row.to, "because_nl": row.because_nl, "because_en": row.because_en,
            "source": row.source, "valid_from": row.valid_from.isoformat(),
            "valid_until": row.valid_until and row.valid_until.isoformat(), "owner": "", "review_on": None,
            "fixed": row.code in fixed and not older,
        })  # fmt: skip
    rows.sort(key=lambda one: (one["order"], one["code"]))
    version = apps.get_model("referrals", "RuleVersion").objects.using(alias)
    version.create(number=1, rules=rows, published_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0003_quicker_conflicts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleDraft",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("rules", models.JSONField()),
                ("based_on", models.PositiveIntegerField()),
                ("restored_from", models.PositiveIntegerField(null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("rules", models.JSONField()),
                ("published_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("restored_from", models.PositiveIntegerField(null=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.AddConstraint(
            model_name="ruledraft",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="one_rule_draft"),
        ),
        migrations.RunPython(first_version, migrations.RunPython.noop),
        append_only("referrals_ruleversion"),
        migrations.DeleteModel(name="RoutingRule"),
    ]

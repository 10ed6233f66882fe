"""Labels on cases, and people whom no search finds."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0024_live"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="is_hidden",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=24, verbose_name="label")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "ordering": ["label"],
                "constraints": [
                    models.UniqueConstraint(django.db.models.functions.text.Lower("label"), name="tag_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseTag",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("put_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
                    ),
                ),
                (
                    "put_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="on_cases",
                        to="cases.tag",
                        verbose_name="label",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "tag"), name="case_tag_once")],
            },
        ),
    ]

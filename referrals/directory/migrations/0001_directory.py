"""The directory of outside help, and the needs it starts with (referrals/directory/defaults.py)."""

import uuid
from functools import partial
from typing import Any

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from referrals.directory import defaults


def install(apps: Any, schema_editor: Any) -> None:
    defaults.install(partial(apps.get_model, "directory"), schema_editor.connection.alias)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0012_views"),
        ("cases", "0028_tried"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="Need",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("name_nl", models.CharField(max_length=120, verbose_name="name in Dutch")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="name in English")),
                ("words_nl", models.TextField(blank=True, verbose_name="other words in Dutch")),
                ("words_en", models.TextField(blank=True, verbose_name="other words in English")),
                ("order", models.PositiveSmallIntegerField(default=50, verbose_name="order")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="parts",
                        to="directory.need",
                    ),
                ),
                (
                    "topics",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="cases.topic", verbose_name="topics of a case"
                    ),
                ),
            ],
            options={
                "ordering": ["order", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("alternate_name", models.CharField(blank=True, max_length=200, verbose_name="also known as")),
                ("about_nl", models.TextField(blank=True, verbose_name="about, in Dutch")),
                ("about_en", models.TextField(blank=True, verbose_name="about, in English")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                ("website", models.URLField(blank=True, max_length=500, verbose_name="website")),
            ],
            options={
                "ordering": ["name", "id"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source_id", ""), _negated=True),
                        fields=("source_id",),
                        name="provider_of_source",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("physical", "An address"), ("postal", "Post only"), ("virtual", "Online")],
                        default="physical",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("about_nl", models.TextField(blank=True, verbose_name="about, in Dutch")),
                ("about_en", models.TextField(blank=True, verbose_name="about, in English")),
                ("street", models.CharField(blank=True, max_length=200, verbose_name="street and number")),
                ("postal_code", models.CharField(blank=True, max_length=20, verbose_name="postal code")),
                ("town", models.CharField(blank=True, max_length=120, verbose_name="town")),
                ("province", models.CharField(blank=True, max_length=120, verbose_name="province")),
                ("country", models.CharField(default="NL", max_length=2, verbose_name="country")),
                ("latitude", models.FloatField(blank=True, editable=False, null=True)),
                ("longitude", models.FloatField(blank=True, editable=False, null=True)),
                (
                    "accessibility",
                    models.TextField(blank=True, verbose_name="for people who need a ramp, a lift or help to hear"),
                ),
                ("transport", models.TextField(blank=True, verbose_name="how to get there")),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="web page")),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="directory.provider",
                    ),
                ),
            ],
            options={
                "ordering": ["town", "street", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RegisterEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                ("register", models.CharField(max_length=120, verbose_name="register")),
                ("scheme", models.CharField(blank=True, editable=False, max_length=200)),
                ("number", models.CharField(max_length=120, verbose_name="number")),
                ("checked_on", models.DateField(blank=True, null=True, verbose_name="checked on")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="valid until and including")),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="registers", to="directory.provider"
                    ),
                ),
            ],
            options={
                "ordering": ["register", "number", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("help", "Help"), ("coach", "Coaching"), ("fund", "Fund"), ("helpline", "Helpline")],
                        default="help",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Not shown yet"),
                            ("shown", "Shown"),
                            ("paused", "Takes nobody new now"),
                            ("archived", "No longer there"),
                        ],
                        default="draft",
                        max_length=8,
                        verbose_name="shown",
                    ),
                ),
                ("name_nl", models.CharField(max_length=200, verbose_name="name in Dutch")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="name in English")),
                ("alternate_name", models.CharField(blank=True, max_length=200, verbose_name="also known as")),
                ("about_nl", models.TextField(blank=True, verbose_name="what they do, in Dutch")),
                ("about_en", models.TextField(blank=True, verbose_name="what they do, in English")),
                ("for_whom_nl", models.TextField(blank=True, verbose_name="for whom, in Dutch")),
                ("for_whom_en", models.TextField(blank=True, verbose_name="for whom, in English")),
                ("for_family", models.BooleanField(default=False, verbose_name="for family too")),
                ("minimum_age", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="from age")),
                (
                    "maximum_age",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="until and including age"),
                ),
                ("how_nl", models.TextField(blank=True, verbose_name="how to apply, in Dutch")),
                ("how_en", models.TextField(blank=True, verbose_name="how to apply, in English")),
                ("is_free", models.BooleanField(default=False, verbose_name="free of charge")),
                ("fees_nl", models.TextField(blank=True, verbose_name="what it costs, in Dutch")),
                ("fees_en", models.TextField(blank=True, verbose_name="what it costs, in English")),
                ("amount_nl", models.TextField(blank=True, verbose_name="how much a fund gives, in Dutch")),
                ("amount_en", models.TextField(blank=True, verbose_name="how much a fund gives, in English")),
                ("wait_nl", models.CharField(blank=True, max_length=200, verbose_name="waiting time, in Dutch")),
                ("wait_en", models.CharField(blank=True, max_length=200, verbose_name="waiting time, in English")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="web page")),
                ("interpreters", models.CharField(blank=True, max_length=200, verbose_name="interpreters")),
                ("for_professionals", models.TextField(blank=True, verbose_name="what colleagues should know")),
                ("everywhere", models.BooleanField(default=False, verbose_name="in the whole country")),
                ("verified_on", models.DateField(blank=True, editable=False, null=True)),
                ("reminded_at", models.DateTimeField(editable=False, null=True)),
                ("changed_at", models.DateTimeField(editable=False, null=True)),
                ("found_by", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ("sought", models.TextField(default="", editable=False)),
                (
                    "helpline",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.helpline",
                        verbose_name="helpline",
                    ),
                ),
                (
                    "needs",
                    models.ManyToManyField(
                        blank=True, related_name="services", to="directory.need", verbose_name="helps with"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="kept by",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="services",
                        to="directory.provider",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RequiredDocument",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                ("name_nl", models.CharField(max_length=200, verbose_name="paper, in Dutch")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="paper, in English")),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="web page")),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="documents", to="directory.service"
                    ),
                ),
            ],
            options={
                "ordering": ["name_nl", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CostOption",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                ("option_nl", models.CharField(blank=True, max_length=200, verbose_name="what, in Dutch")),
                ("option_en", models.CharField(blank=True, max_length=200, verbose_name="what, in English")),
                (
                    "amount",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="amount"),
                ),
                ("currency", models.CharField(blank=True, default="EUR", max_length=3)),
                ("about", models.CharField(blank=True, max_length=200, verbose_name="explanation")),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="costs", to="directory.service"
                    ),
                ),
            ],
            options={
                "ordering": ["amount", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="what they do there")),
                ("department", models.CharField(blank=True, max_length=200, verbose_name="department")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                ("for_staff", models.BooleanField(default=True, verbose_name="for colleagues only")),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="directory.place",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="directory.provider",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="directory.service",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ServiceArea",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "region",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.region"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="areas", to="directory.service"
                    ),
                ),
            ],
            options={
                "ordering": ["region__name_nl", "name", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ServiceAtPlace",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                ("about", models.TextField(blank=True)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="at_services", to="directory.place"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="at_places", to="directory.service"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                ("days", models.CharField(blank=True, max_length=40, verbose_name="days")),
                ("opens_at", models.TimeField(blank=True, null=True, verbose_name="opens")),
                ("closes_at", models.TimeField(blank=True, null=True, verbose_name="closes")),
                ("about_nl", models.CharField(blank=True, max_length=300, verbose_name="explanation in Dutch")),
                ("about_en", models.CharField(blank=True, max_length=300, verbose_name="explanation in English")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="until and including")),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="directory.place",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="directory.provider",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="directory.service",
                    ),
                ),
                (
                    "at_place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="directory.serviceatplace",
                    ),
                ),
            ],
            options={
                "ordering": ["opens_at", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Phone",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                ("number", models.CharField(max_length=60, verbose_name="number")),
                ("extension", models.CharField(blank=True, max_length=20, verbose_name="extension")),
                (
                    "kind",
                    models.CharField(
                        choices=[("voice", "Phone"), ("text", "Text message or chat app"), ("fax", "Fax")],
                        default="voice",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("about_nl", models.CharField(blank=True, max_length=200, verbose_name="when or for what, in Dutch")),
                ("about_en", models.CharField(blank=True, max_length=200, verbose_name="when or for what, in English")),
                ("for_staff", models.BooleanField(default=False, verbose_name="for colleagues only")),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phones",
                        to="directory.contact",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="directory.place",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="directory.provider",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="directory.service",
                    ),
                ),
                (
                    "at_place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="directory.serviceatplace",
                    ),
                ),
            ],
            options={
                "ordering": ["number", "id"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="contact",
            name="at_place",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="%(class)ss",
                to="directory.serviceatplace",
            ),
        ),
        migrations.CreateModel(
            name="ServiceLanguage",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                ("code", models.CharField(max_length=16)),
                ("name", models.CharField(blank=True, max_length=120)),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="languages", to="directory.service"
                    ),
                ),
            ],
            options={
                "ordering": ["code", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="WebAddress",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_id", models.CharField(blank=True, editable=False, max_length=200)),
                ("extra", models.JSONField(blank=True, default=dict, editable=False)),
                ("label", models.CharField(blank=True, max_length=200)),
                ("url", models.URLField(max_length=500)),
                (
                    "provider",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pages",
                        to="directory.provider",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pages",
                        to="directory.service",
                    ),
                ),
            ],
            options={
                "ordering": ["label", "id"],
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True), fields=("source_id",), name="need_of_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True), fields=("source_id",), name="place_of_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="registerentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True),
                fields=("source_id",),
                name="registerentry_of_source",
            ),
        ),
        migrations.AddIndex(
            model_name="service",
            index=django.contrib.postgres.indexes.GinIndex(fields=["found_by"], name="service_by_words"),
        ),
        migrations.AddIndex(
            model_name="service",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["sought"], name="service_by_likeness", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="service",
            index=models.Index(fields=["name_nl", "id"], name="service_by_name"),
        ),
        migrations.AddIndex(
            model_name="service",
            index=models.Index(fields=["verified_on"], name="service_by_verified"),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True), fields=("source_id",), name="service_of_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verified_by", None), ("verified_on", None)),
                    ("verified_on__isnull", False),
                    _connector="OR",
                ),
                name="service_verified_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="requireddocument",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True),
                fields=("source_id",),
                name="requireddocument_of_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="costoption",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True), fields=("source_id",), name="costoption_of_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="servicearea",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True),
                fields=("source_id",),
                name="servicearea_of_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="serviceatplace",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True),
                fields=("source_id",),
                name="serviceatplace_of_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="serviceatplace",
            constraint=models.UniqueConstraint(fields=("service", "place"), name="service_once_at_a_place"),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True), fields=("source_id",), name="schedule_of_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closes_at", None), ("opens_at", None)),
                    models.Q(("closes_at__isnull", False), ("opens_at__isnull", False)),
                    _connector="OR",
                ),
                name="schedule_times",
            ),
        ),
        migrations.AddConstraint(
            model_name="phone",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True), fields=("source_id",), name="phone_of_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True), fields=("source_id",), name="contact_of_source"
            ),
        ),
        migrations.AddIndex(
            model_name="servicelanguage",
            index=models.Index(fields=["code"], name="language_by_code"),
        ),
        migrations.AddConstraint(
            model_name="servicelanguage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True),
                fields=("source_id",),
                name="servicelanguage_of_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="webaddress",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_id", ""), _negated=True), fields=("source_id",), name="webaddress_of_source"
            ),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]

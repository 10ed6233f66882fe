"""Documents of a case, and messages in threads. Every message so far began one."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0021_notes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("title", accounts.sealed.SealedText()),
                ("for_client", models.BooleanField()),
                ("added_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                ("removed_why", accounts.sealed.SealedText()),
            ],
        ),
        migrations.CreateModel(
            name="DocumentPart",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("place", models.PositiveSmallIntegerField()),
                ("body", accounts.sealed.SealedBytes()),
            ],
        ),
        migrations.CreateModel(
            name="DocumentVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("submission_id", models.UUIDField(unique=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("name", accounts.sealed.SealedText()),
                ("size", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pdf", "PDF"),
                            ("jpg", "JPEG"),
                            ("png", "PNG"),
                            ("webp", "WebP"),
                            ("docx", "Word"),
                            ("txt", "Text"),
                        ],
                        max_length=8,
                    ),
                ),
                ("pages", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("scanning", "Being checked"),
                            ("clean", "Checked"),
                            ("locked", "Locked"),
                        ],
                        default="received",
                        max_length=8,
                    ),
                ),
                (
                    "lock",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("virus", "There is a virus in this file. Nobody can open it here."),
                            (
                                "active",
                                "This file does something by itself when it is opened. Send a picture or a plain PDF.",
                            ),
                            (
                                "password",
                                "This file is closed with a password, so we cannot check it. Send it without one.",
                            ),
                            (
                                "kind",
                                "We do not take this kind of file. Send a PDF, a picture, Word or plain text.",
                            ),
                            (
                                "unreadable",
                                "We cannot read this file. It may be damaged. Send it again, or as another kind.",
                            ),
                            ("too_much", "There is too much in this file to check. Send it in parts."),
                            ("removed", "This file was removed before it was checked."),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "waits",
                    models.CharField(
                        blank=True,
                        choices=[("scanner", "The virus scanner does not answer. We try again by ourselves.")],
                        max_length=12,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("check_at", models.DateTimeField(null=True)),
                ("added_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["document", "-number"],
            },
        ),
        migrations.AddField(
            model_name="message",
            name="answers",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="replies", to="cases.message"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="thread_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="at_risk_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("answers", None)), fields=["case", "-thread_at"], name="message_threads"
            ),
        ),
        migrations.RunSQL("UPDATE cases_message SET thread_at = sent_at", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("answers", None), ("thread_at", None), _connector="XOR"),
                name="message_begins_or_answers",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="added_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="message",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, to="cases.message"),
        ),
        migrations.AddField(
            model_name="document",
            name="removed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="documentpart",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="documentversion",
            name="added_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="documentversion",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="documentversion",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="cases.document"
            ),
        ),
        migrations.AddField(
            model_name="documentpart",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="cases.documentversion"
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["case", "-changed_at"], name="document_by_case"),
        ),
        migrations.AddIndex(
            model_name="documentversion",
            index=models.Index(
                condition=models.Q(("check_at__isnull", False)), fields=["check_at"], name="document_to_check"
            ),
        ),
        migrations.AddConstraint(
            model_name="documentversion",
            constraint=models.UniqueConstraint(fields=("document", "number"), name="document_version_once"),
        ),
        migrations.AddConstraint(
            model_name="documentversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("check_at__isnull", False), ("state__in", ("received", "scanning"))),
                    models.Q(models.Q(("state__in", ("received", "scanning")), _negated=True), ("check_at", None)),
                    _connector="OR",
                ),
                name="document_due_until_checked",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "locked"), ("lock", ""), _connector="XOR"), name="document_locked_with_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="documentpart",
            constraint=models.UniqueConstraint(fields=("version", "place"), name="document_part_once"),
        ),
    ]

"""The mailroom."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.sealed


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0006_by_mail"),
        ("cases", "0012_by_mail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("folder", models.CharField(max_length=200)),
                ("uidvalidity", models.BigIntegerField()),
                ("uid", models.BigIntegerField()),
                ("identity", models.CharField(max_length=64, unique=True)),
                ("fetched_at", models.DateTimeField()),
                ("size", models.PositiveBigIntegerField()),
                ("is_cut", models.BooleanField(default=False)),
                ("raw", accounts.sealed.SealedText()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("waiting", "Waits for a person"),
                            ("joined", "Joined a case"),
                            ("request", "Became a request"),
                            ("automatic", "Sent by a machine"),
                            ("set_aside", "Not for us"),
                        ],
                        default="new",
                        max_length=12,
                    ),
                ),
                (
                    "because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("stranger", "Names a case, but comes from an address we do not know there"),
                            ("closed", "Answers in a case that is closed"),
                            ("several", "Names more than one case"),
                            ("no_case", "Answers a mail of ours that is about no case"),
                            ("advice", "Is about advice for a commander"),
                            ("bounce", "One of our mails did not arrive"),
                            ("many", "Many mails from one address in an hour"),
                            ("no_sender", "The address of the sender is not right"),
                            ("empty", "Nothing is written in it"),
                            ("unreadable", "It cannot be read whole"),
                            ("too_big", "It is too big; only the beginning was kept"),
                            ("no_answer", "It asks not to be answered"),
                            ("auto_reply", "An automatic reply"),
                            ("list", "A mailing to many people"),
                            ("own", "Comes from our own address"),
                            ("receipt", "A message about delivery or reading"),
                        ],
                        max_length=12,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("language", models.CharField(default="nl", max_length=2)),
                ("sender_index", models.CharField(blank=True, max_length=64)),
                ("sender", accounts.sealed.SealedText()),
                ("sender_name", accounts.sealed.SealedText()),
                ("subject", accounts.sealed.SealedText()),
                ("body", accounts.sealed.SealedText()),
                ("said", accounts.sealed.SealedText()),
                ("dropped", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", accounts.sealed.SealedText()),
                ("erase_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"
                    ),
                ),
                (
                    "claimed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.datakey"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Enclosure",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pdf", "PDF"),
                            ("jpg", "Photo (JPG)"),
                            ("png", "Picture (PNG)"),
                            ("heic", "Photo (HEIC)"),
                            ("docx", "Document (Word)"),
                            ("txt", "Text"),
                            ("other", "Another kind of file"),
                        ],
                        max_length=8,
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                ("name", accounts.sealed.SealedText()),
                ("content", accounts.sealed.SealedText()),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="enclosures", to="mailroom.mail"
                    ),
                ),
            ],
            options={
                "ordering": ["mail", "number"],
            },
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("state", "new")), fields=["tries", "fetched_at"], name="mail_unsorted"
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["due_at"], name="mail_waiting"),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("state", "automatic")), fields=["-fetched_at"], name="mail_automatic"
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("decided_by__isnull", False)), fields=["-decided_at"], name="mail_decided"
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(fields=["sender_index", "fetched_at"], name="mail_sender"),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(condition=models.Q(("erase_at__isnull", False)), fields=["erase_at"], name="mail_erase"),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.UniqueConstraint(fields=("folder", "uidvalidity", "uid"), name="mail_place"),
        ),
        migrations.AddConstraint(
            model_name="enclosure",
            constraint=models.UniqueConstraint(fields=("mail", "number"), name="enclosure_number"),
        ),
    ]

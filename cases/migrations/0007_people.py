"""People: family access, keeping people out, first contact; deputies and claimed requests."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_people"),
        ("cases", "0006_new_phrase"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FirstContact",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", accounts.sealed.SealedText()),
                ("relation", accounts.sealed.SealedText()),
                ("number", accounts.sealed.SealedText()),
                (
                    "ring_times",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), default=list, size=None),
                ),
                (
                    "ring_days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                ("tell_abroad", models.BooleanField(default=False)),
                ("abroad_how", accounts.sealed.SealedText()),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("submission_id", models.UUIDField(unique=True)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("named", "Only being named as contact person"),
                            ("dates", "Appointments"),
                            ("messages", "Appointments and messages"),
                            ("joint", "One conversation together"),
                        ],
                        max_length=10,
                    ),
                ),
                ("mutual", models.BooleanField(default=False)),
                ("name", accounts.sealed.SealedText()),
                ("relation", accounts.sealed.SealedText()),
                ("called", accounts.sealed.SealedText()),
                ("email", accounts.sealed.SealedText()),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("code_hash", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("open_until", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failed_at", models.DateTimeField(null=True)),
                ("shown_as", models.CharField(blank=True, max_length=64)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("declined_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="KeepOut",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("words", accounts.sealed.SealedText()),
                ("reason", accounts.sealed.SealedText()),
                ("by_client", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.DeleteModel(
            name="FollowThrottle",
        ),
        migrations.RemoveIndex(
            model_name="caseaccess",
            name="access_blocked",
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
                    ("family", "Let in by the client"),
                    ("blocked", "May never see this case"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="caseaccess",
            name="scope",
            field=models.CharField(
                choices=[
                    ("full", "The whole file"),
                    ("contact", "Status and contact details only"),
                    ("client", "What the client may see"),
                    ("named", "Only being named as contact person"),
                    ("dates", "Appointments"),
                    ("messages", "Appointments and messages"),
                    ("joint", "One conversation together"),
                ],
                default="full",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="timelineentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("received", "Request received"),
                    ("taken", "Taken by a worker"),
                    ("given_back", "Given back to the queue"),
                    ("triaged", "Assessed"),
                    ("contact_attempt", "Contact attempt"),
                    ("more_asked", "More information asked"),
                    ("added", "Client added to the story"),
                    ("contact_changed", "Contact wishes changed"),
                    ("consent_asked", "Summary sent for approval"),
                    ("consent_given", "Summary approved"),
                    ("consent_refused", "Summary not approved"),
                    ("referred", "Offered to a worker"),
                    ("accepted", "Accepted"),
                    ("returned", "Returned to the desk"),
                    ("expired", "Nobody answered in time: back to the desk"),
                    ("session_planned", "Conversation planned"),
                    ("session_held", "Conversation held"),
                    ("session_missed", "Conversation did not take place"),
                    ("session_cancelled", "Conversation cancelled"),
                    ("outside_track", "Contact outside the track"),
                    ("note", "Note"),
                    ("message", "Message"),
                    ("alert_raised", "Person on duty alerted"),
                    ("alert_skipped", "Nobody on the roster at this step"),
                    ("alert_acknowledged", "Alert picked up"),
                    ("urgency_changed", "Urgency changed"),
                    ("track_started", "Help started"),
                    ("closed", "Closed"),
                    ("withdrawn", "Withdrawn by the client"),
                    ("claimed", "Kept in an account by the client"),
                    ("family_invited", "Client invited someone"),
                    ("family_accepted", "Someone invited by the client said yes"),
                    ("family_changed", "Client changed what someone may see"),
                    ("first_contact", "First contact person changed"),
                    ("keep_out", "Someone may never see this case"),
                    ("family_ended", "Access of someone invited by the client ended"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddIndex(
            model_name="caseaccess",
            index=models.Index(
                condition=models.Q(("reason__in", ["blocked", "client", "family"])),
                fields=["user", "case"],
                name="access_keeps_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", "family"), _negated=True),
                    models.Q(("ends_at__isnull", False), ("user__isnull", False)),
                    _connector="OR",
                ),
                name="access_family_ends",
            ),
        ),
        migrations.AddField(
            model_name="firstcontact",
            name="person",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="first_contact", to="cases.person"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="accepted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="invitations",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="answers",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="answered", to="cases.invitation"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="session",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="cases.session"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="shown_to",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="family",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.invitation"
            ),
        ),
        migrations.AddField(
            model_name="keepout",
            name="asked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="keepout",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="%(class)ss", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="keepout",
            name="resolved_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="keepout",
            name="user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="firstcontact",
            constraint=models.CheckConstraint(
                condition=models.Q(("ring_times__len__lte", 6)), name="first_contact_times"
            ),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["case", "-created_at"], name="invitation_by_case"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("created_at"))), name="family_invitation_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("session", None), ("scope", "joint"), _connector="OR"),
                name="invitation_session_is_joint",
            ),
        ),
        migrations.AddIndex(
            model_name="keepout",
            index=models.Index(fields=["case", "asked_at"], name="keep_out_by_case"),
        ),
        migrations.AddConstraint(
            model_name="keepout",
            constraint=models.CheckConstraint(
                condition=models.Q(("user", None), ("resolved_at__isnull", False), _connector="OR"),
                name="keep_out_resolved",
            ),
        ),
    ]

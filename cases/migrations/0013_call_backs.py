"""Calling back: half hours of the week, who is to be called, and what the telephone system reported."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_people"),
        ("cases", "0012_by_mail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                    ("linked", "Linked with another request of the same person"),
                    ("unlinked", "No longer linked with another request"),
                    ("family_ended", "Access of someone invited by the client ended"),
                    ("call_back", "Call-back"),
                ],
                max_length=24,
            ),
        ),
        migrations.CreateModel(
            name="CallBack",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("chosen", "Chose a time"),
                            ("agreed", "Agreed with a worker"),
                            ("unreached", "Not reached yet"),
                            ("missed_call", "Missed call"),
                            ("voicemail", "Voice message"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("call", "To be called"),
                            ("other_way", "To be reached by another way"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="call",
                        max_length=12,
                    ),
                ),
                (
                    "line",
                    models.CharField(
                        blank=True,
                        choices=[("DESK_LINE", "Support desk"), ("AFTER_HOURS_LINE", "After-hours line")],
                        max_length=20,
                    ),
                ),
                ("slot_at", models.DateTimeField(null=True)),
                ("place", models.PositiveSmallIntegerField(null=True)),
                ("created_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("limit", models.PositiveSmallIntegerField(default=3)),
                ("tried_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("spoken", "We spoke"),
                            ("no_answer", "No answer"),
                            ("voicemail", "Left a message"),
                            ("wrong_number", "Wrong number"),
                            ("call_later", "Asked us to call later"),
                        ],
                        max_length=12,
                    ),
                ),
                ("claimed_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("missed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("number", accounts.sealed.SealedText()),
                ("number_index", models.CharField(blank=True, max_length=64)),
                ("calls", models.PositiveSmallIntegerField(default=0)),
                ("called_at", models.DateTimeField(null=True)),
                ("recording", models.CharField(blank=True, max_length=100)),
                ("note", accounts.sealed.SealedText()),
                ("reason", accounts.sealed.SealedText()),
                ("attempt_id", models.UUIDField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="call_backs",
                        to="cases.case",
                    ),
                ),
                (
                    "claimed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
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
            ],
        ),
        migrations.CreateModel(
            name="CallBackHour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "line",
                    models.CharField(
                        choices=[("DESK_LINE", "Support desk"), ("AFTER_HOURS_LINE", "After-hours line")], max_length=20
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Monday"),
                            (2, "Tuesday"),
                            (3, "Wednesday"),
                            (4, "Thursday"),
                            (5, "Friday"),
                            (6, "Saturday"),
                            (7, "Sunday"),
                        ]
                    ),
                ),
                ("hour", models.PositiveSmallIntegerField()),
                ("places", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("line", "weekday", "hour"), name="call_back_hour_once"),
                    models.CheckConstraint(
                        condition=models.Q(("hour__lte", 23), ("places__gte", 1), ("places__lte", 99)),
                        name="call_back_hour",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhoneEvent",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("chosen", "Chose a time"),
                            ("agreed", "Agreed with a worker"),
                            ("unreached", "Not reached yet"),
                            ("missed_call", "Missed call"),
                            ("voicemail", "Voice message"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "line",
                    models.CharField(
                        choices=[("DESK_LINE", "Support desk"), ("AFTER_HOURS_LINE", "After-hours line")], max_length=20
                    ),
                ),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("seconds", models.PositiveIntegerField(default=0)),
                ("recording", models.CharField(blank=True, max_length=100)),
                ("withheld", models.BooleanField(default=False)),
                ("answer", models.CharField(max_length=12)),
                (
                    "call_back",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="events",
                        to="cases.callback",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(
                condition=models.Q(("state__in", ["call", "other_way"])),
                fields=["next_at", "id"],
                name="call_back_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["call", "other_way"])),
                fields=("slot_at", "place"),
                name="call_back_place_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["call", "other_way"])), fields=("case",), name="one_open_call_back"
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["call", "other_way"]), ("case", None), models.Q(("number_index", ""), _negated=True)
                ),
                fields=("number_index",),
                name="one_open_call_back_of_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("case__isnull", False), models.Q(("number_index", ""), _negated=True), _connector="OR"
                ),
                name="call_back_reaches",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("place", None), ("slot_at", None)),
                    models.Q(("place__isnull", False), ("slot_at__isnull", False)),
                    _connector="OR",
                ),
                name="call_back_slot_and_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["call", "other_way"]), ("ended_at", None)),
                    models.Q(
                        models.Q(("state__in", ["call", "other_way"]), _negated=True), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="call_back_open_or_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="phoneevent",
            index=models.Index(fields=["-received_at"], name="phone_event_by_time"),
        ),
    ]

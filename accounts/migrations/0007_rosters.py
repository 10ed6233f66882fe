"""Rosters: hours by channel, patterns, swaps, feeds and hand-overs of a shift."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_by_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name="PatternTurn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ["place"],
            },
        ),
        migrations.CreateModel(
            name="ShiftFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ShiftHandover",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("starts_at", models.DateTimeField()),
                ("note", accounts.sealed.SealedText()),
                ("written_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-starts_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ShiftPattern",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="order of calling")),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
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
                        size=None,
                        verbose_name="days on which it begins",
                    ),
                ),
                (
                    "closed_days",
                    models.CharField(
                        choices=[
                            ("also", "They count as any other day"),
                            ("not", "No shift on those days"),
                            ("only", "Only on those days"),
                        ],
                        default="also",
                        max_length=8,
                        verbose_name="holidays and closed days",
                    ),
                ),
                ("starts", models.TimeField(verbose_name="from")),
                ("ends", models.TimeField(verbose_name="until")),
                ("every", models.PositiveSmallIntegerField(default=1, verbose_name="every how many weeks")),
                (
                    "rotation",
                    models.CharField(
                        choices=[("week", "Somebody else every week"), ("shift", "Somebody else every shift")],
                        default="week",
                        max_length=8,
                        verbose_name="who is next",
                    ),
                ),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(verbose_name="last day")),
            ],
            options={
                "ordering": ["team", "position", "first_day", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ShiftSwap",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for an answer"),
                            ("agreed", "Agreed"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("expired", "Not answered in time"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="closure",
            name="closure_once",
        ),
        migrations.RemoveConstraint(
            model_name="openinghours",
            name="opening_hours_once",
        ),
        migrations.AddField(
            model_name="closure",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[("phone", "Phone"), ("mail", "E-mail"), ("visit", "Walking in")],
                max_length=8,
                verbose_name="channel",
            ),
        ),
        migrations.AddField(
            model_name="closure",
            name="closes",
            field=models.TimeField(blank=True, null=True, verbose_name="closes"),
        ),
        migrations.AddField(
            model_name="closure",
            name="opens",
            field=models.TimeField(blank=True, null=True, verbose_name="opens"),
        ),
        migrations.AddField(
            model_name="openinghours",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[("phone", "Phone"), ("mail", "E-mail"), ("visit", "Walking in")],
                max_length=8,
                verbose_name="channel",
            ),
        ),
        migrations.AddConstraint(
            model_name="closure",
            constraint=models.UniqueConstraint(
                fields=("day", "team", "channel"), name="closure_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="closure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closes", None), ("opens", None)),
                    models.Q(("closes__gt", models.F("opens")), ("opens__isnull", False)),
                    _connector="OR",
                ),
                name="closure_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="closure",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel", ""), ("team__isnull", False), _connector="OR"),
                name="closure_channel_of_team",
            ),
        ),
        migrations.AddConstraint(
            model_name="openinghours",
            constraint=models.UniqueConstraint(
                fields=("team", "channel", "weekday", "opens"), name="opening_hours_once"
            ),
        ),
        migrations.AddField(
            model_name="patternturn",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="shiftfeed",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="shift_feed", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="shifthandover",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.datakey"
            ),
        ),
        migrations.AddField(
            model_name="shifthandover",
            name="read_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="shifthandover",
            name="team",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"),
        ),
        migrations.AddField(
            model_name="shifthandover",
            name="written_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="shiftpattern",
            name="people",
            field=models.ManyToManyField(related_name="+", through="accounts.PatternTurn", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="shiftpattern",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team", verbose_name="team"
            ),
        ),
        migrations.AddField(
            model_name="patternturn",
            name="pattern",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="turns", to="accounts.shiftpattern"
            ),
        ),
        migrations.AddField(
            model_name="shift",
            name="pattern",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="shifts",
                to="accounts.shiftpattern",
            ),
        ),
        migrations.AddField(
            model_name="shiftswap",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="shiftswap",
            name="asked_to",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="shiftswap",
            name="shift",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="swaps", to="accounts.shift"
            ),
        ),
        migrations.AddConstraint(
            model_name="shifthandover",
            constraint=models.UniqueConstraint(fields=("team", "starts_at"), name="shift_handover_once"),
        ),
        migrations.AddConstraint(
            model_name="shifthandover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("read_at", None), ("read_by", None)),
                    models.Q(("read_at__isnull", False), ("read_by__isnull", False)),
                    _connector="OR",
                ),
                name="shift_handover_read",
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftpattern",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))), name="pattern_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftpattern",
            constraint=models.CheckConstraint(
                condition=models.Q(("every__gte", 1), ("every__lte", 12)), name="pattern_every"
            ),
        ),
        migrations.AddConstraint(
            model_name="patternturn",
            constraint=models.UniqueConstraint(fields=("pattern", "place"), name="pattern_place_once"),
        ),
        migrations.AddIndex(
            model_name="shiftswap",
            index=models.Index(condition=models.Q(("state", "asked")), fields=["expires_at"], name="swap_open"),
        ),
        migrations.AddConstraint(
            model_name="shiftswap",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="swap_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftswap",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_by", models.F("asked_to")), _negated=True), name="swap_of_two"
            ),
        ),
    ]

"""Tracks of help and the conversations in them (R14-R18)."""

from django.db import models
from django.db.models import F, Q

from accounts.sealed import SealedText
from cases.enums import ContactWay, SessionState
from cases.enums.tracks import CoachingFocus, TrackKind
from cases.models.timeline import InCase


class Track(InCase):
    """One period of one kind of help within a case; one is open at a time."""

    kind = models.CharField(max_length=20, choices=TrackKind.choices)
    focus = models.CharField(max_length=12, choices=CoachingFocus.choices, blank=True)  # of coaching
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="one_open_track"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="track_order"),
        ]


class Session(InCase):
    """A conversation, planned or held. ``track`` is empty for contact outside the track (decision 5)."""

    track = models.ForeignKey(Track, models.CASCADE, null=True, related_name="sessions")
    with_user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    also_user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")  # a talk of three
    state = models.CharField(max_length=10, choices=SessionState.choices, default=SessionState.PLANNED)
    way = models.CharField(max_length=8, choices=ContactWay.choices, default=ContactWay.VISIT)
    place = SealedText()  # it may be somebody's home
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=45)

    class Meta:
        indexes = [
            models.Index(fields=["case", "starts_at"], name="session_by_case"),
            models.Index(fields=["with_user", "starts_at"], name="session_by_worker"),
            models.Index(
                fields=["starts_at"], include=["case"], condition=models.Q(state="planned"), name="session_planned"
            ),
        ]
        constraints = [models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=480), name="session_minutes")]

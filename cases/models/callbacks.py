"""Who is to be called, when, and how often it was tried; how many can be called in each hour of the week."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q

from accounts.actors import Actor
from accounts.enums import Line, TeamKind, Weekday
from accounts.models import DataKey
from accounts.sealed import SealedText
from cases.enums import CALL_BACK_OPEN, FROM_TELEPHONE, AttemptOutcome, CallBackSource, CallBackState, CaseState
from cases.models.access import SeenBy
from cases.models.case import Case

OPEN = Q(state__in=list(CALL_BACK_OPEN))


class CallBackHour(models.Model):
    """In each half hour of this hour of the week so many people can be called. No row: nobody."""

    line = models.CharField(max_length=20, choices=Line.choices)
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    hour = models.PositiveSmallIntegerField()
    places = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "weekday", "hour"], name="call_back_hour_once"),
            models.CheckConstraint(condition=Q(hour__lte=23, places__gte=1, places__lte=99), name="call_back_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.weekday} {self.hour:02d}: {self.places}"


class CallBackQuerySet(models.QuerySet["CallBack"]):
    def open(self) -> "CallBackQuerySet":
        return self.filter(state__in=CALL_BACK_OPEN)

    def visible_to(self, actor: Actor, at: dt.datetime) -> "CallBackQuerySet":
        """About cases that this actor may see; calls of people we do not know are for the desk and the night line."""
        about = Q(case__in=Case.objects.visible_to(actor, at))
        if actor.kind == "user":
            about = Q(SeenBy(actor, at, case="case"))  # the same rule, asked of the few that are to be called
        about &= Q(case__isnull=False) & ~Q(case__state=CaseState.CLOSED)
        if actor.in_kind(TeamKind.DESK, TeamKind.AFTER_HOURS):
            about |= Q(case=None)
        return self.filter(about)

    def due(self, at: object) -> "CallBackQuerySet":
        """To be called at ``at`` (a moment) or before."""
        return self.open().filter(next_at__lte=at)

    def by_moment(self) -> "CallBackQuerySet":
        return self.order_by("next_at", "pk")

    def of_slot(self, start: dt.datetime) -> "CallBackQuerySet":
        """Those who hold a place in this half hour."""
        return self.open().filter(slot_at=start)

    def for_list(self) -> "CallBackQuerySet":
        """What a row needs, and nothing sealed but the wishes of the client."""
        return self.select_related("case__person__contact", "claimed_by").defer(
            "number", "note", "reason", "case__summary", "case__own_words", "case__outcome_note",
            "case__person__name", "case__person__email", "case__person__phone", "case__person__personnel_number",
        )  # fmt: skip


class CallBack(models.Model):
    """Somebody to call. Without a case it came from the telephone: who called is not known, only their number.

    It is on the list from ``next_at`` and late after ``due_at``. ``place`` is the place held in the half hour
    ``slot_at``: that no two hold the same is kept by the database.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="call_backs")
    data_key = models.ForeignKey(DataKey, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=12, choices=CallBackSource.choices)
    state = models.CharField(max_length=12, choices=CallBackState.choices, default=CallBackState.CALL)
    line = models.CharField(max_length=20, choices=Line.choices, blank=True)  # of a half hour, or that was rung
    slot_at = models.DateTimeField(null=True)
    place = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    limit = models.PositiveSmallIntegerField(default=3)
    tried_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=AttemptOutcome.choices, blank=True)  # of the last attempt
    claimed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # the next_at of which somebody was reminded
    missed_at = models.DateTimeField(null=True)  # when the coordinator was told
    ended_at = models.DateTimeField(null=True)
    # Of who called and is not known:
    number = SealedText()
    number_index = models.CharField(max_length=64, blank=True)
    calls = models.PositiveSmallIntegerField(default=0)
    called_at = models.DateTimeField(null=True)
    recording = models.CharField(max_length=100, blank=True)  # the telephone system's own name of the last message
    note = SealedText()
    reason = SealedText()
    attempt_id = models.UUIDField(null=True)  # of the last attempt without a case: a second click is the same one

    objects = CallBackQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["next_at", "id"], condition=OPEN, name="call_back_open")]
        constraints = [
            models.UniqueConstraint(fields=["slot_at", "place"], condition=OPEN, name="call_back_place_once"),
            models.UniqueConstraint(fields=["case"], condition=OPEN, name="one_open_call_back"),
            models.UniqueConstraint(
                fields=["number_index"],
                condition=OPEN & Q(case=None) & ~Q(number_index=""),
                name="one_open_call_back_of_number",
            ),
            models.CheckConstraint(condition=Q(case__isnull=False) | ~Q(number_index=""), name="call_back_reaches"),
            models.CheckConstraint(
                condition=Q(slot_at=None, place=None) | Q(slot_at__isnull=False, place__isnull=False),
                name="call_back_slot_and_place",
            ),
            models.CheckConstraint(
                condition=OPEN & Q(ended_at=None) | ~OPEN & Q(ended_at__isnull=False), name="call_back_open_or_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.next_at:%Y-%m-%d %H:%M}"

    def vault_key(self) -> DataKey:
        key = self.data_key or (self.case.data_key if self.case else None)
        assert key is not None  # noqa: S101  the verbs keep it so
        return key

    @property
    def is_open(self) -> bool:
        return self.state in CALL_BACK_OPEN

    @property
    def is_used_up(self) -> bool:
        """As often tried as may be: the coordinator decides about another attempt."""
        return self.state == CallBackState.CALL and self.attempts >= self.limit

    @property
    def is_from_telephone(self) -> bool:
        return self.source in FROM_TELEPHONE


class PhoneEvent(models.Model):
    """What the telephone system reported; its id counts once. Kept for eight days, longer than an event may be old."""

    id = models.CharField(primary_key=True, max_length=64)
    fingerprint = models.CharField(max_length=64)  # keyed: the same id with other content is refused
    kind = models.CharField(max_length=12, choices=CallBackSource.choices)
    line = models.CharField(max_length=20, choices=Line.choices)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    seconds = models.PositiveIntegerField(default=0)
    recording = models.CharField(max_length=100, blank=True)
    withheld = models.BooleanField(default=False)
    answer = models.CharField(max_length=12)
    call_back = models.ForeignKey(CallBack, models.SET_NULL, null=True, related_name="events")

    class Meta:
        indexes = [models.Index(fields=["-received_at"], name="phone_event_by_time")]

    def __str__(self) -> str:
        return self.pk

"""How a roster comes about and changes hands: patterns, swaps, feeds, and what one shift leaves to the next."""

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import ClosedDays, Rotation, SwapState, Weekday
from accounts.models.duty import Shift
from accounts.models.keys import DataKey
from accounts.models.organisation import Team
from accounts.models.users import User
from accounts.sealed import SealedText


class ShiftPattern(models.Model):
    """A rule that makes shifts: on which days, at what time, and who take turns. Local time, so that a night in which
    the clock changes lasts an hour longer or shorter. An end that is not later than the start is the next day."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=_("team"))
    position = models.PositiveSmallIntegerField(_("order of calling"), default=1)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday.choices), verbose_name=_("days on which it begins")
    )
    closed_days = models.CharField(
        _("holidays and closed days"), max_length=8, choices=ClosedDays.choices, default=ClosedDays.ALSO
    )
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    every = models.PositiveSmallIntegerField(_("every how many weeks"), default=1)
    rotation = models.CharField(_("who is next"), max_length=8, choices=Rotation.choices, default=Rotation.WEEK)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    people = models.ManyToManyField(User, through="PatternTurn", related_name="+")

    class Meta:
        ordering = ["team", "position", "first_day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="pattern_order"),
            models.CheckConstraint(condition=Q(every__gte=1, every__lte=12), name="pattern_every"),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.position}, {self.starts:%H:%M}–{self.ends:%H:%M}"


class PatternTurn(models.Model):
    """Somebody's place in the row of people who take turns."""

    pattern = models.ForeignKey(ShiftPattern, models.CASCADE, related_name="turns")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["pattern", "place"], name="pattern_place_once")]

    def __str__(self) -> str:
        return f"{self.pattern_id} {self.place} {self.user_id}"


class SwapQuerySet(models.QuerySet["ShiftSwap"]):
    def open(self, at: dt.datetime) -> "SwapQuerySet":
        """Not answered, and still in time: it ends by the clock, not by a job."""
        return self.filter(state=SwapState.ASKED, expires_at__gt=at)

    def between(self, user_id: int | None) -> "SwapQuerySet":
        """Those that somebody asked, or was asked."""
        return self.filter(Q(asked_by=user_id) | Q(asked_to=user_id))

    def with_people(self) -> "SwapQuerySet":
        return self.select_related("shift__team", "asked_by", "asked_to").order_by("starts_at", "pk")


class ShiftSwap(models.Model):
    """Somebody asks a colleague to take (part of) a shift. It counts when the colleague says yes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shift = models.ForeignKey(Shift, models.CASCADE, related_name="swaps")
    asked_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    asked_to = models.ForeignKey(User, models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SwapState.choices, default=SwapState.ASKED)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    objects = SwapQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="asked"), name="swap_open")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="swap_order"),
            models.CheckConstraint(condition=~Q(asked_by=F("asked_to")), name="swap_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.asked_by_id} → {self.asked_to_id}"


class ShiftFeed(models.Model):
    """The secret address of somebody's shifts as iCalendar. Only a keyed hash of the secret is kept."""

    user = models.OneToOneField(User, models.CASCADE, related_name="shift_feed")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at:%Y-%m-%d}"


class ShiftHandover(models.Model):
    """One change of shift: what the last one wrote, and who of the next has read it. Sealed, with a key of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")  # whose turn begins
    starts_at = models.DateTimeField()  # when the new turn begins
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    note = SealedText()
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "starts_at"], name="shift_handover_once"),
            models.CheckConstraint(
                condition=Q(read_by=None, read_at=None) | Q(read_by__isnull=False, read_at__isnull=False),
                name="shift_handover_read",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.starts_at:%Y-%m-%d %H:%M}"

    def vault_key(self) -> DataKey:
        return self.data_key

"""When the desk is open, who is on duty, and which numbers to ring (R1, R2)."""

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import HelplineFor, Line, OpenFor, Weekday
from accounts.models.organisation import Team, in_language


class OpeningHours(models.Model):
    """A half-open interval [opens, closes) of local time on a weekday (decision 1). Without a channel: of the team."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="opening_hours", verbose_name=_("team"))
    channel = models.CharField(_("channel"), max_length=8, choices=OpenFor.choices, blank=True)
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday.choices)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        ordering = ["team", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="opening_hours_order"),
            models.UniqueConstraint(fields=["team", "channel", "weekday", "opens"], name="opening_hours_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class ClosureQuerySet(models.QuerySet["Closure"]):
    def touching(self, team: Team, first: dt.date, last: dt.date) -> "ClosureQuerySet":
        """What counts for a team in these days, soonest first."""
        rows = self.filter(Q(team=None) | Q(team=team), day__gte=first, day__lte=last)
        return rows.select_related("team").order_by("day", "team", "channel")


class Closure(models.Model):
    """A day with other hours than the week says: closed, or open from ``opens`` until ``closes``.

    Without a team it counts for all, without a channel for all of its channels. The after-hours line never closes.
    """

    day = models.DateField(_("day"))
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)
    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, verbose_name=_("team"))
    channel = models.CharField(_("channel"), max_length=8, choices=OpenFor.choices, blank=True)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["day", "team", "channel"], nulls_distinct=False, name="closure_once"),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__gt=F("opens")),
                name="closure_hours",
            ),
            models.CheckConstraint(condition=Q(channel="") | Q(team__isnull=False), name="closure_channel_of_team"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {in_language(self.name_nl, self.name_en)}"


class TsTzRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


def _period() -> TsTzRange:
    return TsTzRange("starts_at", "ends_at", RangeBoundary())


class ShiftQuerySet(models.QuerySet["Shift"]):
    def on_duty(self, team: Team, at: dt.datetime) -> "ShiftQuerySet":
        """Shifts that run at ``at``, the first to be called first."""
        return self.filter(team=team, starts_at__lte=at, ends_at__gt=at).order_by("position").select_related("user")

    def after(self, team: Team, at: dt.datetime) -> "ShiftQuerySet":
        """Shifts that begin later, soonest first."""
        return self.filter(team=team, starts_at__gt=at).order_by("starts_at", "position").select_related("user")


class Shift(models.Model):
    """Someone's turn. ``position`` is the order in which people are called: 1 first, then 2, then 3."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="shifts", verbose_name=_("team"))
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="shifts", verbose_name=_("who"))
    position = models.PositiveSmallIntegerField(_("order of calling"), default=1)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    pattern = models.ForeignKey(  # none: made or changed by hand, and then no pattern touches it
        "accounts.ShiftPattern", models.SET_NULL, null=True, editable=False, related_name="shifts"
    )

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "position"]
        indexes = [models.Index(fields=["team", "starts_at", "ends_at"], name="shift_by_team")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_order"),
            ExclusionConstraint(
                name="shift_person_once",
                expressions=[("user", RangeOperators.EQUAL), (_period(), RangeOperators.OVERLAPS)],
                violation_error_message=_("This person already has a shift at that time."),
            ),
            ExclusionConstraint(
                name="shift_position_once",
                expressions=[
                    ("team", RangeOperators.EQUAL),
                    ("position", RangeOperators.EQUAL),
                    (_period(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Someone else already has this place at that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.position} {self.starts_at:%Y-%m-%d %H:%M}"


class PhoneLine(models.Model):
    """The number behind a line. Numbers are data with the date a person checked them (decision 2)."""

    line = models.CharField(_("line"), max_length=20, choices=Line.choices, unique=True)
    number = models.CharField(_("number"), max_length=24)
    cost_nl = models.CharField(_("cost, in Dutch"), max_length=120, blank=True)
    cost_en = models.CharField(_("cost, in English"), max_length=120, blank=True)
    checked_on = models.DateField(_("checked on"))

    def __str__(self) -> str:
        return f"{self.get_line_display()} {self.number}"


class Helpline(models.Model):
    code = models.SlugField(_("code"), unique=True)
    need = models.CharField(_("for"), max_length=20, choices=HelplineFor.choices)
    name = models.CharField(_("name"), max_length=120)
    number = models.CharField(_("number"), max_length=24)
    about_nl = models.CharField(_("about it, in Dutch"), max_length=200, blank=True)
    about_en = models.CharField(_("about it, in English"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=10)
    in_bar = models.BooleanField(_("in the bar on every page"), default=False)
    checked_on = models.DateField(_("checked on"))

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

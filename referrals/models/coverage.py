"""Who serves which part of the organisation."""

import datetime as dt
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Location, Region, Team, Unit
from accounts.models.people import DateRange
from cases.enums.whom import Gender

_DAYS = (DateRange("starts_on", "ends_on", RangeBoundary(inclusive_upper=True)), RangeOperators.OVERLAPS)


def _same(*names: str) -> list[tuple[Any, str]]:
    """Equal in each of these, where nothing equals nothing."""
    return [(Coalesce(F(f"{name}_id"), Value(0, models.BigIntegerField())), RangeOperators.EQUAL) for name in names]


class CoverageQuerySet(models.QuerySet["Coverage"]):
    def live_on(self, day: dt.date) -> "CoverageQuerySet":
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class Coverage(models.Model):
    """A team or a worker serves a unit (with or without what is under it), a location, a region, or everyone.

    With ``topics`` or ``languages`` only cases about one of these, and clients who talk in one of these.
    """

    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="coverage", verbose_name=_("team")
    )
    user = models.ForeignKey(
        "accounts.User", models.CASCADE, null=True, blank=True, related_name="coverage", verbose_name=_("worker")
    )
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="coverage", verbose_name=_("unit")
    )
    with_parts = models.BooleanField(_("and everything under it"), default=True)
    location = models.ForeignKey(Location, models.CASCADE, null=True, blank=True, verbose_name=_("location"))
    region = models.ForeignKey(Region, models.CASCADE, null=True, blank=True, verbose_name=_("region"))
    everywhere = models.BooleanField(_("the whole country"), default=False)
    topics = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("only these topics"))
    languages = ArrayField(
        models.CharField(max_length=5), default=list, blank=True, verbose_name=_("only these languages")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until and including"), null=True, blank=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["unit"], name="coverage_by_unit"),
            models.Index(fields=["location"], name="coverage_by_location"),
            models.Index(fields=["region"], name="coverage_by_region"),
            models.Index(fields=["everywhere"], condition=Q(everywhere=True), name="coverage_everywhere"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, team__isnull=False) | Q(user__isnull=False, team=None), name="coverage_who"
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, location=None, region=None, everywhere=False)
                | Q(unit=None, location__isnull=False, region=None, everywhere=False)
                | Q(unit=None, location=None, region__isnull=False, everywhere=False)
                | Q(unit=None, location=None, region=None, everywhere=True),
                name="coverage_what",
            ),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="coverage_order"),
            ExclusionConstraint(
                name="coverage_pair_once",
                expressions=[*_same("team", "user", "unit", "location", "region"), _DAYS],
                violation_error_message=_("This line exists already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.team} → {self.unit or self.location or self.region or _('the whole country')}"

    @property
    def is_limited(self) -> bool:
        """Not for everyone there, so that it fills no hole."""
        return bool(self.topics or self.languages)


class CapacityQuerySet(models.QuerySet["Capacity"]):
    def live_on(self, day: dt.date) -> "CapacityQuerySet":
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def not_over(self, day: dt.date) -> "CapacityQuerySet":
        """Those that count or will, people and teams by name."""
        still = self.filter(Q(ends_on=None) | Q(ends_on__gte=day)).select_related("team", "user")
        return still.order_by("team__name_nl", "user__name", "starts_on", "pk")


class Capacity(models.Model):
    """How much a worker, or a team together, can have: open cases, and new ones in a week. No row: nobody said."""

    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team"))
    user = models.ForeignKey(
        "accounts.User", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("worker")
    )
    most_open = models.PositiveSmallIntegerField(_("open cases at most"), null=True, blank=True)
    most_new = models.PositiveSmallIntegerField(_("new cases a week at most"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until and including"), null=True, blank=True)

    objects = CapacityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, team__isnull=False) | Q(user__isnull=False, team=None), name="capacity_who"
            ),
            models.CheckConstraint(
                condition=Q(most_open__isnull=False) | Q(most_new__isnull=False), name="capacity_says_something"
            ),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="capacity_order"),
            ExclusionConstraint(
                name="capacity_once",
                expressions=[*_same("team", "user"), _DAYS],
                violation_error_message=_("There is a capacity for these days already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.team)


class Helper(models.Model):
    """What somebody who helps says of themselves: languages, and, when they want to, whether they are a woman or a man.
    That is looked at only where a client asked for one."""

    user = models.OneToOneField("accounts.User", models.CASCADE, primary_key=True, related_name="helper")
    languages = ArrayField(models.CharField(max_length=5), default=list, verbose_name=_("languages"))
    gender = models.CharField(max_length=6, choices=Gender.choices, blank=True)

    def __str__(self) -> str:
        return str(self.user_id)

"""Who serves which part of the organisation."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Location, Region, Team, Unit


class CoverageQuerySet(models.QuerySet["Coverage"]):
    def live_on(self, day: dt.date) -> "CoverageQuerySet":
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class Coverage(models.Model):
    """A team or a worker serves a unit (with or without what is under it), a location or a region."""

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
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until and including"), null=True, blank=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["unit"], name="coverage_by_unit"),
            models.Index(fields=["location"], name="coverage_by_location"),
            models.Index(fields=["region"], name="coverage_by_region"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, team__isnull=False) | Q(user__isnull=False, team=None), name="coverage_who"
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, location=None, region=None)
                | Q(unit=None, location__isnull=False, region=None)
                | Q(unit=None, location=None, region__isnull=False),
                name="coverage_what",
            ),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="coverage_order"),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.team} → {self.unit or self.location or self.region}"

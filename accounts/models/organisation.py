"""The organisation as data: branches, units, places and teams. Names change, so all have validity dates."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import TeamKind


def in_language(nl: str, en: str) -> str:
    """The text in the language of the moment; Dutch when there is no English."""
    return en if get_language() == "en" and en else nl


class ServiceBranch(models.Model):
    code = models.SlugField(_("code"), unique=True)
    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        ordering = ["name_nl"]

    def __str__(self) -> str:
        return in_language(self.name_nl, self.name_en)


class Region(models.Model):
    code = models.SlugField(_("code"), unique=True)
    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)

    class Meta:
        ordering = ["name_nl"]

    def __str__(self) -> str:
        return in_language(self.name_nl, self.name_en)


class Location(models.Model):
    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    town = models.CharField(_("town"), max_length=80, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="locations", verbose_name=_("region"))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    def ancestors_of(self, unit: "Unit") -> list["Unit"]:
        """The unit itself, its parent, its parent's parent and so on; nearest first, one query.

        Each has ``location_region_id``, the region its location lies in.
        """
        table = self.model._meta.db_table
        locations = Location._meta.db_table
        found = self.raw(
            f"WITH RECURSIVE up(id, parent_id, step) AS ("  # noqa: S608 - table names from the models
            f" SELECT id, parent_id, 0 FROM {table} WHERE id = %s"
            f" UNION ALL SELECT u.id, u.parent_id, up.step + 1 FROM {table} u JOIN up ON u.id = up.parent_id"
            f" WHERE up.step < 20) SELECT u.*, l.region_id AS location_region_id FROM up JOIN {table} u ON u.id = up.id"
            f" LEFT JOIN {locations} l ON l.id = u.location_id ORDER BY up.step",
            [unit.pk],
        )
        return list(found)


class Unit(models.Model):
    code = models.SlugField(_("code"), unique=True, max_length=60)
    name = models.CharField(_("name"), max_length=160)
    branch = models.ForeignKey(ServiceBranch, models.PROTECT, related_name="units", verbose_name=_("service branch"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("location")
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("region")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(parent=models.F("id")), name="unit_not_its_own_parent")]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    code = models.SlugField(_("code"), unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=TeamKind.choices)
    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=_("region"))
    is_national_pool = models.BooleanField(_("national pool"), default=False)

    class Meta:
        ordering = ["name_nl"]
        constraints = [
            models.UniqueConstraint(
                "kind", condition=Q(kind__in=["desk", "after_hours"]), name="one_desk_one_night_line"
            )
        ]

    def __str__(self) -> str:
        return in_language(self.name_nl, self.name_en)

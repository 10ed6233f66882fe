"""How to reach somebody to whom no file goes, and which office is whose."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ServiceBranch, Team, Unit
from referrals.enums import Destination

REACHED = (
    Destination.CHAPLAIN, Destination.SMT, Destination.BIU, Destination.COMPANY_DOCTOR, Destination.REINTEGRATION,
    Destination.PREVENTION_OFFICER,
)  # fmt: skip
"""Destinations that people can go to by themselves."""


class Reach(models.Model):
    """A way to reach somebody, by day and by night. It is no secret: clients read it, also without logging in.

    Without a unit it is for everyone, with one for that unit and everything under it. By day means: while ``team`` is
    open; without a team, or when that has no hours, while the desk is.
    """

    destination = models.CharField(
        _("for"), max_length=20, choices=[(code.value, code.label) for code in REACHED], default=Destination.CHAPLAIN
    )
    name = models.CharField(_("name"), max_length=120)
    world_view_nl = models.CharField(_("world view, in Dutch"), max_length=60, blank=True)
    world_view_en = models.CharField(_("world view, in English"), max_length=60, blank=True)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team"))
    day_number = models.CharField(_("number by day"), max_length=24)
    night_number = models.CharField(_("number by night"), max_length=24, blank=True)
    about_nl = models.CharField(_("about it, in Dutch"), max_length=240, blank=True)
    about_en = models.CharField(_("about it, in English"), max_length=240, blank=True)
    languages = models.CharField(_("languages"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=10)
    checked_on = models.DateField(_("checked on"))

    class Meta:
        ordering = ["destination", "order", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["destination", "name", "unit"], nulls_distinct=False, name="reach_once",
                violation_error_message=_("This one is on the list already."),
            ),
            models.CheckConstraint(condition=~Q(day_number=""), name="reach_has_number"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} {self.day_number}"


class BranchOffice(models.Model):
    """The office for small deployments of a service branch; a branch without a row goes to the Individual Deployments
    Office that no branch has to itself."""

    branch = models.OneToOneField(
        ServiceBranch, models.CASCADE, related_name="deployment_office", verbose_name=_("service branch")
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=_("office"))

    class Meta:
        ordering = ["branch__name_nl"]

    def __str__(self) -> str:
        return f"{self.branch} → {self.team}"

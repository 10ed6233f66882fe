"""One entry of the directory: what a provider does for somebody."""

import datetime as dt

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from referrals.directory.enums import FOUND, ServiceKind, ServiceState
from referrals.directory.models.needs import Need
from referrals.directory.models.providers import Provider
from referrals.directory.models.rows import Row, in_both


class ServiceQuerySet(models.QuerySet["Service"]):
    def found(self) -> "ServiceQuerySet":
        """What anyone may find."""
        return self.filter(state__in=FOUND)

    def stale(self, oldest: dt.date) -> "ServiceQuerySet":
        """What nobody verified since ``oldest``, or ever; longest ago first."""
        rows = self.found().filter(Q(verified_on=None) | Q(verified_on__lt=oldest))
        return rows.order_by(models.F("verified_on").asc(nulls_first=True), "id")


class Service(Row):
    """HSDS ``service``. Somebody keeps it (``owner``; nobody: the coordinators) and somebody verified it: rang or wrote
    to ask whether all of it is still so. Changing is not verifying."""

    provider = models.ForeignKey(Provider, models.CASCADE, null=True, related_name="services")
    kind = models.CharField(_("kind"), max_length=8, choices=ServiceKind.choices, default=ServiceKind.HELP)
    state = models.CharField(_("shown"), max_length=8, choices=ServiceState.choices, default=ServiceState.DRAFT)
    name_nl = models.CharField(_("name in Dutch"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    alternate_name = models.CharField(_("also known as"), max_length=200, blank=True)
    about_nl = models.TextField(_("what they do, in Dutch"), blank=True)
    about_en = models.TextField(_("what they do, in English"), blank=True)
    needs = models.ManyToManyField(Need, related_name="services", verbose_name=_("helps with"), blank=True)
    for_whom_nl = models.TextField(_("for whom, in Dutch"), blank=True)  # HSDS eligibility_description
    for_whom_en = models.TextField(_("for whom, in English"), blank=True)
    for_family = models.BooleanField(_("for family too"), default=False)
    minimum_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(_("until and including age"), null=True, blank=True)
    how_nl = models.TextField(_("how to apply, in Dutch"), blank=True)  # HSDS application_process
    how_en = models.TextField(_("how to apply, in English"), blank=True)
    is_free = models.BooleanField(_("free of charge"), default=False)
    fees_nl = models.TextField(_("what it costs, in Dutch"), blank=True)  # HSDS fees_description
    fees_en = models.TextField(_("what it costs, in English"), blank=True)
    amount_nl = models.TextField(_("how much a fund gives, in Dutch"), blank=True)
    amount_en = models.TextField(_("how much a fund gives, in English"), blank=True)
    wait_nl = models.CharField(_("waiting time, in Dutch"), max_length=200, blank=True)  # HSDS wait_time
    wait_en = models.CharField(_("waiting time, in English"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    url = models.URLField(_("web page"), max_length=500, blank=True)
    interpreters = models.CharField(_("interpreters"), max_length=200, blank=True)
    for_professionals = models.TextField(_("what colleagues should know"), blank=True)
    everywhere = models.BooleanField(_("in the whole country"), default=False)
    helpline = models.ForeignKey(
        "accounts.Helpline", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("helpline")
    )

    owner = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kept by")
    )
    verified_on = models.DateField(null=True, blank=True, editable=False)  # HSDS assured_date
    verified_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, editable=False, related_name="+")
    reminded_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)  # HSDS last_modified

    found_by = SearchVectorField(null=True, editable=False)
    sought = models.TextField(default="", editable=False)  # the words of it, for those who misspell one

    objects = ServiceQuerySet.as_manager()

    name = in_both("name")
    about = in_both("about")
    for_whom = in_both("for_whom")
    how = in_both("how")
    fees = in_both("fees")
    amount = in_both("amount")
    wait = in_both("wait")

    class Meta(Row.Meta):
        indexes = [
            GinIndex(fields=["found_by"], name="service_by_words"),
            GinIndex(fields=["sought"], opclasses=["gin_trgm_ops"], name="service_by_likeness"),
            models.Index(fields=["name_nl", "id"], name="service_by_name"),
            models.Index(fields=["verified_on"], name="service_by_verified"),
        ]
        constraints = [
            *Row.Meta.constraints,
            models.CheckConstraint(
                condition=Q(verified_on=None, verified_by=None) | Q(verified_on__isnull=False),
                name="service_verified_on",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

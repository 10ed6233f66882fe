"""What an entry consists of further: its regions, languages, costs, papers and pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.directory.models.entries import Service
from referrals.directory.models.providers import Provider
from referrals.directory.models.rows import Row, in_both


class ServiceArea(Row):
    """HSDS ``service_area``. Without one of our regions it is a name only, and finds nothing."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="areas")
    region = models.ForeignKey("accounts.Region", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200, blank=True)

    class Meta(Row.Meta):
        ordering = ["region__name_nl", "name", "id"]

    def __str__(self) -> str:
        return str(self.region) if self.region else self.name


class ServiceLanguage(Row):
    """HSDS ``language`` of a service: its ISO 639 code."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="languages")
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=120, blank=True)

    class Meta(Row.Meta):
        ordering = ["code", "id"]
        indexes = [models.Index(fields=["code"], name="language_by_code")]

    def __str__(self) -> str:
        return self.name or self.code


class CostOption(Row):
    """HSDS ``cost_option``."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="costs")
    option_nl = models.CharField(_("what, in Dutch"), max_length=200, blank=True)
    option_en = models.CharField(_("what, in English"), max_length=200, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR", blank=True)
    about = models.CharField(_("explanation"), max_length=200, blank=True)  # HSDS amount_description
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    option = in_both("option")

    class Meta(Row.Meta):
        ordering = ["amount", "id"]

    def __str__(self) -> str:
        return str(self.option)


class RequiredDocument(Row):
    """HSDS ``required_document``: what somebody has to bring or send."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="documents")
    name_nl = models.CharField(_("paper, in Dutch"), max_length=200)
    name_en = models.CharField(_("paper, in English"), max_length=200, blank=True)
    url = models.URLField(_("web page"), max_length=500, blank=True)

    name = in_both("name")

    class Meta(Row.Meta):
        ordering = ["name_nl", "id"]

    def __str__(self) -> str:
        return str(self.name)


class WebAddress(Row):
    """HSDS ``url`` (3.1): a further page of a provider or a service."""

    provider = models.ForeignKey(Provider, models.CASCADE, null=True, related_name="pages")
    service = models.ForeignKey(Service, models.CASCADE, null=True, related_name="pages")
    label = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500)

    class Meta(Row.Meta):
        ordering = ["label", "id"]

    def __str__(self) -> str:
        return self.label or self.url

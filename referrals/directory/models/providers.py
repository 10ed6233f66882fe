"""Who offers help, and where."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.directory.enums import PlaceKind
from referrals.directory.models.rows import Row, in_both


class Provider(Row):
    """HSDS ``organization``: an organisation, a practice or a fund outside our own."""

    name = models.CharField(_("name"), max_length=200)
    alternate_name = models.CharField(_("also known as"), max_length=200, blank=True)
    about_nl = models.TextField(_("about, in Dutch"), blank=True)
    about_en = models.TextField(_("about, in English"), blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)

    about = in_both("about")

    class Meta(Row.Meta):
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class RegisterEntry(Row):
    """HSDS ``organization_identifier``. Titles are not protected (R19): somebody looked the number up, on a day."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="registers")
    register = models.CharField(_("register"), max_length=120)  # HSDS identifier_type
    scheme = models.CharField(max_length=200, blank=True, editable=False)  # HSDS identifier_scheme
    number = models.CharField(_("number"), max_length=120)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    checked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    expires_on = models.DateField(_("valid until and including"), null=True, blank=True)

    class Meta(Row.Meta):
        ordering = ["register", "number", "id"]

    def __str__(self) -> str:
        return f"{self.register} {self.number}"


class Place(Row):
    """HSDS ``location`` with its first ``address``; further addresses are kept in ``extra``."""

    provider = models.ForeignKey(Provider, models.CASCADE, null=True, blank=True, related_name="places")
    kind = models.CharField(_("kind"), max_length=8, choices=PlaceKind.choices, default=PlaceKind.PHYSICAL)
    name = models.CharField(_("name"), max_length=200, blank=True)
    about_nl = models.TextField(_("about, in Dutch"), blank=True)
    about_en = models.TextField(_("about, in English"), blank=True)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    town = models.CharField(_("town"), max_length=120, blank=True)
    province = models.CharField(_("province"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, default="NL")
    latitude = models.FloatField(null=True, blank=True, editable=False)
    longitude = models.FloatField(null=True, blank=True, editable=False)
    region = models.ForeignKey(
        "accounts.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    accessibility = models.TextField(_("for people who need a ramp, a lift or help to hear"), blank=True)
    transport = models.TextField(_("how to get there"), blank=True)
    url = models.URLField(_("web page"), max_length=500, blank=True)

    about = in_both("about")

    class Meta(Row.Meta):
        ordering = ["town", "street", "id"]

    def __str__(self) -> str:
        street = ", ".join(part for part in (self.street, f"{self.postal_code} {self.town}".strip()) if part)
        return street or self.name

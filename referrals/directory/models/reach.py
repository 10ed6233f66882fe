"""Where and when an entry can be reached. As in HSDS 3 a row belongs to a provider, a service, a place, or one at the
other."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from referrals.directory.enums import PhoneKind
from referrals.directory.models.entries import Service
from referrals.directory.models.providers import Place, Provider
from referrals.directory.models.rows import Row, in_both


class ServiceAtPlace(Row):
    """HSDS ``service_at_location``."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="at_places")
    place = models.ForeignKey(Place, models.CASCADE, related_name="at_services")
    about = models.TextField(blank=True)

    class Meta(Row.Meta):
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(fields=["service", "place"], name="service_once_at_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.place_id}"


class Reached(Row):
    """Belongs to at least one of these."""

    provider = models.ForeignKey(Provider, models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    service = models.ForeignKey(Service, models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    at_place = models.ForeignKey(ServiceAtPlace, models.CASCADE, null=True, blank=True, related_name="%(class)ss")

    class Meta(Row.Meta):
        abstract = True


class Contact(Reached):
    """HSDS ``contact``: whom colleagues ring or write to; clients see those that are not ``for_staff``."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    title = models.CharField(_("what they do there"), max_length=200, blank=True)
    department = models.CharField(_("department"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    for_staff = models.BooleanField(_("for colleagues only"), default=True)

    class Meta(Reached.Meta):
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name or self.department or self.title


class Phone(Reached):
    """HSDS ``phone``; also of a contact."""

    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="phones")
    number = models.CharField(_("number"), max_length=60)
    extension = models.CharField(_("extension"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=PhoneKind.choices, default=PhoneKind.VOICE)
    about_nl = models.CharField(_("when or for what, in Dutch"), max_length=200, blank=True)
    about_en = models.CharField(_("when or for what, in English"), max_length=200, blank=True)
    for_staff = models.BooleanField(_("for colleagues only"), default=False)

    about = in_both("about")

    class Meta(Reached.Meta):
        ordering = ["number", "id"]

    def __str__(self) -> str:
        return self.number


class Schedule(Reached):
    """HSDS ``schedule``. Every week on ``days`` ("MO,TU"), from ``opens_at`` until ``closes_at``: when that is not
    later, on the next day. Without days or times it is an explanation only."""

    days = models.CharField(_("days"), max_length=40, blank=True)  # HSDS byday
    opens_at = models.TimeField(_("opens"), null=True, blank=True)
    closes_at = models.TimeField(_("closes"), null=True, blank=True)
    about_nl = models.CharField(_("explanation in Dutch"), max_length=300, blank=True)
    about_en = models.CharField(_("explanation in English"), max_length=300, blank=True)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until and including"), null=True, blank=True)

    about = in_both("about")

    class Meta(Reached.Meta):
        ordering = ["opens_at", "id"]
        constraints = [
            *Row.Meta.constraints,
            models.CheckConstraint(
                condition=Q(opens_at=None, closes_at=None) | Q(opens_at__isnull=False, closes_at__isnull=False),
                name="schedule_times",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} {self.opens_at or ''}-{self.closes_at or ''}"

"""Codes of the directory. Where HSDS 3 has a list of its own, the comment says what is what there."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ServiceKind(models.TextChoices):
    HELP = "help", _("Help")
    COACH = "coach", _("Coaching")
    FUND = "fund", _("Fund")
    HELPLINE = "helpline", _("Helpline")


class ServiceState(models.TextChoices):
    """HSDS ``status``: inactive, active, temporarily closed, defunct."""

    DRAFT = "draft", _("Not shown yet")
    SHOWN = "shown", _("Shown")
    PAUSED = "paused", _("Takes nobody new now")
    ARCHIVED = "archived", _("No longer there")


FOUND = (ServiceState.SHOWN, ServiceState.PAUSED)
"""What can be found by anyone."""


class PlaceKind(models.TextChoices):
    """HSDS ``location_type``."""

    PHYSICAL = "physical", _("An address")
    POSTAL = "postal", _("Post only")
    VIRTUAL = "virtual", _("Online")


class PhoneKind(models.TextChoices):
    """HSDS ``phone.type``; anything else there is kept as it is in ``extra``."""

    VOICE = "voice", _("Phone")
    TEXT = "text", _("Text message or chat app")
    FAX = "fax", _("Fax")


class Day(models.TextChoices):
    """As in HSDS ``byday``; in the order of ``date.weekday()``."""

    MONDAY = "MO", _("Monday")
    TUESDAY = "TU", _("Tuesday")
    WEDNESDAY = "WE", _("Wednesday")
    THURSDAY = "TH", _("Thursday")
    FRIDAY = "FR", _("Friday")
    SATURDAY = "SA", _("Saturday")
    SUNDAY = "SU", _("Sunday")

"""Codes of the organisation: roles, teams, lines. Stored as they stand here, shown in words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a membership lets someone do; the permissions are in accounts/roles.py."""

    DESK_WORKER = "desk_worker", _("Desk worker")
    REGIONAL_WORKER = "regional_worker", _("Regional social worker")
    SPECIALIST = "specialist", _("Specialist")
    COORDINATOR = "coordinator", _("Coordinator")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    ADMINISTRATOR = "administrator", _("Administrator")


class TeamKind(models.TextChoices):
    DESK = "desk", _("Support desk")
    AFTER_HOURS = "after_hours", _("After-hours line")
    REGIONAL = "regional", _("Regional team")
    SMT = "smt", _("Social Medical Team")
    BIU = "biu", _("Individual Deployments Office")
    CHAPLAINCY = "chaplaincy", _("Chaplaincy")


class Line(models.TextChoices):
    """Who answers the phone at a moment (R2)."""

    DESK = "DESK_LINE", _("Support desk")
    AFTER_HOURS = "AFTER_HOURS_LINE", _("After-hours line")


class Weekday(models.IntegerChoices):
    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class HelplineFor(models.TextChoices):
    """The need a helpline answers; decides where it is shown."""

    DANGER = "danger", _("Danger now")
    SUICIDE = "suicide", _("Thoughts of suicide")
    HOME_SAFETY = "home_safety", _("Not safe at home")
    SEXUAL_VIOLENCE = "sexual_violence", _("Sexual violence")
    CHAPLAIN = "chaplain", _("Chaplain")
    TALK = "talk", _("Someone to talk to")
    VETERANS = "veterans", _("Veterans")


class Channel(models.TextChoices):
    """By which way a notice goes."""

    INBOX = "inbox", _("Inbox")
    EMAIL = "email", _("E-mail")


class Outcome(models.TextChoices):
    """How an action ended, for the audit."""

    DONE = "done", _("Done")
    DENIED = "denied", _("Refused")

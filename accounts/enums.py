"""Codes of the organisation: roles, teams, lines. Stored as they stand here, shown in words."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a membership lets someone do; words and permissions are in accounts/roles.py."""

    DESK_WORKER = "desk_worker", _("Desk worker")
    REGIONAL_WORKER = "regional_worker", _("Regional social worker")
    SPECIALIST = "specialist", _("Specialist")
    SMT_DOCTOR = "smt_doctor", _("Doctor of the Social Medical Team")
    SMT_SOCIAL_WORKER = "smt_social_worker", _("Social worker of the Social Medical Team")
    SMT_HR_OFFICER = "smt_hr_officer", _("HR officer of the Social Medical Team")
    BIU_WORKER = "biu_worker", _("Worker of the Individual Deployments Office")
    CHAPLAIN = "chaplain", _("Chaplain")
    COACH = "coach", _("Coach")
    COMPANY_DOCTOR = "company_doctor", _("Company doctor")
    REINTEGRATION = "reintegration", _("Reintegration adviser")
    PREVENTION_OFFICER = "prevention_officer", _("Prevention officer")
    CLIENT_TEAM_MEMBER = "client_team_member", _("Member of a client team")
    COORDINATOR = "coordinator", _("Coordinator")
    COMMANDER = "commander", _("Commander")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    ADMINISTRATOR = "administrator", _("Administrator")


TAKES_TURNS = (Role.DESK_WORKER, Role.COORDINATOR)
"""Roles that take turns on the roster: who has none of them covers no shift."""


class TeamKind(models.TextChoices):
    DESK = "desk", _("Support desk")
    AFTER_HOURS = "after_hours", _("After-hours line")
    REGIONAL = "regional", _("Regional team")
    SMT = "smt", _("Social Medical Team")
    BIU = "biu", _("Individual Deployments Office")
    CHAPLAINCY = "chaplaincy", _("Chaplaincy")
    SPECIALISTS = "specialists", _("Specialists and coaches")


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


class OpenFor(models.TextChoices):
    """A way to reach a team that may have hours of its own; the form on the site is never closed (R1)."""

    PHONE = "phone", _("Phone")
    MAIL = "mail", _("E-mail")
    VISIT = "visit", _("Walking in")


class ClosedDays(models.TextChoices):
    """What a pattern of shifts does on a day on which the desk does not open."""

    ALSO = "also", _("They count as any other day")
    NOT = "not", _("No shift on those days")
    ONLY = "only", _("Only on those days")


class Rotation(models.TextChoices):
    WEEK = "week", _("Somebody else every week")
    SHIFT = "shift", _("Somebody else every shift")


class SwapState(models.TextChoices):
    ASKED = "asked", _("Waits for an answer")
    AGREED = "agreed", _("Agreed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Not answered in time")


class HelplineFor(models.TextChoices):
    """The need a helpline answers; decides where it is shown."""

    DANGER = "danger", _("Danger now")
    SUICIDE = "suicide", _("Thoughts of suicide")
    HOME_SAFETY = "home_safety", _("Not safe at home")
    SEXUAL_VIOLENCE = "sexual_violence", _("Sexual violence")
    CHAPLAIN = "chaplain", _("Chaplain")
    TALK = "talk", _("Someone to talk to")
    VETERANS = "veterans", _("Veterans")


class Audience(StrEnum):
    """Whom a kind of notice is for."""

    STAFF = "staff"
    GUESTS = "guests"  # let in by a client
    CLIENTS = "clients"
    EVERYONE = "everyone"  # with an account
    OUTSIDE = "outside"  # by mail only, to somebody who chooses nothing here


class Channel(models.TextChoices):
    """By which way a notice goes."""

    INBOX = "inbox", _("Inbox")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    PUSH = "push", _("Sign on a device")


class Outcome(models.TextChoices):
    """How an action ended, for the audit."""

    DONE = "done", _("Done")
    DENIED = "denied", _("Refused")

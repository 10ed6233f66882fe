"""Codes of what only named staff may see: broken confidentiality, the reporting code, complaints, serious incidents."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ground(models.TextChoices):
    """On what ground confidentiality may be broken (DOMAIN 3.4)."""

    CONSENT = "consent", _("The client agrees")
    LEGAL_DUTY = "legal_duty", _("A law says that we must")
    RIGHT_TO_REPORT = "right_to_report", _("The right to report violence or abuse at home")
    DANGER_SELF = "danger_self", _("Conflict of duties: danger to the client")
    DANGER_OTHERS = "danger_others", _("Conflict of duties: danger to others")
    DANGER_WORK = "danger_work", _("Conflict of duties: danger to the organisation")


class BreachAct(models.TextChoices):
    """What was done with a wish to break confidentiality; nothing is ever taken back."""

    SIGNED = "signed", _("Signed")
    REFUSED = "refused", _("Not signed")
    CARRIED_OUT = "carried_out", _("Carried out")
    TOLD = "told", _("The client was told")
    LAPSED = "lapsed", _("Lapsed")


ENDS = (BreachAct.REFUSED, BreachAct.CARRIED_OUT, BreachAct.LAPSED)


class ReportingDecision(models.TextChoices):
    """The fifth step of the reporting code."""

    REPORT = "report", _("Report to Veilig Thuis")
    HELP = "help", _("Organise help, without a report")
    BOTH = "both", _("Report, and organise help")
    NEITHER = "neither", _("Neither: the suspicion was not confirmed")


class ComplaintState(models.TextChoices):
    RECEIVED = "received", _("Received")
    IN_HANDLING = "in_handling", _("Being handled")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")


COMPLAINT_OPEN = (ComplaintState.RECEIVED, ComplaintState.IN_HANDLING)


class ComplaintStep(models.TextChoices):
    """What a complaint has a term for."""

    ACKNOWLEDGE = "acknowledge", _("First reaction, in working days")
    ANSWER = "answer", _("Answer, in days")


class IncidentKind(models.TextChoices):
    ACCIDENT = "accident", _("Accident")
    DEATH = "death", _("Death")


class StepOutcome(models.TextChoices):
    """How a line of the checklist was settled."""

    DONE = "done", _("Done")
    NOT_NEEDED = "not_needed", _("Does not apply")

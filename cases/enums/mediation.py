"""States of a talk led by somebody neutral (R17), and who takes part in it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MediationState(models.TextChoices):
    ASKED = "asked", _("Both are asked")
    AGREED = "agreed", _("Both said yes")
    ENDED = "ended", _("Over")


class MediationEnding(models.TextChoices):
    """How it ended; both read the same words."""

    SIGNED = "signed", _("There is an agreement that both signed")
    NO_AGREEMENT = "no_agreement", _("It ended without an agreement")
    REFUSED = "refused", _("One of the two said no")
    WITHDRAWN = "withdrawn", _("One of the two stopped")
    NO_ANSWER = "no_answer", _("There was no answer in time")
    NOT_NEUTRAL = "not_neutral", _("Another conversation leader is needed")
    CASE_CLOSED = "case_closed", _("The help around it ended")


LEADER_ENDINGS = (MediationEnding.SIGNED, MediationEnding.NO_AGREEMENT, MediationEnding.NOT_NEUTRAL)
"""What the conversation leader can say; the others follow from what somebody does, or from the clock."""


class Side(models.TextChoices):
    """The two who talk. Neither counts for more."""

    CLIENT = "client", _("Client")
    OTHER = "other", _("The other one")


class OtherIs(models.TextChoices):
    """What the other one is to the client."""

    MANAGER = "manager", _("Manager")
    EMPLOYER = "employer", _("Somebody else for the employer")
    COLLEAGUE = "colleague", _("Colleague")


class TalkWith(models.TextChoices):
    """With whom the leader talks, or about whom a private note is."""

    CLIENT = "client", _("Only the client")
    OTHER = "other", _("Only the other one")
    BOTH = "both", _("Both together")

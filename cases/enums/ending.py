"""What comes after closing: opening a case again, one call, a few questions, and putting requests together."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.enums import CaseOutcome, CaseState

AGAIN = frozenset({CaseState.SUBMITTED, CaseState.ACCEPTED, CaseState.ACTIVE})
"""Where a closed case goes when it is opened again. Undoing a merge brings one back to where it was."""

MERGES = frozenset({CaseState.SUBMITTED, CaseState.IN_TRIAGE, CaseState.ACCEPTED, CaseState.ACTIVE})
"""In these states a request can be put together with another: nobody waits for an answer of somebody else."""

CALLED_AFTER = (CaseOutcome.HELPED, CaseOutcome.REFERRED_ON, CaseOutcome.STOPPED)
"""Whoever had conversations can be called once more."""

ASKED_AFTER = (*CALLED_AFTER, CaseOutcome.SOLVED_AT_DESK)
"""Whoever was helped is asked how it was. Not who withdrew, was never reached or had no question."""


class AfterCareState(models.TextChoices):
    OPEN = "open", _("To be called")
    DONE = "done", _("Called")
    OFF = "off", _("Not wanted")
    OVER = "over", _("No longer needed")


class AfterCareOutcome(models.TextChoices):
    GOES_WELL = "goes_well", _("It goes well")
    WANTS_HELP = "wants_help", _("Wants help again: open the case")
    NOT_REACHED = "not_reached", _("Not reached")


class GoalResult(models.TextChoices):
    REACHED = "reached", _("Reached")
    PARTLY = "partly", _("Partly reached")
    NOT = "not", _("Not reached")
    DROPPED = "dropped", _("No longer wanted")


class Agrees(models.IntegerChoices):
    """How far a sentence is true for someone; in words, from little to much."""

    NOT_AT_ALL = 1, _("Not at all")
    A_LITTLE = 2, _("A little")
    MOSTLY = 3, _("Mostly")
    COMPLETELY = 4, _("Completely")

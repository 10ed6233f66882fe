"""That an offer is answered is what comes next in its case; cases/next_step.py asks for it."""

from django.db.models import F, Q

from cases import next_step
from cases.enums.steps import StepKind
from cases.next_step import Source
from referrals.models import Referral


def _answered_by() -> Source:
    """By when the client says yes to what travels, or somebody answers what was offered."""
    counts = Q(case__reopened_at=None) | Q(created_at__gte=F("case__reopened_at"))  # what was left behind does not
    return Source(Referral.objects.pending().filter(counts), "due_at")


next_step.SOURCES[StepKind.OFFER] = _answered_by

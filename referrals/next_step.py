"""That an offer is answered is what comes next in its case; cases/next_step.py asks for it."""

from typing import Any

from django.db.models import F, Min, OuterRef, Q, Subquery

from cases import next_step
from cases.enums.steps import StepKind
from referrals.models import Referral


def _answered_by() -> Any:
    """By when the client says yes to what travels, or somebody answers what was offered."""
    counts = Q(case__reopened_at=None) | Q(created_at__gte=F("case__reopened_at"))  # what was left behind does not
    rows = Referral.objects.pending().filter(counts, case=OuterRef("pk")).order_by()
    return Subquery(rows.values("case").annotate(first=Min("due_at")).values("first"))


next_step.SOURCES[StepKind.OFFER] = _answered_by

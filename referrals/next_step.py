"""That an offer is answered, or first agreed to, is what comes next in its case; cases/next_step.py asks for it."""

from django.db.models import Case as Choose
from django.db.models import CharField, F, Q, Value, When

from cases import next_step
from cases.enums.steps import StepKind
from cases.next_step import Source
from referrals.enums import Consent, ReferralState
from referrals.models import Referral

FOR_YES = Q(state=ReferralState.AWAITING_CONSENT)


def kind_of_pending() -> Choose:
    """For whom a hand-over waits, as a column of it: the coordinator, the client, who asked, or who answers."""
    return Choose(
        When(Q(state=ReferralState.AWAITING_COORDINATOR), then=Value(str(StepKind.COORDINATOR))),
        When(FOR_YES & Q(consent=Consent.ASKED), then=Value(str(StepKind.SUMMARY))),
        When(FOR_YES, then=Value(str(StepKind.PUT_OUT))),
        default=Value(str(StepKind.OFFER)),
        output_field=CharField(),
    )


def _answered_by() -> Source:
    """By when the client says yes to what travels, or somebody answers what was offered."""
    counts = Q(case__reopened_at=None) | Q(created_at__gte=F("case__reopened_at"))  # what was left behind does not
    return Source(Referral.objects.pending().filter(counts), "due_at", kind=kind_of_pending())


next_step.SOURCES[StepKind.OFFER] = _answered_by

"""What comes next in a case: that an offer is answered or first agreed to, or that who said yes speaks to the client.

It is added to what cases/next_step.py asks.
"""

from django.db.models import Case as Choose
from django.db.models import CharField, F, Q, Value, When

from cases import next_step
from cases.enums import WITH_WORKER
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


def _met_by() -> Source:
    """By when who said yes speaks to the client: in the talk of three, where one comes first."""
    return Source(Referral.objects.being_introduced().filter(case__state__in=WITH_WORKER), "contact_due_at")


next_step.SOURCES[StepKind.OFFER] = _answered_by
next_step.SOURCES[StepKind.MEET] = _met_by

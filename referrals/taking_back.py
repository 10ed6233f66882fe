"""Taking back what waits for an answer, or ending what runs, by who has the case."""

import datetime as dt
from uuid import UUID

from accounts.actors import Actor
from cases.models import Case
from referrals.consulting import stop
from referrals.enums import HandOver, ReferralState
from referrals.models import Referral
from referrals.offering import withdraw
from referrals.permissions import refused


def of_case(case: Case, pk: UUID, *, by: Actor, at: dt.datetime) -> Referral:
    """End this hand-over of a case that ``by`` opened through ``case_for``. Raises Refused for one of another case."""
    found = Referral.objects.filter(pk=pk, case=case).exclude(kind=HandOver.REQUEST).first()
    if found is None:
        raise refused(pk, "referral.take_back")
    if found.kind == HandOver.CONSULTATION and found.state in {ReferralState.ACCEPTED, ReferralState.ENDED}:
        return stop(found, by=by, at=at)
    return withdraw(found, by=by, at=at)

"""What of a case is handed over or shared: what waits, who reads along, what was asked before. Reads only."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from cases.models import Case
from referrals.enums import BY_WORKER, PENDING, Consent, HandOver, ReferralState
from referrals.models import Referral

MOST_BEFORE = 10


@dataclass(frozen=True)
class HandedOver:
    """For the panel of a case, newest first."""

    waiting: list[Referral] = field(default_factory=list)
    reading: list[Referral] = field(default_factory=list)
    before: list[Referral] = field(default_factory=list)
    asked_for: list[Referral] = field(default_factory=list)  # by colleagues

    @property
    def moving(self) -> bool:
        """Whether something waits that would move the case."""
        return any(row.kind != HandOver.CONSULTATION for row in self.waiting)


def of_case(case: Case, at: dt.datetime) -> HandedOver:
    """One query."""
    found = HandedOver()
    rows = Referral.objects.filter(case=case).select_related("to_user", "to_team", "answered_by", "created_by")
    for row in rows.order_by("-created_at", "-pk"):
        row.case = case  # its key is at hand
        if row.kind == HandOver.REQUEST:
            if row.state == ReferralState.OFFERED:
                found.asked_for.append(row)
        elif row.state in PENDING:
            found.waiting.append(row)
        elif row.state == ReferralState.ACCEPTED and row.ends_at is not None and row.ends_at > at:
            found.reading.append(row)
        elif len(found.before) < MOST_BEFORE:
            found.before.append(row)
    return found


def waiting_of_case() -> dict[str, Any]:
    """How much of a case waits for somebody, or is read along with: for a query over cases."""
    runs = Q(state__in=PENDING) | Q(state=ReferralState.ACCEPTED, kind=HandOver.CONSULTATION)
    rows = Referral.objects.filter(runs, case=OuterRef("pk")).order_by().values("case").annotate(n=Count("pk"))
    return {"waits_for_others": Subquery(rows.values("n"))}


def asked_of_case() -> dict[str, Any]:
    """Whether a colleague asks for a case: for a query over cases."""
    return {"asked_for": Exists(Referral.objects.asked_for().filter(case=OuterRef("pk")))}


def pending(case: Case) -> list[Referral]:
    """What waits for the client or for a receiver, what was asked first before the rest. One query."""
    rows = list(
        Referral.objects.pending().filter(case=case).select_related("to_user", "to_team").order_by("created_at")
    )
    for row in rows:
        row.case = case  # its key is at hand
    return rows


def waiting(case: Case, pk: UUID) -> Referral | None:
    """What its worker asked and the client has not answered yet. One query."""
    rows = Referral.objects.filter(case=case, kind__in=BY_WORKER, state=ReferralState.AWAITING_CONSENT)
    found = rows.filter(pk=pk, consent=Consent.ASKED).select_related("to_user", "to_team").first()
    if found is not None:
        found.case = case  # its key is at hand
    return found


def consultation(case: Case, pk: str) -> Referral | None:
    """A consultation of this case, by what an address says; None for anything else."""
    try:
        wanted = UUID(pk)
    except ValueError:
        return None
    found = Referral.objects.filter(pk=wanted, case=case, kind=HandOver.CONSULTATION).first()
    if found is not None:
        found.case = case
    return found

"""The client takes back a yes: what waits is not handed over, and who reads along stops at once.

What was accepted stays with who accepted it; then the client can ask for somebody else (cases/someone_else.py). A text
for an employer and a letter to a provider have this of their own (cases/outlines.py, referrals/letters/writing.py).
"""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.notices import tell_user
from accounts.permissions import Refused
from accounts.roles import CASE_REFER
from cases import timeline
from cases.enums import WITH_WORKER, EntryKind
from cases.models import Case
from cases.moves import NotNow
from cases.permissions import OWN_CASE, must_have
from referrals import voice
from referrals.consulting import end
from referrals.enums import MOVES_CASE, PENDING, SAID_YES, Consent, HandOver, ReferralState
from referrals.models import Referral, ReferralQuerySet
from referrals.moves import locked_pair, tell_sender
from referrals.notices import CONSULTATION_OVER, YES_TAKEN_BACK
from referrals.offering import addressee, take_back

_WAITS = Q(state__in=PENDING, consent__in=SAID_YES) & ~Q(kind=HandOver.REQUEST)
_RUNS = Q(kind=HandOver.CONSULTATION, state=ReferralState.ACCEPTED, consent__in=SAID_YES)
_HELPS = Q(kind__in=MOVES_CASE, state=ReferralState.ACCEPTED, consent__in=SAID_YES, case__state__in=WITH_WORKER)


def shared(case: Case, at: dt.datetime) -> list[Referral]:
    """What the client said yes to and counts now: what waits, who reads along, and who helps them by it. One query."""
    rows = _shared(at).filter(case=case).select_related("to_user", "to_team", "answered_by").order_by("-created_at")
    found = list(rows)
    for row in found:
        row.case = case  # its key is at hand
    return found


def shares_of_case(at: dt.datetime) -> dict[str, Exists]:
    """Whether there is any, inside a query for cases."""
    return {"shares": Exists(_shared(at).filter(case=OuterRef("pk")))}


def of_case(case: Case, pk: UUID) -> Referral:
    """One of a case that was opened already. Raises Refused for one of another case, and for what asks no yes."""
    found = Referral.objects.filter(case=case, pk=pk).exclude(kind=HandOver.REQUEST)
    row = found.select_related("to_user", "to_team", "answered_by").first()
    if row is None:
        raise Refused("consent.take_back", case_id=case.pk, basis="not of this case")
    row.case = case
    return row


@transaction.atomic
def change_mind(referral: Referral, *, by: Actor, at: dt.datetime) -> Referral:
    """The client does not want it any more. Who asked them is told; twice is once. Raises NotNow when it was answered,
    and Refused for anyone but the client: what they said by voice is another verb."""
    must_have(OWN_CASE, referral.case_id, by=by, at=at, action="consent.take_back")
    return _taken_back(referral, by=by, at=at)


def change_mind_by_phone(referral: Referral, *, phrase: str, by: Actor, at: dt.datetime) -> Referral:
    """The same when they said so, and their pass-phrase; who recorded it is kept. Raises voice.NotHeard for a phrase
    that does not fit, and Refused for who may not pass this case on."""
    must_have(CASE_REFER, referral.case_id, by=by, at=at, action="consent.take_back")
    if referral.consent != Consent.TAKEN_BACK:
        voice.must_fit(referral.case, phrase, by=by, at=at)
    return _taken_back(referral, by=by, at=at)


@transaction.atomic
def _taken_back(referral: Referral, *, by: Actor, at: dt.datetime) -> Referral:
    case, row = locked_pair(referral)
    if row.consent == Consent.TAKEN_BACK:
        return row
    if not row.can_be_taken_back:
        raise NotNow(_too_late(row, for_client=not by.roles))
    row.consent, row.consent_at, row.consent_recorded_by = Consent.TAKEN_BACK, at, by.user if by.roles else None
    row.save(update_fields=["consent", "consent_at", "consent_recorded_by"])
    facts = addressee(row) | {"taken_back": True}
    timeline.add(case, EntryKind.CONSENT_REFUSED, by=by, at=at, facts=facts, for_client=True)
    audit.record("referral.consent", by=by, at=at, case_id=case.pk, obj=row, part=str(row.consent))
    reader = row.answered_by if row.state == ReferralState.ACCEPTED else None
    if reader is None:
        row = take_back(row, by=by, at=at)
    else:
        end(row, by=by, at=at)
        tell_user(CONSULTATION_OVER, reader, about=case.pk, occasion=str(row.pk), path="/start/", at=at)
    tell_sender(YES_TAKEN_BACK, row, at=at)
    return row


def _too_late(row: Referral, *, for_client: bool) -> str:
    """Why it can no longer be taken back, and what can be done instead."""
    if row.state != ReferralState.ACCEPTED or row.answered_by is None:
        return _("This does not wait any more. Nothing has changed.")
    who = {"who": row.answered_by.name}
    if for_client:
        return _("%(who)s has just said yes and helps you now. You can ask for someone else.") % who
    return _("%(who)s has just said yes and helps this client now. The client can ask for someone else.") % who


def _shared(at: dt.datetime) -> ReferralQuerySet:
    runs, helps = _RUNS & Q(ends_at__gt=at), _HELPS & Q(answered_by=F("case__owner"))
    return Referral.objects.filter(_WAITS | runs | helps)

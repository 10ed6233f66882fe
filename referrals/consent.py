"""The client's say over what travels: read it all, correct the summary, leave things out, approve, or say no (R25,
decision 10)."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import CASE_REFER
from cases import timeline
from cases.enums import WITH_WORKER, CaseState, EntryKind
from cases.models import Case
from cases.moves import NotNow
from cases.permissions import OWN_CASE, must_have
from referrals import travelling, voice
from referrals.enums import BY_WORKER, SAID_YES, Consent, ReferralState
from referrals.models import Referral
from referrals.moves import how_it_ended, locked_pair, move, not_yet, tell_sender
from referrals.notices import SUMMARY_APPROVED, SUMMARY_REFUSED
from referrals.offering import MOST_LETTERS, clean, put_out, say_yes


@dataclass(frozen=True)
class Share:
    """What the client lets travel beside the summary: which items (travelling.of), and the ways to reach them."""

    items: Collection[str] = ()
    contact: bool = True


def waiting_for(case: Case) -> Referral | None:
    """The hand-over about which the client still has to say yes or no; of several the one that was asked first."""
    found = (
        Referral.objects.filter(case=case, state=ReferralState.AWAITING_CONSENT, consent=Consent.ASKED)
        .select_related("to_team", "to_user", "created_by")
        .order_by("created_at")
        .first()
    )
    if found is not None:
        found.case = case  # its key is at hand
    return found


def asked_in(cases: Iterable[Case]) -> set[UUID]:
    """Which of these cases wait for the client's yes to a summary. One query."""
    asked = Referral.objects.filter(case__in=cases, state=ReferralState.AWAITING_CONSENT, consent=Consent.ASKED)
    return set(asked.values_list("case_id", flat=True))


def approved_for(case: Case) -> Referral | None:
    """The hand-over the client approved but that could not be offered then, such as before anyone spoke to them."""
    found = Referral.objects.filter(case=case, state=ReferralState.AWAITING_CONSENT, consent__in=SAID_YES).first()
    if found is not None:
        found.case = case
    return found


@transaction.atomic
def approve_summary(
    referral: Referral, *, by: Actor, at: dt.datetime, text: str | None = None, share: Share | None = None
) -> Referral:
    """The client says yes. With ``text`` these are the words that travel, as the client's own version; with ``share``
    only what it names travels beside them.

    It is offered at once where that is possible; otherwise who asked is told that it may. Raises Refused for anyone
    but the client: what the desk heard by voice is another verb.
    """
    case, referral = locked_pair(referral)
    must_have(OWN_CASE, case.pk, by=by, at=at, action="consent.approve")
    if referral.consent == Consent.IN_PORTAL:
        return referral
    _must_be_open(referral)
    words = clean(str(referral.summary) if text is None else text)
    if not words:
        raise NotNow(_("Write the summary that may be passed on, or say no."))
    if len(words) > MOST_LETTERS:
        raise NotNow(_("The summary is too long: at most %(most)d characters.") % {"most": MOST_LETTERS})
    if share is not None:
        _leave_out(referral, share)
    say_yes(case, referral, Consent.IN_PORTAL, words, by=by, at=at)
    return go_on(case, referral, by, at)


def approve_by_phone(referral: Referral, *, phrase: str, by: Actor, at: dt.datetime) -> Referral:
    """What travels was read out, the client said yes and their pass-phrase; who recorded it is kept.

    Raises voice.NotHeard for a phrase that does not fit; then nothing is recorded but the try. Raises Refused for who
    may not pass this case on.
    """
    must_have(CASE_REFER, referral.case_id, by=by, at=at, action="consent.approve")
    if referral.consent != Consent.BY_PHONE:
        voice.must_fit(referral.case, phrase, by=by, at=at)
    return _approved_by_phone(referral, by=by, at=at)


@transaction.atomic
def _approved_by_phone(referral: Referral, *, by: Actor, at: dt.datetime) -> Referral:
    case, referral = locked_pair(referral)
    if referral.consent == Consent.BY_PHONE:
        return referral
    _must_be_open(referral)
    say_yes(case, referral, Consent.BY_PHONE, str(referral.summary), by=by, at=at)
    return go_on(case, referral, by, at)


@transaction.atomic
def refuse_summary(referral: Referral, *, by: Actor, at: dt.datetime, note: str = "") -> Referral:
    """The client says no, by the portal or to who would pass it on: nothing is, and who asked is told. Raises Refused
    for anyone else."""
    case, referral = locked_pair(referral)
    must_have(CASE_REFER if by.roles else OWN_CASE, case.pk, by=by, at=at, action="consent.refuse")
    if referral.state == ReferralState.REFUSED:
        return referral
    _must_be_open(referral)
    recorded_by = by.user if by.roles else None
    move(
        referral, ReferralState.REFUSED, by=by, at=at,
        consent=Consent.REFUSED, consent_at=at, consent_recorded_by=recorded_by,
    )  # fmt: skip
    timeline.add(case, EntryKind.CONSENT_REFUSED, by=by, at=at, text=note.strip(), for_client=True)
    tell_sender(SUMMARY_REFUSED, referral, at=at)
    return referral


def _must_be_open(referral: Referral) -> None:
    if referral.state != ReferralState.AWAITING_CONSENT:
        raise NotNow(how_it_ended(referral))
    if referral.consent != Consent.ASKED:
        raise NotNow(_("The summary is approved already."))


def _leave_out(referral: Referral, share: Share) -> None:
    """What the client does not want to travel does not; they cannot add anything."""
    travelling.keep_only(referral, share.items)
    referral.share_contact = referral.share_contact and share.contact
    referral.save(update_fields=["share_contact"])


def go_on(case: Case, referral: Referral, by: Actor, at: dt.datetime) -> Referral:
    """Offer what the client approved where that is possible; otherwise who asked is told that it may."""
    ready = WITH_WORKER if referral.kind in BY_WORKER else (CaseState.IN_TRIAGE,)
    if case.state in ready and not not_yet(case):
        return put_out(referral, by=by, at=at)
    tell_sender(SUMMARY_APPROVED, referral, at=at)
    return referral

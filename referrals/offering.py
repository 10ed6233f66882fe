"""The desk's side of a hand-over: propose it, offer it, take it back."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor, system
from accounts.duty import load_calendar
from cases import moves as case_moves
from cases import summaries, timeline
from cases.deadlines import referral_clock
from cases.enums import CaseState, EntryKind
from cases.models import Case
from cases.moves import NotNow, locked
from cases.notices import tell_client
from cases.who_sees import Seer
from referrals import considering, coordinators
from referrals.enums import Consent, ReferralState
from referrals.matching import Candidate
from referrals.models import Referral
from referrals.moves import back_to_desk, locked_pair, move, not_yet, receivers, tell_receivers
from referrals.notices import OFFERED

MOST_LETTERS = summaries.LONGEST


def seers_of_offer(case: Case) -> list[Seer]:
    """Who reads the summary while the offer stands, for the client. One query, and none once it cannot stand."""
    if case.state != CaseState.REFERRED:
        return []
    rows = Referral.objects.filter(case=case, state=ReferralState.OFFERED).select_related("to_user", "to_team")
    why = _("reads the summary you approved, and says whether they can help")
    return [Seer(str(row.to_user or row.to_team), why, "person-check" if row.to_user else "people") for row in rows]


@transaction.atomic
def propose(
    case: Case,
    to: Candidate,
    *,
    destination: str,
    summary: str,
    by: Actor,
    at: dt.datetime,
    by_phone: bool = False,
    choice_reason: str = "",
    version: int | None = None,
    warm: bool = False,
) -> Referral:
    """Ask the client whether ``summary`` may go to this worker or team; ``by_phone`` records that the client said yes.

    Then it is offered at once, but for a second hand-over: then the coordinator is asked first. ``warm``: a talk of
    three before the desk lets go. One hand-over at a time: the same proposal again answers with the one that exists.
    Raises NotNow, also for an emergency before anyone spoke to the person, and Changed for an old ``version``.
    """
    case = locked(case, version=version)
    words = clean(summary)
    if same := _same_again(case, to, words):
        return same
    _must_be_possible(case, to, words, by, at)
    asks_coordinator = coordinators.must_ask(case, by)
    state = ReferralState.AWAITING_COORDINATOR if asks_coordinator else ReferralState.AWAITING_CONSENT
    referral = Referral(
        case=case, destination=destination, to_team=to.team, to_user=to.user, state=state,
        match_step=to.step, match_name=to.name, consent=Consent.ASKED, created_by=by.user, created_at=at,
        urgency=case.urgency, urgency_rank=case.urgency_rank, summary=words, choice_reason=choice_reason.strip(),
        warm=warm,
    )  # fmt: skip
    referral.remind_at, referral.due_at = referral_clock(case.urgency, at, load_calendar())  # for the client's answer
    if not receivers(referral, at):
        raise NotNow(_("%(who)s cannot answer now. Choose someone else.") % {"who": to.who})
    if to.user is not None and not considering.consider(to.user, case, by=by, at=at):
        raise NotNow(_("A colleague is looking at %(who)s at this moment. Choose someone else.") % {"who": to.who})
    referral.save(force_insert=True)
    considering.release(case, by=by)
    audit.record("referral.proposed", by=by, at=at, case_id=case.pk, obj=referral)
    if by_phone:
        say_yes(case, referral, Consent.BY_PHONE, words, by=by, at=at)
    if asks_coordinator:
        coordinators.ask(case, referral, by=by, at=at)
        return referral
    return offer(referral, by=by, at=at) if by_phone else ask_client(case, referral, by=by, at=at)


def ask_client(case: Case, referral: Referral, *, by: Actor, at: dt.datetime) -> Referral:
    """Show the client the summary of a hand-over that waits for their yes. Both rows must be locked."""
    summaries.propose(case, str(referral.summary), by=by, at=at)
    timeline.add(case, EntryKind.CONSENT_ASKED, by=by, at=at, facts=addressee(referral), for_client=True)
    tell_client(case, occasion=f"consent{referral.pk}", at=at)
    return referral


@transaction.atomic
def offer(referral: Referral, *, by: Actor, at: dt.datetime) -> Referral:
    """Put an approved hand-over on the board and start its clock, in opening hours."""
    case, referral = locked_pair(referral)
    if referral.state == ReferralState.OFFERED:
        return referral
    if referral.consent not in {Consent.IN_PORTAL, Consent.BY_PHONE}:
        raise NotNow(_("The client has not approved the summary yet."))
    if why := not_yet(case):
        raise NotNow(why)
    remind_at, due_at = referral_clock(case.urgency, at, load_calendar())
    move(
        referral, ReferralState.OFFERED, by=by, at=at, offered_at=at, remind_at=remind_at, due_at=due_at,
        reminded_at=None, urgency=case.urgency, urgency_rank=case.urgency_rank,
    )  # fmt: skip
    case_moves.move(case, CaseState.REFERRED, by=by, at=at, action="case.referred", returned_at=None)
    teller = by if by.roles else system("referral.offer")
    facts = addressee(referral) | {"due": due_at.isoformat()}
    timeline.add(case, EntryKind.REFERRED, by=teller, at=at, facts=facts, for_client=True)
    tell_receivers(OFFERED, receivers(referral, at), referral, at=at)
    return referral


@transaction.atomic
def withdraw(referral: Referral, *, by: Actor, at: dt.datetime, note: str = "") -> Referral:
    """The desk takes it back before anyone answered, and goes on with the case itself."""
    case, referral = locked_pair(referral)
    if referral.state == ReferralState.WITHDRAWN:
        return referral
    known = referral.state != ReferralState.AWAITING_COORDINATOR  # before that the client heard nothing of it
    move(referral, ReferralState.WITHDRAWN, by=by, at=at, answered_at=at, answered_by=by.user, return_note=note.strip())
    back_to_desk(case, by=by, at=at, action="case.taken_back")
    facts = addressee(referral) | {"withdrawn": True}
    timeline.add(case, EntryKind.RETURNED, by=by, at=at, facts=facts, text=note.strip(), for_client=known)
    return referral


def withdraw_pending(case: Case, *, by: Actor, at: dt.datetime) -> bool:
    """Take back whatever waits for an answer, such as when the case is closed; says whether there was anything."""
    found = Referral.objects.pending().filter(case=case).first()
    if found is not None:
        withdraw(found, by=by, at=at)
    return found is not None


def say_yes(case: Case, referral: Referral, how: Consent, words: str, *, by: Actor, at: dt.datetime) -> None:
    """Keep the client's yes with the exact words it was said to. Both rows must be locked."""
    changed = words != str(referral.summary)
    referral.consent, referral.consent_at, referral.summary = how, at, words
    referral.consent_recorded_by = by.user if how == Consent.BY_PHONE else None
    referral.save(update_fields=["consent", "consent_at", "consent_recorded_by", "summary"])
    summaries.approve(case, words, by=by, at=at)
    case.summary = words
    case_moves.save(case, "summary")
    facts = {"consent": str(how), "changed": changed}
    timeline.add(case, EntryKind.CONSENT_GIVEN, by=by, at=at, facts=facts, for_client=True)
    audit.record("referral.consent", by=by, at=at, case_id=case.pk, obj=referral, part=str(how))


def clean(text: str) -> str:
    """A summary as it is kept: one kind of line end, no blanks around it."""
    return text.replace("\r\n", "\n").strip()


def addressee(referral: Referral) -> dict[str, int | None]:
    """To whom, as facts for the timeline."""
    return {"to_team": referral.to_team_id, "to_user": referral.to_user_id}


def _same_again(case: Case, to: Candidate, words: str) -> Referral | None:
    """The pending hand-over when it is the same one (a double click); NotNow when it is another."""
    pending = Referral.objects.pending().filter(case=case).select_related("to_team", "to_user").first()
    if pending is None:
        return None
    pending.case = case
    same_receiver = (pending.to_team_id, pending.to_user_id) == (to.team.pk, to.user.pk if to.user else None)
    if same_receiver and str(pending.summary) == words:
        return pending
    raise NotNow(
        _("This case waits for %(who)s already. Take it back first.") % {"who": pending.to_user or pending.to_team}
    )


def _must_be_possible(case: Case, to: Candidate, words: str, by: Actor, at: dt.datetime) -> None:
    if case.state != CaseState.IN_TRIAGE:
        raise NotNow(_("Take this request first; then it can be passed on."))
    if not words:
        raise NotNow(_("Write the summary that will travel."))
    if len(words) > MOST_LETTERS:
        raise NotNow(_("The summary is too long: at most %(most)d characters.") % {"most": MOST_LETTERS})
    if to.user is not None and to.user.pk == by.user_id:
        raise NotNow(_("You cannot offer a case to yourself."))
    if why := not_yet(case):
        raise NotNow(why)

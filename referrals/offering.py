"""The side of who asks: propose a hand-over, offer it, take it back."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor, system
from accounts.duty import load_calendar
from accounts.roles import CASE_REFER
from cases import moves as case_moves
from cases import reading, summaries, timeline
from cases.deadlines import referral_clock
from cases.enums import WITH_WORKER, CaseState, EntryKind
from cases.models import Case
from cases.moves import NeedsReason, NotNow, locked
from cases.notices import tell_client
from cases.permissions import must_have
from cases.who_sees import Seer
from referrals import asking, considering, coordinators, travelling
from referrals.enums import BY_WORKER, MOVES_CASE, PENDING, SAID_YES, Consent, HandOver, ReferralState, Travel
from referrals.finding import must_allow_for, must_fit
from referrals.matching import Candidate
from referrals.models import Referral
from referrals.moves import back_to_desk, is_known, locked_pair, move, not_yet, receivers, say, stands, tell_receivers
from referrals.notices import OFFERED

MOST_LETTERS = summaries.LONGEST
LONGEST_CONSULTATION = dt.timedelta(days=92)


def seers_of_offer(pending: Iterable[Referral]) -> list[Seer]:
    """Who reads the summary while an offer stands, for the client; of what waits in a case (handed.pending)."""
    found = []
    for row in pending:
        why = _("reads the summary you approved, and says whether they can help")
        if row.overridden_by_id:
            why = _("reads a summary of your request, and says whether they can help")
        if row.state == ReferralState.OFFERED and stands(row) and not row.untold_reason:
            found.append(Seer(str(row.to_user or row.to_team), why, "person-check" if row.to_user else "people"))
    return found


@dataclass(frozen=True)
class Terms:
    """How somebody is asked: the kind of hand-over and why, what travels beside the summary (keys of
    travelling.to_choose) and whether the ways to reach the client do, and until when somebody consulted reads along."""

    kind: HandOver = HandOver.REFERRAL
    reason: str = ""
    items: tuple[str, ...] = ()
    share_contact: bool = True
    ends_at: dt.datetime | None = None

    @property
    def things(self) -> list[Travel]:
        """Which kinds of things travel."""
        of_items = {"n": Travel.NOTES, "d": Travel.DOCUMENTS}
        contact = [Travel.CONTACT] if self.share_contact else []
        return [Travel.SUMMARY, *contact, *sorted({of_items[key[0]] for key in self.items if key[:1] in of_items})]


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
    terms: Terms = Terms(),
    warm: bool = False,
) -> Referral:
    """Ask the client whether ``summary``, and what else ``terms`` say, may go to this worker or team; ``by_phone``
    records that the client said yes, who was known by their pass-phrase (referrals/voice.py).

    Then it is offered at once, but for a second hand-over: then a coordinator is asked first. ``warm``: a talk of
    three before the desk lets go. One that would move the case at a time, and one consultation of the same person: the
    same proposal again answers with the one that exists. Raises NotNow, also for an emergency before anyone spoke to
    the person and where the table of destinations forbids it, NeedsReason where a destination asks for one, Changed for
    an old ``version``, Refused for who may not pass this case on.
    """
    case = locked(case, version=version)
    must_have(CASE_REFER, case.pk, by=by, at=at, action="referral.propose")
    words = clean(summary)
    if same := _same_again(case, to, words, terms.kind):
        return same
    _must_be_possible(case, to, words, terms, by, at)
    if case.is_quiet and not by_phone:
        raise NotNow(_("This client has not heard yet that their case was passed on. Speak to them first."))
    if terms.kind in MOVES_CASE:
        must_fit(to, destination=destination, summary=words, reason=choice_reason, at=at)
    else:
        must_allow_for(to, destination=destination, things=terms.things, words=words, at=at)
    again = terms.kind in MOVES_CASE and coordinators.moved_before(case)
    asks_coordinator = again and coordinators.must_ask(case, choice_reason or terms.reason, by=by, at=at)
    state = ReferralState.AWAITING_COORDINATOR if asks_coordinator else ReferralState.AWAITING_CONSENT
    referral = Referral(
        case=case, kind=terms.kind, destination=destination, to_team=to.team, to_user=to.user, state=state,
        match_step=to.step, match_name=to.name, consent=Consent.ASKED, created_by=by.user, created_at=at,
        urgency=case.urgency, urgency_rank=case.urgency_rank, summary=words, choice_reason=choice_reason.strip(),
        reason=terms.reason.strip(), share_contact=terms.share_contact, ends_at=terms.ends_at, warm=warm,
        decided_by=by.user if again and not asks_coordinator else None,
        decided_at=at if again and not asks_coordinator else None,
    )  # fmt: skip
    referral.remind_at, referral.due_at = referral_clock(case.urgency, at, load_calendar())  # for the client's answer
    if not receivers(referral, at):
        raise NotNow(_("%(who)s cannot answer now. Choose someone else.") % {"who": to.who})
    if (
        to.user is not None
        and terms.kind == HandOver.REFERRAL
        and not considering.consider(to.user, case, by=by, at=at)
    ):
        raise NotNow(_("A colleague is looking at %(who)s at this moment. Choose someone else.") % {"who": to.who})
    referral.save(force_insert=True)
    travelling.put(referral, terms.items)
    if terms.kind in MOVES_CASE and not asks_coordinator:
        asking.settle(referral, by=by, at=at)
    considering.release(case, by=by)
    audit.record("referral.proposed", by=by, at=at, case_id=case.pk, obj=referral, part=str(terms.kind))
    if referral.decided_by_id:
        audit.record("referral.decided_alone", by=by, at=at, case_id=case.pk, obj=referral)
    if by_phone:
        say_yes(case, referral, Consent.BY_PHONE, words, by=by, at=at)
    if asks_coordinator:
        coordinators.ask(case, referral, by=by, at=at)
        return referral
    return put_out(referral, by=by, at=at) if by_phone else ask_client(case, referral, by=by, at=at)


def ask_client(case: Case, referral: Referral, *, by: Actor, at: dt.datetime) -> Referral:
    """Show the client what travels with a hand-over that waits for their yes. Both rows must be locked."""
    if referral.kind in MOVES_CASE:
        summaries.propose(case, str(referral.summary), by=by, at=at)
    timeline.add(case, EntryKind.CONSENT_ASKED, by=by, at=at, facts=addressee(referral), for_client=True)
    tell_client(case, occasion=f"consent{referral.pk}", at=at)
    return referral


def offer(referral: Referral, *, by: Actor, at: dt.datetime) -> Referral:
    """Put an approved hand-over on the board and start its clock, in opening hours. Raises Refused for who may not pass
    this case on."""
    must_have(CASE_REFER, referral.case_id, by=by, at=at, action="referral.offer")
    return put_out(referral, by=by, at=at)


@transaction.atomic
def put_out(referral: Referral, *, by: Actor, at: dt.datetime) -> Referral:
    """The same as a part of what somebody may do by another right, such as the client who says yes."""
    case, referral = locked_pair(referral)
    if referral.state == ReferralState.OFFERED:
        return referral
    if referral.consent not in SAID_YES and referral.overridden_by_id is None:
        raise NotNow(_("The client has not approved the summary yet."))
    if why := not_yet(case):
        raise NotNow(why)
    remind_at, due_at = referral_clock(case.urgency, at, load_calendar())
    move(
        referral, ReferralState.OFFERED, by=by, at=at, offered_at=at, remind_at=remind_at, due_at=due_at,
        reminded_at=None, urgency=case.urgency, urgency_rank=case.urgency_rank,
    )  # fmt: skip
    teller = by if by.roles else system("referral.offer")
    if referral.kind in BY_WORKER:
        _must_be_with_worker(case)
        say(referral, "asked", by=teller, at=at)
    else:
        facts, told = addressee(referral) | {"due": due_at.isoformat()}, not referral.untold_reason
        case_moves.move(
            case, CaseState.REFERRED, by=by, at=at, action="case.referred", returned_at=None, is_quiet=not told
        )
        timeline.add(case, EntryKind.REFERRED, by=teller, at=at, facts=facts, for_client=told)
    tell_receivers(OFFERED, receivers(referral, at), referral, at=at)
    return referral


@transaction.atomic
def withdraw(referral: Referral, *, by: Actor, at: dt.datetime, note: str = "") -> Referral:
    """Who asked takes it back before anyone answered, and goes on with the case. Raises Refused for who may not pass
    this case on, NotNow when it was answered: who does so loses the case to who accepted it."""
    case, referral = locked_pair(referral)
    if referral.state in PENDING:
        must_have(CASE_REFER, case.pk, by=by, at=at, action="referral.withdraw")
    return take_back(referral, by=by, at=at, note=note)


@transaction.atomic
def take_back(referral: Referral, *, by: Actor, at: dt.datetime, note: str = "") -> Referral:
    """The same as a part of what somebody may do by another right, such as closing the account of the receiver."""
    case, referral = locked_pair(referral)
    if referral.state == ReferralState.WITHDRAWN:
        return referral
    by_client = referral.consent == Consent.TAKEN_BACK  # who has a line of that in their own words already
    known = is_known(referral) and not by_client
    staff = by.user if by.roles else None
    move(referral, ReferralState.WITHDRAWN, by=by, at=at, answered_at=at, answered_by=staff, return_note=note.strip())
    if referral.kind in BY_WORKER:
        say(referral, "withdrawn", by=by, at=at, text=note.strip(), for_client=known)
    elif referral.kind == HandOver.REFERRAL:
        back_to_desk(case, by=by, at=at, action="case.taken_back", **({"next_action_at": at} if by_client else {}))
        facts = addressee(referral) | {"withdrawn": True}
        timeline.add(case, EntryKind.RETURNED, by=by, at=at, facts=facts, text=note.strip(), for_client=known)
    return referral


def withdraw_pending(case: Case, *, by: Actor, at: dt.datetime) -> bool:
    """Take back whatever waits for an answer, such as when the case is closed; says whether there was anything."""
    found = list(Referral.objects.pending().filter(case=case).order_by("created_at"))
    for referral in found:
        withdraw(referral, by=by, at=at)
    return bool(found)


def say_yes(case: Case, referral: Referral, how: Consent, words: str, *, by: Actor, at: dt.datetime) -> None:
    """Keep the client's yes with the exact words it was said to. Both rows must be locked."""
    changed = words != str(referral.summary)
    referral.consent, referral.consent_at, referral.summary = how, at, words
    referral.consent_recorded_by = by.user if how == Consent.BY_PHONE else None
    referral.save(update_fields=["consent", "consent_at", "consent_recorded_by", "summary"])
    if referral.kind in MOVES_CASE:
        summaries.approve(case, words, by=by, at=at)
        if how == Consent.BY_PHONE and referral.kind in BY_WORKER:
            reading.was_read(case, words, by=by, at=at)  # who has the case read it out
        case.summary = words
        case_moves.save(case, "summary")
    if case.is_quiet:
        case.is_quiet = False  # who says yes to what their worker asks knows who helps them
        case_moves.save(case, "is_quiet")
    facts = {"consent": str(how), "changed": changed}
    timeline.add(case, EntryKind.CONSENT_GIVEN, by=by, at=at, facts=facts, for_client=True)
    audit.record("referral.consent", by=by, at=at, case_id=case.pk, obj=referral, part=str(how))


def clean(text: str) -> str:
    """A summary as it is kept: one kind of line end, no blanks around it."""
    return text.replace("\r\n", "\n").strip()


def addressee(referral: Referral) -> dict[str, int | None]:
    """To whom, as facts for the timeline."""
    return {"to_team": referral.to_team_id, "to_user": referral.to_user_id}


def _same_again(case: Case, to: Candidate, words: str, kind: HandOver) -> Referral | None:
    """The pending hand-over when it is the same one (a double click); NotNow when it is another that moves the case."""
    waiting = Referral.objects.pending().filter(case=case).select_related("to_team", "to_user")
    receiver = (to.team.pk, to.user.pk if to.user else None)
    if kind == HandOver.CONSULTATION:
        waiting = waiting.filter(kind=kind, to_team_id=receiver[0], to_user_id=receiver[1])
    else:
        waiting = waiting.filter(kind__in=MOVES_CASE)
    pending = waiting.first()
    if pending is None:
        return None
    pending.case = case
    if (pending.kind, pending.to_team_id, pending.to_user_id) == (kind, *receiver) and str(pending.summary) == words:
        return pending
    raise NotNow(
        _("This case waits for %(who)s already. Take it back first.") % {"who": pending.to_user or pending.to_team}
    )


def _must_be_possible(case: Case, to: Candidate, words: str, terms: Terms, by: Actor, at: dt.datetime) -> None:
    if terms.kind in BY_WORKER:
        _must_be_theirs(case, to, terms, at)
    elif case.state != CaseState.IN_TRIAGE:
        raise NotNow(_("Take this request first; then it can be passed on."))
    if not words:
        raise NotNow(_("Write the summary that will travel."))
    if len(words) > MOST_LETTERS:
        raise NotNow(_("The summary is too long: at most %(most)d characters.") % {"most": MOST_LETTERS})
    if to.user is not None and to.user.pk == by.user_id:
        raise NotNow(_("You cannot offer a case to yourself."))
    if why := not_yet(case):
        raise NotNow(why)


def _must_be_theirs(case: Case, to: Candidate, terms: Terms, at: dt.datetime) -> None:
    """What a worker begins: with a reason, and a consultation with an end."""
    _must_be_with_worker(case)
    if to.user is not None and to.user.pk == case.owner_id:
        raise NotNow(_("%(who)s has this case already.") % {"who": to.user.name})
    if not terms.reason.strip():
        raise NeedsReason(_("Write why you ask this."))
    if terms.kind != HandOver.CONSULTATION:
        return
    if terms.ends_at is None or not at < terms.ends_at <= at + LONGEST_CONSULTATION:
        raise NotNow(_("Choose until when they read along: at most %(n)d days.") % {"n": LONGEST_CONSULTATION.days})


def _must_be_with_worker(case: Case) -> None:
    if case.state not in WITH_WORKER:
        raise NotNow(_("This case is no longer with a worker."))

"""Assessing a request: verbs that span cases, hand-overs and alerts (UX I). A human decides (decision 10)."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.duty import Calendar, roster
from accounts.enums import HelplineFor, TeamKind
from accounts.models import Membership, User
from accounts.roles import CASE_TRIAGE, permissions_of
from cases import actions, handing, messages, timeline
from cases.closing import Goodbye
from cases.enums import CaseOutcome, CaseState, EntryKind, Urgency
from cases.models import Case
from cases.moves import NeedsReason, NotNow, locked
from desk import paging, snapshot
from desk.numbers import ways_to
from referrals import actions as hand_over
from referrals import considering
from referrals.enums import Destination, HandOver
from referrals.matching import Candidate
from referrals.models import Referral

ASK = "ask_more"
REFER = "refer"
OUTCOMES = (
    CaseOutcome.SOLVED_AT_DESK,
    REFER,
    ASK,
    CaseOutcome.CHAPLAIN,
    CaseOutcome.NOT_REACHED,
    CaseOutcome.NO_REQUEST,
)
"""What the desk can decide, in the order of the page. The others close the case."""

AS_IT_IS = -1
"""No unit: the one of the case stays."""


@dataclass(frozen=True)
class Assessment:
    """The first three decisions as a person made them. ``danger`` None: not answered yet."""

    danger: bool | None
    topics: tuple[str, ...]
    urgency: str
    reason: str = ""
    unit_id: int | None = AS_IT_IS


@transaction.atomic
def take(case: Case, *, by: Actor, at: dt.datetime) -> Case:
    """Make the request yours; that also answers its alert. Raises NotNow when a colleague was first."""
    case = actions.take(case, by=by, at=at)
    paging.acknowledge(case, by=by, at=at)
    return case


def take_each(cases: list[Case], *, by: Actor, at: dt.datetime) -> dict[uuid.UUID, str]:
    """The same for many, which are locked; why others are not theirs, by id."""
    left = handing.take(cases, by=by, at=at).left
    paging.acknowledge_each([case for case in cases if case.pk not in left], by=by, at=at)
    return left


@transaction.atomic
def assess(
    case: Case, seen: Assessment, *, by: Actor, at: dt.datetime, calendar: Calendar, version: int | None = None
) -> Case:
    """Keep danger, topics, unit and urgency. Danger makes it an emergency; what became pressing alerts who is on duty.

    Raises Changed for an old ``version``, NeedsReason when the urgency changes without one.
    """
    case = _in_hand(case, by=by, at=at, version=version)
    before = case.urgency_rank
    if seen.danger is not None:
        case = actions.set_danger(case, seen.danger, by=by, at=at)
    case = actions.set_topics(case, seen.topics, by=by, at=at)
    if seen.unit_id != AS_IT_IS:
        case = actions.set_unit(case, seen.unit_id, by=by, at=at)
    urgency, reason = seen.urgency, seen.reason
    if seen.danger and case.first_contact_at is None:
        urgency, reason = Urgency.EMERGENCY, reason or _("In danger, or in doubt.")
    case = actions.set_urgency(case, urgency, reason=reason, by=by, at=at, calendar=calendar)
    if case.urgency_rank < before and case.urgency_rank <= Urgency.URGENT.rank:
        paging.raise_alert(case, by=by, at=at, calendar=calendar)
    return case


@dataclass(frozen=True)
class Decision:
    """What the desk does with the request, against what the system proposed. ``otherwise`` is the reason to differ,
    ``all_the_same`` why it goes to somebody who has no room, ``reason`` why the client gets a message all the same,
    ``results`` what came of each goal of a plan, as in Goodbye."""

    outcome: str
    note: str = ""
    otherwise: str = ""
    all_the_same: str = ""
    reason: str = ""
    to: Candidate | None = None
    destination: str = ""
    by_phone: bool = False
    share_contact: bool = True
    warm: bool = False
    until: dt.datetime | None = None
    submission_id: uuid.UUID | None = None
    results: Mapping[str, str] = field(default_factory=dict)


def differs(proposal: str, outcome: str, destination: str = "") -> bool:
    """Whether this is another road than the proposed one, so that a reason is asked. Pure.

    The desk trying first (R3), asking more, not reaching someone, or no request after all never needs one.
    """
    if outcome in {ASK, CaseOutcome.NOT_REACHED, CaseOutcome.NO_REQUEST} or proposal in {
        Destination.DESK, Destination.RETURN_INTERVIEW,
    }:  # fmt: skip
        return False
    if outcome == REFER:
        return destination != proposal
    if outcome == CaseOutcome.CHAPLAIN:
        return proposal != Destination.CHAPLAIN
    return True


@transaction.atomic
def decide(case: Case, what: Decision, *, by: Actor, at: dt.datetime, version: int | None = None) -> Case:
    """Carry out an outcome. Raises NotNow (an emergency before anyone spoke to the person, too few attempts, a
    hand-over that waits), NeedsReason when it differs from the proposal, or a message from the ways the client chose,
    without one, Changed for an old ``version``."""
    case = _in_hand(case, by=by, at=at, version=version)
    if why := actions.may_end(case):
        raise NotNow(why)
    proposal = case.intake.proposal
    if differs(proposal, what.outcome, what.destination) and not what.otherwise.strip():
        raise NeedsReason(_("Write down why you choose otherwise than proposed."))
    facts = {"proposal": proposal, "outcome": str(what.outcome), "otherwise": bool(what.otherwise.strip())}
    timeline.add(case, EntryKind.TRIAGED, by=by, at=at, facts=facts, text=what.otherwise.strip())
    if what.outcome == REFER:
        return _refer(case, what, by=by, at=at)
    if what.outcome == ASK:
        if what.until is None:
            raise ValueError("asking more needs an end")
        return actions.ask_more(
            case, what.note, until=what.until, reason=what.reason, by=by, at=at, submission_id=what.submission_id
        )
    if what.outcome == CaseOutcome.CHAPLAIN:
        with translation.override(case.person.language):
            body = chaplains(case, at)
        number = what.submission_id or uuid.uuid4()
        messages.write(case, submission_id=number, body=body, reason=what.reason, by=by, at=at)
        what = replace(what, note="")  # that a chaplain was chosen is all we keep (R5)
    hand_over.withdraw_pending(case, by=by, at=at)
    considering.release(case, by=by)
    goodbye = Goodbye(results=what.results)
    case = actions.close(case, outcome=what.outcome, note=what.note, goodbye=goodbye, by=by, at=at)
    paging.end_alert(case, at=at)
    return case


def chaplains(case: Case, at: dt.datetime) -> str:
    """The ways to reach a chaplain, for the client: those of their unit first. Nothing about them travels (R5)."""
    own = [
        f"{way.facts.world_view}: {way.words}" if way.facts.world_view else way.words
        for way in ways_to(Destination.CHAPLAIN, case.unit_id, at)
    ]
    others = [
        f"{line.name}: {line.number}. {line.about}".strip()
        for line in snapshot.read().helplines_for(HelplineFor.CHAPLAIN)
    ]
    said = _("You want to talk with a chaplain. You can call at any time; you decide what you tell.")
    return "\n".join([said, *own, *others])


@transaction.atomic
def resume(case: Case, *, by: Actor, at: dt.datetime) -> Case:
    """Go on without the client's answer; the clock runs again."""
    case = locked(case)
    if case.state != CaseState.WAITING_CLIENT:
        return case
    return actions.move(case, CaseState.IN_TRIAGE, by=by, at=at, action="case.resumed", next_action_at=at)


def colleagues(at: dt.datetime) -> list[User]:
    """Who could take a request over now: everyone of the desk, and who is on duty at night. Two queries."""
    desk = Membership.objects.live_on(timezone.localdate(at)).of_desk().select_related("user", "team")
    by_day = (row for row in desk if row.team.kind == TeamKind.DESK and CASE_TRIAGE in permissions_of({row.role}))
    found = {row.user_id: row.user for row in by_day}
    found |= {turn.user.pk: turn.user for turn in roster(at, snapshot.read().calendar).on_duty}
    return sorted((user for user in found.values() if user.is_active), key=lambda user: user.name)


def pending_of(case: Case) -> Referral | None:
    """The hand-over that waits for the coordinator, the client or for a receiver. One query."""
    found = (
        Referral.objects.pending()
        .filter(case=case, kind=HandOver.REFERRAL)
        .select_related("to_team", "to_user")
        .first()
    )
    if found is not None:
        found.case = case  # its key is at hand
    return found


def _refer(case: Case, what: Decision, *, by: Actor, at: dt.datetime) -> Case:
    if what.to is None:
        raise ValueError("a hand-over needs a receiver")
    if what.to.full and not what.all_the_same.strip():
        raise NeedsReason(_("Write down why you choose someone who has no room."))
    reasons = [what.otherwise.strip(), what.all_the_same.strip()]
    hand_over.propose(
        case, what.to, destination=what.destination, summary=what.note, by=by, at=at,
        by_phone=what.by_phone, choice_reason="\n".join(filter(None, reasons)),
        terms=hand_over.Terms(share_contact=what.share_contact), warm=what.warm,
    )  # fmt: skip
    return locked(case)


def _in_hand(case: Case, *, by: Actor, at: dt.datetime, version: int | None) -> Case:
    """Locked, and owned by whoever acts: a free request becomes theirs, a colleague's is taken over first."""
    case = locked(case, version=version)
    if case.owner is not None and case.owner_id != by.user_id:
        raise NotNow(_("%(name)s has this request. Take it over first.") % {"name": case.owner.name})
    return case if case.owner_id == by.user_id else take(case, by=by, at=at)

"""A worker asks for a case by its reference. Whoever has it decides; the answer to the asker never tells whether it
exists before somebody said yes or no."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor
from accounts.duty import load_calendar
from accounts.models import Membership, User
from accounts.notices import Kind, tell_user
from accounts.roles import CASE_WORK
from cases import passphrase, timeline
from cases.deadlines import referral_clock
from cases.deputies import helpers_of
from cases.enums import WITH_WORKER, EntryKind
from cases.models import Case, CaseAccess, Mediation
from cases.moves import locked
from cases.permissions import permissions_on
from referrals.enums import Consent, Destination, HandOver, MatchStep, ReferralState
from referrals.matching import Candidate, chosen
from referrals.models import Referral
from referrals.moves import desk_people, locked_pair, move
from referrals.notices import ASKED_FOR, NOT_ASKED, NOT_GIVEN, REQUEST_WON
from referrals.permissions import ANSWERING_ROLES, refused


def ask(reference: str, reason: str, *, by: Actor, at: dt.datetime) -> None:
    """Tell who has this case that ``by`` asks for it, and why. Does nothing, and says nothing, when there is no such
    case, or when it cannot be theirs. Asking twice is asking once."""
    case = Case.objects.open().filter(reference=passphrase.canonical_reference(reference)).only("pk").first()
    audit.record("case.asked_for", by=by, at=at, case_id=case.pk if case else None, basis="by reference")
    if case is not None:
        _put(case, reason, by=by, at=at)


@transaction.atomic
def refuse(referral: Referral, *, by: Actor, at: dt.datetime) -> Referral:
    """Who has the case keeps it; who asked is told calmly. Twice is once. Raises Refused for who does not work
    on it, and for who asked themselves."""
    _case, row = locked_pair(referral)
    if not _may_answer(row, by, at):
        raise refused(row.pk, "case.not_given")
    if row.state != ReferralState.RETURNED:
        _answer(row, ReferralState.RETURNED, by=by, at=at)
    return row


def settle(given: Referral, *, by: Actor, at: dt.datetime) -> None:
    """Part of passing a case on: who asked for it and gets it is answered, so is everybody else who asked. The case
    must be locked."""
    for row in (
        Referral.objects.asked_for().filter(case=given.case).select_related("to_user").select_for_update(of=("self",))
    ):
        row.case = given.case
        mine = row.to_user_id == given.to_user_id
        _answer(row, ReferralState.ACCEPTED if mine else ReferralState.RETURNED, by=by, at=at)


def lapse(row: Referral, state: ReferralState, *, by: Actor, at: dt.datetime) -> None:
    """Nobody answered in time, or the case was closed. Both rows must be locked."""
    _answer(row, state, by=by, at=at)


def remind(row: Referral, *, at: dt.datetime) -> None:
    """Half of the time has passed, and who has the case has not answered."""
    _tell(ASKED_FOR, row.case, f"{row.pk}half", at)


def asker_left(user: User, *, by: Actor, at: dt.datetime) -> None:
    """Nobody need answer somebody who left, and who has the case by now is told. Part of closing their account."""
    for asked in Referral.objects.asked_for().filter(created_by=user).order_by("case_id", "pk"):
        case, row = locked_pair(asked)
        if row.state == ReferralState.OFFERED:
            move(row, ReferralState.WITHDRAWN, by=by, at=at, answered_at=at, answered_by=by.user)
            _line(row, ReferralState.WITHDRAWN, by=by, at=at)
            if case.is_open:
                _tell(NOT_ASKED, case, f"{row.pk}left", at)


def of_case(case: Case) -> list[Referral]:
    """Who asks for this case, the longest waiting first. One query."""
    rows = list(
        Referral.objects.asked_for().filter(case=case).select_related("to_user", "to_team").order_by("created_at")
    )
    for row in rows:
        row.case = case  # its key is at hand
    return rows


def candidates_of(case: Case) -> list[Candidate]:
    """The same, to pass the case on to."""
    return [chosen(row.to_team, row.to_user) for row in of_case(case) if row.to_team is not None]


def _put(case: Case, reason: str, *, by: Actor, at: dt.datetime) -> None:
    with transaction.atomic():
        case = locked(case)
        team = _team_of(by, at)
        if team is None or not _may_ask(case, by):
            return
        if Referral.objects.asked_for().filter(case=case, created_by=by.user).exists():
            return
        remind_at, due_at = referral_clock(case.urgency, at, load_calendar())
        row = Referral(
            case=case, kind=HandOver.REQUEST, destination=Destination.REGIONAL_DIRECT, to_team_id=team, to_user=by.user,
            state=ReferralState.OFFERED, match_step=MatchStep.CHOSEN, consent=Consent.ASKED, created_by=by.user,
            created_at=at, urgency=case.urgency, urgency_rank=case.urgency_rank, offered_at=at, remind_at=remind_at,
            due_at=due_at, reason=reason.strip(), summary="",
        )  # fmt: skip
        row.save(force_insert=True)
        _line(row, ReferralState.OFFERED, by=by, at=at)
        _tell(ASKED_FOR, case, str(row.pk), at)


def _may_ask(case: Case, by: Actor) -> bool:
    """Somebody else has it, and the client does not keep this person out."""
    out = CaseAccess.objects.keeping_out_of(case.pk).filter(user=by.user_id)
    leads = Mediation.objects.filter(case=case, leader=by.user_id, ended_at=None)
    return case.is_open and case.owner_id != by.user_id and not out.exists() and not leads.exists()


def _team_of(by: Actor, at: dt.datetime) -> int | None:
    """The team in which they may answer for clients."""
    rows = Membership.objects.live_on(timezone.localdate(at)).filter(user=by.user_id, role__in=ANSWERING_ROLES)
    rows = rows.filter(user__is_active=True)
    return rows.order_by("pk").values_list("team", flat=True).first()


def _may_answer(row: Referral, by: Actor, at: dt.datetime) -> bool:
    mine = row.created_by_id == by.user_id
    return row.kind == HandOver.REQUEST and not mine and CASE_WORK in permissions_on(row.case_id, by, at)


def _answer(row: Referral, state: ReferralState, *, by: Actor, at: dt.datetime) -> None:
    move(row, state, by=by, at=at, answered_at=at, answered_by=by.user)
    _line(row, state, by=by, at=at)
    if row.case.owner_id == row.to_user_id:
        return  # they have it by now, by another road
    kind = REQUEST_WON if state == ReferralState.ACCEPTED else NOT_GIVEN
    tell_user(kind, row.created_by, about=row.case_id, occasion=str(row.pk), path=reverse("board"), at=at)


def _tell(kind: Kind, case: Case, occasion: str, at: dt.datetime) -> None:
    """Who has the case, or the desk."""
    with_worker = case.state in WITH_WORKER
    path = reverse("case_ways" if with_worker else "triage", args=[case.reference])
    for user in helpers_of(case, at) if with_worker else desk_people(case, at):
        tell_user(kind, user, about=case.pk, occasion=occasion, path=path, at=at)


def _line(row: Referral, what: ReferralState, *, by: Actor, at: dt.datetime) -> None:
    """For staff: who would like to help is no news for the client before anybody asks them."""
    facts = {"of": row.kind, "what": str(what), "to_team": row.to_team_id, "to_user": row.to_user_id}
    timeline.add(row.case, EntryKind.HAND_OVER, by=by, at=at, facts=facts)

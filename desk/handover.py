"""Closing the account of somebody who leaves, with all their open work handed over in one go.

Per kind of work the coordinator chooses: to one colleague, or back to the desk; cases may also be spread over many
(referrals/spreading.py proposes that). Everything happens in one transaction, in a number of queries that does not
grow with the work (desk/caseload.py). A colleague whom a client blocked gets nothing of that client: it goes to the
desk, and that is said. History keeps the name of who left.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actions import disable_user
from accounts.actors import Actor
from accounts.duty import roster
from accounts.enums import Role, TeamKind
from accounts.models import Absence, Membership, Shift, User
from accounts.notices import tell_user
from accounts.people import NotYours, handled_by, is_last_administrator, lock_administrators, teams_of
from accounts.roles import CASE_TRIAGE, PEOPLE_APPOINT, PERMISSIONS, REFERRAL_ANSWER, RESERVED
from cases import debriefing, deputies, mediation, moves
from cases.cautions import FAMILY
from cases.enums import AdviceState, CaseState, EntryKind
from cases.models import Case, CaseTask, CommanderAdvice, TimelineEntry
from cases.notices import tell_clients
from desk.caseload import Move, entries, entry, kept_from, locked, to_colleague, to_desk
from desk.notices import WORK_BACK, WORK_HANDED_OVER
from desk.staff import open_work
from referrals import asking, steering
from referrals.enums import BY_WORKER, HandOver, ReferralState
from referrals.models import Coverage, Referral
from referrals.moves import is_known, tell_sender
from referrals.notices import ANSWERED
from referrals.offering import take_back

Choice = User | Mapping[uuid.UUID, User | None] | None
"""Who gets the work of one kind: a colleague, for each case somebody (what is not named: the desk), or the desk."""

NEEDED = {"cases": REFERRAL_ANSWER, "desk": CASE_TRIAGE, "offers": REFERRAL_ANSWER, "advice": CASE_TRIAGE}
"""The kinds that are handed over, each with what a receiver must be able to do. Conversations and messages go with
their case; shifts become holes in the roster."""


@dataclass
class Result:
    """What happened: how much of each kind went where, and what a blocked colleague could not get."""

    given: dict[str, int] = field(default_factory=dict)
    to_desk: dict[str, int] = field(default_factory=dict)
    asked: int = 0  # clients, whether the colleague may have what was offered to who leaves
    refused: int = 0
    shares: dict[User, int] = field(default_factory=lambda: defaultdict(int))  # of each colleague, of every kind
    holes: list[Shift] = field(default_factory=list)
    tasks_to_owner: int = 0
    tasks_to_desk: int = 0
    talks_ended: int = 0


def receivers(user: User, day: dt.date) -> dict[str, list[User]]:
    """Per kind the colleagues who could get it, by name. Requests at the desk stay at the desk. One query."""
    rows = Membership.objects.live_on(day).filter(user__is_active=True).exclude(user=user)
    found: dict[str, dict[int, User]] = {kind: {} for kind in NEEDED}
    for row in rows.select_related("user", "team").order_by("user__name", "user_id"):
        for kind, needed in NEEDED.items():
            at_desk = kind not in {"desk", "advice"} or row.team.kind == TeamKind.DESK
            if at_desk and needed in PERMISSIONS.get(row.role, frozenset()):
                found[kind][row.user_id] = row.user
    return {kind: list(people.values()) for kind, people in found.items()}


def must_be_possible(user: User, *, by: Actor, at: dt.datetime) -> None:
    """Raises NotYours when ``by``, who handles this person, may not close the account all the same."""
    day = timezone.localdate(at)
    if user.pk == by.user_id:
        raise NotYours(_("You cannot close your own account. Ask a colleague who may."))
    mine = Exists(teams_of(by).filter(pk=OuterRef("team")))
    live = list(user.memberships.live_on(day).annotate(mine=mine).values_list("role", "mine"))
    roles = {role for role, _mine in live}
    if roles & RESERVED and not by.may(PEOPLE_APPOINT):
        raise NotYours(_("Only an administrator closes the account of an administrator or a privacy officer."))
    if not all(inside for _role, inside in live):
        raise NotYours(_("This person also works in a team that you do not handle."))
    if Role.ADMINISTRATOR in roles and is_last_administrator(user, day):
        raise NotYours(_("This is the last administrator. Appoint another one first."))


@transaction.atomic
def stop(user: User, choices: Mapping[str, Choice], *, by: Actor, at: dt.datetime) -> Result:
    """Hand everything over as chosen (None, or a kind that is not named: the desk), end every role and close the
    account. Raises NotYours. Once it is done, doing it again changes nothing."""
    if user.memberships.filter(role=Role.ADMINISTRATOR).exists():
        lock_administrators()
    day = timezone.localdate(at)
    user, able = _locked_people(user, choices, day)
    if not handled_by(by, day).filter(pk=user.pk).exists():
        raise NotYours(_("You do not handle the people of this team."))
    must_be_possible(user, by=by, at=at)
    result, move = Result(), Move(user, by, at, f"handover{uuid.uuid4()}")
    result.talks_ended = mediation.leader_left(user, by=by, at=at)
    _cases(move, choices.get("cases"), able["cases"], result)
    debriefing.second_left(user, by=by, at=at)
    _desk(move, _one(choices.get("desk"), able["desk"]), result)
    _offers(move, _one(choices.get("offers"), able["offers"]), result)
    _advice(move, _one(choices.get("advice"), able["advice"]), result)
    asking.asker_left(user, by=by, at=at)
    _tasks(move, result)
    _roster(move, result)
    _roles(move)
    if user.is_active:
        disable_user(user, by=by, at=at)
        audit.record("person.stopped", by=by, at=at, obj=user, part=_said(result))
    deputies.replan(at)
    _tell(move, result)
    return result


def _locked_people(user: User, choices: Mapping[str, Choice], day: dt.date) -> tuple[User, dict[str, set[int]]]:
    """Who leaves, and per kind of work who can get it by now: two may leave in the same moment."""
    ids = {user.pk}
    for choice in choices.values():
        people = choice.values() if isinstance(choice, Mapping) else [choice]
        ids |= {one.pk for one in people if one is not None}
    deputies.lock()
    # NO KEY, so that who writes their name meanwhile, such as where they look, is not waited for in turn.
    rows = {row.pk: row for row in User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")}
    return rows[user.pk], {kind: {one.pk for one in able} for kind, able in receivers(user, day).items()}


def _one(choice: Choice, able: set[int]) -> User | None:
    """What is not about cases that were accepted goes to one colleague, or to the desk."""
    return choice if isinstance(choice, User) and choice.pk in able else None


def _cases(move: Move, choice: Choice, able: set[int], result: Result) -> None:
    """Cases that were accepted, with their conversations and messages."""
    rows = locked(open_work(move.user, move.at)["cases"])
    given_away = Referral.objects.pending().filter(case__in=rows, kind=HandOver.TRANSFER)
    for row in given_away.order_by("case_id", "pk"):  # else it would be passed on twice, and nobody would have asked
        take_back(row, by=move.by, at=move.at)
    parts, back = _parts(rows, choice, able, result)
    for to, given in parts.items():
        to_colleague(given, to, move)
        result.shares[to] += len(given)
    if number := sum(result.shares.values()):
        result.given["cases"] = number
    if back:
        to_desk(back, move)
        result.to_desk["cases"] = len(back)
    tell_clients([case for case in rows if not case.is_quiet], occasion=move.source, at=move.at)


def _parts(
    rows: list[Case], choice: Choice, able: set[int], result: Result
) -> tuple[dict[User, list[Case]], list[Case]]:
    """What each colleague gets, and what goes to the desk."""
    wanted: dict[User, list[Case]] = {}
    parts: dict[User, list[Case]] = {}
    back: list[Case] = []
    for case in rows:
        to = choice.get(case.pk) if isinstance(choice, Mapping) else choice
        if to is not None and to.pk in able and case.requester not in FAMILY:  # who is family is handed over once (R8)
            wanted.setdefault(to, []).append(case)
        else:
            result.refused += to is not None
            back.append(case)
    for to, cases in wanted.items():
        parts[to], barred = _split(cases, to, result)
        back += barred
    return parts, back


def _desk(move: Move, to: User | None, result: Result) -> None:
    """Requests that the desk still has."""
    rows = locked(open_work(move.user, move.at)["desk"])
    given, back = _split(rows, to, result)
    if to is not None and given:
        ids = [case.pk for case in given]
        Case.objects.filter(pk__in=ids).update(owner=to, primary_contact=to, version=F("version") + 1)
        entries(given, move, EntryKind.TAKEN, {"to_user": to.pk, "from": move.user.pk, "handover": True})
        result.given["desk"] = len(given)
        result.shares[to] += len(given)
    if back:
        ids = [case.pk for case in back]
        Case.objects.filter(pk__in=ids).update(owner=None, primary_contact=None, version=F("version") + 1)
        free = Case.objects.filter(pk__in=ids, state=CaseState.IN_TRIAGE)
        free.update(state=CaseState.SUBMITTED, state_since=move.at)
        entries(back, move, EntryKind.GIVEN_BACK, {"from": move.user.pk}, for_client=False)
        result.to_desk["desk"] = len(back)
    tell_clients(given, occasion=move.source, at=move.at)


def _offers(move: Move, to: User | None, result: Result) -> None:
    """What was offered to them by name. What a worker asked goes back to that worker, who has the case (ADR 27); the
    rest to the desk. A colleague is asked instead where they can be, once the client says yes to them (ADR 28)."""
    waiting = open_work(move.user, move.at)["offers"]
    for row in waiting.filter(kind__in=BY_WORKER).order_by("case_id", "pk"):
        tell_sender(ANSWERED, take_back(row, by=move.by, at=move.at), at=move.at)
    cases = {case.pk: case for case in locked(Case.objects.filter(pk__in=waiting.values("case")))}
    rows = list(waiting.select_for_update(of=("self",)))
    if not rows:
        return
    Referral.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ReferralState.WITHDRAWN, answered_at=move.at, answered_by=move.by.user
    )
    audit.record_each("referral.withdrawn", rows, by=move.by, at=move.at, part="handover")
    Case.objects.filter(pk__in=cases, state=CaseState.REFERRED).update(
        state=CaseState.IN_TRIAGE, state_since=move.at, returned_at=move.at, next_action_at=move.at, is_quiet=False,
        version=F("version") + 1,
    )  # fmt: skip
    for row in rows:
        row.case = cases[row.case_id]  # its key is at hand
    for told in (True, False):
        returned = [row.case for row in rows if is_known(row) == told]
        facts = {"withdrawn": True, "to_user": move.user.pk}
        entries(returned, move, EntryKind.RETURNED, facts, for_client=told)
    asked = _asked_instead(rows, to, move, result) if to is not None else 0
    result.asked = asked
    result.to_desk |= {"offers": len(rows) - asked} if asked < len(rows) else {}


def _asked_instead(rows: list[Referral], to: User, move: Move, result: Result) -> int:
    """For how many the client is asked whether this colleague may have it."""
    barred = kept_from({row.case_id: row.case for row in rows}, to)
    asked = 0
    for row in rows:
        case = moves.locked(row.case)
        free = row.case_id not in barred and to.pk not in {row.created_by_id, case.owner_id}
        asked += free and steering.ask_instead(case, row, to, by=move.by, at=move.at) is not None
    result.refused += len(rows) - asked
    return asked


def _advice(move: Move, to: User | None, result: Result) -> None:
    rows = CommanderAdvice.objects.filter(taken_by=move.user, state=AdviceState.TAKEN)
    if to is not None:
        result.given["advice"] = rows.update(taken_by=to, version=F("version") + 1)
        result.shares[to] += result.given["advice"]
    else:
        result.to_desk["advice"] = rows.update(taken_by=None, state=AdviceState.OPEN, version=F("version") + 1)


def _tasks(move: Move, result: Result) -> None:
    """What was asked of them goes along with the case: to whoever has it by now, and without an owner to the desk."""
    rows = open_work(move.user, move.at)["tasks"]
    of_case = {case.pk: case for case in locked(Case.objects.filter(pk__in=rows.values("case")))}
    tasks = list(rows.filter(case__in=of_case).select_for_update())
    lines = []
    for task in tasks:
        owner = of_case[task.case_id].owner_id
        task.user_id, task.version = None if owner == move.user.pk else owner, task.version + 1
        facts = {"task": str(task.pk), "what": "given"} | (
            {"to_user": task.user_id} if task.user_id else {"desk": True}
        )
        lines.append(entry(of_case[task.case_id], move, EntryKind.TASK, facts, for_client=False))
    CaseTask.objects.bulk_update(tasks, ["user", "version"])
    TimelineEntry.objects.bulk_create(lines)
    audit.record_each("task.given", tasks, by=move.by, at=move.at, part="handover")
    result.tasks_to_owner = sum(task.user_id is not None for task in tasks)
    result.tasks_to_desk = len(tasks) - result.tasks_to_owner


def _roster(move: Move, result: Result) -> None:
    """Shifts to come go, and are listed: each is a hole that somebody has to fill. One that runs ends now."""
    rows = Shift.objects.filter(user=move.user, ends_at__gt=move.at)
    result.holes = list(rows.select_related("team").order_by("starts_at"))
    rows.filter(starts_at__gte=move.at).delete()
    rows.update(ends_at=move.at)


def _roles(move: Move) -> None:
    """Every role, what they serve by name, and days away that are to come."""
    day = timezone.localdate(move.at)
    for table in (Membership, Coverage):
        rows: Any = table._default_manager.filter(Q(ends_on=None) | Q(ends_on__gt=day), user=move.user)
        rows.filter(starts_on__gt=day).delete()
        rows.update(ends_on=day)
    ahead = Absence.objects.filter(user=move.user, last_day__gt=day)
    ahead.filter(first_day__gt=day).delete()
    ahead.update(last_day=day)


def _split(rows: list[Case], to: User | None, result: Result) -> tuple[list[Case], list[Case]]:
    """What the colleague can get, and what goes to the desk."""
    if to is None:
        return [], rows
    blocked = kept_from({case.pk: case for case in rows}, to)
    result.refused += len(blocked)
    return [case for case in rows if case.pk not in blocked], [case for case in rows if case.pk in blocked]


def _said(result: Result) -> str:
    parts = [f"{kind} {count}" for kind, count in result.given.items() if count]
    parts += [f"asked {result.asked}"] if result.asked else []
    parts += [f"{kind} {count} desk" for kind, count in result.to_desk.items() if count]
    return ", ".join(parts)[:60]


def _tell(move: Move, result: Result) -> None:
    """One notice to each colleague who got work, and one to who is on duty when the desk did."""
    for to, count in result.shares.items():
        if count:
            tell_user(WORK_HANDED_OVER, to, about=None, occasion=move.source, path="/start/", at=move.at)
    if any(result.to_desk.values()):
        for turn in roster(move.at).on_duty:
            tell_user(WORK_BACK, turn.user, about=None, occasion=move.source, path="/start/", at=move.at)

"""Closing the account of somebody who leaves, with all their open work handed over in one go.

Per kind of work the coordinator chooses: to one colleague, or back to the desk. Everything happens in one transaction
and in a number of queries that does not grow with the work. A colleague whom a client blocked gets nothing of that
client: it goes to the desk, and that is said. History keeps the name of who left.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
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
from accounts.models import Absence, Membership, Shift, Team, User
from accounts.notices import tell_user
from accounts.people import NotYours, handled_by, is_last_administrator, lock_administrators, teams_of
from accounts.roles import CASE_TRIAGE, PEOPLE_APPOINT, PERMISSIONS, REFERRAL_ANSWER, RESERVED
from cases import deputies, mediation, merged
from cases.enums import AccessReason, AccessScope, AdviceState, CaseState, EntryKind, SessionState
from cases.models import Case, CaseAccess, CaseTask, CommanderAdvice, GroupTalk, Mediation, Session, TimelineEntry
from cases.notices import tell_clients
from desk.notices import WORK_BACK, WORK_HANDED_OVER
from desk.staff import open_work
from referrals.enums import HandOver, ReferralState
from referrals.models import Coverage, Referral

NEEDED = {"cases": REFERRAL_ANSWER, "desk": CASE_TRIAGE, "offers": REFERRAL_ANSWER, "advice": CASE_TRIAGE}
"""The kinds that are handed over, each with what a receiver must be able to do. Conversations and messages go with
their case; shifts become holes in the roster."""


@dataclass
class Result:
    """What happened: how much of each kind went where, and what a blocked colleague could not get."""

    given: dict[str, int] = field(default_factory=dict)
    to_desk: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    holes: list[Shift] = field(default_factory=list)
    tasks_to_owner: int = 0
    tasks_to_desk: int = 0
    talks_ended: int = 0


@dataclass(frozen=True)
class Move:
    """Who leaves, who acts, and when."""

    user: User
    by: Actor
    at: dt.datetime
    source: str


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
def stop(user: User, choices: Mapping[str, User | None], *, by: Actor, at: dt.datetime) -> Result:
    """Hand everything over as chosen (None, or a kind that is not named: the desk), end every role and close the
    account. Raises NotYours. Once it is done, doing it again changes nothing."""
    if user.memberships.filter(role=Role.ADMINISTRATOR).exists():
        lock_administrators()
    user = User.objects.select_for_update().get(pk=user.pk)
    if not handled_by(by, timezone.localdate(at)).filter(pk=user.pk).exists():
        raise NotYours(_("You do not handle the people of this team."))
    must_be_possible(user, by=by, at=at)
    result, move = Result(), Move(user, by, at, f"handover{uuid.uuid4()}")
    result.talks_ended = mediation.leader_left(user, by=by, at=at)
    _cases(move, choices.get("cases"), result)
    _desk(move, choices.get("desk"), result)
    _offers(move, choices.get("offers"), result)
    _advice(move, choices.get("advice"), result)
    _tasks(move, result)
    _roster(move, result)
    _roles(move)
    if user.is_active:
        disable_user(user, by=by, at=at)
        audit.record("person.stopped", by=by, at=at, obj=user, part=_said(result))
    deputies.replan(at)
    _tell(move, choices, result)
    return result


def _cases(move: Move, to: User | None, result: Result) -> None:
    """Cases that were accepted, with their conversations and messages."""
    rows = _locked(open_work(move.user, move.at)["cases"])
    given, back = _split(rows, to, result)
    if to is not None and given:
        ids = [case.pk for case in given]
        Case.objects.filter(pk__in=ids).update(owner=to, primary_contact=to, version=F("version") + 1)
        _end_access(ids, move, Q(user=move.user, reason=AccessReason.REFERRAL))
        merged.pass_on(ids, to.pk, move.at)
        _grant(given, move, user=to, reason=AccessReason.REFERRAL)
        Session.objects.filter(case__in=ids, state=SessionState.PLANNED, with_user=move.user).update(with_user=to)
        _call_off(given, move, Q(led_by=move.user, second=to))
        GroupTalk.objects.filter(case__in=ids, state=SessionState.PLANNED, led_by=move.user).update(led_by=to)
        _entries(given, move, EntryKind.TAKEN, {"to_user": to.pk, "from": move.user.pk, "handover": True})
        result.given["cases"] = len(given)
    if back:
        _back_from_worker(back, move)
        result.to_desk["cases"] = len(back)
    tell_clients(given + back, occasion=move.source, at=move.at)


def _back_from_worker(rows: list[Case], move: Move) -> None:
    """As cases.handback does for one: the desk has the file again, and what is planned is cancelled."""
    ids, at = [case.pk for case in rows], move.at
    teams = {team.kind: team for team in Team.objects.filter(kind__in=[TeamKind.DESK, TeamKind.AFTER_HOURS])}
    desk = teams[TeamKind.DESK]
    Case.objects.filter(pk__in=ids).update(
        state=CaseState.IN_TRIAGE, state_since=at, owner=None, primary_contact=None, team=desk, returned_at=at,
        next_action_at=at, version=F("version") + 1,
    )  # fmt: skip
    planned = list(Session.objects.filter(case__in=ids, state=SessionState.PLANNED))
    if planned:
        Session.objects.filter(pk__in=[row.pk for row in planned]).update(state=SessionState.CANCELLED)
        of_case = {case.pk: case for case in rows}
        for row in planned:
            facts = {"session": str(row.pk), "starts_at": row.starts_at.isoformat(), "minutes": row.minutes}
            row.cancelled = _entry(of_case[row.case_id], move, EntryKind.SESSION_CANCELLED, facts)  # type: ignore[attr-defined]
        TimelineEntry.objects.bulk_create(row.cancelled for row in planned)  # type: ignore[attr-defined]
    _call_off(rows, move, Q())
    contact = Q(reason=AccessReason.DESK, scope=AccessScope.CONTACT)
    _end_access(ids, move, Q(reason=AccessReason.REFERRAL) | contact)
    merged.back_to_desk(ids, at)
    _grant(rows, move, team=desk, reason=AccessReason.DESK)
    _grant(rows, move, team=teams[TeamKind.AFTER_HOURS], reason=AccessReason.NIGHT)
    _entries(rows, move, EntryKind.RETURNED, {"from": move.user.pk})


def _call_off(rows: list[Case], move: Move, which: Q) -> None:
    """Talks with a group that are planned in these cases, and that nobody can lead any more."""
    of_case = {case.pk: case for case in rows}
    talks = list(GroupTalk.objects.filter(which, case__in=of_case, state=SessionState.PLANNED))
    GroupTalk.objects.filter(pk__in=[talk.pk for talk in talks]).update(state=SessionState.CANCELLED)
    TimelineEntry.objects.bulk_create(
        _entry(
            of_case[talk.case_id], move, EntryKind.GROUP_TALK,
            {"what": SessionState.CANCELLED, "starts_at": talk.starts_at.isoformat(), "group": str(talk.pk)},
        )
        for talk in talks
    )  # fmt: skip


def _desk(move: Move, to: User | None, result: Result) -> None:
    """Requests that the desk still has."""
    rows = _locked(open_work(move.user, move.at)["desk"])
    given, back = _split(rows, to, result)
    if to is not None and given:
        ids = [case.pk for case in given]
        Case.objects.filter(pk__in=ids).update(owner=to, primary_contact=to, version=F("version") + 1)
        _entries(given, move, EntryKind.TAKEN, {"to_user": to.pk, "from": move.user.pk, "handover": True})
        result.given["desk"] = len(given)
    if back:
        ids = [case.pk for case in back]
        Case.objects.filter(pk__in=ids).update(owner=None, primary_contact=None, version=F("version") + 1)
        free = Case.objects.filter(pk__in=ids, state=CaseState.IN_TRIAGE)
        free.update(state=CaseState.SUBMITTED, state_since=move.at)
        _entries(back, move, EntryKind.GIVEN_BACK, {"from": move.user.pk}, for_client=False)
        result.to_desk["desk"] = len(back)
    tell_clients(given, occasion=move.source, at=move.at)


def _offers(move: Move, to: User | None, result: Result) -> None:
    """What was offered to them by name."""
    waiting = open_work(move.user, move.at)["offers"]
    cases = {case.pk: case for case in _locked(Case.objects.filter(pk__in=waiting.values("case")))}
    rows = list(waiting.select_for_update(of=("self",)))
    blocked = _blocked(cases, to)
    mine = [row for row in rows if to is not None and row.case_id not in blocked and row.created_by_id != to.pk]
    back = [row for row in rows if row not in mine]
    if to is not None:
        result.refused += len(back)
    if mine:
        Referral.objects.filter(pk__in=[row.pk for row in mine]).update(to_user=to)
        audit.record_each("referral.readdressed", mine, by=move.by, at=move.at, part="handover")
        result.given["offers"] = len(mine)
    if back:
        ids = [row.pk for row in back]
        Referral.objects.filter(pk__in=ids).update(
            state=ReferralState.WITHDRAWN, answered_at=move.at, answered_by=move.by.user
        )
        returned = [cases[row.case_id] for row in back if row.kind == HandOver.REFERRAL]  # the others stay
        Case.objects.filter(pk__in=[case.pk for case in returned], state=CaseState.REFERRED).update(
            state=CaseState.IN_TRIAGE, state_since=move.at, returned_at=move.at, next_action_at=move.at,
            version=F("version") + 1,
        )  # fmt: skip
        _entries(returned, move, EntryKind.RETURNED, {"withdrawn": True, "to_user": move.user.pk})
        result.to_desk["offers"] = len(back)


def _advice(move: Move, to: User | None, result: Result) -> None:
    rows = CommanderAdvice.objects.filter(taken_by=move.user, state=AdviceState.TAKEN)
    if to is not None:
        result.given["advice"] = rows.update(taken_by=to, version=F("version") + 1)
    else:
        result.to_desk["advice"] = rows.update(taken_by=None, state=AdviceState.OPEN, version=F("version") + 1)


def _tasks(move: Move, result: Result) -> None:
    """What was asked of them goes along with the case: to whoever has it by now, and without an owner to the desk."""
    rows = open_work(move.user, move.at)["tasks"]
    of_case = {case.pk: case for case in _locked(Case.objects.filter(pk__in=rows.values("case")))}
    tasks = list(rows.filter(case__in=of_case).select_for_update())
    entries = []
    for task in tasks:
        owner = of_case[task.case_id].owner_id
        task.user_id, task.version = None if owner == move.user.pk else owner, task.version + 1
        facts = {"task": str(task.pk), "what": "given"} | (
            {"to_user": task.user_id} if task.user_id else {"desk": True}
        )
        entries.append(_entry(of_case[task.case_id], move, EntryKind.TASK, facts, for_client=False))
    CaseTask.objects.bulk_update(tasks, ["user", "version"])
    TimelineEntry.objects.bulk_create(entries)
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


def _locked(rows: Any) -> list[Case]:
    """These cases, FOR UPDATE, always in the same order, with what telling the client needs."""
    ids = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not ids:
        return []
    return list(Case.objects.filter(pk__in=ids).select_related("data_key", "person__user").order_by("pk"))


def _split(rows: list[Case], to: User | None, result: Result) -> tuple[list[Case], list[Case]]:
    """What the colleague can get, and what goes to the desk."""
    if to is None:
        return [], rows
    blocked = _blocked({case.pk: case for case in rows}, to)
    result.refused += len(blocked)
    return [case for case in rows if case.pk not in blocked], [case for case in rows if case.pk in blocked]


def _blocked(cases: Mapping[uuid.UUID, Case], to: User | None) -> set[uuid.UUID]:
    """The cases that this colleague may never see, and those whose client they lead a talk of."""
    if to is None or not cases:
        return set()
    rows = CaseAccess.objects.keeping_out_of(*cases).filter(user=to)
    led = Mediation.objects.filter(case__in=cases, leader=to, ended_at=None)
    return {*rows.values_list("case_id", flat=True), *led.values_list("case_id", flat=True)}


def _end_access(ids: list[uuid.UUID], move: Move, which: Q) -> None:
    CaseAccess.objects.filter(which, case__in=ids, ends_at=None).update(ends_at=move.at)


def _grant(rows: Iterable[Case], move: Move, *, reason: AccessReason, **who: Any) -> None:
    CaseAccess.objects.bulk_create(
        (CaseAccess(case=case, reason=reason, starts_at=move.at, source=move.source, **who) for case in rows),
        ignore_conflicts=True,
    )


def _entry(case: Case, move: Move, kind: EntryKind, facts: dict[str, Any], *, for_client: bool = True) -> TimelineEntry:
    return TimelineEntry(case=case, at=move.at, kind=kind, by=move.by.user, facts=facts, for_client=for_client)


def _entries(
    rows: Iterable[Case], move: Move, kind: EntryKind, facts: dict[str, Any], *, for_client: bool = True
) -> None:
    """One line in each timeline, and one in the audit of each."""
    entries = [_entry(case, move, kind, facts, for_client=for_client) for case in rows]
    TimelineEntry.objects.bulk_create(entries)
    audit.record_each("case.handed_over", entries, by=move.by, at=move.at, part=str(kind))


def _said(result: Result) -> str:
    parts = [f"{kind} {count}" for kind, count in result.given.items() if count]
    parts += [f"{kind} {count} desk" for kind, count in result.to_desk.items() if count]
    return ", ".join(parts)[:60]


def _tell(move: Move, choices: Mapping[str, User | None], result: Result) -> None:
    """One notice to each colleague who got work, and one to who is on duty when the desk did."""
    for to in {choices[kind] for kind, count in result.given.items() if count}:
        if to is not None:
            tell_user(WORK_HANDED_OVER, to, about=None, occasion=move.source, path="/start/", at=move.at)
    if any(result.to_desk.values()):
        for turn in roster(move.at).on_duty:
            tell_user(WORK_BACK, turn.user, about=None, occasion=move.source, path="/start/", at=move.at)

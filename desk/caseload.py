"""The cases of somebody who leaves, many at a time: to a colleague, or back to the desk.

Each does for all of them what cases/handback.py and referrals/answering.py do for one, in a number of queries that does
not grow with the number of cases.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, F, Q, When
from django.db.models import Case as Sql
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor
from accounts.enums import TeamKind
from accounts.models import Membership, Team, User
from cases import merged
from cases.enums import AccessReason, AccessScope, CaseState, EntryKind, SessionState
from cases.models import Case, CaseAccess, GroupTalk, Mediation, Session, TimelineEntry
from referrals.permissions import ANSWERING_ROLES


@dataclass(frozen=True)
class Move:
    """Who leaves, who acts, and when."""

    user: User
    by: Actor
    at: dt.datetime
    source: str


def to_colleague(rows: list[Case], to: User, move: Move) -> None:
    """The file, the client and what is planned are theirs from now on. Who of the desk is the contact person until the
    client has met their worker stays that (ADR 28)."""
    contact = Sql(
        When(Q(primary_contact=None) | Q(primary_contact=move.user), then=to.pk),
        default=F("primary_contact"), output_field=BigIntegerField(),
    )  # fmt: skip
    ids = [case.pk for case in rows]
    Case.objects.filter(pk__in=ids).update(
        owner=to, primary_contact=contact, late_since=None, next_look_at=None, passed_along=F("passed_along") + 1,
        version=F("version") + 1,
    )  # fmt: skip
    able = Membership.objects.live_on(timezone.localdate(move.at)).filter(user=to, role__in=ANSWERING_ROLES)
    teams = list(able.order_by("pk").values_list("team", flat=True))
    Case.objects.filter(pk__in=ids).exclude(team__in=teams).update(team=teams[0])
    reached = Q(user=to, scope=AccessScope.CONTACT)  # as the contact person until client and worker met
    _end_access(ids, move, Q(reason=AccessReason.REFERRAL) & (Q(user=move.user) | reached))
    merged.pass_on(ids, to.pk, move.at)
    _grant(rows, move, user=to, reason=AccessReason.REFERRAL)
    planned = {"case__in": ids, "state": SessionState.PLANNED}
    Session.objects.filter(**planned, with_user=move.user).update(with_user=to)
    _call_off(rows, move, Q(led_by=move.user, second=to))
    GroupTalk.objects.filter(**planned, led_by=move.user).update(led_by=to)
    entries(rows, move, EntryKind.TAKEN, {"to_user": to.pk, "from": move.user.pk, "handover": True})


def to_desk(rows: list[Case], move: Move) -> None:
    """As cases.handback does for one: the desk has the file again, and what is planned is cancelled."""
    ids, at = [case.pk for case in rows], move.at
    teams = {team.kind: team for team in Team.objects.filter(kind__in=[TeamKind.DESK, TeamKind.AFTER_HOURS])}
    desk = teams[TeamKind.DESK]
    Case.objects.filter(pk__in=ids).update(
        state=CaseState.IN_TRIAGE, state_since=at, owner=None, primary_contact=None, team=desk, returned_at=at,
        next_action_at=at, late_since=None, is_quiet=False, version=F("version") + 1,
    )  # fmt: skip
    planned = list(Session.objects.filter(case__in=ids, state=SessionState.PLANNED))
    if planned:
        Session.objects.filter(pk__in=[row.pk for row in planned]).update(state=SessionState.CANCELLED)
        of_case = {case.pk: case for case in rows}
        for row in planned:
            facts = {"session": str(row.pk), "starts_at": row.starts_at.isoformat(), "minutes": row.minutes}
            row.cancelled = entry(of_case[row.case_id], move, EntryKind.SESSION_CANCELLED, facts)  # type: ignore[attr-defined]
        TimelineEntry.objects.bulk_create(row.cancelled for row in planned)  # type: ignore[attr-defined]
    _call_off(rows, move, Q())
    contact = Q(reason=AccessReason.DESK, scope=AccessScope.CONTACT)
    _end_access(ids, move, Q(reason=AccessReason.REFERRAL) | contact)
    _end_consultations(ids, move)
    merged.back_to_desk(ids, at)
    _grant(rows, move, team=desk, reason=AccessReason.DESK)
    _grant(rows, move, team=teams[TeamKind.AFTER_HOURS], reason=AccessReason.NIGHT)
    entries(rows, move, EntryKind.RETURNED, {"from": move.user.pk})


def _call_off(rows: list[Case], move: Move, which: Q) -> None:
    """Talks with a group that are planned in these cases, and that nobody can lead any more."""
    of_case = {case.pk: case for case in rows}
    talks = list(GroupTalk.objects.filter(which, case__in=of_case, state=SessionState.PLANNED))
    GroupTalk.objects.filter(pk__in=[talk.pk for talk in talks]).update(state=SessionState.CANCELLED)
    TimelineEntry.objects.bulk_create(
        entry(
            of_case[talk.case_id], move, EntryKind.GROUP_TALK,
            {"what": SessionState.CANCELLED, "starts_at": talk.starts_at.isoformat(), "group": str(talk.pk)},
        )
        for talk in talks
    )  # fmt: skip


def locked(rows: Any) -> list[Case]:
    """These cases, FOR UPDATE, always in the same order, with what telling the client needs."""
    ids = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not ids:
        return []
    return list(Case.objects.filter(pk__in=ids).select_related("data_key", "person__user").order_by("pk"))


def kept_from(cases: Mapping[uuid.UUID, Case], to: User | None) -> set[uuid.UUID]:
    """The cases that this colleague may never see, and those whose client they lead a talk of."""
    if to is None or not cases:
        return set()
    rows = CaseAccess.objects.keeping_out_of(*cases).filter(user=to)
    led = Mediation.objects.filter(case__in=cases, leader=to, ended_at=None)
    return {*rows.values_list("case_id", flat=True), *led.values_list("case_id", flat=True)}


def _end_access(ids: list[uuid.UUID], move: Move, which: Q) -> None:
    CaseAccess.objects.filter(which, case__in=ids, ends_at=None).update(ends_at=move.at)


def _end_consultations(ids: list[uuid.UUID], move: Move) -> None:
    """Who read along has an end by the clock, and it is now."""
    rows = CaseAccess.objects.filter(case__in=ids, reason=AccessReason.CONSULTATION, ends_at__gt=move.at)
    rows.filter(starts_at__gte=move.at).delete()
    rows.update(ends_at=move.at)


def _grant(rows: Iterable[Case], move: Move, *, reason: AccessReason, **who: Any) -> None:
    CaseAccess.objects.bulk_create(
        (CaseAccess(case=case, reason=reason, starts_at=move.at, source=move.source, **who) for case in rows),
        ignore_conflicts=True,
    )


def entry(case: Case, move: Move, kind: EntryKind, facts: dict[str, Any], *, for_client: bool = True) -> TimelineEntry:
    return TimelineEntry(
        case=case, at=move.at, kind=kind, by=move.by.user, facts=facts, for_client=for_client and not case.is_quiet,
    )  # fmt: skip


def entries(
    rows: Iterable[Case], move: Move, kind: EntryKind, facts: dict[str, Any], *, for_client: bool = True
) -> None:
    """One line in each timeline, and one in the audit of each."""
    entries = [entry(case, move, kind, facts, for_client=for_client) for case in rows]
    TimelineEntry.objects.bulk_create(entries)
    audit.record_each("case.handed_over", entries, by=move.by, at=move.at, part=str(kind))

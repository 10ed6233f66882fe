"""What was put together, as it is read: which requests, for whom, what counts. The verbs: cases/merging.py."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from accounts import audit
from accounts.actors import Actor
from accounts.enums import TeamKind
from accounts.models import Team
from cases import guarded, tracks
from cases.enums import AccessReason, AccessScope, CaseOutcome
from cases.models import Case, CaseAccess, Merge
from cases.permissions import end_access, end_deputies, grant

SOURCE = "merge "


def ends_with(case: Case) -> "QuerySet[Case]":
    """The requests that were put together with this one: what closing takes from it, it takes from them."""
    return Case.objects.filter(pk__in=Merge.objects.filter(into=case, undone_at=None).values("case"))


def let_in(case: Case, user_id: int | None, at: dt.datetime) -> None:
    """Who accepts a case reads what was put together with it too, until it is taken apart or given back. The desk keeps
    of it what it keeps of any case that a worker has."""
    pass_on([case.pk], user_id, at)


def let_out(case: Case, at: dt.datetime) -> None:
    """Whoever had the case is out of those too, and the desk reads them again; part of giving it back."""
    back_to_desk([case.pk], at)


def pass_on(cases: Collection[UUID], user_id: int | None, at: dt.datetime) -> None:
    """The same for many cases: from whoever had them to somebody else. One query when nothing was put together."""
    for row in _into(cases):
        _without_worker(row, at, but=user_id)
        whole = CaseAccess.objects.live(at).filter(case=row.case, reason=AccessReason.DESK, scope=AccessScope.FULL)
        teams = list(whole.filter(team__isnull=False).values_list("team", flat=True))
        end_access(row.case, at=at, reason__in=[AccessReason.DESK, AccessReason.NIGHT], scope=AccessScope.FULL)
        for team_id in teams:
            _grant(row, AccessReason.DESK, at, team_id=team_id, scope=AccessScope.CONTACT)
        _grant(row, AccessReason.REFERRAL, at, user_id=user_id)


def back_to_desk(cases: Collection[UUID], at: dt.datetime) -> None:
    """The desk reads what was put together with these too. One query when nothing was."""
    for row in _into(cases):
        _without_worker(row, at)
        end_access(row.case, at=at, reason=AccessReason.DESK, scope=AccessScope.CONTACT, source=source_of(row))
        open_to_desk(row.case, at, source=source_of(row))


def open_to_desk(case: Case, at: dt.datetime, *, source: str) -> None:
    """The whole file for the desk and the after-hours line, when they do not have it."""
    for reason, kind in ((AccessReason.DESK, TeamKind.DESK), (AccessReason.NIGHT, TeamKind.AFTER_HOURS)):
        rows = CaseAccess.objects.live(at).filter(case=case, reason=reason, scope=AccessScope.FULL, ends_at=None)
        if not rows.exists():
            grant(case, reason=reason, team_id=Team.objects.get(kind=kind).pk, at=at, source=source)


def _into(cases: Collection[UUID]) -> list[Merge]:
    return list(Merge.objects.filter(into__in=cases, undone_at=None).select_related("case", "into").order_by("pk"))


def _without_worker(row: Merge, at: dt.datetime, *, but: int | None = None) -> None:
    """Whoever had the one that stays is out; who only had the other keeps what they had, for when it is undone."""
    had = CaseAccess.objects.filter(case=row.into, reason=AccessReason.REFERRAL, user__isnull=False).exclude(user=but)
    end_access(row.case, at=at, reason=AccessReason.REFERRAL, user__in=list(had.values_list("user", flat=True)))
    end_deputies(row.case, at=at)  # who stands in for somebody who stays is planned again


def _grant(row: Merge, reason: AccessReason, at: dt.datetime, **what: Any) -> None:
    grant(row.case, reason=reason, at=at, source=source_of(row), **what)


def joined_with(case: Case) -> list[Merge]:
    """Every merge that this case is part of, also by another one. Two queries, one when there is none."""
    found: dict[UUID, Merge] = {}
    todo = {case.pk}
    while todo:
        either = Q(case__in=todo) | Q(into__in=todo)
        rows = Merge.objects.filter(either, undone_at=None).exclude(pk__in=found).select_related("case", "into")
        new = {row.pk: row for row in rows.order_by("pk")}
        found |= new
        todo = {pk for row in new.values() for pk in (row.case_id, row.into_id)} - todo
    return list(found.values())


def keep_out_of_all(case: Case, at: dt.datetime) -> None:
    """Somebody is kept out of this case since, or no longer: the same counts for all that it was put together with.
    They are put together by the one that stays, so from any of them to any other it is two steps."""
    rows = joined_with(case)
    for row in [*rows, *rows]:
        keep_out_of_both(row, at)


def keep_out_of_both(row: Merge, at: dt.datetime) -> None:
    """Whoever may never see one at work never sees the other, until it is undone. The client's own account and a
    relative's get nothing by it: a row that is over lets nobody in, and still keeps out at work."""
    both, source = (row.case_id, row.into_id), source_of(row)
    kept_out = list(CaseAccess.objects.keeping_out_of(*both))
    there = {_key(one, one.case_id): one.pk for one in kept_out if one.source == source}
    wanted = {
        _key(one, row.into_id if one.case_id == row.case_id else row.case_id): one
        for one in kept_out
        if one.source != source
    }
    CaseAccess.objects.filter(pk__in=[pk for key, pk in there.items() if key not in wanted]).delete()
    CaseAccess.objects.bulk_create(
        CaseAccess(
            case_id=case_id, user_id=user_id, source=source, starts_at=at,
            reason=AccessReason.BLOCKED if blocked else AccessReason.FAMILY,
            scope=wanted[case_id, user_id, blocked].scope if blocked else AccessScope.NAMED,
            ends_at=None if blocked else at,
        )
        for case_id, user_id, blocked in wanted.keys() - there.keys()
    )  # fmt: skip


def _key(one: CaseAccess, case_id: UUID) -> tuple[UUID, int, bool]:
    return case_id, one.user_id or 0, one.reason == AccessReason.BLOCKED


def source_of(row: Merge) -> str:
    """What a merge gave, so that taking it apart takes that away and nothing else."""
    return f"{SOURCE}{row.pk}"


def joined_of_case() -> dict[str, Any]:
    """Inside a query for cases: whether requests were put together with one, as ``has_joined``."""
    return {"has_joined": Exists(Merge.objects.filter(into=OuterRef("pk"), undone_at=None))}


def counted_of_case() -> dict[str, Any]:
    """The same inside a query that has ``track_kind``, and how many of their conversations count too, of the kind of
    help that runs, as ``held_elsewhere``."""
    return joined_of_case() | {"held_elsewhere": held_elsewhere("pk")}


def held_elsewhere(case: str) -> Subquery:
    """The same number for any list with ``track_kind``; ``case`` is its column of the case. Empty for none."""
    gone = Merge.objects.filter(into=OuterRef(OuterRef(case)), undone_at=None).values("case")
    rows = tracks.held_ones().filter(tracks.takes_place(OuterRef("track_kind")), case__in=gone).order_by()
    return Subquery(rows.values("state").annotate(figure=Count("pk")).values("figure")[:1])


def of_case(case: Case, by: Actor, at: dt.datetime) -> list[Merge]:
    """What was put together with this one, of what ``by`` may work on. One query, none when nothing was."""
    if not getattr(case, "has_joined", True):
        return []
    rows = Merge.objects.filter(into=case, undone_at=None, case__in=Case.objects.visible_to(by, at))
    rows = rows.filter(case__in=guarded.reads_file(by, at))
    found = list(rows.select_related("case__data_key", "case__intake", "merged_by").order_by("-merged_at"))
    for row in found:
        row.into, row.case.intake.data_key = case, row.case.data_key
    return found


def opened(case: Case, by: Actor, at: dt.datetime, *, part: str) -> list[Merge]:
    """The same for a page that shows their lines: each look is in the audit, so that their client sees who looked."""
    found = of_case(case, by, at)
    for row in found:
        audit.record("case.viewed", by=by, at=at, case_id=row.case_id, obj=row.case, part=part)
    return found


def gone_into(case: Case, by: Actor, at: dt.datetime) -> Case | None:
    """The one that stays, when this one was put together with it and ``by`` may open it. One query at most."""
    if case.outcome != CaseOutcome.MERGED:
        return None
    row = Merge.objects.filter(case=case, undone_at=None, into__in=Case.objects.visible_to(by, at)).first()
    return row.into if row else None


def between(one: Case, other: Case) -> Merge | None:
    """That these two were put together, whichever goes on. One query."""
    either = Q(case=one, into=other) | Q(case=other, into=one)
    return Merge.objects.filter(either, undone_at=None).select_related("case__data_key", "into", "merged_by").first()

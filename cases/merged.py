"""What was put together, as it is read: which requests, for whom, what counts. The verbs: cases/merging.py."""

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.actors import Actor
from cases.enums import AccessReason, CaseOutcome, SessionState
from cases.enums.tracks import SHORTEST_SESSION_MINUTES, TrackKind
from cases.models import Case, Merge, Session
from cases.permissions import end_access, grant


def ends_with(case: Case) -> "QuerySet[Case]":
    """The requests that were put together with this one: what closing takes from it, it takes from them."""
    return Case.objects.filter(pk__in=Merge.objects.filter(into=case, undone_at=None).values("case"))


def let_in(case: Case, user_id: int | None, at: dt.datetime) -> None:
    """Who accepts a case reads what was put together with it too, until it is taken apart or given back."""
    for row in Merge.objects.filter(into=case, undone_at=None).select_related("case"):
        grant(row.case, reason=AccessReason.REFERRAL, user_id=user_id, at=at, source=source_of(row))


def let_out(case: Case, at: dt.datetime) -> None:
    """Whoever had the case is out of those too; part of giving it back."""
    for one in ends_with(case):
        end_access(one, at=at, reason=AccessReason.REFERRAL)


def source_of(row: Merge) -> str:
    """What a merge gave, so that taking it apart takes that away and nothing else."""
    return f"merge {row.pk}"


def counted_of_case() -> dict[str, Any]:
    """Inside a query for cases that has ``track_kind``: whether requests were put together with one, as ``has_joined``,
    and how many of their conversations count too, of the kind of help that runs, as ``held_elsewhere``."""
    kind = Coalesce(OuterRef("track_kind"), Value(TrackKind.SHORT_TERM_HELP))
    held = Q(state=SessionState.HELD, minutes__gte=SHORTEST_SESSION_MINUTES, track__kind=kind)
    gone = Merge.objects.filter(into=OuterRef(OuterRef("pk")), undone_at=None).values("case")
    rows = Session.objects.filter(held, case__in=gone).order_by().values("state").annotate(figure=Count("pk"))
    joined = Exists(Merge.objects.filter(into=OuterRef("pk"), undone_at=None))
    return {"held_elsewhere": Subquery(rows.values("figure")[:1]), "has_joined": joined}


def of_case(case: Case, by: Actor, at: dt.datetime) -> list[Merge]:
    """What was put together with this one, of what ``by`` may open. One query, none when nothing was."""
    if not getattr(case, "has_joined", True):
        return []
    rows = Merge.objects.filter(into=case, undone_at=None, case__in=Case.objects.visible_to(by, at))
    found = list(rows.select_related("case__data_key", "case__intake", "merged_by").order_by("-merged_at"))
    for row in found:
        row.into, row.case.intake.data_key = case, row.case.data_key
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

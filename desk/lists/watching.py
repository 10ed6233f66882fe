"""Telling people that something new fits a view. What was told is a row, so that it is told once.

Looked at is what the person may see at that moment: nothing is found for the night line off shift, nor for whoever
has no role any more. What fitted the view when it was followed is not new.
"""

import datetime as dt
import logging
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor, actor_for
from accounts.notices import tell_user
from accounts.roles import DASHBOARD_VIEW
from cases.models import Case
from desk import queue
from desk.lists.enums import Tell
from desk.lists.models import Following, Match
from desk.lists.notices import DIGEST, NEW_ONE

log = logging.getLogger("desk.lists")

OFTEN = dt.timedelta(minutes=1)
DIGEST_HOUR = 8
MOST_APART = 5


def next_look(tell: str, at: dt.datetime) -> dt.datetime:
    """When it is looked at next: every minute, or the next morning at eight by the local clock."""
    if tell != Tell.DAILY:
        return at + OFTEN
    here = timezone.localtime(at)
    day = here.date() if here.hour < DIGEST_HOUR else here.date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(DIGEST_HOUR), here.tzinfo)


def begin(row: Following, *, by: Actor, at: dt.datetime) -> None:
    """Everything that fits now was there before."""
    ids = _fitting(row, by, at)
    Match.objects.bulk_create([Match(following=row, case_id=pk, told_at=at) for pk in ids], ignore_conflicts=True)


def tell_due(at: dt.datetime) -> int:
    """Look at every followed view that is due; how many. May run late, twice and side by side.

    One that fails is left for the next sweep and does not stop the others.
    """
    seen: set[UUID] = set()
    while (pk := _next(at, seen)) is not None:
        seen.add(pk)
    return len(seen)


def _next(at: dt.datetime, seen: set[UUID]) -> UUID | None:
    """One of them, in a transaction of its own."""
    with transaction.atomic():
        rows = Following.objects.due(at).exclude(pk__in=seen).select_related("view", "user")
        row = rows.select_for_update(of=("self",), skip_locked=True).first()
        if row is None:
            return None
        try:
            with transaction.atomic():
                _look(row, at)
        except Exception:
            log.exception("a view could not be looked at")
        return row.pk


def _look(row: Following, at: dt.datetime) -> None:
    """Note what is new, tell of it when it is time, and set the next look. The row is locked."""
    row.due_at = next_look(row.tell, at)
    row.save(update_fields=["due_at"])
    by = actor_for(row.user, at)
    if not by.may(DASHBOARD_VIEW) or not (row.view.owner_id == row.user_id or row.view.team_id in by.teams):
        return
    fitting = _fitting(row, by, at)
    known = set(row.matches.values_list("case_id", flat=True))
    row.matches.exclude(case__in=Case.objects.at_desk()).delete()  # comes back as new
    Match.objects.bulk_create([Match(following=row, case_id=pk) for pk in fitting - known], ignore_conflicts=True)
    untold = list(row.matches.filter(told_at=None, case__in=fitting).order_by("pk"))
    if not untold or (row.tell == Tell.MANY and len(untold) < row.after):
        return
    _tell(row, untold, at)
    Match.objects.filter(pk__in=[match.pk for match in untold]).update(told_at=at)


def _tell(row: Following, untold: list[Match], at: dt.datetime) -> None:
    """A notice for each, or one for all with their number. Neither says which. Many at once, as at the beginning of a
    shift, are told together."""
    path = row.view.path
    if row.tell == Tell.EACH and len(untold) <= MOST_APART:
        for match in untold:
            tell_user(NEW_ONE, row.user, about=match.case_id, occasion=f"match{match.pk}", path=path, at=at)
        return
    occasion, params = f"match{untold[0].pk}to{untold[-1].pk}", {"n": len(untold)}
    tell_user(DIGEST, row.user, about=None, occasion=occasion, path=path, at=at, params=params)


def _fitting(row: Following, by: Actor, at: dt.datetime) -> set[UUID]:
    filters = queue.Filters.of(row.view.query)
    return set() if filters.queue == queue.ADVICE else queue.fitting(by, at, filters)

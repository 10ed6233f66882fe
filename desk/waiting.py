"""What comes back to the queue by itself: the time for a client's answer is over, or its owner works here no longer."""

import datetime as dt
import logging
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import system
from cases import case_tasks, timeline
from cases.enums import CaseState, EntryKind
from cases.models import Case
from cases.moves import locked, move

log = logging.getLogger("desk.waiting")

BY = system("desk.waiting")
AT_ONCE = 200


def end_due(at: dt.datetime) -> int:
    """Bring cases whose ``waiting_until`` has passed back to the queue; returns how many. May run late and twice.

    A case that cannot be moved is left for the next sweep and does not stop the others.
    """
    seen: set[UUID] = set()
    ended = 0
    while (found := _end_next(at, seen)) is not None:
        ended += found
    return ended


@transaction.atomic
def _end_next(at: dt.datetime, seen: set[UUID]) -> bool | None:
    """The one that waits longest, in a transaction of its own; rows in other hands are left. None: nothing is due."""
    due = Case.objects.waiting_too_long(at).exclude(pk__in=seen)
    case = due.select_for_update(of=("self",), skip_locked=True).first()
    if case is None:
        return None
    seen.add(case.pk)
    try:
        with transaction.atomic():
            _end(locked(case), at)
    except Exception:
        log.exception("waiting for the client of %s could not be ended", case.pk)
        return False
    return True


def _end(case: Case, at: dt.datetime) -> None:
    """Into the queue, for whoever is there: the one who asked may be away."""
    move(case, CaseState.IN_TRIAGE, by=BY, at=at, action="case.waiting_ended", next_action_at=at)
    move(case, CaseState.SUBMITTED, by=BY, at=at, action="case.given_back", owner=None, primary_contact=None)
    timeline.add(case, EntryKind.GIVEN_BACK, by=BY, at=at, facts={"because": "waiting_ended"})


def free_left(at: dt.datetime) -> int:
    """Requests at the desk whose owner works here no longer go back into the queue; returns how many. So that a
    pressing one alerts who is on duty again. Run late or twice, it frees each one once."""
    left = Case.objects.owner_gone(timezone.localdate(at)).filter(state=CaseState.IN_TRIAGE)
    return sum(_free(pk, at) for pk in list(left.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _free(pk: UUID, at: dt.datetime) -> bool:
    left = Case.objects.owner_gone(timezone.localdate(at)).filter(state=CaseState.IN_TRIAGE, pk=pk)
    if left.select_for_update(of=("self",), skip_locked=True).first() is None:
        return False
    case = locked(Case(pk=pk))
    before = case.owner_id
    move(case, CaseState.SUBMITTED, by=BY, at=at, action="case.given_back", owner=None, primary_contact=None)
    timeline.add(case, EntryKind.GIVEN_BACK, by=BY, at=at, facts={"because": "owner_gone", "from": before})
    case_tasks.settle(case, was=before, by=BY, at=at)
    return True

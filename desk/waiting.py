"""The end of waiting for a client: more information was asked, the time for it is over, the desk goes on."""

import datetime as dt

from django.db import transaction

from accounts.actors import system
from cases import timeline
from cases.enums import CaseState, EntryKind
from cases.models import Case
from cases.moves import locked, move

BY = system("desk.waiting")


def end_due(at: dt.datetime) -> int:
    """Bring cases whose ``waiting_until`` has passed back to the queue; returns how many. May run late and twice."""
    ended = 0
    while _end_one(at):
        ended += 1
    return ended


@transaction.atomic
def _end_one(at: dt.datetime) -> bool:
    """The one that waits longest, in a transaction of its own; rows in other hands are left for the next sweep."""
    found = Case.objects.waiting_too_long(at).select_for_update(of=("self",), skip_locked=True).first()
    if found is None:
        return False
    case = move(locked(found), CaseState.IN_TRIAGE, by=BY, at=at, action="case.waiting_ended", next_action_at=at)
    move(case, CaseState.SUBMITTED, by=BY, at=at, action="case.given_back", owner=None)
    timeline.add(case, EntryKind.GIVEN_BACK, by=BY, at=at, facts={"because": "waiting_ended"})
    return True

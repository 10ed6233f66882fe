"""A client says that it is not over: the case is open again, what they add is heard, and who is on duty is alerted."""

import datetime as dt
import uuid

from django.db import transaction

from accounts.actors import Actor
from cases import reopening
from cases.models import Case
from desk import hearing, paging, snapshot


@transaction.atomic
def come_back(case: Case, text: str, *, submission_id: uuid.UUID, by: Actor, at: dt.datetime) -> Case:
    """In the queue again, with a promise of its own; ``text`` may be empty. Twice is once. Raises NotNow."""
    case = reopening.reopen(case, reason="", by=by, at=at, calendar=snapshot.read().calendar)
    if text:
        case = hearing.client_added(case, text, by=by, at=at, submission_id=submission_id)
    paging.raise_alert(case, by=by, at=at)
    return case

"""How the call afterwards went: it goes well, they want help again, or nobody answered."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import Calendar
from accounts.permissions import Refused
from cases import marks, reopening, safe_contact, timeline
from cases.after_care import end, lock
from cases.enums import ContactWay, EntryKind
from cases.enums.ending import AfterCareOutcome, AfterCareState
from cases.enums.plan import GoalMoment
from cases.models import AfterCare, Case, TimelineEntry
from cases.moves import NeedsReason, NotNow, locked

ATTEMPTS = 3
MOST = 50
AGAIN_AFTER = dt.timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """One of the list. No name and no number: people look over shoulders."""

    pk: uuid.UUID
    reference: str
    call_until: dt.datetime
    attempts: int
    window: str


def to_call(by: Actor, at: dt.datetime) -> list[Line]:
    """Who is to be called now, the longest due first. One query."""
    rows = AfterCare.objects.due(at).visible_to(by, at).select_related("case__person__contact")[:MOST]
    return [Line(row.pk, row.case.reference, row.call_until, row.attempts, _window(row)) for row in rows]


def _window(row: AfterCare) -> str:
    return safe_contact.window_words(safe_contact.wishes_of(row.case))


def call_for(by: Actor, pk: uuid.UUID, at: dt.datetime) -> AfterCare:
    """One of them, when this actor may see it and it is time. Raises Refused."""
    row = AfterCare.objects.due(at).visible_to(by, at).filter(pk=pk).select_related("case__data_key").first()
    if row is None:
        raise Refused("after_care:open", basis="not visible, not due or not existing")
    return row


def was_kept(pk: uuid.UUID, attempt_id: object, by: Actor) -> bool:
    """Whether this form was sent before: by who may no longer see the number, because it went well. One query."""
    try:
        number = uuid.UUID(str(attempt_id))
    except ValueError:
        return False
    rows = TimelineEntry.objects.filter(kind=EntryKind.AFTER_CARE, by=by.user, case=OuterRef("case"))
    return AfterCare.objects.filter(Exists(rows), pk=pk, attempt_id=number).exists()


@transaction.atomic
def called(
    case: Case, outcome: str, *, note: str, by: Actor, at: dt.datetime, calendar: Calendar, reason: str = "",
    attempt_id: uuid.UUID | None = None, given: Mapping[str, int] | None = None, number: int | None = None,
) -> Case:  # fmt: skip
    """Keep how it went, and the marks that the client gave for their goals (cases/marks.py). Not reached is tried again
    the next day, at most three times. Who wants help again has their case in the queue of the desk, and need not tell
    it again. Raises NotNow when it was done meanwhile, NeedsReason outside the hours the client gave."""
    case = locked(case)
    row = lock(case)
    if row is None:
        raise NotNow(_("This has been done already."))
    if attempt_id and row.attempt_id == attempt_id:
        return case
    outside = safe_contact.against(safe_contact.wishes_of(case), ContactWay.PHONE, at)
    if outside and not reason.strip():
        raise NeedsReason(" ".join([*outside, _("Write down why you do it all the same.")]))
    if outcome == AfterCareOutcome.WANTS_HELP and not note.strip():
        raise NeedsReason(_("Write down what they want help with."))
    row.outcome, row.attempts, row.attempt_id = outcome, row.attempts + 1, attempt_id
    row.note = note.strip() or row.note
    if given and outcome != AfterCareOutcome.NOT_REACHED:
        marks.give(case, GoalMoment.FOLLOW_UP, given, number=number, by=by, at=at)
    timeline.add(
        case, EntryKind.AFTER_CARE, by=by, at=at, facts={"what": outcome}, text=reason.strip(),
        for_client=outcome != AfterCareOutcome.NOT_REACHED,
    )  # fmt: skip
    if outcome == AfterCareOutcome.NOT_REACHED and row.attempts < ATTEMPTS and at + AGAIN_AFTER < row.call_until:
        row.next_at = at + AGAIN_AFTER
        row.save()
        audit.record("after_care.tried", by=by, at=at, case_id=case.pk, obj=row)
        return case
    end(row, AfterCareState.DONE, by=by, at=at)
    if outcome == AfterCareOutcome.WANTS_HELP:
        return reopening.reopen(case, reason=note, by=by, at=at, calendar=calendar)
    return case

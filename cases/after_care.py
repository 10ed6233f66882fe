"""One call, some weeks after the help has ended: how is it now? A task of the desk, and off when the client wants.

The desk sees the contact details for that call, in that period, by an access row of its own; the file stays shut. How
the call went is in cases/after_calls.py.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor, system
from accounts.enums import TeamKind
from accounts.models import Team
from cases import callbacks, timeline
from cases.enums import AccessReason, AccessScope, EntryKind
from cases.enums.ending import CALLED_AFTER, AfterCareState
from cases.models import AfterCare, Case, CaseAccess
from cases.moves import locked
from cases.permissions import grant

FIRST_HOUR = dt.time(8)
BY = system("cases.after_care")
AT_ONCE = 200


def is_off(case: Case) -> bool:
    """Whether this person said that they want no such call; about whatever case. One query."""
    return AfterCare.objects.filter(case__person=case.person_id, state=AfterCareState.OFF).exists()


def why_no_call(case: Case) -> str:
    """Why this client is not called afterwards, in a sentence; empty when they may be. One query."""
    return _("This client said that they want no call afterwards.") if is_off(case) else callbacks.why_not(case)


def of_case(case: Case) -> AfterCare | None:
    """The call that is still to come. One query."""
    row = AfterCare.objects.open().filter(case=case).first()
    if row is not None:
        row.case = case
    return row


def call_of_case() -> dict[str, Subquery]:
    """From when there is a call to come, inside a query for cases, as ``call_after_at``."""
    rows = AfterCare.objects.open().filter(case=OuterRef("pk"))
    return {"call_after_at": Subquery(rows.values("call_from")[:1])}


def plan(case: Case, *, on: dt.date | None = None, by: Actor, at: dt.datetime) -> AfterCare | None:
    """Put it on the list from ``on``, or six weeks from now; None for who is not to be called, or had no conversations.
    Part of closing: ``case`` is locked, and closed."""
    if case.outcome not in CALLED_AFTER or why_no_call(case):
        return None
    day = on or timezone.localdate(at + settings.AFTER_CARE_FROM)
    start = max(at, timezone.make_aware(dt.datetime.combine(day, FIRST_HOUR)))
    end = start + settings.AFTER_CARE_FOR
    row = AfterCare(case=case, created_at=at, call_from=start, call_until=end, next_at=start)
    row.save(force_insert=True)
    desk = Team.objects.get(kind=TeamKind.DESK)
    grant(
        case, reason=AccessReason.AFTER_CARE, team_id=desk.pk, scope=AccessScope.CONTACT, at=start, ends_at=end,
        source=f"after care {row.pk}",
    )  # fmt: skip
    facts = {"what": "planned", "starts_at": start.isoformat()}
    timeline.add(case, EntryKind.AFTER_CARE, by=by, at=at, facts=facts, for_client=True)
    audit.record("after_care.planned", by=by, at=at, case_id=case.pk, obj=row)
    return row


def end(row: AfterCare, state: AfterCareState, *, by: Actor, at: dt.datetime) -> None:
    """No longer to be done; nobody sees the contact details for it any more. ``row`` and its case are locked."""
    row.state, row.ended_at, row.ended_by = state, at, by.user if by.roles else None
    row.save()
    access = CaseAccess.objects.filter(case=row.case, reason=AccessReason.AFTER_CARE, ends_at__gt=at)
    access.filter(starts_at__gte=at).delete()
    access.update(ends_at=at)
    audit.record(f"after_care.{state}", by=by, at=at, case_id=row.case_id, obj=row, part=row.outcome)


def end_of(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """The case is opened again: the call is not needed. ``case`` is locked."""
    if row := lock(case):
        end(row, AfterCareState.OVER, by=by, at=at)


@transaction.atomic
def turn_off(case: Case, *, by: Actor, at: dt.datetime) -> bool:
    """The person wants no such call, about this case and any other; False when none was to come."""
    case = locked(case)
    row = lock(case)
    if row is None:
        return False
    end(row, AfterCareState.OFF, by=by, at=at)
    timeline.add(case, EntryKind.AFTER_CARE, by=by, at=at, facts={"what": "off"}, for_client=True)
    return True


def lock(case: Case) -> AfterCare | None:
    """The open one, taken FOR UPDATE; ``case`` is locked."""
    row = AfterCare.objects.open().filter(case=case).select_for_update(of=("self",)).first()
    if row is not None:
        row.case = case
    return row


def end_over(at: dt.datetime) -> int:
    """Take off the list who was not reached in the time for it; returns how many. May run late, twice, side by side."""
    return sum(_end_over(case, at) for case in Case.objects.filter(aftercares__in=AfterCare.objects.over(at))[:AT_ONCE])


@transaction.atomic
def _end_over(case: Case, at: dt.datetime) -> bool:
    if not Case.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=case.pk).exists():
        return False
    row = AfterCare.objects.over(at).filter(case=case).select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return False
    row.case = locked(case)
    end(row, AfterCareState.OVER, by=BY, at=at)
    timeline.add(row.case, EntryKind.AFTER_CARE, by=BY, at=at, facts={"what": "over"})
    return True

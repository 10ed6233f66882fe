"""One call, some weeks after the help has ended: how is it now? A task of the desk, and off when the client wants: they
can say so at any time, for all their cases.

The desk sees the contact details for that call, in that period, by an access row of its own; the file stays shut. How
the call went is in cases/after_calls.py.
"""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor, system
from accounts.enums import TeamKind
from accounts.models import Team
from cases import callbacks, links, timeline
from cases.enums import AccessReason, AccessScope, EntryKind
from cases.enums.ending import CALLED_AFTER, AfterCareState
from cases.models import AfterCare, Case, CaseAccess, Person
from cases.moves import NotNow, locked
from cases.permissions import OWN_CASE, grant, must_have

FIRST_HOUR = dt.time(8)
BY = system("cases.after_care")
AT_ONCE = 200


def why_no_call(case: Case) -> str:
    """Why this client is not called afterwards, in a sentence; empty when they may be."""
    if case.person.no_call_after:
        return _("This client said that they want no call afterwards.")
    return callbacks.why_not(case)


def of_case(case: Case) -> AfterCare | None:
    """The call that is still to come. One query."""
    row = AfterCare.objects.open().filter(case=case).first()
    if row is not None:
        row.case = case
    return row


def done_of(case: Case) -> list[AfterCare]:
    """The calls that were made, the latest first: how it went and what a colleague should know. One query."""
    rows = list(AfterCare.objects.filter(case=case, state=AfterCareState.DONE).order_by("-ended_at"))
    for row in rows:
        row.case = case
    return rows


def call_of_case() -> dict[str, Subquery]:
    """From when there is a call to come, inside a query for cases, as ``call_after_at``."""
    rows = AfterCare.objects.open().filter(case=OuterRef("pk"))
    return {"call_after_at": Subquery(rows.values("call_from")[:1])}


def plan(case: Case, *, on: dt.date | None = None, by: Actor, at: dt.datetime) -> AfterCare | None:
    """Put it on the list from ``on``, or six weeks from now; None for who is not to be called, or had no conversations.
    Part of closing: ``case`` is locked, and closed."""
    case.person = (
        Person.objects.select_for_update(of=("self",)).select_related("contact", "data_key").get(pk=case.person_id)
    )  # the race: they say that they want no call while a case of theirs is closed
    if case.outcome not in CALLED_AFTER or why_no_call(case):
        return None
    start = max(at, _first_moment(on or timezone.localdate(at + settings.AFTER_CARE_FROM)))
    end = start + settings.AFTER_CARE_FOR
    return _put(AfterCare(case=case, created_at=at, call_from=start, call_until=end, next_at=start), by=by, at=at)


def _first_moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, FIRST_HOUR))


def _put(row: AfterCare, *, by: Actor, at: dt.datetime) -> AfterCare:
    """On the list from ``next_at``, with sight of the contact details until it is over."""
    row.state, row.ended_at, row.ended_by = AfterCareState.OPEN, None, None
    row.save()
    desk = Team.objects.get(kind=TeamKind.DESK)
    grant(
        row.case, reason=AccessReason.AFTER_CARE, team_id=desk.pk, scope=AccessScope.CONTACT, at=row.next_at,
        ends_at=row.call_until, source=f"after care {row.pk}",
    )  # fmt: skip
    facts = {"what": "planned", "starts_at": row.next_at.isoformat()}
    timeline.add(row.case, EntryKind.AFTER_CARE, by=by, at=at, facts=facts, for_client=True)
    audit.record("after_care.planned", by=by, at=at, case_id=row.case_id, obj=row)
    return row


def end(row: AfterCare, state: AfterCareState, *, by: Actor, at: dt.datetime) -> None:
    """No longer to be done; nobody sees the contact details for it any more. ``row`` is locked."""
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
    """The person wants no such call: about this case and any other of theirs, also one that was linked, and later.
    False when that was known."""
    case = locked(case)
    theirs = links.people_of(case)
    list(Person.objects.filter(pk__in=theirs).order_by("pk").select_for_update())
    if not Person.objects.filter(pk__in=theirs, no_call_after=False).update(no_call_after=True):
        return False
    end_for(theirs, by=by, at=at)
    timeline.add(case, EntryKind.AFTER_CARE, by=by, at=at, facts={"what": "off"}, for_client=True)
    audit.record("after_care.unwanted", by=by, at=at, case_id=case.pk, obj=case.person)
    return True


def may_turn_on(case: Case, at: dt.datetime) -> bool:
    """Whether who wanted no call can say here that we may: while the help goes on, or this case's call can still come.
    At most one query, and none for who may be called."""
    return case.person.no_call_after and (case.is_open or _to_come(case, at) is not None)


@transaction.atomic
def turn_on(case: Case, *, by: Actor, at: dt.datetime) -> bool:
    """The client changed their mind: we may call, about any case of theirs and later. A call that was turned off is on
    the list again in the weeks it had. False when that was known. Raises Refused for anyone but the client, NotNow when
    the call of this case can no longer come."""
    must_have(OWN_CASE, case.pk, by=by, at=at, action="after_care.turn_on")
    theirs = links.people_of(case)
    of_them = Case.objects.filter(person__in=theirs).order_by("pk").values_list("pk", flat=True)
    cases = {pk: locked(Case(pk=pk)) for pk in of_them}  # in the order in which everybody takes them
    here = cases[case.pk]
    off = Person.objects.filter(pk__in=theirs, no_call_after=True).order_by("pk").select_for_update()
    if not list(off):
        return False
    if not here.is_open and _to_come(here, at) is None:
        raise NotNow(_("The time for this call has passed."))
    Person.objects.filter(pk__in=theirs).update(no_call_after=False)
    timeline.add(here, EntryKind.AFTER_CARE, by=by, at=at, facts={"what": "on"}, for_client=True)
    audit.record("after_care.wanted", by=by, at=at, case_id=here.pk, obj=here.person)
    for one in cases.values():
        row = _to_come(one, at)
        if row is not None and (row.ended_at or one is here):  # elsewhere only what was planned before
            row.next_at = max(at, row.next_at)
            _put(row, by=by, at=at)
    return True


def _to_come(case: Case, at: dt.datetime) -> AfterCare | None:
    """The call after this ending that was turned off, or was not planned; None when nothing can come of it. One query
    for a closed case."""
    if case.closed_at is None or case.outcome not in CALLED_AFTER or callbacks.why_not(case):
        return None
    row = AfterCare.objects.filter(case=case, created_at__gte=case.closed_at).order_by("-created_at").first()
    if row is None:
        start = _first_moment(timezone.localdate(case.closed_at + settings.AFTER_CARE_FROM))
        end = start + settings.AFTER_CARE_FOR
        row = AfterCare(created_at=at, call_from=start, call_until=end, next_at=start, state=AfterCareState.OFF)
    row.case = case
    return row if row.state == AfterCareState.OFF and row.call_until > at else None


def end_for(people: Collection[UUID], *, by: Actor, at: dt.datetime) -> None:
    """Nobody calls these people any more; part of writing down that they do not want it."""
    rows = AfterCare.objects.open().filter(case__person__in=people).select_related("case__data_key").order_by("pk")
    for row in rows.select_for_update(of=("self",)):
        end(row, AfterCareState.OFF, by=by, at=at)


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

"""Calling people back: choosing a half hour, agreeing on a moment, who calls, and what an attempt leads to (R25).

The lock on a half hour lets one at a time choose in it; that no two hold the same place is kept by a constraint too.
What an attempt leads to is in cases/call_attempts.py.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import Calendar
from accounts.duty import line_at
from accounts.enums import Line
from accounts.permissions import Refused
from accounts.roles import CALL_BACK_ALLOW
from cases import safe_contact, timeline
from cases.enums import AT_DESK, AttemptOutcome, CallBackSource, CallBackState, CaseState, EntryKind
from cases.models import CallBack, CallBackHour, Case, Intake
from cases.moves import NeedsReason, NotNow, locked, save
from cases.slots import HALF_HOUR, Slot, Slots

TIME_TO_CALL = dt.timedelta(minutes=30)
CLAIM_LASTS = dt.timedelta(hours=1)
"""After this, and after the moment has passed, a claim no longer keeps colleagues off."""


class SlotGone(NotNow):
    """This half hour can no longer be chosen; ``near`` are the free ones around it."""

    def __init__(self, near: list[Slot]) -> None:
        super().__init__(gone_words(near))
        self.near = near


def gone_words(near: list[Slot]) -> str:
    """Why a half hour was refused, with the nearest free ones."""
    if not near:
        return _("This time cannot be chosen any more, and no other time is free. Call us.")
    free = "; ".join(f"{slot.day} {slot.words}" for slot in near)
    return _("This time cannot be chosen any more. Free near it: %(times)s.") % {"times": free}


def load_slots(at: dt.datetime) -> Slots:
    """The grid and the places held from ``at`` on. Two queries, or one when nobody is called back here."""
    rows = CallBackHour.objects.values_list("line", "weekday", "hour", "places")
    places = {(line, weekday, hour): count for line, weekday, hour, count in rows}
    held = CallBack.objects.open().filter(slot_at__gt=at).values_list("slot_at", flat=True) if places else []
    return Slots(places, Counter(start for start in held if start))


def slots_for(case: Case, at: dt.datetime) -> Slots:
    """What this client can choose from: once a worker has the case, the after-hours line no longer sees it."""
    known = load_slots(at)
    return known if case.state in AT_DESK else known.of_line(Line.DESK)


def places_of(line: str) -> dict[tuple[int, int], int]:
    """The grid of a line, by weekday and hour. One query."""
    rows = CallBackHour.objects.filter(line=line).values_list("weekday", "hour", "places")
    return {(weekday, hour): count for weekday, hour, count in rows}


@transaction.atomic
def set_places(line: str, places: Mapping[tuple[int, int], int], *, by: Actor, at: dt.datetime) -> None:
    """The whole grid of a line anew. Who holds a place keeps it."""
    CallBackHour.objects.filter(line=line).delete()
    CallBackHour.objects.bulk_create(
        CallBackHour(line=line, weekday=day, hour=hour, places=count) for (day, hour), count in places.items() if count
    )
    audit.record("call_back.hours", by=by, at=at, part=line)


def slot_of(intake: Intake) -> dt.datetime | None:
    """The half hour that the sender of this request holds. One query."""
    return CallBack.objects.open().filter(case__intake=intake).values_list("slot_at", flat=True).first()


def open_of(case: Case) -> CallBack | None:
    """The open call-back of a case, taken FOR UPDATE; ``case`` is locked."""
    row = CallBack.objects.open().filter(case=case).select_for_update(of=("self",)).select_related("data_key").first()
    if row is not None:
        row.case = case
    return row


def call_back_for(by: Actor, pk: UUID, at: dt.datetime, *, lock: bool = False) -> CallBack:
    """The call-back, when this actor may see it. Raises Refused. With ``lock`` its case and it are taken FOR UPDATE."""
    rows = CallBack.objects.visible_to(by, at).select_related(
        "data_key", "case__data_key", "case__person__data_key", "case__person__contact", "claimed_by"
    )
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Refused("call_back:open", basis="not visible or not existing")
    if lock:
        case = locked(row.case) if row.case else None
        row = rows.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None or row.case_id != (case.pk if case else None):  # a colleague linked it meanwhile
            raise NotNow(_("This call-back has changed. Look at it again."))
        row.case = case
    return row


def why_not(case: Case, number: str = "") -> str:
    """Why this client may not be called, in a sentence; empty when they may. ``number``: one they called from."""
    if safe_contact.not_by_phone(safe_contact.wishes_of(case)):
        return _("The client does not want to be called. Reach them another way.")
    if not (number or case.person.phone):
        return _("There is no phone number. Reach the client another way.")
    return ""


@transaction.atomic
def choose(case: Case, start: dt.datetime, *, by: Actor, at: dt.datetime, calendar: Calendar) -> CallBack:
    """Hold a place in the half hour from ``start``, instead of what was agreed before. Raises NotNow, or SlotGone."""
    case, start = locked(case), start.astimezone(dt.UTC)
    _may_be_called(case)
    row = open_of(case)
    if row is not None and row.slot_at == start:
        return row
    one_at_a_time(f"slot {start.timestamp():.0f}")
    known = slots_for(case, at)
    if not known.is_free(start, at, calendar):
        raise SlotGone(known.near(start, at, calendar))
    used = set(CallBack.objects.of_slot(start).values_list("place", flat=True))
    place = next(number for number in range(len(used) + 1) if number not in used)
    row = row or CallBack(case=case, created_at=at)
    row.source, row.line = CallBackSource.CHOSEN, line_at(start, calendar)
    return _set(row, start, by=by, at=at, slot_at=start, place=place)


@transaction.atomic
def agree(case: Case, moment: dt.datetime, *, by: Actor, at: dt.datetime) -> CallBack:
    """A worker agreed with the client to call at ``moment``. Raises NotNow."""
    case = locked(case)
    _may_be_called(case)
    if moment <= at:
        raise NotNow(_("Choose a moment that is still to come."))
    row = open_of(case) or CallBack(case=case, created_at=at)
    row.source = CallBackSource.AGREED
    return _set(row, moment, by=by, at=at)


def _may_be_called(case: Case) -> None:
    if not case.is_open:
        raise NotNow(_("This case is closed."))
    if why := why_not(case):
        raise NotNow(why)


def _set(
    row: CallBack, moment: dt.datetime, *, by: Actor, at: dt.datetime, slot_at: dt.datetime | None = None,
    place: int | None = None,
) -> CallBack:  # fmt: skip
    """To be called at ``moment``; what was known about another moment is forgotten."""
    row.state, row.slot_at, row.place = CallBackState.CALL, slot_at, place
    set_due(row, moment)
    row.missed_at = None
    row.save()
    case = row.case
    assert case is not None  # noqa: S101  only those with a case have an agreed moment
    if case.state == CaseState.IN_TRIAGE:
        case.next_action_at = moment
        save(case, "next_action_at")
    facts = {"what": "planned", "starts_at": moment.isoformat()}
    timeline.add(case, EntryKind.CALL_BACK, by=by, at=at, facts=facts, for_client=True)
    audit.record("call_back.planned", by=by, at=at, case_id=case.pk, obj=row, part=row.source)
    return row


def set_due(row: CallBack, moment: dt.datetime) -> None:
    """On the list from ``moment``, for anybody; late half an hour later."""
    row.next_at, row.due_at = moment, moment + (HALF_HOUR if row.slot_at else TIME_TO_CALL)
    row.claimed_by, row.claimed_at, row.told_at = None, None, None


@transaction.atomic
def cancel(case: Case, *, by: Actor, at: dt.datetime) -> bool:
    """The client no longer wants to be called at that time; False when there is nothing to cancel."""
    case = locked(case)
    row = open_of(case)
    if row is None or row.slot_at is None:
        return False
    end(row, CallBackState.CANCELLED, at=at)
    if case.next_action_at == row.next_at:
        case.next_action_at = None
        save(case, "next_action_at")
    facts = {"what": "cancelled", "starts_at": row.next_at.isoformat()}
    timeline.add(case, EntryKind.CALL_BACK, by=by, at=at, facts=facts, for_client=True)
    audit.record("call_back.cancelled", by=by, at=at, case_id=case.pk, obj=row)
    return True


def end(row: CallBack, state: CallBackState, *, at: dt.datetime, reason: str = "") -> None:
    """No longer to be done. The place in the half hour is free again."""
    row.state, row.ended_at, row.claimed_by, row.claimed_at = state, at, None, None
    row.reason = reason.strip()
    row.save(update_fields=["state", "ended_at", "claimed_by", "claimed_at", "reason"])


def end_of(case: Case, *, at: dt.datetime) -> None:
    """The case is closed: nobody needs to call. ``case`` is locked."""
    row = open_of(case)
    if row is not None:
        end(row, CallBackState.DONE, at=at)


def claim(row: CallBack, *, by: Actor, at: dt.datetime) -> CallBack:
    """``by`` calls; nobody else does meanwhile. ``row`` is locked. Raises NotNow."""
    still_open(row)
    if row.state == CallBackState.CALL and row.case and (why := why_not(row.case, str(row.number))):
        raise NotNow(why)
    not_another(row, by, at)
    row.claimed_by, row.claimed_at = by.user, at
    row.save(update_fields=["claimed_by", "claimed_at"])
    audit.record("call_back.claimed", by=by, at=at, case_id=row.case_id, obj=row)
    return row


def release(row: CallBack, *, by: Actor, at: dt.datetime) -> None:
    """Let go of it; a coordinator may let go for somebody else. ``row`` is locked."""
    if row.claimed_by_id != by.user_id and not by.may(CALL_BACK_ALLOW):
        raise NotNow(_("Only %(name)s or the coordinator can let go of it.") % {"name": row.claimed_by or "–"})
    row.claimed_by, row.claimed_at = None, None
    row.save(update_fields=["claimed_by", "claimed_at"])
    audit.record("call_back.released", by=by, at=at, case_id=row.case_id, obj=row)


def holds(row: CallBack, at: dt.datetime) -> bool:
    """Whether somebody's claim still keeps others off."""
    return row.claimed_at is not None and at < max(row.claimed_at, row.due_at) + CLAIM_LASTS


def still_open(row: CallBack) -> None:
    """Raises NotNow when it was done meanwhile."""
    if not row.is_open:
        raise NotNow(_("This has been done already."))


def not_another(row: CallBack, by: Actor, at: dt.datetime) -> None:
    """Raises NotNow when a colleague took it."""
    if row.claimed_by_id not in {None, by.user_id} and holds(row, at):
        raise NotNow(_("%(name)s calls this person.") % {"name": row.claimed_by})


def follow_wishes(case: Case, *, other_number: bool, by: Actor, at: dt.datetime) -> None:
    """The client changed how we may reach them: who may not be called is reached another way, in every case of theirs.

    Who said that they may be called is called again; a number that was wrong only when they gave another one.
    ``case`` is locked.
    """
    rows = CallBack.objects.open().filter(case__person=case.person_id).select_for_update(of=("self",))
    for row in rows.select_related("data_key", "case__data_key").order_by("pk"):
        assert row.case is not None  # noqa: S101  asked for above
        row.case.person = case.person
        heed(row, by=by, at=at, allows=other_number or row.outcome != AttemptOutcome.WRONG_NUMBER)


def heed(row: CallBack, *, by: Actor, at: dt.datetime, allows: bool = False) -> None:
    """Bring an open call-back in line with the wishes of this moment. ``row`` is locked.

    Only with ``allows`` can somebody who was to be reached another way be called again.
    """
    if row.case is None:
        return
    forbidden = bool(why_not(row.case, str(row.number)))
    if forbidden == (row.state == CallBackState.OTHER_WAY) or not (forbidden or allows):
        return
    row.state = CallBackState.OTHER_WAY if forbidden else CallBackState.CALL
    row.slot_at, row.place, row.claimed_by, row.claimed_at, row.told_at = None, None, None, None, None
    row.save(update_fields=["state", "slot_at", "place", "claimed_by", "claimed_at", "told_at"])
    if forbidden:
        timeline.add(row.case, EntryKind.CALL_BACK, by=by, at=at, facts={"what": "other_way"})
    audit.record("call_back.other_way", by=by, at=at, case_id=row.case_id, obj=row, part=row.state)


@transaction.atomic
def finish(row: CallBack, reason: str, *, by: Actor, at: dt.datetime) -> None:
    """Nobody needs to call any more, with the reason. ``row`` is locked. Raises NotNow."""
    still_open(row)
    not_another(row, by, at)
    if not reason.strip():
        raise NeedsReason(_("Write down why nobody needs to call."))
    end(row, CallBackState.DONE, at=at, reason=reason)
    if row.case:
        facts = {"what": "finished"}
        timeline.add(row.case, EntryKind.CALL_BACK, by=by, at=at, facts=facts, text=reason.strip())
    audit.record("call_back.finished", by=by, at=at, case_id=row.case_id, obj=row)


@transaction.atomic
def link(row: CallBack, case: Case, *, by: Actor, at: dt.datetime) -> CallBack:
    """A person found out whose call it was: it becomes the call-back of that case. Raises NotNow.

    When the case has one, that one goes on, at the earlier of both moments, and at the number of this call when it had
    no good one. ``row`` is locked.
    """
    case = locked(case)
    still_open(row)
    if row.case_id:
        raise NotNow(_("This call belongs to a case already."))
    if not case.is_open:
        raise NotNow(_("This case is closed."))
    known = open_of(case)
    if known is not None:
        end(row, CallBackState.DONE, at=at, reason=case.reference)
        if row.next_at < known.next_at and known.slot_at is None:
            set_due(known, row.next_at)
        if known.outcome == AttemptOutcome.WRONG_NUMBER or not case.person.phone:
            known.number = str(row.number)
        known.save()
    row.case = case
    row.save(update_fields=["case"])
    timeline.add(case, EntryKind.CALL_BACK, by=by, at=at, facts={"what": "linked"})
    audit.record("call_back.linked", by=by, at=at, case_id=case.pk, obj=row)
    goes_on = known or row
    heed(goes_on, by=by, at=at, allows=bool(known and known.number))
    return goes_on


def one_at_a_time(what: str) -> None:
    """Until this transaction ends nobody else passes here for the same thing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])

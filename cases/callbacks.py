"""Calling people back: choosing a half hour, agreeing on a moment, who calls, and what an attempt leads to (R25).

The lock on a half hour lets one at a time choose in it; that no two hold the same place is kept by a constraint too.
Three attempts are made; the coordinator decides about another. Who was not reached is due again after eight hours, for
whoever is there then.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.calendar import Calendar
from accounts.duty import line_at
from accounts.permissions import Refused
from accounts.roles import CALL_BACK_ALLOW
from cases import safe_contact, timeline
from cases.enums import AT_DESK, AttemptOutcome, CallBackSource, CallBackState, CaseState, ContactWay, EntryKind
from cases.models import CallBack, CallBackHour, Case, Intake
from cases.moves import NeedsReason, NotNow, locked, save
from cases.slots import HALF_HOUR, Slot, Slots

AGAIN_AFTER = dt.timedelta(hours=8)
TIME_TO_CALL = dt.timedelta(minutes=30)
CLAIM_LASTS = dt.timedelta(hours=1)
"""After this, and after the moment has passed, a claim no longer keeps colleagues off."""

UNREACHED = (AttemptOutcome.NO_ANSWER, AttemptOutcome.VOICEMAIL)


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
        if row is None:
            raise NotNow(_("This call-back is gone. Look at the list again."))
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
    known = load_slots(at)
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
    _due(row, moment)
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


def _due(row: CallBack, moment: dt.datetime) -> None:
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
    _in_hand(row)
    if row.state == CallBackState.CALL and row.case and (why := why_not(row.case, str(row.number))):
        raise NotNow(why)
    _not_another(row, by, at)
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


def _in_hand(row: CallBack) -> None:
    if not row.is_open:
        raise NotNow(_("This has been done already."))


def _not_another(row: CallBack, by: Actor, at: dt.datetime) -> None:
    if row.claimed_by_id not in {None, by.user_id} and holds(row, at):
        raise NotNow(_("%(name)s calls this person.") % {"name": row.claimed_by})


def guard(row: CallBack, way: str, *, by: Actor, at: dt.datetime, reason: str) -> None:
    """Raises NotNow when ``by`` may not try now: a colleague does, or it was tried as often as may be."""
    _in_hand(row)
    _not_another(row, by, at)
    if way == ContactWay.PHONE and row.is_used_up:
        if not by.may(CALL_BACK_ALLOW):
            raise NotNow(
                _("This person was called %(n)d times. The coordinator decides whether anybody calls again.")
                % {"n": row.attempts}
            )
        if not reason.strip():
            raise NeedsReason(_("This person was called %(n)d times. Write down why again.") % {"n": row.attempts})
        allow(row, reason, by=by, at=at)


def allow(row: CallBack, reason: str, *, by: Actor, at: dt.datetime) -> None:
    """The coordinator lets one more attempt be made, with the reason. ``row`` is locked. Raises NotNow."""
    _in_hand(row)
    if not by.may(CALL_BACK_ALLOW):
        raise Refused("call_back:allow", visible=True, case_id=row.case_id, basis="not the coordinator")
    if not row.is_used_up:
        raise NotNow(_("No permission is needed: it may still be tried."))
    if not reason.strip():
        raise NeedsReason(_("Write down why it is tried once more."))
    row.limit = row.attempts + 1
    row.save(update_fields=["limit"])
    if row.case:
        timeline.add(row.case, EntryKind.CALL_BACK, by=by, at=at, facts={"what": "allowed"}, text=reason.strip())
    else:
        _note(row, reason, by=by, at=at)
    audit.record("call_back.allowed", by=by, at=at, case_id=row.case_id, obj=row, part=str(row.limit))


def tried(row: CallBack, way: str, outcome: str, *, at: dt.datetime, call_at: dt.datetime | None = None) -> None:
    """What an attempt leads to: done, another way, or due again. ``row`` is locked and guarded."""
    row.tried_at, row.outcome = at, outcome
    if way == ContactWay.PHONE:
        row.attempts += 1
    if outcome == AttemptOutcome.SPOKEN and call_at is None:
        row.save(update_fields=["tried_at", "outcome", "attempts"])
        end(row, CallBackState.DONE, at=at)
        return
    row.slot_at, row.place = None, None
    if outcome == AttemptOutcome.SPOKEN:
        row.attempts, row.limit, row.source = 0, CallBack._meta.get_field("limit").default, CallBackSource.AGREED
    if outcome == AttemptOutcome.WRONG_NUMBER and row.state == CallBackState.CALL:
        row.state = CallBackState.OTHER_WAY
    _due(row, call_at or at + AGAIN_AFTER)
    row.save()


def begin(
    case: Case, way: str, outcome: str, *, at: dt.datetime, call_at: dt.datetime | None = None
) -> CallBack | None:
    """After an attempt for a case without a call-back: when it has to be tried again, that is kept from now on."""
    unreached = way == ContactWay.PHONE and outcome in UNREACHED and case.state in AT_DESK
    if (call_at is None and not unreached) or why_not(case):
        return None
    source = CallBackSource.UNREACHED if outcome in UNREACHED else CallBackSource.AGREED
    row = CallBack(case=case, source=source, created_at=at, tried_at=at, outcome=outcome)
    row.attempts = int(way == ContactWay.PHONE and outcome != AttemptOutcome.SPOKEN)
    _due(row, call_at or at + AGAIN_AFTER)
    row.save(force_insert=True)
    return row


def follow_wishes(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """The client changed how we may reach them: who may not be called is reached another way, in every case of theirs.

    ``case`` is locked.
    """
    rows = CallBack.objects.open().filter(case__person=case.person_id).select_for_update(of=("self",))
    for row in rows.select_related("data_key", "case__data_key").order_by("pk"):
        assert row.case is not None  # noqa: S101  asked for above
        row.case.person = case.person
        heed(row, by=by, at=at)


def heed(row: CallBack, *, by: Actor, at: dt.datetime) -> None:
    """Bring an open call-back in line with the wishes of this moment. ``row`` is locked."""
    if row.case is None:
        return
    forbidden = bool(why_not(row.case, str(row.number)))
    if forbidden == (row.state == CallBackState.OTHER_WAY):
        return
    row.state = CallBackState.OTHER_WAY if forbidden else CallBackState.CALL
    row.slot_at, row.place, row.claimed_by, row.claimed_at, row.told_at = None, None, None, None, None
    row.save(update_fields=["state", "slot_at", "place", "claimed_by", "claimed_at", "told_at"])
    if forbidden:
        timeline.add(row.case, EntryKind.CALL_BACK, by=by, at=at, facts={"what": "other_way"})
    audit.record("call_back.other_way", by=by, at=at, case_id=row.case_id, obj=row, part=row.state)


@transaction.atomic
def try_stranger(
    row: CallBack, outcome: str, *, by: Actor, at: dt.datetime, note: str = "", reason: str = "",
    attempt_id: UUID | None = None,
) -> None:  # fmt: skip
    """An attempt to call somebody of whom only the number is known. ``row`` is locked. Raises NotNow."""
    if attempt_id and row.attempt_id == attempt_id:
        return
    if outcome == AttemptOutcome.VOICEMAIL:
        raise NotNow(_("Leave no message: we do not know who listens to it."))
    guard(row, ContactWay.PHONE, by=by, at=at, reason=reason)
    if note.strip():
        _note(row, note, by=by, at=at)
    row.attempt_id = attempt_id
    row.save(update_fields=["attempt_id"])
    tried(row, ContactWay.PHONE, outcome, at=at)
    audit.record("call_back.attempt", by=by, at=at, obj=row, part=outcome)


def _note(row: CallBack, text: str, *, by: Actor, at: dt.datetime) -> None:
    line = f"{date_format(at, 'j F H:i')}, {by.name}: {text.strip()}"
    row.note = "\n".join(part for part in (str(row.note), line) if part)
    row.save(update_fields=["note"])


@transaction.atomic
def finish(row: CallBack, reason: str, *, by: Actor, at: dt.datetime) -> None:
    """Nobody needs to call any more, with the reason. ``row`` is locked. Raises NotNow."""
    _in_hand(row)
    _not_another(row, by, at)
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

    When the case has one, that one goes on, at the earlier of both moments. ``row`` is locked.
    """
    case = locked(case)
    _in_hand(row)
    if row.case_id:
        raise NotNow(_("This call belongs to a case already."))
    if not case.is_open:
        raise NotNow(_("This case is closed."))
    known = open_of(case)
    if known is not None:
        end(row, CallBackState.DONE, at=at, reason=case.reference)
        if row.next_at < known.next_at and known.slot_at is None:
            _due(known, row.next_at)
            known.save()
    row.case = case
    row.save(update_fields=["case"])
    timeline.add(case, EntryKind.CALL_BACK, by=by, at=at, facts={"what": "linked"})
    audit.record("call_back.linked", by=by, at=at, case_id=case.pk, obj=row)
    if known is None:
        heed(row, by=by, at=at)
    return known or row


def one_at_a_time(what: str) -> None:
    """Until this transaction ends nobody else passes here for the same thing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])

"""What the telephone system reports: missed calls and voice messages. A number is never looked up by the machine.

Two people may share a number, and somebody may call for somebody else: a person finds out who it was, by calling.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.actors import system
from accounts.calendar import Calendar
from accounts.enums import Line
from accounts.models import DataKey
from accounts.vault import blind_index
from cases.callbacks import one_at_a_time
from cases.enums import CallBackSource, CallBackState
from cases.models import CallBack, PhoneEvent

BY = system("cases.telephone")
CALL_WITHIN = dt.timedelta(hours=1)
KEPT_FOR = dt.timedelta(days=8)
NEW, ADDED, WITHHELD = "call_back", "added", "withheld"
WITHHELD_SHOWN = dt.timedelta(hours=24)


class Reused(Exception):
    """This id came before with another content."""


@dataclass(frozen=True)
class Event:
    """One report, checked. ``number`` is in international notation; empty when it was withheld."""

    id: str
    kind: str
    line: str
    at: dt.datetime
    number: str = ""
    seconds: int = 0
    recording: str = ""

    @property
    def fingerprint(self) -> str:
        parts = (self.kind, self.line, self.at.astimezone(dt.UTC).isoformat(), self.number, str(self.seconds))
        return blind_index("phone event", "|".join((*parts, self.recording)))


@transaction.atomic
def take_event(event: Event, *, at: dt.datetime, calendar: Calendar) -> tuple[PhoneEvent, bool]:
    """Keep it and make, or add to, a call-back; and whether it is new. The same report again changes nothing.

    Raises Reused.
    """
    one_at_a_time(f"phone event {event.id}")
    if known := PhoneEvent.objects.filter(pk=event.id).first():
        if known.fingerprint != event.fingerprint:
            raise Reused(event.id)
        return known, False
    row = PhoneEvent(
        id=event.id, fingerprint=event.fingerprint, kind=event.kind, line=event.line, at=event.at, received_at=at,
        seconds=event.seconds, recording=event.recording, withheld=not event.number, answer=WITHHELD,
    )  # fmt: skip
    if event.number:
        row.call_back, row.answer = _call_back(event, at=at, calendar=calendar)
    row.save(force_insert=True)
    audit.record("phone.event", by=BY, at=at, obj=row, part=row.answer)
    return row, True


def _call_back(event: Event, *, at: dt.datetime, calendar: Calendar) -> tuple[CallBack, str]:
    """The open one of this number, which is due again now, or a new one."""
    index = blind_index("phone", event.number)
    one_at_a_time(f"phone {index}")
    found = CallBack.objects.open().filter(case=None, number_index=index).select_for_update().first()
    row = found or CallBack(
        data_key=DataKey.objects.make(), source=event.kind, line=event.line, created_at=at, number_index=index,
        next_at=event.at, due_at=_due(event, calendar), called_at=event.at,
    )  # fmt: skip
    row.calls += 1
    row.recording = event.recording or row.recording
    if event.recording:
        row.source = CallBackSource.VOICEMAIL
    if found is None:
        row.number = event.number
    elif event.at > (row.called_at or event.at) and row.tried_at is not None and row.next_at > at:
        row.next_at, row.due_at = event.at, _due(event, calendar)
    row.state = CallBackState.CALL  # they ring from it, so it is theirs
    row.called_at = max(event.at, row.called_at or event.at)
    row.save()
    return row, ADDED if found else NEW


def _due(event: Event, calendar: Calendar) -> dt.datetime:
    """Within an hour; of opening time when it was the desk's line."""
    if event.line == Line.DESK:
        return calendar.add_open_time(event.at, CALL_WITHIN)
    return event.at + CALL_WITHIN


def withheld(at: dt.datetime) -> list[PhoneEvent]:
    """Calls of the last day whose number was withheld, newest first: nobody can call these people. One query."""
    rows = PhoneEvent.objects.filter(withheld=True, received_at__gt=at - WITHHELD_SHOWN)
    return list(rows.order_by("-received_at")[:100])


def forget_old(at: dt.datetime) -> int:
    """Reports that are too old to be sent again go, by the sweep."""
    return PhoneEvent.objects.filter(received_at__lt=at - KEPT_FOR).delete()[0]

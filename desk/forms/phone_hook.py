"""What the telephone system sends, checked (docs/telephone.md). Says which field is wrong, and how."""

import datetime as dt
import json
import re
from typing import Any

import phonenumbers
from django.utils import timezone

from accounts.enums import Line
from accounts.forms.phone import read_number
from cases.enums import CallBackSource
from cases.telephone import Event

FIELDS = {"id", "kind", "at", "line", "from", "seconds", "recording"}
LINES = {"desk": Line.DESK, "after_hours": Line.AFTER_HOURS}
KINDS = {"missed_call": CallBackSource.MISSED_CALL, "voicemail": CallBackSource.VOICEMAIL}
NAME = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
OLDEST = dt.timedelta(days=7)
SKEW = dt.timedelta(minutes=5)
LONGEST = 24 * 60 * 60


class Wrong(Exception):
    """The report cannot be understood; ``field`` is what is wrong with it, empty when it is no report at all."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field, self.why = field, why


def event_of(body: bytes, at: dt.datetime) -> Event:
    """The report, received at ``at``. Raises Wrong."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Wrong("", "not JSON in UTF-8") from error
    if not isinstance(given, dict):
        raise Wrong("", "not an object")
    if unknown := sorted(set(given) - FIELDS):
        raise Wrong(unknown[0][:40], "unknown field")
    kind = _one_of(given, "kind", KINDS)
    recording = _name(given, "recording", 100) if given.get("recording") is not None else ""
    if recording and kind != CallBackSource.VOICEMAIL:
        raise Wrong("recording", "only a voicemail has one")
    return Event(
        id=_name(given, "id", 64), kind=kind, line=_one_of(given, "line", LINES), at=_moment(given.get("at"), at),
        number=_number(given), seconds=_seconds(given.get("seconds", 0)), recording=recording,
    )  # fmt: skip


def _one_of(given: dict[str, Any], name: str, choices: dict[str, Any]) -> str:
    value = given.get(name)
    if not isinstance(value, str) or value not in choices:
        raise Wrong(name, f"one of {', '.join(sorted(choices))}")
    return str(choices[value])


def _name(given: dict[str, Any], name: str, most: int) -> str:
    value = given.get(name)
    if not isinstance(value, str) or len(value) > most or not NAME.fullmatch(value):
        raise Wrong(name, f"1 to {most} letters, digits and _ . : -")
    return value


def _moment(value: Any, at: dt.datetime) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Wrong("at", "a moment such as 2026-03-10T22:15:00+01:00") from error
    if timezone.is_naive(moment):
        raise Wrong("at", "the offset from UTC is missing")
    try:
        moment = moment.astimezone(dt.UTC)
    except OverflowError as error:
        raise Wrong("at", "no such moment") from error
    if moment > at + SKEW:
        raise Wrong("at", "in the future")
    if moment < at - OLDEST:
        raise Wrong("at", "more than seven days ago")
    return moment


def _number(given: dict[str, Any]) -> str:
    """In international notation; empty when it was withheld, which must be said (null)."""
    if "from" not in given:
        raise Wrong("from", "missing; null when the number was withheld")
    value = given["from"]
    if value is None:
        return ""
    number = read_number(value) if isinstance(value, str) else None
    if number is None:
        raise Wrong("from", "not a phone number")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _seconds(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST:
        raise Wrong("seconds", "a whole number from 0 to 86400")
    return value

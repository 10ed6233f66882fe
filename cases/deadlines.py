"""By when somebody must have spoken, answered or picked up: one table, and the calendar (DECISIONS, Urgency)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.calendar import Calendar
from cases.enums import Overlay, Urgency


@dataclass(frozen=True)
class Terms:
    """The promises that go with an urgency. Exactly one of the two contact terms is set."""

    contact_minutes: int | None = None  # first human contact, by the clock, day and night
    contact_working_days: int | None = None  # or: closing time on this next working day
    alert_minutes: int | None = None  # the alert goes one step up after this; none: no alert
    referral_hours: int = 0  # opening hours until an unanswered referral comes back


TERMS: dict[Urgency, Terms] = {
    Urgency.EMERGENCY: Terms(contact_minutes=30, alert_minutes=5, referral_hours=2),
    Urgency.URGENT: Terms(contact_minutes=4 * 60, alert_minutes=15, referral_hours=4),
    Urgency.SOON: Terms(contact_working_days=1, referral_hours=9),
    Urgency.ROUTINE: Terms(contact_working_days=3, referral_hours=27),
}
"""The defaults; ``settings.URGENCY_TERMS`` replaces single values, such as {"urgent": {"alert_minutes": 10}}."""

AT_RISK = dt.timedelta(hours=4)
ANSWER_WORKING_DAYS = 1
"""A client's message is answered before the next working day ends."""


class TopicStart(Protocol):
    """What the start needs to know of a topic."""

    @property
    def is_risk(self) -> bool: ...
    @property
    def starts_as(self) -> str: ...


def terms(urgency: str) -> Terms:
    """The terms of an urgency code, with what the settings replace; a contact term of one sort puts out the other."""
    changes: dict[str, Any] = settings.URGENCY_TERMS.get(urgency, {})
    other = {"contact_minutes": "contact_working_days", "contact_working_days": "contact_minutes"}
    cleared: dict[str, Any] = {other[name]: None for name in changes if name in other}
    return replace(TERMS[Urgency(urgency)], **cleared | changes)


def check_terms() -> None:
    """Raises ImproperlyConfigured when the settings replace something that does not exist; asked at the start."""
    try:
        for urgency in settings.URGENCY_TERMS:
            terms(urgency)
    except (TypeError, ValueError):
        known = ", ".join(field.name for field in fields(Terms))
        raise ImproperlyConfigured(
            f"NABIJ_URGENCY_TERMS knows the urgencies {', '.join(Urgency.values)}, each with {known}."
        ) from None


def starting_urgency(overlay: str, topics: Iterable[str], known: Mapping[str, TopicStart]) -> Urgency:
    """The urgency a request begins with: the highest that its overlay and topics ask for; unknown topics ask nothing.

    Only triage lowers it afterwards (decision 10).
    """
    if overlay == Overlay.EMERGENCY:
        return Urgency.EMERGENCY
    found = [Urgency.ROUTINE]
    for topic in (known[code] for code in topics if code in known):
        found.append(Urgency(topic.starts_as))
        if topic.is_risk:
            found.append(Urgency.URGENT)
    return min(found, key=lambda urgency: urgency.rank)


def first_contact_by(urgency: str, at: dt.datetime, calendar: Calendar) -> dt.datetime:
    """The moment we promise the client: before it, a person has tried to speak with them."""
    row = terms(urgency)
    if row.contact_minutes is not None:
        return calendar.local(at.astimezone(dt.UTC) + dt.timedelta(minutes=row.contact_minutes))
    return calendar.end_of_working_day(at, row.contact_working_days or 1)


def referral_clock(urgency: str, at: dt.datetime, calendar: Calendar) -> tuple[dt.datetime, dt.datetime]:
    """When to remind the receiver and when an unanswered referral comes back, counted in the desk's opening hours.

    The reminder is at half the term. For an emergency the term begins when a human has spoken to the person: pass that
    moment as ``at``.
    """
    term = dt.timedelta(hours=terms(urgency).referral_hours)
    return calendar.add_open_time(at, term / 2), calendar.add_open_time(at, term)


def alert_every(urgency: str) -> dt.timedelta | None:
    """After how long an alert that nobody picked up goes one step up; None when this urgency raises no alert."""
    minutes = terms(urgency).alert_minutes
    return None if minutes is None else dt.timedelta(minutes=minutes)


def answer_message_by(at: dt.datetime, calendar: Calendar) -> dt.datetime:
    """By when a message of the client has an answer: closing time on the next working day."""
    return calendar.end_of_working_day(at, ANSWER_WORKING_DAYS)


def at_risk_from(answer_by: dt.datetime, calendar: Calendar) -> dt.datetime:
    """From when a promise to answer is at risk: less than AT_RISK of opening time is left. In steps of a quarter."""
    moment, earliest = answer_by - AT_RISK, answer_by - dt.timedelta(days=14)
    while moment > earliest and calendar.add_open_time(moment, AT_RISK) > answer_by:
        moment -= dt.timedelta(minutes=15)
    return moment

"""Which shifts a pattern makes: pure arithmetic over days, weeks and the row of people who take turns.

Weeks are counted from the Monday of the pattern's first day, so that the same pattern gives the same answer whichever
part of it is asked for, across the turn of the year too.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from accounts.calendar import Calendar
from accounts.enums import ClosedDays, Rotation

DAY = dt.timedelta(days=1)
LONGEST = dt.timedelta(days=400)
"""A pattern that runs longer than this is made anew: nobody can see that far."""


@dataclass(frozen=True)
class Rhythm:
    """The facts of a pattern. ``people`` are user ids in the order of their turns; one may come twice."""

    weekdays: frozenset[int]
    closed_days: str
    starts: dt.time
    ends: dt.time
    every: int
    rotation: str
    first_day: dt.date
    last_day: dt.date
    people: tuple[int, ...]


@dataclass(frozen=True)
class Planned:
    """One shift to be."""

    user_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime


def days(rhythm: Rhythm, calendar: Calendar) -> Iterator[dt.date]:
    """The days on which a shift begins."""
    monday = rhythm.first_day - (rhythm.first_day.isoweekday() - 1) * DAY
    day = rhythm.first_day
    while day <= rhythm.last_day:
        in_week = ((day - monday).days // 7) % rhythm.every == 0
        if in_week and day.isoweekday() in rhythm.weekdays and _counts(day, rhythm.closed_days, calendar):
            yield day
        day += DAY


def _counts(day: dt.date, closed_days: str, calendar: Calendar) -> bool:
    if closed_days == ClosedDays.ALSO:
        return True
    return calendar.is_working_day(day) == (closed_days == ClosedDays.NOT)


def plan(rhythm: Rhythm, calendar: Calendar) -> list[Planned]:
    """All shifts of the pattern, in order."""
    if not rhythm.people:
        return []
    monday = rhythm.first_day - (rhythm.first_day.isoweekday() - 1) * DAY
    found = []
    for count, day in enumerate(days(rhythm, calendar)):
        turn = count if rhythm.rotation == Rotation.SHIFT else (day - monday).days // 7 // rhythm.every
        starts, ends = span(day, rhythm.starts, rhythm.ends, ZoneInfo(calendar.zone))
        found.append(Planned(rhythm.people[turn % len(rhythm.people)], starts, ends))
    return found


def span(day: dt.date, starts: dt.time, ends: dt.time, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    """From until, as real moments: local times on both sides of a clock change lie an hour nearer or farther apart."""
    last = day if ends > starts else day + DAY
    moments = (dt.datetime.combine(day, starts, zone), dt.datetime.combine(last, ends, zone))
    return moments[0].astimezone(dt.UTC), moments[1].astimezone(dt.UTC)


def overlaps(planned: Sequence[Planned]) -> bool:
    """Whether two of these shifts lie over one another, such as when days of 24 hours follow one that is longer."""
    ordered = sorted(planned, key=lambda one: one.starts_at)
    return any(one.ends_at > other.starts_at for one, other in zip(ordered, ordered[1:], strict=False))

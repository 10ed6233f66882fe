"""Opening hours as a pure calendar: no database, no clock of its own (decision 1).

Hours are half-open intervals of local time, so that 17:00:00 is after hours. All counting happens in UTC, because two
local times around a clock change lie an hour nearer or farther apart than their digits say.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

DESK = "desk"
AFTER_HOURS = "after-hours"
EVERY_TEAM = ""
"""The key of a closure that counts for all teams."""

Opening = tuple[dt.time, dt.time] | None
"""What an exceptional day has instead of the week's hours: from until, or closed."""


def part_of(team: str, channel: str = "") -> str:
    """The key of a team's channel in a calendar: what has no hours of its own keeps those of the team."""
    return f"{team}:{channel}" if channel else team


HORIZON_DAYS = 400
"""How far ahead we look for an opening; a calendar without one counts by the clock."""

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 1, 1)
"""Days that somebody can mean: from the first, before the last."""


@dataclass(frozen=True)
class Hours:
    """One interval [opens, closes) of local time; ``weekday`` is 1 on Monday and 7 on Sunday."""

    weekday: int
    opens: dt.time
    closes: dt.time


@dataclass(frozen=True)
class Window:
    """A stretch of real time in UTC, half-open."""

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class Calendar:
    """Hours per team code, or per channel of it (``part_of``), days off, and days with other hours. A channel without
    hours of its own keeps the team's, a team the desk's. The nearest exception counts: the channel's, the team's, all.

    The after-hours line never closes. All moments passed in are aware; all moments handed out are in ``zone``.
    """

    hours: Mapping[str, tuple[Hours, ...]] = field(default_factory=dict)
    closures: Mapping[dt.date, frozenset[str]] = field(default_factory=dict)  # day -> team codes, or EVERY_TEAM
    zone: str = "Europe/Amsterdam"
    others: Mapping[dt.date, Mapping[str, Opening]] = field(default_factory=dict)  # days with hours of their own

    def local(self, at: dt.datetime) -> dt.datetime:
        """The moment in local time."""
        return at.astimezone(ZoneInfo(self.zone))

    def is_open(self, at: dt.datetime, team: str = DESK) -> bool:
        """Whether the team works at this moment; the after-hours line always answers."""
        if _never_closes(team):
            return True
        return any(window.start <= at < window.end for window in self.windows(self.local(at).date(), team))

    def is_working_day(self, day: dt.date, team: str = DESK) -> bool:
        """Whether the team opens at all on this day."""
        return bool(self.windows(day, team))

    def windows(self, day: dt.date, team: str = DESK) -> list[Window]:
        """The team's opening on a day, earliest first, without overlaps; empty on a day off."""
        merged: list[Window] = []
        for hours in sorted(self._hours_on(day, team), key=lambda hours: hours.opens):
            window = Window(self._utc(day, hours.opens), self._utc(day, hours.closes))
            if merged and window.start <= merged[-1].end:
                merged[-1] = Window(merged[-1].start, max(merged[-1].end, window.end))
            elif window.start < window.end:
                merged.append(window)
        return merged

    def next_change(self, at: dt.datetime, team: str = DESK) -> dt.datetime | None:
        """When it next opens or closes, later than ``at``; None when it never does."""
        if _never_closes(team):
            return None
        for window in self._windows_from(at, team):
            if at < window.start:
                return self.local(window.start)
            if at < window.end:
                return self.local(window.end)
        return None

    def add_open_time(self, start: dt.datetime, span: dt.timedelta, team: str = DESK) -> dt.datetime:
        """The moment at which ``span`` of real opening time has passed since ``start``.

        A span that ends with the day ends at closing time, not at the next opening. For a team that never opens, and
        for the line that never closes, the clock counts.
        """
        left = span
        if not _never_closes(team):
            for window in self._windows_from(start, team):
                begin = max(window.start, start)
                if left <= window.end - begin:
                    return self.local(begin + left) if left else self.local(start)
                left -= max(window.end - begin, dt.timedelta())
        return self.local(start.astimezone(dt.UTC) + span)

    def open_time_between(self, start: dt.datetime, end: dt.datetime, team: str = DESK) -> dt.timedelta:
        """How much real opening time lies between two moments; nothing when ``end`` is not later."""
        total = dt.timedelta()
        day, last = self.local(start).date(), self.local(end).date()
        while day <= last:
            for window in self.windows(day, team):
                total += max(min(window.end, end) - max(window.start, start), dt.timedelta())
            day += dt.timedelta(days=1)
        return total

    def end_of_working_day(self, at: dt.datetime, nth: int, team: str = DESK) -> dt.datetime:
        """Closing time on the ``nth`` working day after the local day of ``at`` (1 is the next one).

        For a team that never opens: 17:00, ``nth`` days later.
        """
        today = self.local(at).date()
        left = nth
        for ahead in range(1, HORIZON_DAYS):
            windows = self.windows(today + dt.timedelta(days=ahead), team)
            left -= bool(windows)
            if not left:
                return self.local(windows[-1].end)
        return self.local(self._utc(today + dt.timedelta(days=nth), dt.time(17)))

    def hours_of(self, team: str) -> tuple[Hours, ...]:
        """The hours of the week of a team or channel: its own, or those it keeps."""
        return self.hours.get(team) or self.hours.get(team.partition(":")[0]) or self.hours.get(DESK, ())

    def _hours_on(self, day: dt.date, team: str) -> list[Hours]:
        closed, others = self.closures.get(day, frozenset()), self.others.get(day, {})
        for part in dict.fromkeys((team, team.partition(":")[0], EVERY_TEAM)):
            if part in closed:
                return []
            if part in others:
                opening = others[part]
                return [Hours(day.isoweekday(), *opening)] if opening else []
        return [hours for hours in self.hours_of(team) if hours.weekday == day.isoweekday()]

    def _windows_from(self, at: dt.datetime, team: str) -> Iterator[Window]:
        day = self.local(at).date()
        for ahead in range(HORIZON_DAYS):
            yield from self.windows(day + dt.timedelta(days=ahead), team)

    def _utc(self, day: dt.date, time: dt.time) -> dt.datetime:
        """Local wall time to UTC; a time skipped in spring counts an hour later, one that comes twice as the first."""
        return dt.datetime.combine(day, time, tzinfo=ZoneInfo(self.zone)).astimezone(dt.UTC)


def _never_closes(team: str) -> bool:
    return team.partition(":")[0] == AFTER_HOURS

"""Half hours in which somebody can be called, as a pure calculation: no database, no clock of its own.

Half hours are counted in UTC, so that a night of the clock change has an hour less, or one that comes twice. The line
that answers at the moment says whose grid counts: on a day off that is never the day desk's.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.calendar import Calendar
from accounts.duty import line_at

HALF_HOUR = dt.timedelta(minutes=30)
NOTICE = dt.timedelta(minutes=30)
"""A half hour must begin at least this long from now."""

AHEAD = dt.timedelta(days=7)


@dataclass(frozen=True)
class Slot:
    """A half hour from ``start`` on (local time)."""

    start: dt.datetime
    line: str

    @property
    def value(self) -> str:
        """How a form names it: the moment in UTC, which comes only once."""
        return f"{self.start.astimezone(dt.UTC):%Y-%m-%dT%H:%MZ}"

    @property
    def day(self) -> str:
        return date_format(self.start, "l j F")

    @property
    def words(self) -> str:
        """Such as "10:00–10:30", by the clock on the wall; in the hour that comes twice it says which."""
        hours = f"{self.start:%H:%M}–{self.start + HALF_HOUR:%H:%M}"
        other = self.start.replace(fold=1 - self.start.fold)
        if other.utcoffset() == self.start.utcoffset():
            return hours
        which = _("winter time") if self.start.fold else _("summer time")
        return f"{hours} ({which})"


@dataclass(frozen=True)
class Slots:
    """``places``: how many in each half hour, by line, weekday and hour. ``taken``: how many hold a place, by start.
    ``own``: one that the reader holds or held, and that stays theirs."""

    places: Mapping[tuple[str, int, int], int] = field(default_factory=dict)
    taken: Mapping[dt.datetime, int] = field(default_factory=dict)
    own: dt.datetime | None = None

    def of_line(self, line: str) -> "Slots":
        """Only the half hours of this line."""
        return Slots({key: count for key, count in self.places.items() if key[0] == line}, self.taken)

    def capacity(self, start: dt.datetime, calendar: Calendar) -> int:
        """How many can be called in the half hour that begins at ``start``; 0 when none begins there."""
        here = calendar.local(start)
        if here.minute % 30 or here.second or here.microsecond:
            return 0
        line = line_at(start, calendar)
        if line_at(start + HALF_HOUR - dt.timedelta(minutes=1), calendar) != line:
            return 0
        return self.places.get((line, here.isoweekday(), here.hour), 0)

    def is_free(self, start: dt.datetime, at: dt.datetime, calendar: Calendar) -> bool:
        """Whether somebody may still choose it at ``at``."""
        start = start.astimezone(dt.UTC)  # two local times of the hour that comes twice are never equal to anything
        if start == self.own:
            return True
        near = at + NOTICE <= start <= at + AHEAD
        return near and self.taken.get(start, 0) < self.capacity(start, calendar)

    def free(self, at: dt.datetime, calendar: Calendar) -> list[Slot]:
        """Every half hour that can be chosen, soonest first."""
        if not self.places:
            return []
        return [
            Slot(calendar.local(start), line_at(start, calendar))
            for start in _half_hours(at)
            if self.is_free(start, at, calendar)
        ]

    def near(self, start: dt.datetime, at: dt.datetime, calendar: Calendar, most: int = 3) -> list[Slot]:
        """The free ones nearest to ``start``, in order of time."""
        nearest = sorted(self.free(at, calendar), key=lambda slot: (abs(slot.start - start), slot.start))
        return sorted(nearest[:most], key=lambda slot: slot.start)


def words(start: dt.datetime, calendar: Calendar) -> str:
    """Day and half hour, such as "Wednesday 11 March, 10:00–10:30"."""
    slot = Slot(calendar.local(start), "")
    return f"{slot.day}, {slot.words}"


def by_day(slots: list[Slot]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices in groups for a form."""
    days: dict[str, list[tuple[str, str]]] = {}
    for slot in slots:
        days.setdefault(slot.day, []).append((slot.value, slot.words))
    return list(days.items())


def read(value: str) -> dt.datetime | None:
    """The start that ``Slot.value`` names; None for anything else."""
    try:
        return dt.datetime.strptime(value, "%Y-%m-%dT%H:%MZ").replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def _half_hours(at: dt.datetime) -> Iterator[dt.datetime]:
    utc = at.astimezone(dt.UTC)
    start = utc.replace(minute=0, second=0, microsecond=0)
    while start <= utc + AHEAD:
        yield start
        start += HALF_HOUR

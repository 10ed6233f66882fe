"""Who is to be called, as a week of days by hours; each number is the address of exactly those."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from cases.models import CallBack
from cases.models.callbacks import CallBackQuerySet

DAYS = 7
USUAL_HOURS = range(8, 18)


@dataclass(frozen=True)
class Window:
    """From ``start`` up to ``end``; without a start everything before."""

    end: dt.datetime
    start: dt.datetime | None = None


@dataclass(frozen=True)
class Cell:
    """One hour of one day."""

    day: dt.date
    count: int
    url: str


@dataclass(frozen=True)
class Week:
    """``rows`` are the hours with a cell for each day. ``before`` is how many were to be called earlier."""

    days: list[dt.date]
    rows: list[tuple[str, list[Cell]]]
    totals: list[int]
    before: int
    before_url: str

    @property
    def total(self) -> int:
        return sum(self.totals)


def hour_of(day: dt.date, hour: int) -> Window:
    """One hour by the local clock; the hour that comes twice in autumn is one."""
    return Window(start=_moment(day, hour), end=_moment(day, hour + 1))


def before(day: dt.date) -> Window:
    return Window(end=_moment(day, 0))


def due(at: dt.datetime) -> Window:
    """What is to be called today by the local clock, and what should have been before."""
    return before(timezone.localdate(at) + dt.timedelta(days=1))


def _moment(day: dt.date, hour: int) -> dt.datetime:
    days, hour = divmod(hour, 24)
    return dt.datetime.combine(day + dt.timedelta(days=days), dt.time(hour), timezone.get_current_timezone())


def within(by: Actor, at: dt.datetime, window: Window | None) -> CallBackQuerySet:
    """Those to be called in the window; all without one."""
    rows = CallBack.objects.open().visible_to(by, at)
    if window is None:
        return rows
    rows = rows.filter(next_at__lt=window.end)
    return rows.filter(next_at__gte=window.start) if window.start else rows


def of(by: Actor, at: dt.datetime, first: dt.date) -> Week:
    """Seven days from ``first``. Two queries, whatever there is to be called."""
    days = [first + dt.timedelta(days=number) for number in range(DAYS)]
    whole = Window(start=_moment(first, 0), end=_moment(first, 24 * DAYS))
    moments = [timezone.localtime(one) for one in within(by, at, whole).values_list("next_at", flat=True)]
    found = Counter((moment.date(), moment.hour) for moment in moments)
    hours = sorted({*USUAL_HOURS, *(hour for _day, hour in found)})
    rows = [(f"{hour:02d}:00", [_cell(day, hour, found[day, hour]) for day in days]) for hour in hours]
    totals = [sum(count for (day, _hour), count in found.items() if day == one) for one in days]
    earlier = within(by, at, before(first)).count()
    return Week(days, rows, totals, earlier, before_url(first))


def _cell(day: dt.date, hour: int, count: int) -> Cell:
    return Cell(day, count, _address(dag=day.isoformat(), uur=str(hour)) if count else "")


def due_url(at: dt.datetime) -> str:
    """The list of exactly those in ``due``."""
    return before_url(timezone.localdate(at) + dt.timedelta(days=1))


def before_url(day: dt.date) -> str:
    return _address(voor=day.isoformat())


def _address(**asked: str) -> str:
    return f"{reverse('call_backs')}?{urlencode(asked)}"

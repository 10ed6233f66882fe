"""Holes in the roster: stretches of time in which nobody, only one, or nobody with a number is on duty. Pure.

A shift counts only while it is its team's turn, and only for somebody who is really there: see ``accounts.shifts``.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.calendar import AFTER_HOURS, DESK, Calendar

NOBODY, NO_NUMBER, SINGLE = "nobody", "no_number", "single"


@dataclass(frozen=True)
class Cover:
    """Somebody's turn on the roster, [starts_at, ends_at); ``reachable`` when there is a number to call."""

    team: str
    user_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    reachable: bool


@dataclass(frozen=True)
class Gap:
    """A stretch with the same trouble: nobody at all, nobody with a number, or a line of one person."""

    kind: str
    starts_at: dt.datetime
    ends_at: dt.datetime

    @property
    def is_danger(self) -> bool:
        """Nobody can be called; with one person there is at least someone."""
        return self.kind != SINGLE

    @property
    def key(self) -> str:
        """The same for the same hole, each time it is looked for."""
        return f"{self.kind}:{self.starts_at.astimezone(dt.UTC):%Y%m%dT%H%M}"


def gaps(covers: Iterable[Cover], calendar: Calendar, start: dt.datetime, end: dt.datetime) -> list[Gap]:
    """All trouble from ``start`` until ``end``, in order; stretches of the same kind that adjoin are one."""
    found: list[Gap] = []
    rows = [cover for cover in covers if cover.ends_at > start and cover.starts_at < end]
    for first, last, team in _turns(calendar, start, end):
        edges = {first, last}
        mine = [row for row in rows if row.team == team and row.ends_at > first and row.starts_at < last]
        for row in mine:
            edges |= {moment for moment in (row.starts_at, row.ends_at) if first < moment < last}
        ordered = sorted(edges)
        for begins, ends in zip(ordered, ordered[1:], strict=False):
            there = [row for row in mine if row.starts_at <= begins < row.ends_at]
            if kind := _kind(there):
                _add(found, Gap(kind, begins, ends))
    return found


def _kind(there: Sequence[Cover]) -> str:
    if not there:
        return NOBODY
    if not any(row.reachable for row in there):
        return NO_NUMBER
    return SINGLE if len({row.user_id for row in there}) == 1 else ""


def _add(found: list[Gap], gap: Gap) -> None:
    if found and found[-1].kind == gap.kind and found[-1].ends_at == gap.starts_at:
        found[-1] = Gap(gap.kind, found[-1].starts_at, gap.ends_at)
    else:
        found.append(gap)


def _turns(calendar: Calendar, start: dt.datetime, end: dt.datetime) -> Iterable[tuple[dt.datetime, dt.datetime, str]]:
    """Whose turn it is, stretch by stretch."""
    at = start.astimezone(dt.UTC)
    while at < end:
        change = calendar.next_change(at)
        until = end if change is None else min(change, end)
        yield at, until.astimezone(dt.UTC), DESK if calendar.is_open(at) else AFTER_HOURS
        at = until.astimezone(dt.UTC)

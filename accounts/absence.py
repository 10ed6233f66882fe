"""Who stands in for whom on a day: pure questions over absences. A chain A → B → C is followed for each day.

Days are whole local days, the last one included; so an absence of one day counts whole, also when the clock changes.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

DAY = dt.timedelta(days=1)


class Away(Protocol):
    """An absence: a row of the table, or a draft of one."""

    @property
    def user_id(self) -> int: ...
    @property
    def first_day(self) -> dt.date: ...
    @property
    def last_day(self) -> dt.date: ...
    @property
    def deputy_id(self) -> int | None: ...


@dataclass(frozen=True)
class Draft:
    """An absence that is not kept yet."""

    user_id: int
    first_day: dt.date
    last_day: dt.date
    deputy_id: int | None


@dataclass(frozen=True)
class StandIn:
    """Who does the work: ``user_id``, or nobody (the desk). ``chain`` begins with who was asked about, and names
    everyone that was passed on the way; with ``loop`` the last one was in it already."""

    user_id: int | None
    chain: tuple[int, ...]
    loop: bool = False


@dataclass(frozen=True)
class Period:
    """Days on end with the same answer, both included."""

    first_day: dt.date
    last_day: dt.date
    answer: StandIn


def stand_in(user_id: int, day: dt.date, absences: Iterable[Away], *, never: Iterable[int] = ()) -> StandIn:
    """Who stands in for ``user_id`` on ``day``; themselves when they are there.

    Somebody in ``never`` (blocked, or without an account) is passed by: their own deputy follows when they are away
    too, otherwise nobody does.
    """
    deputy_of = {row.user_id: row.deputy_id for row in absences if row.first_day <= day <= row.last_day}
    chain = [user_id]
    while chain[-1] in deputy_of:
        deputy = deputy_of[chain[-1]]
        if deputy is None:
            return StandIn(None, tuple(chain))
        if deputy in chain:
            return StandIn(None, (*chain, deputy), loop=True)
        chain.append(deputy)
    last = chain[-1]
    return StandIn(last if len(chain) == 1 or last not in set(never) else None, tuple(chain))


def periods(absence: Away, absences: Sequence[Away], *, never: Iterable[int] = ()) -> list[Period]:
    """An absence cut where the answer changes. Looks only at days on which somebody leaves or returns."""
    edges = {absence.first_day}
    for row in absences:
        edges |= {row.first_day, row.last_day + DAY}
    days = sorted(day for day in edges if absence.first_day <= day <= absence.last_day)
    ends = [day - DAY for day in days[1:]] + [absence.last_day]
    found: list[Period] = []
    for first, last in zip(days, ends, strict=True):
        answer = stand_in(absence.user_id, first, absences, never=never)
        if found and found[-1].answer == answer:
            found[-1] = Period(found[-1].first_day, last, answer)
        else:
            found.append(Period(first, last, answer))
    return found


def first_loop(absence: Away, absences: Sequence[Away]) -> Period | None:
    """The first days on which the chain of this absence would go round; ``absences`` must hold it."""
    return next((period for period in periods(absence, absences) if period.answer.loop), None)

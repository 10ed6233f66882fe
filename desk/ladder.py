"""Whom to tell about an urgent request, step by step. Decides only; desk/paging.py acts on it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

COORDINATOR = "coordinator"
EVERYONE = "everyone"
TEAM = "team:"
SHORTEST_LINE = 2
"""The first in line and the next: a roster with fewer people has an empty step, and that is said."""


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: the ids of the people to tell, none when nobody is there."""

    name: str
    people: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """What to do now: whom to tell on which rung, and which rungs turned out to be empty on the way there."""

    tell: tuple[Rung, ...]
    empty: tuple[str, ...]


def build(on_duty: Iterable[tuple[int, int]], coordinators: Iterable[int], colleagues: Iterable[int]) -> list[Rung]:
    """The ladder of this moment. ``on_duty`` holds (position, user id) of the team whose turn it is.

    First in line, next in line, further positions as far as there are any, coordinators. Without a coordinator the
    last rung is every colleague of the desk: there is no moment at which an alert has nowhere to go but silence.
    """
    line: dict[int, list[int]] = {position: [] for position in range(1, SHORTEST_LINE + 1)}
    for position, user_id in on_duty:
        line.setdefault(position, []).append(user_id)
    rungs = [Rung(f"duty_{position}", tuple(people)) for position, people in sorted(line.items())]
    rungs.append(Rung(COORDINATOR, tuple(coordinators)))
    return rungs if rungs[-1].people else [*rungs, Rung(EVERYONE, tuple(colleagues))]


def level_at(raised_at: dt.datetime, every: dt.timedelta, at: dt.datetime) -> int:
    """The level that is due: 0 at once, 1 after one interval. Elapsed time counts, so a clock change does not."""
    return max(0, (at.astimezone(dt.UTC) - raised_at.astimezone(dt.UTC)) // every)


def next_step_at(raised_at: dt.datetime, every: dt.timedelta, at: dt.datetime) -> dt.datetime:
    """When the next level is due: on the beat of the alert, also after a late run."""
    return raised_at.astimezone(dt.UTC) + every * (level_at(raised_at, every, at) + 1)


def step(rungs: Sequence[Rung], level: int, told: frozenset[int]) -> Step:
    """What level ``level`` asks. Empty rungs do not count: the next one is told at once. The last one repeats.

    Whoever is first in line now hears it too when they have not yet, such as after a change of shift.
    """
    filled = [rung for rung in rungs if rung.people]
    if not filled:
        return Step((), tuple(rung.name for rung in rungs))
    chosen = filled[min(level, len(filled) - 1)]
    before = rungs[: rungs.index(chosen)]
    first = filled[0]
    tell = [chosen] if first == chosen or set(first.people) <= told else [first, chosen]
    return Step(tuple(tell), tuple(rung.name for rung in before if not rung.people))


def rung_name(code: str) -> str:
    """The name of a rung in words."""
    if code == COORDINATOR:
        return _("coordinator")
    if code == EVERYONE:
        return _("everyone at the desk")
    if code.startswith(TEAM):
        return code.removeprefix(TEAM)
    return {"duty_1": _("first in line"), "duty_2": _("next in line")}.get(code, _("further in line"))

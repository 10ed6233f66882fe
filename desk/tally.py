"""Every number on the desk's dashboard, in one query: exact, of what the actor may see, and equal to what it opens."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from accounts.actors import Actor
from accounts.counting import Question, ask, side_by_side
from desk import queue, today
from desk.queue import Filters


@dataclass(frozen=True)
class Counts:
    """How much waits. ``by_queue`` has under "" everything at the desk."""

    by_queue: Mapping[str, int]
    oldest_new: dt.datetime | None
    oldest_offer: dt.datetime | None
    unspoken: int  # urgent ones nobody has spoken to yet
    due: Mapping[str, int]  # of each kind of desk/today.py; offers are the queue that waits for acceptance
    views: list[int]  # of each view that was asked

    @property
    def offers(self) -> int:
        """What was passed on and waits for an answer."""
        return self.by_queue["waiting"]

    @property
    def calls(self) -> int:
        """To be called today, or before."""
        return self.due[today.PHONE]

    @property
    def today(self) -> int:
        """What stands under Today."""
        return sum(self.due.values())


def of(by: Actor, at: dt.datetime, views: tuple[Filters, ...] = ()) -> Counts:
    """One query, with the views that are shown."""
    (found,) = ask(_numbers, by, at, views)
    return Counts(
        by_queue={"": found["total"] or 0} | {code: found[f"n_{code}"] or 0 for code in queue.QUEUES},
        oldest_new=found["oldest_new"],
        oldest_offer=found["oldest_offer"],
        unspoken=found["unspoken"] or 0,
        due={name.removeprefix("today_"): count for name, count in found.items() if name.startswith("today_")},
        views=[found[f"view_{number}"] or 0 for number in range(len(views))],
    )


def _numbers(by: Actor, at: dt.datetime, views: tuple[Filters, ...]) -> Question:
    """What is at the desk is counted by an index of its own, and everything else by what is due of it."""
    due = {f"today_{kind}": one.rows for kind, one in today.due(by, at).items() if kind != today.OFFER}
    beside, values = side_by_side(**due)
    at_desk, more = queue.numbers(by, at, views)
    return f"SELECT * FROM ({beside}) AS beside LEFT JOIN ({at_desk}) AS at_desk ON TRUE", [*values, *more]  # noqa: S608

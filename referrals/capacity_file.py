"""How much fits with whom as a table in a file. A number that counts stays as it is, as on the screen: it gets an end
and the next one a line of its own, so that it can be read later what fitted when."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referrals import coverage
from referrals.capacity import MOST
from referrals.models import Capacity
from referrals.row_files import DAYS, WHO, Known, RowFile, Trial, day_cells, days_of, who_of

NUMBERS = ("most_open", "most_new")
MEANS = (
    gettext_lazy("Open cases at most. 0: nothing at all. Empty: nobody says how many"),
    gettext_lazy("New cases a week at most. Empty: nobody says how many"),
)


def _cells(row: Capacity) -> list[str]:
    numbers = ["" if (most := getattr(row, name)) is None else str(most) for name in NUMBERS]
    return [row.team.code if row.team else "", row.user.email if row.user else "", *numbers, *day_cells(row)]


def _known(file: RowFile, day: dt.date) -> Known:
    """Whoever has a number already may keep one."""
    kept = file.kept()
    users = [*coverage.workers(day), *(row.user for row in kept if row.user)]
    by: dict[str, Mapping[str, Any]] = {
        "team": {row.code: row for row in coverage.teams()}, "worker": {user.email: user for user in users},
    }  # fmt: skip
    return Known(kept, by, file.key_of)


def _row(trial: Trial, number: int, cells: Mapping[str, str], known: Known) -> Capacity:
    """The row as it would be kept; what is wrong goes into the trial."""
    found: dict[str, Any] = {name: known.find(trial, number, name, cells[name]) for name in known.by}
    who_of(trial, number, cells)
    numbers = {name: _number(trial, number, name, cells[name]) for name in NUMBERS}
    if not any(cells[name] for name in NUMBERS):
        trial.wrong(number, ", ".join(NUMBERS), _("Fill in one of the two numbers."))
    return Capacity(team=found["team"], user=found["worker"], **numbers, **days_of(trial, number, cells))


def _number(trial: Trial, number: int, column: str, said: str) -> int | None:
    """Empty: nobody says how many."""
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or len(said) > 9 or int(said) > MOST:
        trial.wrong(number, column, _("Enter a number from 0 to %(most)d.") % {"most": MOST})
        return None
    return int(said)


def _must_stay(kept: Capacity, row: Capacity, day: dt.date) -> tuple[str, str] | None:
    """Nobody writes over a number that counted."""
    if kept.starts_on < day and any(getattr(kept, name) != getattr(row, name) for name in NUMBERS):
        text = _("This number counts since %(day)s. Give it an end, and add a line for the new one.")
        return "most_open", text % {"day": kept.starts_on}
    return None


FILE = RowFile(
    "capacity",
    Capacity,
    columns=WHO | dict(zip(NUMBERS, MEANS, strict=True)) | DAYS,
    pair=("team_id", "user_id"),
    same=(*NUMBERS, "ends_on"),
    cells=_cells,
    known=_known,
    read=_row,
    must_stay=_must_stay,
)

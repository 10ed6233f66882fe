"""Rows that count on some days as a table in a file: written out, looked through, and applied in one go."""

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, imports
from accounts.actors import Actor

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
WHO = {
    "team": gettext_lazy("Code of a team"),
    "worker": gettext_lazy("Or the e-mail address of one worker"),
}
DAYS = {
    "starts_on": gettext_lazy("First day, written as 2026-03-10"),
    "ends_on": gettext_lazy("Last day. Empty when there is no end"),
}
"""Columns that every such file has, with what they mean."""
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True)
class Line:
    """One row of the file, and what it would do."""

    number: int
    does: str
    row: Any


@dataclass
class Trial(imports.Plan):
    """What an import would do."""

    lines: list[Line] = field(default_factory=list)

    @property
    def news(self) -> list[Line]:
        """Those that would change something."""
        return [line for line in self.lines if line.does != UNCHANGED]

    @property
    def unchanged(self) -> int:
        return len(self.lines) - len(self.news)


class Known:
    """What there is to name in a file, by column and code; and what is kept, by what makes a row itself."""

    def __init__(self, kept: Iterable[Any], by: Mapping[str, Mapping[str, Any]], key: Callable[[Any], Any]) -> None:
        self.rows = {key(row): row for row in kept}
        self.by = by

    def find(self, trial: Trial, number: int, column: str, code: str) -> Any:
        code = code.lower() if column == "worker" else code
        found = self.by[column].get(code)
        if code and found is None:
            text = _("Nobody with this address can answer.") if column == "worker" else _("There is no %(code)s.")
            trial.wrong(number, column, text % {"code": code})
        return found


@dataclass(frozen=True)
class RowFile:
    """One kind of row and its columns, by name with what they mean. ``pair`` are the fields that one row at a time may
    have, ``same`` those that can differ from what is kept; ``must_stay`` says of a changed row (kept, in the file) what
    is wrong, if anything."""

    name: str
    model: type[models.Model]
    columns: Mapping[str, Any]
    pair: Sequence[str]
    same: Sequence[str]
    cells: Callable[[Any], Sequence[str]]
    known: Callable[["RowFile", dt.date], Known]
    read: Callable[[Trial, int, Mapping[str, str], Known], Any]
    must_stay: Callable[[Any, Any, dt.date], tuple[str, str] | None] = lambda _kept, _row, _day: None

    @property
    def related(self) -> list[str]:
        return [name.removesuffix("_id") for name in self.pair if name.endswith("_id")]

    def kept(self) -> list[Any]:
        """Every row there is or was."""
        return list(self.model._default_manager.select_related(*self.related).order_by("pk"))

    def pair_of(self, row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in self.pair)

    def key_of(self, row: Any) -> tuple[Any, ...]:
        """A row is the same as one that is kept when it is about the same pair from the same day."""
        return (*self.pair_of(row), row.starts_on)


def written_out(file: RowFile) -> str:
    """Every row there is or was. Reading it back changes nothing."""
    paper = io.StringIO()
    writer = csv.writer(paper, delimiter=";")
    writer.writerow(file.columns)
    for row in file.kept():
        writer.writerow([_harmless(cell) for cell in file.cells(row)])
    return paper.getvalue()


def _harmless(cell: str) -> str:
    """What a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{cell}" if cell.startswith(_BEGINS_A_FORMULA) else cell


def _as_meant(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_BEGINS_A_FORMULA) else cell


def look_through(file: RowFile, text: str, at: dt.datetime) -> Trial:
    """Read CSV (comma or semicolon) and say of every row what it would do, or what is wrong; writes nothing. What is
    kept and is not in the file stays as it is."""
    trial = Trial(file.name)
    if not imports.read(trial, text, file.columns):
        return trial
    day = timezone.localdate(at)
    known = file.known(file, day)
    seen: set[tuple[Any, ...]] = set()
    for number, cells in enumerate(trial.rows, start=2):
        before = len(trial.errors)
        row = file.read(trial, number, {name: _as_meant(cell) for name, cell in cells.items()}, known)
        if len(trial.errors) > before:
            continue
        key = file.key_of(row)
        if key in seen:
            trial.wrong(number, "starts_on", _("This line is in the file twice."))
        seen.add(key)
        trial.lines.append(Line(number, _does(file, trial, number, row, known.rows.get(key), day), row))
    _no_overlap(file, trial, known)
    trial.new = sum(line.does == NEW for line in trial.lines)
    trial.changed = sum(line.does == CHANGED for line in trial.lines)
    trial.errors.sort(key=lambda error: error[0])
    return trial


def _does(file: RowFile, trial: Trial, number: int, row: Any, kept: Any, day: dt.date) -> str:
    if kept is None:
        return NEW
    row.pk = kept.pk
    if all(getattr(kept, name) == getattr(row, name) for name in file.same):
        return UNCHANGED
    if wrong := file.must_stay(kept, row, day):
        trial.wrong(number, *wrong)
    return CHANGED


def one_of(trial: Trial, number: int, named: Sequence[str], none: str) -> None:
    """Exactly one of these columns says something."""
    if not named:
        trial.wrong(number, "", none)
    elif len(named) > 1:
        trial.wrong(number, ", ".join(named), _("Only one of these goes together in a row."))


def who_of(trial: Trial, number: int, cells: Mapping[str, str]) -> None:
    """A team or a worker."""
    one_of(trial, number, [name for name in ("team", "worker") if cells[name]], _("Name a team or a worker."))


def days_of(trial: Trial, number: int, cells: Mapping[str, str]) -> dict[str, Any]:
    """The days on which a row counts, both included."""
    starts = imports.day_of(trial, number, "starts_on", cells["starts_on"], required=True)
    ends = imports.day_of(trial, number, "ends_on", cells["ends_on"], required=False)
    if starts and ends and ends < starts:
        trial.wrong(number, "ends_on", _("The end is before the start."))
    return {"starts_on": starts or dt.date.min, "ends_on": ends}


def day_cells(row: Any) -> list[str]:
    return [row.starts_on.isoformat(), row.ends_on.isoformat() if row.ends_on else ""]


def _no_overlap(file: RowFile, trial: Trial, known: Known) -> None:
    """A pair once at a time: in the file, and beside what is kept."""
    days: dict[tuple[Any, ...], list[tuple[Any, int]]] = defaultdict(list)
    in_file = {line.row.pk for line in trial.lines}
    for line in trial.lines:
        days[file.pair_of(line.row)].append((line.row, line.number))
    for row in known.rows.values():
        if row.pk not in in_file and file.pair_of(row) in days:
            days[file.pair_of(row)].append((row, 0))
    for rows in days.values():
        rows.sort(key=lambda pair: pair[0].starts_on)
        for (first, one), (second, other) in zip(rows, rows[1:], strict=False):
            if first.ends_on is None or first.ends_on >= second.starts_on:
                text = _("This pair is there already on these days, from %(day)s.")
                trial.wrong(other or one, "starts_on", text % {"day": (first if other else second).starts_on})


def apply(file: RowFile, trial: Trial, *, by: Actor, at: dt.datetime) -> int:
    """Write a trial without errors, all or nothing; returns how many rows were new or changed. Raises ValueError with
    errors, and when somebody changed these rows since they were looked through."""
    if trial.errors:
        raise ValueError("the trial has errors")
    rows: dict[str, list[Any]] = {
        does: [line.row for line in trial.lines if line.does == does] for does in (NEW, CHANGED)
    }
    table = file.model._default_manager
    try:
        with transaction.atomic():
            table.filter(pk__in=[row.pk for row in rows[CHANGED]]).delete()
            for does, action in ((CHANGED, f"{file.name}.changed"), (NEW, f"{file.name}.added")):
                made = table.bulk_create(rows[does], batch_size=500)
                told = [SimpleNamespace(pk=row.pk, case_id=None) for row in made]
                audit.record_each(action, told, by=by, at=at, part="file", kind=file.model)
            part = f"{len(rows[NEW])} new, {len(rows[CHANGED])} changed"
            audit.record(f"{file.name}.imported", by=by, at=at, part=part)
    except IntegrityError as error:
        raise ValueError("the rows were changed meanwhile") from error
    return len(trial.news)

"""Coverage as a table in a file: written out, looked through, and applied in one go."""

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, imports
from accounts.actors import Actor
from accounts.models import Location, Region, Team, Unit, User
from cases import topics
from referrals import coverage
from referrals.languages import Speaks
from referrals.models import Coverage

COLUMNS = (
    "team", "worker", "unit", "with_parts", "location", "region", "everywhere", "topics", "languages", "starts_on",
    "ends_on",
)  # fmt: skip
YES, NO = "yes", "no"
_SAID = {YES: True, "ja": True, "1": True, "true": True, NO: False, "nee": False, "0": False, "false": False}
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_SAME = ("with_parts", "topics", "languages", "ends_on")
NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"


@dataclass(frozen=True)
class Line:
    """One row of the file, and what it would do."""

    number: int
    does: str
    row: Coverage


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


def written_out() -> str:
    """Every row there is or was. Reading it back changes nothing."""
    rows = Coverage.objects.select_related("team", "user", "unit", "location", "region").order_by("pk")
    paper = io.StringIO()
    writer = csv.writer(paper, delimiter=";")
    writer.writerow(COLUMNS)
    for row in rows.iterator(chunk_size=1000):
        writer.writerow([_harmless(cell) for cell in _cells(row)])
    return paper.getvalue()


def _cells(row: Coverage) -> list[str]:
    return [
        row.team.code if row.team else "", row.user.email if row.user else "", row.unit.code if row.unit else "",
        (YES if row.with_parts else NO) if row.unit_id else "", row.location.code if row.location else "",
        row.region.code if row.region else "", YES if row.everywhere else "", " ".join(row.topics),
        " ".join(row.languages), row.starts_on.isoformat(), row.ends_on.isoformat() if row.ends_on else "",
    ]  # fmt: skip


def _harmless(cell: str) -> str:
    """What a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{cell}" if cell.startswith(_BEGINS_A_FORMULA) else cell


def _as_meant(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_BEGINS_A_FORMULA) else cell


def look_through(text: str, at: dt.datetime) -> Trial:
    """Read CSV (comma or semicolon) and say of every row what it would do, or what is wrong; writes nothing.

    A row is the same as one that is kept when it is about the same pair from the same day. What is kept and is not in
    the file stays as it is.
    """
    trial = Trial("coverage")
    if not imports.read(trial, text, COLUMNS):
        return trial
    known = Known(timezone.localdate(at))
    seen: set[tuple[Any, ...]] = set()
    for number, cells in enumerate(trial.rows, start=2):
        before = len(trial.errors)
        row = _row(trial, number, {name: _as_meant(cell) for name, cell in cells.items()}, known)
        if len(trial.errors) > before:
            continue
        key = _key(row)
        if key in seen:
            trial.wrong(number, "starts_on", _("This line is in the file twice."))
        seen.add(key)
        kept = known.rows.get(key)
        row.pk = kept.pk if kept else None
        same = kept is not None and all(getattr(kept, name) == getattr(row, name) for name in _SAME)
        trial.lines.append(Line(number, UNCHANGED if same else CHANGED if kept else NEW, row))
    _no_overlap(trial, known)
    trial.new = sum(line.does == NEW for line in trial.lines)
    trial.changed = sum(line.does == CHANGED for line in trial.lines)
    trial.errors.sort(key=lambda error: error[0])
    return trial


class Known:
    """What there is to name in a file: by code, and people by address. Whoever is in a row already may stay in it."""

    def __init__(self, day: dt.date) -> None:
        kept = list(Coverage.objects.select_related("team", "user", "unit", "location", "region"))
        self.rows = {_key(row): row for row in kept}
        users = [*coverage.workers(day), *(row.user for row in kept if row.user)]
        self.by: dict[str, Mapping[str, Any]] = {
            "team": {row.code: row for row in coverage.teams()},
            "worker": {user.email: user for user in users},
            "unit": {row.code: row for row in Unit.objects.all()},
            "location": {row.code: row for row in Location.objects.all()},
            "region": {row.code: row for row in Region.objects.all()},
        }
        self.topics = set(topics.load_topics()) | {code for row in kept for code in row.topics}

    def find(self, trial: Trial, number: int, column: str, code: str) -> Team | User | Unit | Location | Region | None:
        code = code.lower() if column == "worker" else code
        found = self.by[column].get(code)
        if code and found is None:
            text = _("Nobody with this address can answer.") if column == "worker" else _("There is no %(code)s.")
            trial.wrong(number, column, text % {"code": code})
        return found


def _row(trial: Trial, number: int, cells: Mapping[str, str], known: Known) -> Coverage:
    """The row as it would be kept; what is wrong goes into the trial."""
    found: dict[str, Any] = {name: known.find(trial, number, name, cells[name]) for name in known.by}
    everywhere = _yes(trial, number, "everywhere", cells, empty=False)
    _one_of(trial, number, [name for name in ("team", "worker") if cells[name]], _("Name a team or a worker."))
    what = [name for name in ("unit", "location", "region") if cells[name]] + (["everywhere"] if everywhere else [])
    _one_of(trial, number, what, _("Name a unit, a location or a region, or say yes under everywhere."))
    starts = imports.day_of(trial, number, "starts_on", cells["starts_on"], required=True)
    ends = imports.day_of(trial, number, "ends_on", cells["ends_on"], required=False)
    if starts and ends and ends < starts:
        trial.wrong(number, "ends_on", _("The end is before the start."))
    return Coverage(
        team=found["team"], user=found["worker"], unit=found["unit"], location=found["location"],
        region=found["region"], everywhere=everywhere,
        with_parts=_yes(trial, number, "with_parts", cells, empty=True),
        topics=_codes(trial, number, "topics", cells, known.topics),
        languages=_codes(trial, number, "languages", cells, Speaks.values),
        starts_on=starts or dt.date.min, ends_on=ends,
    )  # fmt: skip


def _one_of(trial: Trial, number: int, named: Sequence[str], none: str) -> None:
    if not named:
        trial.wrong(number, "", none)
    elif len(named) > 1:
        trial.wrong(number, ", ".join(named), _("Only one of these goes together in a row."))


def _yes(trial: Trial, number: int, column: str, cells: Mapping[str, str], *, empty: bool) -> bool:
    said = cells[column].casefold()
    if said and said not in _SAID:
        trial.wrong(number, column, _("Write yes or no."))
    return _SAID.get(said, empty)


def _codes(trial: Trial, number: int, column: str, cells: Mapping[str, str], known: Iterable[str]) -> list[str]:
    codes = cells[column].replace(",", " ").split()
    if unknown := [code for code in codes if code not in known]:
        trial.wrong(number, column, _("There is no %(code)s.") % {"code": ", ".join(unknown)})
    return list(dict.fromkeys(codes))


def _pair(row: Coverage) -> tuple[Any, ...]:
    return (row.team_id, row.user_id, row.unit_id, row.location_id, row.region_id, row.everywhere)


def _key(row: Coverage) -> tuple[Any, ...]:
    return (*_pair(row), row.starts_on)


def _no_overlap(trial: Trial, known: Known) -> None:
    """A pair once at a time: in the file, and beside what is kept."""
    days: dict[tuple[Any, ...], list[tuple[Coverage, int]]] = defaultdict(list)
    in_file = {line.row.pk for line in trial.lines}
    for line in trial.lines:
        days[_pair(line.row)].append((line.row, line.number))
    for row in known.rows.values():
        if row.pk not in in_file and _pair(row) in days:
            days[_pair(row)].append((row, 0))
    for rows in days.values():
        rows.sort(key=lambda pair: pair[0].starts_on)
        for (first, one), (second, other) in zip(rows, rows[1:], strict=False):
            if first.ends_on is None or first.ends_on >= second.starts_on:
                text = _("This pair is there already on these days, from %(day)s.")
                trial.wrong(other or one, "starts_on", text % {"day": (first if other else second).starts_on})


def apply(trial: Trial, *, by: Actor, at: dt.datetime) -> int:
    """Write a trial without errors, all or nothing; returns how many rows were new or changed. Raises ValueError with
    errors, and when somebody changed coverage since it was looked through."""
    if trial.errors:
        raise ValueError("the trial has errors")
    rows: dict[str, list[Coverage]] = {
        does: [line.row for line in trial.lines if line.does == does] for does in (NEW, CHANGED)
    }
    try:
        with transaction.atomic():
            Coverage.objects.filter(pk__in=[row.pk for row in rows[CHANGED]]).delete()
            for does, action in ((CHANGED, "coverage.changed"), (NEW, "coverage.added")):
                made = Coverage.objects.bulk_create(rows[does], batch_size=500)
                told = [SimpleNamespace(pk=row.pk, case_id=None) for row in made]
                audit.record_each(action, told, by=by, at=at, part="file", kind=Coverage)
            part = f"{len(rows[NEW])} new, {len(rows[CHANGED])} changed"
            audit.record("coverage.imported", by=by, at=at, part=part)
    except IntegrityError as error:
        raise ValueError("coverage was changed meanwhile") from error
    return len(trial.news)

"""Coverage as a table in a file."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Location, Region, Unit
from cases import topics
from referrals import coverage
from referrals.languages import Speaks
from referrals.models import Coverage
from referrals.row_files import DAYS, WHO, Known, RowFile, Trial, day_cells, days_of, one_of, who_of

YES, NO = "yes", "no"
_SAID = {YES: True, "ja": True, "1": True, "true": True, NO: False, "nee": False, "0": False, "false": False}


class _Known(Known):
    """And the topics; whoever is in a row already may stay in it."""

    topics: set[str] = set()


def _cells(row: Coverage) -> list[str]:
    return [
        row.team.code if row.team else "", row.user.email if row.user else "", row.unit.code if row.unit else "",
        (YES if row.with_parts else NO) if row.unit_id else "", row.location.code if row.location else "",
        row.region.code if row.region else "", YES if row.everywhere else "", " ".join(row.topics),
        " ".join(row.languages), *day_cells(row),
    ]  # fmt: skip


def _known(file: RowFile, day: dt.date) -> Known:
    kept = file.kept()
    users = [*coverage.workers(day), *(row.user for row in kept if row.user)]
    by: dict[str, Mapping[str, Any]] = {
        "team": {row.code: row for row in coverage.teams()},
        "worker": {user.email: user for user in users},
        "unit": {row.code: row for row in Unit.objects.all()},
        "location": {row.code: row for row in Location.objects.all()},
        "region": {row.code: row for row in Region.objects.all()},
    }
    known = _Known(kept, by, file.key_of)
    known.topics = set(topics.load_topics()) | {code for row in kept for code in row.topics}
    return known


def _row(trial: Trial, number: int, cells: Mapping[str, str], known: Any) -> Coverage:
    """The row as it would be kept; what is wrong goes into the trial."""
    found: dict[str, Any] = {name: known.find(trial, number, name, cells[name]) for name in known.by}
    everywhere = _yes(trial, number, "everywhere", cells, empty=False)
    who_of(trial, number, cells)
    what = [name for name in ("unit", "location", "region") if cells[name]] + (["everywhere"] if everywhere else [])
    one_of(trial, number, what, _("Name a unit, a location or a region, or say yes under everywhere."))
    days = days_of(trial, number, cells)
    return Coverage(
        team=found["team"], user=found["worker"], unit=found["unit"], location=found["location"],
        region=found["region"], everywhere=everywhere,
        with_parts=_yes(trial, number, "with_parts", cells, empty=True),
        topics=_codes(trial, number, "topics", cells, known.topics),
        languages=_codes(trial, number, "languages", cells, Speaks.values), **days,
    )  # fmt: skip


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


FILE = RowFile(
    "coverage",
    Coverage,
    columns=WHO | {
        "unit": gettext_lazy("Code of the unit that is served"),
        "with_parts": gettext_lazy("With a unit: yes for everything under it too, or no"),
        "location": gettext_lazy("Or the code of a location"),
        "region": gettext_lazy("Or the code of a region"),
        "everywhere": gettext_lazy("Or yes, for the whole country"),
        "topics": gettext_lazy("Only these topics, by their codes with a space between. Empty: every topic"),
        "languages": gettext_lazy("Only who talks in these languages, by their codes. Empty: everyone"),
    } | DAYS,
    pair=("team_id", "user_id", "unit_id", "location_id", "region_id", "everywhere"),
    same=("with_parts", "topics", "languages", "ends_on"),
    cells=_cells,
    known=_known,
    read=_row,
)  # fmt: skip

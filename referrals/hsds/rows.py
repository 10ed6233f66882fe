"""One row of HSDS and one of the directory: filled from it, and written out again exactly as it came.

``extra`` keeps what came and would not come out of the fields. What somebody changes here since then wins over it.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from referrals.directory.models import Schedule, Service
from referrals.hsds.columns import Mapped
from referrals.hsds.tables import Row, plain

OURS = uuid.UUID("9f0d7f0e-2d0a-4a53-9a1e-7f3c55d1a6b2")
INSIDE = ("address", "accessibility")
"""Tables whose rows are a part of their location here."""
Known = Mapping[str, Mapping[str, Any]]
"""By table: the key here of each id there."""
Numbers = Mapping[str, Mapping[Any, str]]
"""By table: the id there of each key here."""


def number_of(instance: Any) -> str:
    """What a row of the directory is called in a file."""
    return instance.source_id or str(instance.pk)


def fill(instance: Any, row: Row, mapped: Mapped, known: Known) -> None:
    """Make a row of the directory say what a row of a file says."""
    instance.source_id = "" if plain(row["id"]) == str(instance.pk) else plain(row["id"])
    verified_on = getattr(instance, "verified_on", None)
    _read(instance, row, mapped)
    if isinstance(instance, Service) and instance.verified_on != verified_on:
        instance.verified_by = None  # nobody of us found that out
    for to in mapped.to:
        setattr(instance, to.field, known[to.table].get(plain(row.get(to.key))))
    written = _written(instance, mapped)
    kept = {key: value for key, value in row.items() if key != "id" and key not in _keys(mapped)}
    kept |= {key: row.get(key) for key in written if not _equal(row.get(key), written[key])}
    unknown = [to.key for to in mapped.to if getattr(instance, to.field) is None and row.get(to.key)]
    instance.extra = kept | {key: row[key] for key in unknown}


def row_of(instance: Any, mapped: Mapped, numbers: Numbers) -> Row:
    """The row of HSDS."""
    written, extra = _written(instance, mapped), instance.extra
    as_it_came = mapped.model()
    _read(as_it_came, written | extra, mapped)
    out: Row = {"id": number_of(instance)}
    for column in mapped.columns:
        untouched = column.key in extra and get(as_it_came, column.field) == get(instance, column.field)
        out[column.key] = extra[column.key] if untouched else written[column.key]
    for to in mapped.to:
        key = getattr(instance, to.field)
        out[to.key] = numbers[to.table].get(key) if key is not None else extra.get(to.key)
    out |= {key: value for key, value in extra.items() if key not in _keys(mapped)}
    for inside in INSIDE:
        for place, part in enumerate(parts_of(out, inside) or []):
            part.setdefault("id", str(uuid.uuid5(OURS, f"{inside} {place} {instance.pk}")))
    return {key: value for key, value in out.items() if value not in (None, "", [])}


def parts_of(row: Row, inside: str) -> list[Row] | None:
    """The rows of such a table that stand in a location; None when something else stands there under that name."""
    found = row.get(inside) or []
    return found if isinstance(found, list) and all(isinstance(part, dict) for part in found) else None


def _equal(given: Any, written: Any) -> bool:
    return given == written or (plain(given) in {"", "[]"} and plain(written) in {"", "[]"})


def get(instance: Any, field: str) -> Any:
    names = field.split()
    return getattr(instance, field) if len(names) == 1 else tuple(getattr(instance, name) for name in names)


def _read(instance: Any, row: Row, mapped: Mapped) -> None:
    for column in mapped.columns:
        value, names = column.read(row.get(column.key)), column.field.split()
        for name, part in zip(names, (value,) if len(names) == 1 else value, strict=True):
            setattr(instance, name, part)
    if isinstance(instance, Schedule):
        _every_week(instance, row)


def _every_week(schedule: Schedule, row: Row) -> None:
    """Other rhythms than every week, and half a pair of times, are an explanation only."""
    if plain(row.get("freq")).upper() not in {"", "WEEKLY"} or plain(row.get("interval")) not in {"", "1"}:
        schedule.days = ""
    if schedule.opens_at is None or schedule.closes_at is None:
        schedule.opens_at = schedule.closes_at = None


def _written(instance: Any, mapped: Mapped) -> Row:
    return {column.key: column.write(get(instance, column.field)) for column in mapped.columns}


def _keys(mapped: Mapped) -> set[str]:
    return {column.key for column in mapped.columns} | {to.key for to in mapped.to}

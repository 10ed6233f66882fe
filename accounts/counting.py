"""What nearly every page asks: the lengths of several lists in one query, and questions that are composed once.

A question that is kept is composed once a process, and planned once a connection (PREPARE): for these both take longer
than answering. It is what psycopg itself does from version 3 on.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actors import Actor

Question = tuple[str, Sequence[Any]]
"""SQL and its values."""

MOST_KEPT = 512
_MOMENT = object()
_PLACE = re.compile(r"%%|%s")
_READS = re.compile(r"[\s(]*SELECT\b", re.IGNORECASE)
_DIFFERS = (int, list, dt.datetime)  # from one asker to the next; other values are part of the question itself


@dataclass(frozen=True)
class Kept:
    """A question with $1, $2 … for what differs; ``_MOMENT`` among the values stands for the moment it is asked at."""

    sql: str
    values: tuple[Any, ...]


_kept: dict[tuple[Any, ...], Kept] = {}
_prepared: "WeakKeyDictionary[Any, dict[str, str]]" = WeakKeyDictionary()
_numbers = count(1)


def ask(compose: Callable[..., Question], by: Actor, at: dt.datetime, *more: Any) -> list[dict[str, Any]]:
    """The rows, by column name, of the SQL that ``compose(by, at, *more)`` gives; it is kept, as in ``recall``.

    It may depend on the actor, the day of ``at``, ``more`` (hashable) and ``at``. Give a function of a module.
    """
    who = (by.kind, by.user_id, by.case_id, frozenset(by.teams.items()))
    return recall((compose, *who, timezone.localdate(at), more), at, lambda: compose(by, at, *more))


def recall(key: tuple[Any, ...], at: dt.datetime, compose: Callable[[], Question]) -> list[dict[str, Any]]:
    """The rows, by column name, of the SQL that ``compose()`` gave the first time for this ``key``. One query.

    All that the SQL depends on must be in the key, except ``at``, which is put in anew each time.
    """
    kept = _kept.get(key)
    if kept is None:
        kept = _keep(*compose(), at)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = kept
    values = [at if value is _MOMENT else value for value in kept.values]
    with connection.cursor() as cursor:
        known = _prepared.setdefault(connection.connection, {})
        name = known.get(kept.sql) or f"kept_{next(_numbers)}"
        call = f"EXECUTE {name}" + (f" ({', '.join(['%s'] * len(values))})" if values else "")
        if kept.sql not in known:
            if len(known) >= MOST_KEPT:
                cursor.execute("DEALLOCATE ALL")
                known.clear()
            call = f"PREPARE {name} AS {kept.sql.replace('%', '%%') if values else kept.sql}; {call}"
        cursor.execute(call, values or None)
        known[kept.sql] = name
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _keep(sql: str, values: Sequence[Any], at: dt.datetime) -> Kept:
    """The question as it is prepared. Codes and days become part of it, so that partial indexes still serve."""
    if not _READS.match(sql):
        raise ValueError(f"only questions are kept, not {sql[:40]!r}")
    rest, differing = iter(values), []

    def put(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%"
        value = next(rest)
        if isinstance(value, bool) or not isinstance(value, _DIFFERS):
            with connection.cursor() as cursor:
                return str(cursor.mogrify("%s", [value]).decode())
        differing.append(_MOMENT if isinstance(value, dt.datetime) and value == at else value)
        return f"${len(differing)}"

    return Kept(_PLACE.sub(put, sql) if values else sql, tuple(differing))


def lengths(**rows: "QuerySet[Any]") -> dict[str, int]:
    """How many each list holds. One query."""
    sql, values = side_by_side(**rows)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return dict(zip(rows, cursor.fetchone(), strict=True))


def side_by_side(**rows: "QuerySet[Any]") -> Question:
    """The lengths of these lists as one row with a column for each.

    The lists are put side by side as they are: with subqueries of the ORM it takes far longer to compose.
    """
    parts: list[str] = []
    values: list[Any] = []
    for name, found in rows.items():
        try:
            sql, params = found.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            sql, params = "SELECT WHERE FALSE", ()
        column = connection.ops.quote_name(name)
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS one) AS {column}")  # noqa: S608 - the ORM's own SQL
        values += params
    return f"SELECT {', '.join(parts)}", values

"""What nearly every page asks: the lengths of several lists in one query, and SQL that is composed once and kept."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actors import Actor

Question = tuple[str, Sequence[Any]]
"""SQL and its values."""

MOST_KEPT = 512
_MOMENT = object()
_kept: dict[tuple[Any, ...], Question] = {}


def ask(compose: Callable[..., Question], by: Actor, at: dt.datetime, *more: Any) -> list[dict[str, Any]]:
    """The rows, by column name, of the SQL that ``compose(by, at, *more)`` gives; it is kept, as in ``recall``.

    It may depend on the actor, the day of ``at``, ``more`` (hashable) and ``at``. Give a function of a module.
    """
    who = (by.kind, by.user_id, by.case_id, frozenset(by.teams.items()), by.stands_in_for)
    return recall((compose, *who, timezone.localdate(at), more), at, lambda: compose(by, at, *more))


def recall(key: tuple[Any, ...], at: dt.datetime, compose: Callable[[], Question]) -> list[dict[str, Any]]:
    """The rows, by column name, of the SQL that ``compose()`` gave the first time for this ``key``. One query.

    The SQL is kept because composing it takes several times longer than answering. So all that it depends on must be
    in the key, except ``at``, which is put in anew each time.
    """
    found = _kept.get(key)
    if found is None:
        sql, values = compose()
        found = sql, [_MOMENT if isinstance(value, dt.datetime) and value == at else value for value in values]
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = found
    sql, values = found
    with connection.cursor() as cursor:
        cursor.execute(sql, [at if value is _MOMENT else value for value in values])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


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

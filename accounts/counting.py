"""What nearly every page asks: the lengths of several lists in one query, and questions that are composed once.

A question that is kept is composed once a process, and planned once a connection (PREPARE): for these both take longer
than answering. It is what psycopg itself does from version 3 on.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import BooleanField, Func, Model, QuerySet
from django.utils import timezone

from accounts.actors import Actor

Question = tuple[str, Sequence[Any]]
"""SQL and its values."""

M = TypeVar("M", bound=Model)

MOST_KEPT = 512
_MOMENT, _GIVEN = object(), object()
_STAND_INS: dict[type, Any] = {str: "".join(["what ", "is given"]), UUID: UUID(int=0), list: []}
"""Known by being the same object."""
_PLACE = re.compile(r"%%|%s")
_READS = re.compile(r"[\s(]*SELECT\b", re.IGNORECASE)
_DIFFERS = (int, list, dt.datetime, UUID)  # from one asker to the next; other values are part of the question itself


@dataclass(frozen=True)
class Kept:
    """A question with $1, $2 … for what differs. Among the values ``_MOMENT`` stands for the moment it is asked at, and
    ``_GIVEN`` for the text, id or list that is given then."""

    sql: str
    values: tuple[Any, ...]
    rows: Any = None  # the list and its compiler, when objects are asked for
    compiler: Any = None
    converters: Any = None  # of its columns, worked out once


_kept: dict[tuple[Any, ...], Kept] = {}
_prepared: "WeakKeyDictionary[Any, dict[str, str]]" = WeakKeyDictionary()
_numbers = count(1)


def ask(compose: Callable[..., Question], by: Actor, at: dt.datetime, *more: Any) -> list[dict[str, Any]]:
    """The rows, by column name, of the SQL that ``compose(by, at, *more)`` gives; it is kept, as in ``recall``.

    It may depend on the actor, the day of ``at``, ``more`` (hashable) and ``at``. Give a function of a module.
    """
    return recall((compose, *who(by), timezone.localdate(at), more), at, lambda: compose(by, at, *more))


def who(by: Actor) -> tuple[Any, ...]:
    """All of an actor that a question can depend on, as a part of its key."""
    return (by.kind, by.user_id, by.case_id, frozenset(by.teams.items()), by.capacity, by.stands_in_for)


def recall(
    key: tuple[Any, ...], at: dt.datetime | None, compose: Callable[..., Question], given: UUID | None = None
) -> list[dict[str, Any]]:
    """The rows, by column name, of the SQL that ``compose()`` gave the first time for this ``key``. One query.

    All that the SQL depends on must be in the key, except ``at``, which is put in anew each time, and the id of a row
    that ``compose(given)`` is about. A value that is itself a column of the answer needs a cast, or it comes back as
    text.
    """
    kept = _kept.get(key)
    if kept is None:
        question = compose() if given is None else compose(_STAND_INS[type(given)])
        kept = _remember(key, _keep(*question, at))
    with _said(kept, at, given or "") as (sql, values), connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def recall_objects(
    key: tuple[Any, ...],
    at: dt.datetime | None,
    compose: Callable[[Any], "QuerySet[M]"],
    given: str | UUID | list[Any] = "",
) -> list[M]:
    """The objects of the list that ``compose(given)`` made the first time for this ``key``. One query.

    As ``recall``, and ``given``, a text, the id of a row or a list for ``Among``, is put in anew as well.
    ``select_related`` and ``annotate`` do what they always do.
    """
    kept = _kept.get(key)
    if kept is None:
        rows = compose(_STAND_INS[type(given)])
        compiler = rows.query.get_compiler(rows.db)
        sql, values = compiler.as_sql()
        converters = _once(compiler.get_converters)
        kept = _remember(key, replace(_keep(sql, values, at), rows=rows, compiler=compiler, converters=converters))
    asked, rows = copy(kept.compiler), kept.rows.all()
    asked.connection = connections[rows.db]  # of this thread, not of the one that composed it
    asked.get_converters = kept.converters
    rows.query.get_compiler = lambda *_args, **_kwargs: asked
    with _said(kept, at, given) as said:
        asked.as_sql = lambda *_args, **_kwargs: said
        return list(rows)


class Among(Func):
    """A condition: the column is one of the values of a list, or of a ``part`` of it, such as [3:] for the third and
    on. Its SQL is the same for a list of any length."""

    output_field = BooleanField()

    def __init__(self, column: Any, values: list[Any], part: str = "") -> None:
        super().__init__(column)
        self.values, self.part = values, part

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        column, params = compiler.compile(self.source_expressions[0])
        values = f"(%s::bigint[]){self.part}" if self.part else "%s"
        return f"{column} = ANY({values})", [*params, self.values]


def _once(work_out: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Gives what it gave the first time: the columns of a kept question are always the same."""
    found: list[Any] = []

    def first(columns: Any) -> Any:
        if not found:
            found.append(work_out(columns))
        return found[0]

    return first


def _remember(key: tuple[Any, ...], kept: Kept) -> Kept:
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[key] = kept
    return kept


@contextmanager
def _said(
    kept: Kept, at: dt.datetime | None, given: str | UUID | list[Any] = ""
) -> Iterator[tuple[str, list[Any] | None]]:
    """The statement that asks a kept question on this connection. The first time it prepares it along the way, and
    counts as prepared when all went well."""
    values = [at if value is _MOMENT else given if value is _GIVEN else value for value in kept.values]
    connection.close_if_health_check_failed()  # now: what was prepared went with a connection that has ended meanwhile
    connection.ensure_connection()
    known = _prepared.setdefault(connection.connection, {})
    call = f"EXECUTE {{}} ({', '.join(['%s'] * len(values))})" if values else "EXECUTE {}"
    if name := known.get(kept.sql):
        yield call.format(name), values or None
        return
    if len(known) >= MOST_KEPT:
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        known.clear()
    name = f"kept_{next(_numbers)}"
    sql = kept.sql.replace("%", "%%") if values else kept.sql
    yield f"PREPARE {name} AS {sql}; {call.format(name)}", values or None
    known[kept.sql] = name


def _keep(sql: str, values: Sequence[Any], at: dt.datetime | None) -> Kept:
    """The question as it is prepared. Codes and days become part of it, so that partial indexes still serve."""
    if not _READS.match(sql):
        raise ValueError(f"only questions are kept, not {sql[:40]!r}")
    rest, differing = iter(values), []

    def put(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%"
        value = next(rest)
        is_given = any(value is stand_in for stand_in in _STAND_INS.values())
        if not is_given and (isinstance(value, bool) or not isinstance(value, _DIFFERS)):
            with connection.cursor() as cursor:
                return str(cursor.mogrify("%s", [value]).decode())
        now = isinstance(value, dt.datetime) and value == at
        differing.append(_GIVEN if is_given else _MOMENT if now else value)
        return f"${len(differing)}"

    return Kept(_PLACE.sub(put, sql), tuple(differing))


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

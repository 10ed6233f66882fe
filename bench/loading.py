"""Bringing unsaved rows into the database with COPY: sealed by their own fields, and far quicker than INSERT."""

import io
import json
import os
from collections.abc import Callable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction

from accounts.models import AuditEvent, DataKey, Notice, User
from accounts.sealed import SealedText
from bench.people import Rows
from cases.models import (
    Alert,
    AlertStep,
    Case,
    CaseAccess,
    ContactAttempt,
    ContactPreference,
    Intake,
    Message,
    Note,
    Person,
    Session,
    TimelineEntry,
    Track,
)
from referrals.models import Referral

ORDER: tuple[type[models.Model], ...] = (
    User, DataKey, Person, ContactPreference, Intake, Case, CaseAccess, Referral, Track, Session, TimelineEntry, Note,
    Message, ContactAttempt, Alert, AlertStep, Notice, AuditEvent,
)  # fmt: skip
"""What is referred to comes first."""

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@transaction.atomic
def load(rows: Rows) -> int:
    """Write all rows in one transaction; returns how many. A model that is not in ORDER raises ValueError."""
    if unknown := set(rows) - set(ORDER):
        raise ValueError(f"no place in the order: {unknown}")
    for model in ORDER:
        if rows[model]:
            _copy(model, rows[model])
    return sum(map(len, rows.values()))


def _copy(model: type[models.Model], rows: list[Any]) -> None:
    plain = [row for row in rows if isinstance(row, dict)]
    for some, lines in ((plain, _plain_lines), ([row for row in rows if not isinstance(row, dict)], _lines)):
        if some:
            columns, text = lines(model, some)
            names = ", ".join(connection.ops.quote_name(column) for column in columns)
            table = connection.ops.quote_name(model._meta.db_table)
            with connection.cursor() as cursor:
                cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", io.StringIO(text))


def _lines(model: type[models.Model], rows: list[Any]) -> tuple[list[str], str]:
    """Columns and text for instances. Numbers that the database gives are left to it."""
    fields = [field for field in model._meta.concrete_fields if not (_is_numbered(field) and rows[0].pk is None)]
    readers = [_reader(field) for field in fields]
    lines = ("\t".join([read(row) for read in readers]) + "\n" for row in rows)
    return [str(field.column) for field in fields], "".join(lines)


def _plain_lines(model: type[models.Model], rows: list[dict[str, Any]]) -> tuple[list[str], str]:
    """The same for dictionaries that all have the keys of the first: the other columns get their default."""
    fields = [field for field in model._meta.concrete_fields if not _is_numbered(field)]
    given = [(field.attname, _writer(field)) for field in fields if field.attname in rows[0]]
    made = [field for field in fields if field.attname not in rows[0] and field.primary_key]
    fixed = [field for field in fields if field.attname not in rows[0] and not field.primary_key]
    end = "".join("\t" + _default(field) for field in fixed) + "\n"
    cells = ([write(row[name]) for name, write in given] + [os.urandom(16).hex() for _field in made] for row in rows)
    lines = "".join(["\t".join(line) + end for line in cells])
    return [*(name for name, _write in given), *(str(field.column) for field in made + fixed)], lines


def _default(field: Any) -> str:
    """What stands in a column that is not given; in a sealed one nothing."""
    return _writer(field)(None if isinstance(field, SealedText) else field.get_default())


def _is_numbered(field: Any) -> bool:
    return isinstance(field, models.AutoField)


def _reader(field: Any) -> Callable[[Any], str]:
    """How this column of an instance is written."""
    write, name = _writer(field), field.attname
    if isinstance(field, SealedText):
        return lambda row: write(field.pre_save(row, True))
    return lambda row: write(row.__dict__[name])


def _writer(field: Any) -> Callable[[Any], str]:
    """How a value of this kind is written in the text format of COPY."""
    if isinstance(field, models.JSONField):
        return lambda value: json.dumps(value, ensure_ascii=False).translate(_ESCAPED)
    for kinds, write in _WRITERS:
        if isinstance(field, kinds):
            return lambda value: "\\N" if value is None else write(value)
    raise TypeError(f"no way to write {field}")


_WRITERS: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (models.BinaryField, lambda value: "\\\\x" + value.hex()),
    (models.BooleanField, lambda value: "t" if value else "f"),
    ((models.DateField, models.TimeField), lambda value: value.isoformat()),
    (ArrayField, lambda value: "{" + ",".join(map(str, value)) + "}"),
    ((models.CharField, models.TextField), lambda value: value.translate(_ESCAPED)),
    ((models.IntegerField, models.UUIDField, models.ForeignKey), str),
)

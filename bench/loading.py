"""Bringing unsaved rows into the database with COPY: sealed by their own fields, and far quicker than INSERT."""

import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

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
    fields = [field for field in model._meta.concrete_fields if not _given_by_database(field, rows)]
    readers = [_reader(field) for field in fields]
    lines = ("\t".join([read(row) for read in readers]) for row in rows)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO("\n".join(lines) + "\n"))


def _given_by_database(field: Any, rows: list[Any]) -> bool:
    """A number of its own that the rows do not bring along."""
    return isinstance(field, models.AutoField) and rows[0].pk is None


def _reader(field: Any) -> Callable[[Any], str]:
    """How this column of a row is written in the text format of COPY."""
    if isinstance(field, SealedText):
        return lambda row: _written(field.pre_save(row, True))
    if isinstance(field, models.JSONField):
        return lambda row: json.dumps(row.__dict__[field.attname], ensure_ascii=False).translate(_ESCAPED)
    attname = field.attname
    return lambda row: _written(row.__dict__[attname])


def _written(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, str):
        return value.translate(_ESCAPED)
    if isinstance(value, dt.datetime | dt.time | dt.date):
        return value.isoformat()
    if isinstance(value, list):
        return "{" + ",".join(map(str, value)) + "}"
    if isinstance(value, int | UUID):
        return str(value)
    raise TypeError(f"no way to write {value!r}")

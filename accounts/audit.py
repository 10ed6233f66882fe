"""Writing the audit. In the transaction of the change; for reads before the page is made, so that it fails closed."""

import datetime as dt
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.actors import Actor
from accounts.enums import Outcome
from accounts.models import AuditEvent

_COLUMNS = [field for field in AuditEvent._meta.concrete_fields if not field.primary_key]

request_id: ContextVar[str] = ContextVar("request_id", default="")


def record(
    action: str,
    *,
    by: Actor,
    at: dt.datetime,
    case_id: UUID | None = None,
    obj: Any = None,
    part: str = "",
    basis: str = "",
    outcome: str = Outcome.DONE,
) -> None:
    """Add one event; one INSERT. ``basis`` is the reason someone may (or may not) do this, never content."""
    event = _event(action, by=by, at=at, case_id=case_id, obj=obj, part=part, basis=basis, outcome=outcome)
    values = [field.get_db_prep_save(getattr(event, field.attname), connection) for field in _COLUMNS]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in _COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "accounts_auditevent" ({columns}) VALUES ({", ".join(["%s"] * len(values))})',  # noqa: S608
            values,
        )


def record_each(
    action: str, objects: Iterable[Any], *, by: Actor, at: dt.datetime, part: str = "", kind: Any = None
) -> None:
    """The same event for each of these rows of a case, such as what a list shows, or for each of these cases; one
    INSERT, or none at all.

    ``kind`` is the model when they are not its objects but plain values with a ``pk`` and a ``case_id``.
    """
    rows = list(objects)
    if not rows:
        return
    event = _event(action, by=by, at=at, case_id=None, obj=None, part=part)
    event.object_type = (kind or rows[0])._meta.label_lower
    same = {field.column: getattr(event, field.attname) for field in _COLUMNS}
    own = {"case_id": [getattr(row, "case_id", row.pk) for row in rows], "object_id": [str(row.pk) for row in rows]}
    same = {name: value for name, value in same.items() if name not in own}
    columns = ", ".join(connection.ops.quote_name(str(name)) for name in (*own, *same))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO accounts_auditevent ({columns}) SELECT *, {', '.join(['%s'] * len(same))}"  # noqa: S608
            " FROM unnest(%s::uuid[], %s::text[])",
            [*same.values(), *own.values()],
        )


def _event(
    action: str,
    *,
    by: Actor,
    at: dt.datetime,
    case_id: UUID | None,
    obj: Any,
    part: str,
    basis: str = "",
    outcome: str = Outcome.DONE,
) -> AuditEvent:
    return AuditEvent(
        at=at,
        action=action,
        outcome=outcome,
        actor_kind=by.kind,
        actor_id=by.identity,
        actor_name=by.name,
        actor_roles=",".join(sorted(by.roles))[:120],
        case_id=case_id,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        part=part,
        basis=basis[:120],
        request_id=request_id.get(),
    )

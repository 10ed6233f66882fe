"""Rows that count on some days, from one until another or without an end."""

import datetime as dt
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import audit
from accounts.actors import Actor
from referrals.models import Capacity, Coverage

Row = TypeVar("Row", Coverage, Capacity)


def overlapping(same: "QuerySet[Row]", row: Row) -> Row | None:
    """Another one of the same that counts on one of its days, so that a doubled one is seen before it is made."""
    others = same.exclude(pk=row.pk)
    if row.ends_on:
        others = others.filter(starts_on__lte=row.ends_on)
    return others.filter(Q(ends_on=None) | Q(ends_on__gte=row.starts_on)).first()


@transaction.atomic
def end(row: Row, action: str, part: str, *, last_day: dt.date, by: Actor, at: dt.datetime) -> Row:
    """Let it count until and including ``last_day``; one that had not begun by then never counted and goes."""
    kept = type(row)._default_manager.select_for_update().get(pk=row.pk)
    audit.record(action, by=by, at=at, obj=kept, part=part)
    if last_day < kept.starts_on:
        kept.delete()
        return kept
    kept.ends_on = last_day
    kept.save(update_fields=["ends_on"])
    return kept

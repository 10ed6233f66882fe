"""Rows that count on some days, from one until another or without an end."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts import audit
from accounts.actors import Actor
from cases.moves import NotNow
from referrals.models import Capacity, Coverage

Row = TypeVar("Row", Coverage, Capacity)


def overlapping(same: "QuerySet[Row]", row: Row) -> Row | None:
    """Another one of the same that counts on one of its days, so that a doubled one is seen before it is made."""
    others = same.exclude(pk=row.pk)
    if row.ends_on:
        others = others.filter(starts_on__lte=row.ends_on)
    return others.filter(Q(ends_on=None) | Q(ends_on__gte=row.starts_on)).first()


@contextmanager
def once(row: Coverage | Capacity) -> Iterator[None]:
    """Raises NotNow when another one of the same counts on one of its days, also one that came this very moment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        rules = (rule for rule in row._meta.constraints if isinstance(rule, ExclusionConstraint))
        raise NotNow(str(next(rules).violation_error_message)) from error


@transaction.atomic
def end(row: Row, action: str, part: str, *, last_day: dt.date, by: Actor, at: dt.datetime) -> Row:
    """Let it count until and including ``last_day``; one that had not begun by then never counted and goes.
    Raises NotNow where the next one begins before it."""
    kept = type(row)._default_manager.select_for_update().get(pk=row.pk)
    audit.record(action, by=by, at=at, obj=kept, part=part)
    if last_day < kept.starts_on:
        kept.delete()
        return kept
    kept.ends_on = last_day
    with once(kept):
        kept.save(update_fields=["ends_on"])
    return kept

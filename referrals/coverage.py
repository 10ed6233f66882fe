"""Who serves which part of the organisation, as the coordinator keeps it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.actors import Actor
from accounts.counting import recall
from accounts.models import Membership, Team, Unit, User
from referrals import days
from referrals.models import Coverage
from referrals.permissions import ANSWERING_ROLES
from referrals.present import KINDS


def able(day: dt.date) -> Any:
    """Memberships in which somebody may answer on ``day``."""
    return Membership.objects.live_on(day).filter(role__in=ANSWERING_ROLES, user__is_active=True)


def workers(day: dt.date) -> Any:
    """People who may answer on ``day``, by name."""
    return User.objects.filter(pk__in=able(day).values("user")).order_by("name", "pk")


def teams() -> Any:
    """Teams that can be asked to help a unit."""
    return Team.objects.filter(kind__in=KINDS)


def units_of(user: User, day: dt.date) -> list[int]:
    """The units this worker serves by name, with what is under them when the row says so. At most two queries."""
    live = Coverage.objects.live_on(day).filter(user=user, unit__isnull=False)
    rows = recall(("served", user.pk, day), None, live.values("unit_id", "with_parts").query.sql_with_params)
    if not rows:
        return []
    whole = {row["unit_id"] for row in rows if row["with_parts"]}
    parents = dict(Unit.objects.order_by().values_list("pk", "parent_id")) if whole else {}
    return sorted({row["unit_id"] for row in rows} | {unit for unit in parents if whole & set(_up(unit, parents))})


def _up(unit: int, parents: Mapping[int, int | None]) -> list[int]:
    path: list[int] = []
    step: int | None = unit
    while step is not None and step not in path:
        path.append(step)
        step = parents.get(step)
    return path


def overlapping(row: Coverage) -> Coverage | None:
    """Another row for the same pair in the same time."""
    same = Coverage.objects.filter(
        team=row.team, user=row.user, unit=row.unit, location=row.location, region=row.region, everywhere=row.everywhere
    )
    return days.overlapping(same, row)


@transaction.atomic
def add(row: Coverage, *, by: Actor, at: dt.datetime) -> Coverage:
    """Keep a new line of coverage."""
    with days.once(row):
        row.save(force_insert=True)
    audit.record("coverage.added", by=by, at=at, obj=row, part=_what(row))
    return row


def end(row: Coverage, *, last_day: dt.date, by: Actor, at: dt.datetime) -> Coverage:
    """Let it count until and including ``last_day``."""
    return days.end(row, "coverage.ended", _what(row), last_day=last_day, by=by, at=at)


def _what(row: Coverage) -> str:
    """Which pair, as codes for the audit."""
    names = ("team", "user", "unit", "location", "region")
    pair = [f"{name}{pk}" for name in names if (pk := getattr(row, f"{name}_id"))]
    return ">".join([*pair, "everywhere"] if row.everywhere else pair)

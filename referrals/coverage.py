"""Who serves which part of the organisation, as the coordinator keeps it, and where nobody does."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from accounts import audit
from accounts.actors import Actor
from accounts.counting import recall
from accounts.enums import TeamKind
from accounts.models import Membership, Team, Unit, User
from referrals.matching.places import Place, Spot, because, place_of, spot_of
from referrals.models import Coverage
from referrals.permissions import ANSWERING_ROLES


@dataclass(frozen=True)
class Server:
    """A row of coverage as it serves one unit: how it matched, whether it is regional, whether anyone can answer."""

    row: Coverage
    place: Place
    regional: bool = True
    empty: bool = False

    @property
    def who(self) -> str:
        return str(self.row.user or self.row.team)

    @property
    def because(self) -> str:
        return because(self.place.step, self.place.name)


@dataclass(frozen=True)
class Served:
    """A unit, what it is part of, and everyone who serves it, nearest first."""

    unit: Unit
    above: Unit | None
    servers: Sequence[Server]

    @property
    def is_hole(self) -> bool:
        """Nobody to whom a case of this unit would go; a team for missions does not fill it."""
        return not any(server.regional and not server.empty for server in self.servers)


def overview(day: dt.date) -> list[Served]:
    """Every unit that is valid on ``day``, parents before parts, with who serves it. Three queries at any size."""
    units = {
        unit.pk: unit
        for unit in Unit.objects.filter(Q(valid_from=None) | Q(valid_from__lte=day))
        .filter(Q(valid_until=None) | Q(valid_until__gte=day))
        .select_related("branch")
        .annotate(location_region_id=F("location__region_id"))
        .order_by("name", "pk")
    }
    rows = list(
        Coverage.objects.live_on(day).select_related("team", "user", "unit", "location", "region").order_by("pk")
    )
    able = Able.on(day)
    return [
        Served(unit, units.get(unit.parent_id or 0), servers_of(spot_of(_chain(unit, units)), rows, able))
        for unit in _tree(units)
    ]


@dataclass(frozen=True)
class Able:
    """Who may answer on a day: teams and people, and which of them work in a region."""

    everyone: frozenset[tuple[str, int]]
    regional: frozenset[tuple[str, int]]

    @classmethod
    def on(cls, day: dt.date) -> "Able":
        rows = list(_able(day).values_list("team_id", "user_id", "team__kind"))
        found = [((("team", team), ("user", user)), kind) for team, user, kind in rows]
        return cls(
            frozenset(key for pair, _kind in found for key in pair),
            frozenset(key for pair, kind in found if kind == TeamKind.REGIONAL for key in pair),
        )

    def serves(self, row: Coverage, place: Place) -> Server:
        """The row as it serves a unit; a team without workers is regional by its kind, and empty."""
        key = ("team", row.team_id) if row.team_id else ("user", row.user_id or 0)
        kind = row.team.kind if row.team else ""
        return Server(row, place, key in self.regional or kind == TeamKind.REGIONAL, key not in self.everyone)


def servers_of(spot: Spot, rows: Iterable[Coverage], able: Able) -> list[Server]:
    """Which of these rows serve the spot, nearest first, people before teams. Pure."""
    placed = ((place_of(row, spot), row) for row in rows)
    found = [able.serves(row, place) for place, row in placed if place]
    return sorted(found, key=lambda server: (server.place.order, server.row.user_id is None, server.who))


def has_pool(day: dt.date) -> bool:
    """Whether anyone in a national pool can answer."""
    return _able(day).filter(team__is_national_pool=True).exists()


def _chain(unit: Unit, units: Mapping[int, Unit]) -> list[Unit]:
    """The unit and what it is part of, nearest first; a circle in the data ends where it began."""
    chain: list[Unit] = []
    step: Unit | None = unit
    while step is not None and step not in chain:
        chain.append(step)
        step = units.get(step.parent_id or 0)
    return chain


def _tree(units: Mapping[int, Unit]) -> list[Unit]:
    """Each unit right under what it is part of."""
    return sorted(units.values(), key=lambda unit: [(above.name, above.pk) for above in reversed(_chain(unit, units))])


def _able(day: dt.date) -> Any:
    return Membership.objects.live_on(day).filter(role__in=ANSWERING_ROLES, user__is_active=True)


def workers(day: dt.date) -> Any:
    """People who may answer on ``day``, by name."""
    return User.objects.filter(pk__in=_able(day).values("user")).order_by("name", "pk")


def teams() -> Any:
    """Teams that can be asked to help a unit."""
    return Team.objects.filter(kind__in=[TeamKind.REGIONAL, TeamKind.SMT, TeamKind.BIU])


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
    """Another row for the same pair in the same time, so that a doubled line is seen before it is made."""
    same = Coverage.objects.filter(
        team=row.team, user=row.user, unit=row.unit, location=row.location, region=row.region
    ).exclude(pk=row.pk)
    if row.ends_on:
        same = same.filter(starts_on__lte=row.ends_on)
    return same.filter(Q(ends_on=None) | Q(ends_on__gte=row.starts_on)).first()


@transaction.atomic
def add(row: Coverage, *, by: Actor, at: dt.datetime) -> Coverage:
    """Keep a new line of coverage."""
    row.save(force_insert=True)
    audit.record("coverage.added", by=by, at=at, obj=row, part=_what(row))
    return row


@transaction.atomic
def end(row: Coverage, *, last_day: dt.date, by: Actor, at: dt.datetime) -> Coverage:
    """Let it count until and including ``last_day``; a line that had not begun by then never counted and goes."""
    row = Coverage.objects.select_for_update().get(pk=row.pk)
    audit.record("coverage.ended", by=by, at=at, obj=row, part=_what(row))
    if last_day < row.starts_on:
        row.delete()
        return row
    row.ends_on = last_day
    row.save(update_fields=["ends_on"])
    return row


def _what(row: Coverage) -> str:
    """Which pair, as codes for the audit."""
    names = ("team", "user", "unit", "location", "region")
    return ">".join(f"{name}{pk}" for name in names if (pk := getattr(row, f"{name}_id")))

"""Every unit with who serves it, and where nobody does: the table of the coordinator."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import F, Q

from accounts.enums import TeamKind
from accounts.models import Unit
from referrals.coverage import able
from referrals.languages import Speaks
from referrals.matching import Candidate
from referrals.matching.places import Place, Spot, because, place_of, spot_of
from referrals.models import Coverage
from referrals.present import Present
from referrals.standing_in import Deputy, StandIns

DEEPEST = 4


@dataclass(frozen=True)
class Server:
    """A row of coverage as it serves one unit: how it matched, whether it is regional, whether anyone can answer.
    ``now`` says how they are at this moment: load, room, and who stands in; ``deputies`` who stands in now or the next
    time; ``only`` for which topics and languages it counts. All are known of what ``with_room`` gave."""

    row: Coverage
    place: Place
    regional: bool = True
    empty: bool = False
    now: Candidate | None = None
    only: str = ""
    deputies: Sequence[Deputy] = ()

    @property
    def who(self) -> str:
        return str(self.row.user or self.row.team)

    @property
    def because(self) -> str:
        return because(self.place.step, self.place.name)


@dataclass(frozen=True)
class Served:
    """A unit, what it is part of, how deep it lies in the tree, and everyone who serves it, nearest first."""

    unit: Unit
    above: Unit | None
    servers: Sequence[Server]
    depth: int = 0

    @property
    def is_hole(self) -> bool:
        """Nobody to whom every case of this unit would go; a team for missions does not fill it, nor one for a
        topic."""
        return not any(one.regional and not one.empty and not one.row.is_limited for one in self.servers)


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
    live = Coverage.objects.live_on(day).select_related("team", "user", "unit", "location", "region").order_by("pk")
    rows, who = Grouped(live), Able.on(day)
    found = []
    for unit, chain in _tree(units):
        servers = servers_of(spot_of(chain), rows, who)
        found.append(Served(unit, units.get(unit.parent_id or 0), servers, min(len(chain) - 1, DEEPEST)))
    return found


def with_room(
    found: Iterable[Served], present: Present, stand_ins: StandIns, topics: Mapping[str, str]
) -> list[Served]:
    """The same units with how everyone is at this moment, who stands in, and for what each row counts in words."""

    def shown(server: Server) -> Server:
        row = server.row
        words = [topics.get(code, code) for code in row.topics]
        words += [str(Speaks(code).label) for code in row.languages if code in Speaks.values]
        deputies = stand_ins.of(present.those(row))
        return replace(server, now=present.now(row, server.place), only=", ".join(words), deputies=deputies)

    return [replace(served, servers=[shown(server) for server in served.servers]) for served in found]


def countrywide(
    everything: Sequence[Served], present: Present, stand_ins: StandIns, topics: Mapping[str, str]
) -> Sequence[Server]:
    """Whoever serves the whole country, and so any unit; with how they are."""
    some = [replace(one, servers=[server for server in one.servers if server.row.everywhere]) for one in everything[:1]]
    return [server for one in with_room(some, present, stand_ins, topics) for server in one.servers]


@dataclass(frozen=True)
class Able:
    """Who may answer on a day: teams and people, and which of them work in a region."""

    everyone: frozenset[tuple[str, int]]
    regional: frozenset[tuple[str, int]]

    @classmethod
    def on(cls, day: dt.date) -> "Able":
        rows = list(able(day).values_list("team_id", "user_id", "team__kind"))
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


class Grouped:
    """Rows of coverage by what they serve, so that each unit looks at few of them."""

    def __init__(self, rows: Iterable[Coverage]) -> None:
        self.by: dict[tuple[str, int | None], list[Coverage]] = defaultdict(list)
        for row in rows:
            for name in ("unit", "location", "region"):
                if key := getattr(row, f"{name}_id"):
                    self.by[name, key].append(row)
            if row.everywhere:
                self.by["everywhere", None].append(row)

    def near(self, spot: Spot) -> list[Coverage]:
        """Those that may serve the spot."""
        keys = [("unit", unit.pk) for unit in spot.chain]
        keys += [("location", spot.location_id or 0), ("region", spot.region_id or 0)]
        return [row for key in (*keys, ("everywhere", None)) for row in self.by.get(key, ())]


def servers_of(spot: Spot, rows: Grouped, who: Able) -> list[Server]:
    """Which of these rows serve the spot, nearest first, people before teams. Pure."""
    placed = ((place_of(row, spot), row) for row in rows.near(spot))
    found = [who.serves(row, place) for place, row in placed if place]
    return sorted(found, key=lambda server: (server.place.order, server.row.user_id is None, server.who))


def _chain(unit: Unit, units: Mapping[int, Unit]) -> list[Unit]:
    """The unit and what it is part of, nearest first; a circle in the data ends where it began."""
    chain: list[Unit] = []
    step: Unit | None = unit
    while step is not None and step not in chain:
        chain.append(step)
        step = units.get(step.parent_id or 0)
    return chain


def _tree(units: Mapping[int, Unit]) -> list[tuple[Unit, list[Unit]]]:
    """Each unit with what it is part of, right under that."""
    chains = [(unit, _chain(unit, units)) for unit in units.values()]
    return sorted(chains, key=lambda pair: [(above.name, above.pk) for above in reversed(pair[1])])

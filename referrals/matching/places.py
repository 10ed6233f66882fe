"""Where a unit is, and how a row of coverage serves it: the unit first, then its parents, its location, its region, and
what serves the whole country (decision 6). Pure, but for reading the rows."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.counting import Among, recall_objects
from accounts.models import Unit
from referrals.enums import MatchStep
from referrals.models import Coverage

STEPS = list(MatchStep)


@dataclass(frozen=True)
class Place:
    """Where a match was found: ``near`` is 0 for the unit itself, 1 for its parent, and so on. ``only``: the row is
    for some topics or languages, and this case is one of those."""

    step: MatchStep
    name: str
    near: int = 0
    only: bool = False

    @property
    def order(self) -> tuple[int, int, bool]:
        return STEPS.index(self.step), self.near, not self.only


@dataclass(frozen=True)
class Spot:
    """A unit with everything above it, nearest first, and its location and region. There may be no unit at all."""

    chain: Sequence[Unit] = ()
    location_id: int | None = None
    region_id: int | None = None


def spot_of(chain: Sequence[Any], region_id: int | None = None) -> Spot:
    """The nearest location and region up the chain; ``region_id`` counts when the chain knows none. Pure.

    The units carry ``location_region_id``, as ``Unit.objects.ancestors_of`` gives them.
    """
    location = next((unit.location_id for unit in chain if unit.location_id), None)
    regions = (unit.region_id or unit.location_region_id for unit in chain)
    return Spot(chain, location, next((region for region in regions if region), region_id))


def place_of(row: Coverage, spot: Spot) -> Place | None:
    """How this row of coverage serves the spot; None when it does not. For whom there it counts is ``fits``. Pure."""
    only = row.is_limited
    if row.unit_id:
        near = next((step for step, unit in enumerate(spot.chain) if unit.pk == row.unit_id), None)
        if near is None or (near and not row.with_parts):
            return None
        return Place(MatchStep.PARENT if near else MatchStep.UNIT, spot.chain[near].name, near, only)
    if row.location_id:
        here = row.location_id == spot.location_id
        return Place(MatchStep.LOCATION, str(row.location), only=only) if here else None
    if row.region_id:
        return Place(MatchStep.REGION, str(row.region), only=only) if row.region_id == spot.region_id else None
    return Place(MatchStep.POOL, "", only=only)


def fits(row: Coverage, topics: Collection[str], languages: Collection[str]) -> bool:
    """Whether a row that is only for some topics or languages is for this case. Pure."""
    return not (
        (row.topics and not set(row.topics) & set(topics))
        or (row.languages and not set(row.languages) & set(languages))
    )


def because(step: str, name: str) -> str:
    """How someone was found, in words: which unit, location or region matched."""
    match step:
        case MatchStep.UNIT:
            return _("Serves this unit: %(name)s") % {"name": name}
        case MatchStep.PARENT:
            return _("Serves the larger unit: %(name)s") % {"name": name}
        case MatchStep.LOCATION:
            return _("Serves this location: %(name)s") % {"name": name}
        case MatchStep.REGION:
            return _("Serves this region: %(name)s") % {"name": name}
        case MatchStep.POOL:
            return _("Works for the whole country")
    return _("Chosen by the desk")


def covering(spot: Spot, day: dt.date) -> list[tuple[Place, Coverage]]:
    """Live coverage of the unit, its parents, its location, its region and everyone, with where each row matched. One
    query."""
    given = [spot.location_id or 0, spot.region_id or 0, *(unit.pk for unit in spot.chain)]
    rows = recall_objects(("covering", day), None, lambda ids: _near(ids, day), given)
    places = ((place_of(row, spot), row) for row in rows)
    return [(place, row) for place, row in places if place]


def _near(ids: list[int], day: dt.date) -> "QuerySet[Coverage]":
    """Rows about one of ``ids``: a location, a region, then units."""
    near = Q(Among("unit", ids, "[3:]")) | Q(Among("location", ids, "[1:1]")) | Q(Among("region", ids, "[2:2]"))
    rows = Coverage.objects.live_on(day).filter(near | Q(everywhere=True))
    return rows.select_related("location", "region").order_by("pk")

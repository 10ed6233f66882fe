"""Finding who can help: the unit first, then its parents, its location, its region, the national pool (decision 6).

Reads and decides, writes nothing. Every candidate says how it was found and how busy it is; a human chooses.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actors import Actor
from accounts.enums import TeamKind
from accounts.models import Membership, Substitution, Team, Unit, User
from cases.cautions import other_may_be_client
from cases.models import Case, CaseAccess, Mediation
from referrals.enums import STEERS, Destination, MatchStep, ReferralState, ReturnReason
from referrals.models import Considered, Coverage, Referral
from referrals.permissions import ANSWERING_ROLES

KINDS: dict[str, tuple[str, ...]] = {
    Destination.SMT: (TeamKind.SMT, TeamKind.BIU),
    Destination.BIU: (TeamKind.BIU,),
}
"""Kinds of team per destination, the wanted kind first; of the last kind any team will do. Else: regional teams."""

NOT_AGAIN = tuple(reason for reason, steer in STEERS.items() if steer.never_again)
"""Whoever returned this case for one of these reasons is not suggested for it again."""

STEPS = list(MatchStep)


@dataclass(frozen=True)
class Candidate:
    """A worker, or a team as a whole, with the step that found them and the name of what matched.

    ``load`` counts the open cases they own; of a team, of all ``workers`` who may answer together. ``close``: serves
    the unit where someone works whom the client is afraid of, and perhaps that person. Who is away is offered all the
    same, with ``away_until`` and the ``deputy`` who answers; that deputy is a candidate too, ``stands_in_for`` them.
    ``held_by`` is a colleague of the desk who looks at this worker at this moment, ``held_until`` then.
    """

    step: MatchStep
    name: str
    team: Team
    user: User | None = None
    load: int = 0
    workers: int = 1
    close: bool = False
    away_until: dt.date | None = None
    deputy: str = ""
    stands_in_for: str = ""
    held_by: str = ""
    held_until: dt.datetime | None = None

    @property
    def key(self) -> str:
        """For a form: which worker in which team, or which team."""
        return f"{self.team.pk}-{self.user.pk}" if self.user else str(self.team.pk)

    @property
    def who(self) -> str:
        return f"{self.user} ({self.team})" if self.user else str(self.team)

    @property
    def because(self) -> str:
        """How they were found, in words."""
        return because(self.step, self.name)

    @property
    def absence(self) -> str:
        """That they are away and who stands in, or for whom they stand in; empty for everyone else."""
        if self.stands_in_for:
            return _("Stands in for %(name)s") % {"name": self.stands_in_for}
        if self.away_until is None:
            return ""
        until = date_format(self.away_until, "j F")
        if not self.deputy:
            return _("Away until and including %(day)s, nobody stands in") % {"day": until}
        return _("Away until and including %(day)s, %(name)s stands in") % {"day": until, "name": self.deputy}

    @property
    def load_text(self) -> str:
        cases = ngettext("%(n)d open case", "%(n)d open cases", self.load) % {"n": self.load}
        if self.user:
            return cases
        return ngettext("%(n)d worker", "%(n)d workers", self.workers) % {"n": self.workers} + ", " + cases


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


def chosen(team: Team, user: User | None = None) -> Candidate:
    """Somebody the desk picks although nothing matched."""
    return Candidate(MatchStep.CHOSEN, "", team, user)


def candidates(
    case_or_unit: Case | Unit | None,
    at: dt.datetime,
    *,
    destination: str = Destination.REGIONAL_DIRECT,
    by: Actor | None = None,
) -> list[Candidate]:
    """Everyone who can help, nearest first, then the person before the team, then the least busy. At most 4 queries.

    Nobody who is blocked for the case, who returned it before because it did not fit, or who may not answer now.
    Where the client is afraid of somebody of that unit, those who may help them too come last. Says of each whether
    somebody other than ``by`` looks at them at this moment.
    """
    case = case_or_unit if isinstance(case_or_unit, Case) else None
    unit_id = case_or_unit.unit_id if isinstance(case_or_unit, Case) else getattr(case_or_unit, "pk", None)
    day = timezone.localdate(at)
    chain = Unit.objects.ancestors_of(Unit(pk=unit_id)) if unit_id else []
    found = _found(spot_of(chain, case.region_id if case else None), day)
    kinds = KINDS.get(destination, (TeamKind.REGIONAL,))
    workers = list(_workers(found, kinds, case, day, _held(by, at)))
    ranked = _ranked(found, workers, kinds, _returned(case) if case else [])
    return _close_last(ranked) if case and other_may_be_client(case) else ranked


def _close_last(ranked: Iterable[Candidate]) -> list[Candidate]:
    """Only who serves the whole country has nothing to do with the unit. Pure."""
    marked = (replace(one, close=one.step != MatchStep.POOL) for one in ranked)
    return sorted(marked, key=lambda one: one.close)


@dataclass(frozen=True)
class Place:
    """Where a match was found: ``near`` is 0 for the unit itself, 1 for its parent, and so on."""

    step: MatchStep
    name: str
    near: int = 0

    @property
    def order(self) -> tuple[int, int]:
        return STEPS.index(self.step), self.near


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
    """How this row of coverage serves the spot; None when it does not. Pure."""
    if row.unit_id:
        near = next((step for step, unit in enumerate(spot.chain) if unit.pk == row.unit_id), None)
        if near is None or (near and not row.with_parts):
            return None
        return Place(MatchStep.PARENT if near else MatchStep.UNIT, spot.chain[near].name, near)
    if row.location_id:
        return Place(MatchStep.LOCATION, str(row.location)) if row.location_id == spot.location_id else None
    return Place(MatchStep.REGION, str(row.region)) if row.region_id == spot.region_id else None


def _found(spot: Spot, day: dt.date) -> list[tuple[Place, Coverage]]:
    """Live coverage of the unit, its parents, its location and its region, with where each row matched."""
    rows = (
        Coverage.objects.live_on(day)
        .filter(
            Q(unit__in=[unit.pk for unit in spot.chain])
            | Q(location=spot.location_id, location__isnull=False)
            | Q(region=spot.region_id, region__isnull=False)
        )
        .select_related("location", "region")
        .order_by("pk")
    )
    places = ((place_of(row, spot), row) for row in rows)
    return [(place, row) for place, row in places if place]


def _either(kept_out: QuerySet[Any], leads: QuerySet[Any], case: Case | None) -> Any:
    """Whether there is a row of one of these; without a case there is none."""
    return Exists(kept_out) | Exists(leads) if case else Value(False)


def _workers(
    found: Iterable[tuple[Place, Coverage]],
    kinds: Sequence[str],
    case: Case | None,
    day: dt.date,
    held: QuerySet[Considered],
) -> QuerySet[Membership]:
    """Who may answer on ``day`` in the teams that matter, with their open cases and whether the client blocked them,
    or takes part in a talk that they lead."""
    rows = [row for _place, row in found]
    wanted = (
        Q(team__in=[row.team_id for row in rows if row.team_id])
        | Q(user__in=[row.user_id for row in rows if row.user_id])
        | (Q(team__is_national_pool=True) if TeamKind.REGIONAL in kinds else Q(team__kind=kinds[-1]))
    )
    blocked = CaseAccess.objects.keeping_out_of(case)
    away = Substitution.objects.filter(user=OuterRef("user"), first_day__lte=day, last_day__gte=day).order_by("pk")
    led = Mediation.objects.filter(case=case, ended_at=None)
    return (
        Membership.objects.live_on(day)
        .filter(wanted, team__kind__in=kinds, role__in=ANSWERING_ROLES, user__is_active=True)
        .select_related("user", "team")
        .annotate(
            load=_load("user"),
            blocked=_either(blocked.filter(user=OuterRef("user")), led.filter(leader=OuterRef("user")), case),
            away_until=Subquery(away.values("absence__last_day")[:1]),
            deputy_id=Subquery(away.values("deputy")[:1]),
            deputy_name=Subquery(away.values("deputy__name")[:1]),
            held=_look(held, "user"),
        )
        .annotate(
            deputy_load=_load("deputy_id"),
            barred=_either(blocked.filter(user=OuterRef("deputy_id")), led.filter(leader=OuterRef("deputy_id")), case),
            deputy_held=_look(held, "deputy_id"),
        )
        .order_by("team_id", "user_id", "pk")
    )


def _held(by: Actor | None, at: dt.datetime) -> QuerySet[Considered]:
    """Workers whom somebody else of the desk looks at now."""
    return Considered.objects.filter(until__gt=at).exclude(by=by.user_id if by else None)


def _look(held: QuerySet[Considered], who: str) -> Subquery:
    """Who looks at somebody and until when, inside a query about memberships."""
    return Subquery(held.filter(worker=OuterRef(who)).values(one=JSONObject(name="by__name", until="until")))


def _looked_at(held: dict[str, str] | None) -> dict[str, Any]:
    """The same for a candidate."""
    return {"held_by": held["name"], "held_until": dt.datetime.fromisoformat(held["until"])} if held else {}


def _load(who: str) -> Coalesce:
    """How many open cases somebody owns, inside a query about memberships."""
    owned = Case.objects.open().filter(owner=OuterRef(who)).order_by().values("owner")
    return Coalesce(Subquery(owned.annotate(n=Count("pk")).values("n")), 0)


def _returned(case: Case) -> list[Referral]:
    """Earlier hand-overs of this case that were returned because the receiver did not fit."""
    return list(
        Referral.objects.filter(case=case, state=ReferralState.RETURNED, return_reason__in=NOT_AGAIN)
        .only("answered_by", "to_team", "to_user", "return_reason")
        .order_by()
    )


def _ranked(
    found: Sequence[tuple[Place, Coverage]],
    memberships: Sequence[Membership],
    kinds: Sequence[str],
    returned: Sequence[Referral],
) -> list[Candidate]:
    """Pure: from rows to candidates. A team whose colleague knows the client is offered person by person."""
    not_users = {row.answered_by_id for row in returned} | {row.to_user_id for row in returned}
    for_teams = [row for row in returned if row.to_user_id is None]
    not_teams = {row.to_team_id for row in for_teams if row.return_reason == ReturnReason.WRONG_UNIT}
    one_by_one = {row.to_team_id for row in for_teams if row.return_reason == ReturnReason.CONFLICT}
    teams: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in memberships:
        if not row.blocked and row.user_id not in not_users and row.team_id not in not_teams:  # type: ignore[attr-defined]
            teams[row.team_id][row.user_id] = row
    nearest: dict[str, tuple[tuple[Any, ...], Candidate]] = {}
    for place, team_id, user_id in _in_words(found, teams, kinds):
        named = _as_candidates(place, teams[team_id], user_id, split=team_id in one_by_one)
        for candidate in (one for one in named if one.user is None or one.user.pk not in not_users):
            kind = kinds.index(candidate.team.kind)
            is_away = candidate.away_until is not None
            rank = (kind, *place.order, candidate.user is None, is_away, candidate.load, candidate.who)
            if candidate.key not in nearest or rank < nearest[candidate.key][0]:
                nearest[candidate.key] = rank, candidate
    return [candidate for _rank, candidate in sorted(nearest.values(), key=lambda pair: (*pair[0], pair[1].key))]


def _in_words(
    found: Sequence[tuple[Place, Coverage]], teams: Mapping[int, Mapping[int, Any]], kinds: Sequence[str]
) -> Iterable[tuple[Place, int, int | None]]:
    """Which team, or which worker in it, each match means; then the teams that serve everyone."""
    for place, row in found:
        for team_id, members in teams.items():
            if team_id == row.team_id:
                yield place, team_id, None
            elif row.user_id in members:
                yield place, team_id, row.user_id
    for team_id, members in teams.items():
        team = next(iter(members.values())).team
        if team.is_national_pool or team.kind == kinds[-1] != TeamKind.REGIONAL:
            yield Place(MatchStep.POOL, str(team)), team_id, None


def _as_candidates(
    place: Place, members: Mapping[int, Any], user_id: int | None, *, split: bool
) -> Iterable[Candidate]:
    """One candidate for a worker or a team; for a team to be split one for each of its workers."""
    chosen_rows = [members[user_id]] if user_id else list(members.values())
    if user_id or split:
        for row in chosen_rows:
            yield from _with_deputy(place, row)
    else:
        load = sum(row.load for row in chosen_rows)
        yield Candidate(place.step, place.name, chosen_rows[0].team, None, load, len(chosen_rows))


def _with_deputy(place: Place, row: Any) -> Iterable[Candidate]:
    """A worker; when they are away, who stands in for them as well, by name."""
    stands_in = row.deputy_id is not None and not row.barred
    if stands_in:
        deputy = User(pk=row.deputy_id, name=row.deputy_name)
        yield Candidate(
            place.step, place.name, row.team, deputy, row.deputy_load,
            stands_in_for=row.user.name, **_looked_at(row.deputy_held),
        )  # fmt: skip
    name = row.deputy_name if stands_in else ""
    yield Candidate(
        place.step, place.name, row.team, row.user, row.load,
        away_until=row.away_until, deputy=name, **_looked_at(row.held),
    )  # fmt: skip

"""Spreading the cases of somebody who leaves over the colleagues who fit them best: a proposal that a person corrects.

Reads and decides, writes nothing. Each case goes to whoever is nearest to its unit, of those to who has the least to
do, counted with what they get here; nobody who is kept out of a case or returned it is proposed for it.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from cases.cautions import FAMILY
from cases.enums.whom import NOT_AGAIN as ASKED_AWAY
from cases.models import Case, CaseAccess, Mediation, Merge, SomeoneElse
from referrals.destinations import WORKERS
from referrals.enums import NOT_AGAIN, MatchStep, ReferralState, ReturnReason
from referrals.matching import Place, because, place_of, spot_of
from referrals.matching.client import spoken_by
from referrals.matching.people import Member, everyone
from referrals.matching.places import fits
from referrals.models import Coverage, Referral

LEAST = 5
"""So many may go to one colleague, however few there are to spread."""


@dataclass(frozen=True)
class Fit:
    """A colleague who could take a case, and how they were found; who is away comes last."""

    user: User
    place: Place
    away: bool = False

    @property
    def because(self) -> str:
        same_team = self.place.step == MatchStep.CHOSEN
        return _("Works in the same team") if same_team else because(self.place.step, self.place.name)

    @property
    def words(self) -> str:
        """Who it is and why, in a list to choose from."""
        away = " (" + _("away now") + ")" if self.away else ""
        return f"{self.user.name}{away}: {self.because}"

    @property
    def order(self) -> tuple[Any, ...]:
        return self.away, self.place.order

    @property
    def by_name(self) -> tuple[str, int]:
        return self.user.name, self.user.pk


@dataclass(frozen=True)
class Share:
    """One case: everyone who fits it, nearest first, and who is proposed. Nobody means the desk."""

    case: Case
    fits: Sequence[Fit]
    fit: Fit | None

    @property
    def full(self) -> bool:
        """Whether somebody fits, but has got the most by now."""
        return self.fit is None and bool(self.fits)


@dataclass(frozen=True)
class Spread:
    """The whole proposal. ``loads`` is how many open cases each colleague has now."""

    shares: Sequence[Share]
    loads: Mapping[int, int]
    most: int

    @property
    def to_desk(self) -> int:
        return sum(share.fit is None for share in self.shares)

    @property
    def chosen(self) -> dict[UUID, User | None]:
        """Who gets each case; None is the desk."""
        return {share.case.pk: share.fit.user if share.fit else None for share in self.shares}


def fair(cases: int, people: int) -> int:
    """The most that one colleague gets when nobody says: twice an equal part, and never fewer than LEAST."""
    return max(LEAST, -(-2 * cases // max(people, 1)))


def spread(cases: Sequence[Case], *, but: User, at: dt.datetime, most: int | None = None) -> Spread:
    """A proposal for these cases of ``but``, the most pressing first. ``most`` is what one colleague gets at most; who
    has a limit of their own never gets more than that leaves. Five queries, whatever the number of cases; they come
    with their person, its key and its contact."""
    found = everyone(sorted({case.team.kind for case in cases if case.team}), at)
    alike = _alike({one.role for one in found if one.someone.user.pk == but.pk})
    members = [one for one in found if one.someone.user.pk != but.pk and (not alike or one.role in alike)]
    rooms = {one.someone.user.pk: one.someone.room for one in members}
    fitting_ones = fitting(cases, members, timezone.localdate(at))
    people = {fit.user.pk for those in fitting_ones.values() for fit in those}
    limit = most or fair(len(cases), len(people))
    left = {pk: limit if (fits_now := rooms[pk].left) is None else min(limit, fits_now) for pk in people}
    loads = {pk: room.load for pk, room in rooms.items()}
    return Spread(shared(cases, fitting_ones, loads, left), loads, limit)


def _alike(roles: set[str]) -> set[str]:
    """Roles that give the same help: the cases of a coach go to coaches. Empty when who leaves has no role any more."""
    return roles | set(WORKERS) if roles & set(WORKERS) else roles


def shared(
    cases: Iterable[Case], fits: Mapping[UUID, Sequence[Fit]], loads: Mapping[int, int], room: Mapping[int, int]
) -> list[Share]:
    """Who gets which; ``room`` is how many each may get. Pure."""
    given, found = Counter[int](), []
    for case in sorted(cases, key=lambda case: (case.urgency_rank, case.sent_at, case.pk)):
        free = [fit for fit in fits[case.pk] if given[fit.user.pk] < room[fit.user.pk]]
        best = min(
            free, key=lambda fit: (fit.order, loads[fit.user.pk] + given[fit.user.pk], fit.by_name), default=None
        )
        if best is not None:
            given[best.user.pk] += 1
        found.append(Share(case, fits[case.pk], best))
    return found


def fitting(cases: Sequence[Case], members: Iterable[Member], day: dt.date) -> dict[UUID, list[Fit]]:
    """Who of these people could take each case, nearest first: whoever answers in a team of the kind that has it now.
    Three queries."""
    units = {unit.pk: unit for unit in Unit.objects.annotate(location_region_id=F("location__region_id")).order_by()}
    rows = list(Coverage.objects.live_on(day).select_related("location", "region").order_by("pk"))
    never = _never(cases)
    placed = {spot: _placed(*spot, units, rows) for spot in {(case.unit_id, case.region_id) for case in cases}}
    spoken = {case.pk: spoken_by(case.person) for case in cases} if any(row.languages for row in rows) else {}
    return {
        case.pk: []
        if case.requester in FAMILY
        else _ranked(  # handed over once, and no more: to the desk (R8)
            case,
            _fitting(case, placed[case.unit_id, case.region_id], spoken.get(case.pk, ())),
            members,
            never[case.pk],
        )
        for case in cases
    }


def _fitting(
    case: Case, placed: Iterable[tuple[Place, Coverage]], spoken: Collection[str]
) -> list[tuple[Place, Coverage]]:
    """Without the rows that are only for other topics, or for languages that this client does not speak. Pure."""
    return [(place, row) for place, row in placed if fits(row, case.topics, spoken)]


def _never(cases: Iterable[Case]) -> dict[UUID, set[int | None]]:
    """By case the people who may not have it: kept out, leading a talk of the client, asked away from by the client, or
    did not fit before. One query."""
    ids = [case.pk for case in cases]
    joined = Merge.objects.filter(into__in=ids, undone_at=None, case__someoneelses__state__in=ASKED_AWAY)
    returned = Referral.objects.filter(case__in=ids, state=ReferralState.RETURNED, return_reason__in=NOT_AGAIN)
    rows = CaseAccess.objects.keeping_out_of(*ids).values_list("case_id", "user_id").union(
        Mediation.objects.filter(case__in=ids, ended_at=None).values_list("case_id", "leader_id"),
        SomeoneElse.objects.filter(case__in=ids, state__in=ASKED_AWAY).values_list("case_id", "away_from_id"),
        joined.values_list("into_id", "case__someoneelses__away_from_id"),
        returned.filter(answered_for=False).values_list("case_id", "answered_by_id"),
        returned.exclude(return_reason=ReturnReason.CONFLICT).values_list("case_id", "to_user_id"),
    )  # fmt: skip
    found: dict[UUID, set[int | None]] = defaultdict(set)
    for case_id, user_id in rows:
        found[case_id].add(user_id)
    return found


def _placed(
    unit_id: int | None, region_id: int | None, units: Mapping[int, Any], rows: Iterable[Coverage]
) -> list[tuple[Place, Coverage]]:
    """Where each row of coverage matches a case of this unit and region. Pure."""
    chain: list[Any] = []
    step = units.get(unit_id or 0)
    while step is not None and step not in chain:
        chain.append(step)
        step = units.get(step.parent_id or 0)
    spot = spot_of(chain, region_id)
    return [(place, row) for row in rows if (place := place_of(row, spot))]


def _ranked(
    case: Case,
    placed: Iterable[tuple[Place, Coverage]],
    members: Iterable[Member],
    never: Collection[int | None],
) -> list[Fit]:
    """Each colleague once, by the nearest way in which they serve it. Pure."""
    best: dict[int, Fit] = {}
    for one in members:
        user, team = one.someone.user, one.team
        if team.kind != case.team.kind or user.pk in never:
            continue
        places = [place for place, row in placed if user.pk == row.user_id or team.pk == row.team_id]
        if team.is_national_pool:
            places.append(Place(MatchStep.POOL, ""))
        if team.pk == case.team_id:
            places.append(Place(MatchStep.CHOSEN, ""))
        found = [Fit(user, place, one.away_until is not None) for place in places]
        found += [best[user.pk]] if user.pk in best else []
        if found:
            best[user.pk] = min(found, key=lambda fit: fit.order)
    return sorted(best.values(), key=lambda fit: (fit.order, fit.by_name))

"""The organisation behind the made-up cases: some 200 units in a tree, six regions, 60 workers in teams."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.entrance import know_addresses
from accounts.enums import Role, TeamKind
from accounts.factors import give_apps
from accounts.models import Location, Membership, Region, ServiceBranch, Shift, Team, Unit, User
from bench.words import FIRST_NAMES, PASSWORD, SECRET, SURNAMES
from referrals.models import Coverage

REGIONS = ("Noord", "West", "Oost", "Midden", "Zuid", "Buitenland")
BRANCHES = ("Landmacht", "Marine", "Luchtmacht", "Ondersteuning")
BRIGADES, BATTALIONS, COMPANIES = 12, 4, 3
DAYS_OF_SHIFTS = 60
AT_HOME = {"referred": 28, "active": 8}  # so many, at any size, with the team of REGIONAL_WORKER or with that worker


@dataclass(frozen=True)
class Worker:
    """Someone on the staff, as rows name them."""

    id: int
    name: str
    roles: str


@dataclass
class Organisation:
    """What a life of a case needs to know. ``regional`` has one team a region, ``workers`` lists them by team id."""

    desk: Team
    night: Team
    regional: list[Team] = field(default_factory=list)
    workers: dict[int, list[Worker]] = field(default_factory=dict)
    units: list[tuple[Unit, int]] = field(default_factory=list)  # with the place of its region in REGIONS


def build(at: dt.datetime) -> Organisation:
    """Write it, or find what an earlier run wrote; memberships began long before ``at``."""
    made = Organisation(desk=Team.objects.get(kind=TeamKind.DESK), night=Team.objects.get(kind=TeamKind.AFTER_HOURS))
    regions = [_get(Region, f"bench-{name.lower()}", name_nl=f"Regio {name} (fictief)") for name in REGIONS]
    _units(made, regions)
    _teams(made, regions, timezone.localdate(at) - dt.timedelta(days=1600))
    _roster(made, at)
    return made


def _get(model: Any, code: str, **fields: object) -> Any:
    found, _new = model.objects.get_or_create(code=code, defaults=fields)
    return found


def _units(made: Organisation, regions: list) -> None:
    """Brigades of battalions of companies; every battalion has a camp, every camp lies in a region."""
    branches = [_get(ServiceBranch, f"bench-{n.lower()}", name_nl=f"{n} (fictief)") for n in BRANCHES]
    for b in range(BRIGADES):
        place, branch = b % len(regions), branches[b % len(branches)]
        region = regions[place]
        brigade = _get(Unit, f"bench-{b}", name=f"{b + 31} Fictieve Brigade", branch=branch, region=region)
        made.units.append((brigade, place))
        for t in range(BATTALIONS):
            number = (b + 31) * 10 + t
            camp = _get(Location, f"bench-{number}", name=f"Kamp {number} (fictief)", region=region)
            battalion = _get(
                Unit, f"bench-{b}-{t}", name=f"{number} Fictief Bataljon", branch=branch, parent=brigade, location=camp
            )
            made.units.append((battalion, place))
            for letter in "ABC"[:COMPANIES]:
                company = _get(
                    Unit, f"bench-{b}-{t}-{letter.lower()}", name=f"{letter}-compagnie, {number} Fictief Bataljon",
                    branch=branch, parent=battalion,
                )  # fmt: skip
                made.units.append((company, place))


def _teams(made: Organisation, regions: list, start: dt.date) -> None:
    hashed = make_password(PASSWORD)  # slow on purpose, so once
    _people(made, made.desk, "loket", [Role.DESK_WORKER] * 12 + [Role.COORDINATOR] * 2, hashed, start)
    _people(made, made.night, "avond", [Role.DESK_WORKER] * 6, hashed, start)
    for place, region in enumerate(regions):
        team = _get(
            Team,
            f"bench-regio-{place + 1}",
            kind=TeamKind.REGIONAL,
            name_nl=f"Regioteam {REGIONS[place]}",
            region=region,
        )
        made.regional.append(team)
        _people(made, team, f"regio{place + 1}", [Role.REGIONAL_WORKER] * 5, hashed, start)
        Coverage.objects.get_or_create(team=team, region=region, defaults={"starts_on": start})
        worker = made.workers[team.pk][-1]
        own = next(unit for unit, region_place in made.units if region_place == place and unit.parent_id)
        Coverage.objects.get_or_create(user_id=worker.id, unit=own, defaults={"starts_on": start})
    for number in range(4):
        team = _get(Team, f"bench-smt-{number + 1}", kind=TeamKind.SMT, name_nl=f"SMT {number + 31} (fictief)")
        _people(made, team, f"smt{number + 1}-", [Role.SPECIALIST] * 2, hashed, start)
        Coverage.objects.get_or_create(
            team=team, unit=Unit.objects.get(code=f"bench-{number}"), defaults={"starts_on": start}
        )
    _get(Team, "bench-pool", kind=TeamKind.REGIONAL, name_nl="Landelijke pool (fictief)", is_national_pool=True)


def _people(made: Organisation, team: Team, stem: str, roles: list[Role], hashed: str, start: dt.date) -> None:
    for number, role in enumerate(roles, start=1):
        email, turn = f"{stem}{number}@bench.example", sum(map(len, made.workers.values()))
        name = f"{FIRST_NAMES[turn % len(FIRST_NAMES)]} {SURNAMES[turn * 17 % len(SURNAMES)]}"
        user, _new = User.objects.get_or_create(
            email=email, defaults={"name": name, "password": hashed, "reachable_number": "088 000 00 70"}
        )
        Membership.objects.get_or_create(user=user, team=team, role=role, starts_on=start)
        made.workers.setdefault(team.pk, []).append(Worker(user.pk, user.name, str(role)))
        know_addresses([user])
        give_apps([user], SECRET)


def _roster(made: Organisation, at: dt.datetime) -> None:
    """Two people at the desk by day and two for the nights, without a gap; nothing when there is a roster already."""
    if Shift.objects.filter(team=made.desk).exists():
        return
    first = timezone.localtime(at).replace(hour=8, minute=0, second=0, microsecond=0) - dt.timedelta(days=1)
    shifts = []
    for day in range(DAYS_OF_SHIFTS):
        opens = first + dt.timedelta(days=day)
        closes, next_day = opens + dt.timedelta(hours=9), opens + dt.timedelta(days=1)
        weekend = opens.isoweekday() > 5
        turns = [(made.night, opens if weekend else closes, next_day)]
        for team, start, end in turns if weekend else [(made.desk, opens, closes), *turns]:
            people = made.workers[team.pk]
            shifts += [
                Shift(team=team, user_id=people[(day + turn) % 6].id, position=turn + 1, starts_at=start, ends_at=end)
                for turn in range(2)
            ]
    Shift.objects.bulk_create(shifts)

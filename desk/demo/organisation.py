"""A small fictional organisation: for the demo, and as the cast of the tests. Numbers and addresses reach nobody."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts import entrance, factors
from accounts.enums import Role, TeamKind
from accounts.models import Closure, Location, Membership, Region, ServiceBranch, Shift, Team, Unit, User
from referrals.models import Coverage

PASSWORD = "demo-demo-demo"  # noqa: S105 - for people who do not exist

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - of the app that all of them have; the demo shows its code

PEOPLE = {
    # first name: (full name, team code, role)
    "samira": ("Samira El Amrani", "desk", Role.DESK_WORKER),
    "joost": ("Joost Verkerk", "desk", Role.DESK_WORKER),
    "els": ("Els Koning", "desk", Role.COORDINATOR),
    "nadia": ("Nadia Haddad", "after-hours", Role.DESK_WORKER),
    "otto": ("Otto Blom", "after-hours", Role.DESK_WORKER),
    "bram": ("Bram de Wit", "regional-west", Role.REGIONAL_WORKER),
    "ilse": ("Ilse Çelik", "regional-west", Role.REGIONAL_WORKER),
    "karin": ("Karin Postma", "regional-noord", Role.REGIONAL_WORKER),
    "ruben": ("Ruben Smit", "smt-90", Role.SPECIALIST),
    "wies": ("Wies Bos", "biu", Role.SPECIALIST),
    "vera": ("Vera Linden", "desk", Role.PRIVACY_OFFICER),
    "arie": ("Arie Mol", "desk", Role.ADMINISTRATOR),
    "bea": ("Bea Visser", "desk", Role.ADMINISTRATOR),
}
MORE_PEOPLE = {"hanna": ("Hanna Mulder", "regional-west", Role.COORDINATOR)}
CLIENTS = ("tom", "lisa", "max", "fenna")
"""People without a membership: two clients, a commander, who is nobody special here, and Tom's wife."""

BRANCHES = {
    "land": ("Landmacht (fictief)", "Army (fictional)"),
    "dosco": ("Ondersteuning (fictief)", "Support (fictional)"),
}
MORE_BRANCHES = {
    "zee": ("Marine (fictief)", "Navy (fictional)"),
    "lucht": ("Luchtmacht (fictief)", "Air force (fictional)"),
}
REGIONS = {"west": ("West", "West"), "noord": ("Noord", "North")}
MORE_REGIONS = {
    "oost": ("Oost", "East"),
    "midden": ("Midden", "Centre"),
    "zuid": ("Zuid", "South"),
    "buitenland": ("Caribisch gebied en buitenland", "Caribbean and abroad"),
}
LOCATIONS = {"duinkamp": ("Kamp Duinzicht", "Zandoord", "west"), "veenkamp": ("Kamp Veenrand", "Veenhuis", "noord")}
MORE_LOCATIONS = {
    "havenkamp": ("Marinebasis Zilte (fictief)", "Zilte", "west"),
    "heidekamp": ("Kamp Heiderand", "Roggeveld", "oost"),
    "beekkamp": ("Vliegveld Beekzicht (fictief)", "Beekdal", "zuid"),
}
UNITS = {
    # code: (name, branch, parent, location, region)
    "90bat": ("90 Fictief Bataljon", "land", None, "duinkamp", "west"),
    "90bat-a": ("A-compagnie, 90 Fictief Bataljon", "land", "90bat", None, None),
    "90bat-b": ("B-compagnie, 90 Fictief Bataljon", "land", "90bat", None, None),
    "inkoop": ("Afdeling Inkoop (fictief)", "dosco", None, "veenkamp", "noord"),
    "alone": ("Losse Sectie (fictief)", "dosco", None, None, None),
}
MORE_UNITS = {
    "90bat-c": ("C-compagnie, 90 Fictief Bataljon", "land", "90bat", None, None),
    "71bat": ("71 Fictief Herstelbataljon", "land", None, "heidekamp", "oost"),
    "71bat-1": ("1e Herstelcompagnie (fictief)", "land", "71bat", None, None),
    "zilte": ("Marinebasis Zilte (fictief)", "zee", None, "havenkamp", "west"),
    "zilte-fregat": ("Fregat Meeuw (fictief)", "zee", "zilte", None, None),
    "9sqn": ("9 Fictief Squadron", "lucht", None, "beekkamp", "zuid"),
    "personeel": ("Directie Personeel (fictief)", "dosco", None, "veenkamp", "noord"),
}
TEAMS = {
    "regional-west": (TeamKind.REGIONAL, "Regioteam West", "Regional team West", "west"),
    "regional-noord": (TeamKind.REGIONAL, "Regioteam Noord", "Regional team North", "noord"),
    "smt-90": (TeamKind.SMT, "SMT 90 Fictief Bataljon", "SMT 90 Fictional Battalion", None),
    "biu": (TeamKind.BIU, "Bureau Individuele Uitzendingen", "Individual Deployments Office", None),
    "chaplaincy": (TeamKind.CHAPLAINCY, "Geestelijke verzorging", "Chaplaincy", None),
    "pool": (TeamKind.REGIONAL, "Landelijke pool", "National pool", None),
}


@dataclass
class Organisation:
    """People by first name; units and teams by code."""

    users: dict[str, User] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)


def build(day: dt.date, *, large: bool = False) -> Organisation:
    """Write the organisation, with memberships that began long before ``day``. ``large`` adds more for the demo."""
    made = Organisation()
    branches = {
        code: ServiceBranch.objects.create(code=code, name_nl=nl, name_en=en)
        for code, (nl, en) in {**BRANCHES, **(MORE_BRANCHES if large else {})}.items()
    }
    regions = {
        code: Region.objects.create(code=code, name_nl=nl, name_en=en)
        for code, (nl, en) in {**REGIONS, **(MORE_REGIONS if large else {})}.items()
    }
    locations = {
        code: Location.objects.create(code=code, name=name, town=town, region=regions[region])
        for code, (name, town, region) in {**LOCATIONS, **(MORE_LOCATIONS if large else {})}.items()
    }
    for code, (name, branch, parent, location, region) in {**UNITS, **(MORE_UNITS if large else {})}.items():
        made.units[code] = Unit.objects.create(
            code=code,
            name=name,
            branch=branches[branch],
            parent=made.units.get(parent or ""),
            location=locations.get(location or ""),
            region=regions.get(region or ""),
        )
    _teams(made, regions, day - dt.timedelta(days=400))
    _people(made, day - dt.timedelta(days=400), {**PEOPLE, **(MORE_PEOPLE if large else {})})
    return made


def _teams(made: Organisation, regions: dict[str, Region], start: dt.date) -> None:
    for code, (kind, nl, en, region) in TEAMS.items():
        made.teams[code] = Team.objects.create(
            code=code,
            kind=kind,
            name_nl=nl,
            name_en=en,
            region=regions.get(region or ""),
            is_national_pool=code == "pool",
        )
    for kind, code, nl, en in (
        (TeamKind.DESK, "desk", "Loket", "Support desk"),
        (TeamKind.AFTER_HOURS, "after-hours", "Avonddienst", "After-hours line"),
    ):
        made.teams[code], _ = Team.objects.get_or_create(
            kind=kind, defaults={"code": code, "name_nl": nl, "name_en": en}
        )
    for code, what in (
        ("regional-west", {"unit": made.units["90bat"]}),
        ("smt-90", {"unit": made.units["90bat"]}),
        ("regional-noord", {"region": regions["noord"]}),
    ):
        Coverage.objects.create(team=made.teams[code], starts_on=start, **what)


def _people(made: Organisation, start: dt.date, people: dict[str, tuple[str, str, Role]]) -> None:
    held: list[Membership] = []
    for first, (name, team, role) in people.items():
        user = User.objects.create_user(f"{first}@nabij.example", PASSWORD, name=name, reachable_number="088 000 00 70")
        made.users[first] = user
        held.append(Membership(user=user, team=made.teams[team], role=role, starts_on=start))
    Membership.objects.bulk_create(held)
    colleagues = list(made.users.values())
    for first in CLIENTS:
        made.users[first] = User.objects.create_user(f"{first}@thuis.example", PASSWORD)
    let_in(made.users.values(), with_app=colleagues)


def let_in(people: Iterable[User], *, with_app: Iterable[User]) -> None:
    """Their addresses are proved, and colleagues have an app with the demo's secret."""
    entrance.know_addresses(people)
    factors.give_apps(with_app, SECRET)


def fill_roster(made: Organisation, first_day: dt.date, days: int, zone: dt.tzinfo) -> None:
    """The desk by day (Samira first, Joost second), nights and weekends by Nadia and then Otto, without a gap."""
    closed = set(Closure.objects.filter(team=None).values_list("day", flat=True))
    shifts: list[Shift] = []
    for offset in range(days):
        day = first_day + dt.timedelta(days=offset)
        tomorrow, workday = day + dt.timedelta(days=1), day.isoweekday() <= 5 and day not in closed
        if workday:
            shifts += _shift(made, "desk", ("samira", "joost"), (day, 8), (day, 17), zone)
        shifts += _shift(made, "after-hours", ("nadia", "otto"), (day, 17 if workday else 8), (tomorrow, 8), zone)
    Shift.objects.bulk_create(shifts)


def _shift(
    made: Organisation,
    team: str,
    people: tuple[str, str],
    start: tuple[dt.date, int],
    end: tuple[dt.date, int],
    zone: dt.tzinfo,
) -> list[Shift]:
    moments = [dt.datetime.combine(day, dt.time(hour), zone) for day, hour in (start, end)]
    return [
        Shift(team=made.teams[team], user=made.users[who], position=position, starts_at=moments[0], ends_at=moments[1])
        for position, who in enumerate(people, start=1)
    ]

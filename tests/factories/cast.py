"""The cast: one small organisation with everyone who plays a part. All of it is fictional."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from accounts.actors import Actor, actor_for
from accounts.enums import Role, TeamKind
from accounts.models import Location, Membership, Region, ServiceBranch, Shift, Team, Unit, User
from referrals.models import Coverage


@dataclass
class Cast:
    """People by first name, units and teams by code. ``actor(user)`` is that person at the moment of the cast."""

    at: dt.datetime
    users: dict[str, User] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["users"][name]
        except KeyError:
            raise AttributeError(name) from None

    def actor(self, name: str, at: dt.datetime | None = None) -> Actor:
        return actor_for(self.users[name], at or self.at)


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
}
"""Clients and others without a membership: ``tom`` (client), ``lisa`` (another client), ``max`` (a commander)."""

TEAMS = {
    "regional-west": (TeamKind.REGIONAL, "Regioteam West", "Regional team West", "west"),
    "regional-noord": (TeamKind.REGIONAL, "Regioteam Noord", "Regional team North", "noord"),
    "smt-90": (TeamKind.SMT, "SMT 90 Fictief Bataljon", "SMT 90 Fictional Battalion", None),
    "biu": (TeamKind.BIU, "Bureau Individuele Uitzendingen", "Individual Deployments Office", None),
    "chaplaincy": (TeamKind.CHAPLAINCY, "Geestelijke verzorging", "Chaplaincy", None),
    "pool": (TeamKind.REGIONAL, "Landelijke pool", "National pool", None),
}


def make_organisation(cast: Cast) -> None:
    """Two branches, two regions, two locations, a small unit tree and all teams."""
    land = ServiceBranch.objects.create(code="land", name_nl="Landmacht (fictief)", name_en="Army (fictional)")
    support = ServiceBranch.objects.create(code="dosco", name_nl="Ondersteuning (fictief)", name_en="Support (fictional)")
    west = Region.objects.create(code="west", name_nl="West", name_en="West")
    noord = Region.objects.create(code="noord", name_nl="Noord", name_en="North")
    duin = Location.objects.create(code="duinkamp", name="Kamp Duinzicht", town="Zandoord", region=west)
    veen = Location.objects.create(code="veenkamp", name="Kamp Veenrand", town="Veenhuis", region=noord)
    battalion = Unit.objects.create(code="90bat", name="90 Fictief Bataljon", branch=land, location=duin, region=west)
    for code, name in (("90bat-a", "A-compagnie, 90 Fictief Bataljon"), ("90bat-b", "B-compagnie, 90 Fictief Bataljon")):
        cast.units[code] = Unit.objects.create(code=code, name=name, branch=land, parent=battalion)
    cast.units["90bat"] = battalion
    cast.units["inkoop"] = Unit.objects.create(
        code="inkoop", name="Afdeling Inkoop (fictief)", branch=support, location=veen, region=noord
    )
    cast.units["alone"] = Unit.objects.create(code="alone", name="Losse Sectie (fictief)", branch=support)
    regions = {"west": west, "noord": noord}
    for code, (kind, nl, en, region) in TEAMS.items():
        cast.teams[code] = Team.objects.create(
            code=code, kind=kind, name_nl=nl, name_en=en, region=regions.get(region or ""), is_national_pool=code == "pool"
        )
    for kind, code, nl, en in (
        (TeamKind.DESK, "desk", "Loket", "Support desk"),
        (TeamKind.AFTER_HOURS, "after-hours", "Avonddienst", "After-hours line"),
    ):
        cast.teams[code], _ = Team.objects.get_or_create(kind=kind, defaults={"code": code, "name_nl": nl, "name_en": en})
    start = cast.at.date() - dt.timedelta(days=400)
    for team, what in (
        ("regional-west", {"unit": battalion}),
        ("smt-90", {"unit": battalion}),
        ("regional-noord", {"region": noord}),
    ):
        Coverage.objects.create(team=cast.teams[team], starts_on=start, **what)


def make_people(cast: Cast) -> None:
    """Accounts and memberships; the pass-word of everyone is ``demo-demo-demo``."""
    start = cast.at.date() - dt.timedelta(days=400)
    for first, (name, team, role) in PEOPLE.items():
        user = User.objects.create_user(f"{first}@nabij.example", "demo-demo-demo", name=name)
        user.reachable_number = "088 000 00 70"
        user.save()
        cast.users[first] = user
        Membership.objects.create(user=user, team=cast.teams[team], role=role, starts_on=start)
    for first in ("tom", "lisa", "max"):
        cast.users[first] = User.objects.create_user(f"{first}@thuis.example", "demo-demo-demo")


def make_shifts(cast: Cast) -> None:
    """The desk by day (Samira first, Joost second), the night by Nadia and then Otto, around the cast's moment."""
    day = cast.at.replace(hour=8, minute=0, second=0, microsecond=0)
    for offset in range(-7, 8):
        morning = day + dt.timedelta(days=offset)
        for team, first, second, start, hours in (
            ("desk", "samira", "joost", morning, 9),
            ("after-hours", "nadia", "otto", morning.replace(hour=17), 15),
        ):
            if team == "desk" and morning.isoweekday() > 5:
                continue
            end = (start.replace(tzinfo=None) + dt.timedelta(hours=hours)).replace(tzinfo=start.tzinfo)
            for position, who in ((1, first), (2, second)):
                Shift.objects.create(
                    team=cast.teams[team], user=cast.users[who], position=position, starts_at=start, ends_at=end
                )


def make_cast(at: dt.datetime) -> Cast:
    """Everything above, written to the database of the moment."""
    cast = Cast(at=at)
    make_organisation(cast)
    make_people(cast)
    make_shifts(cast)
    return cast

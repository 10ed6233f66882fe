"""Where a case can go in the demo: who is in the team of a mission, specialists, coaches, and whom anyone can call."""

import datetime as dt

from accounts import registrations
from accounts.actors import actor_for
from accounts.enums import Role, TeamKind
from accounts.models import Membership, OpeningHours, Team, User
from desk.demo import organisation
from desk.demo.organisation import PASSWORD, Organisation
from referrals import smt
from referrals.enums import Destination, SmtGets
from referrals.models import BranchOffice, Reach, SmtRole

DAY = dt.timedelta(days=1)
PEOPLE = {
    # first name: (full name, team code, role). The team of the 90th has no personnel officer now.
    "dirk": ("Dirk van Laar", "smt-90", Role.SMT_DOCTOR),
    "saar": ("Saar Brink", "smt-90", Role.SMT_SOCIAL_WORKER),
    "pieter": ("Pieter Zomer", "smt-90", Role.CHAPLAIN),
    "jet": ("Jet Aalders", "biu", Role.BIU_WORKER),
    "mark": ("Mark Donker", "biu-zee", Role.BIU_WORKER),
    "heleen": ("Heleen Maas", "specialists", Role.COMPANY_DOCTOR),
    "ravi": ("Ravi Kumar", "specialists", Role.REINTEGRATION),
    "tessa": ("Tessa Vos", "specialists", Role.COACH),
    "gijs": ("Gijs Mulder", "specialists", Role.COACH),
    "ina": ("Ina Post", "specialists", Role.PREVENTION_OFFICER),
}
TEAMS = {
    "specialists": (TeamKind.SPECIALISTS, "Specialisten en coaches", "Specialists and coaches"),
    "biu-zee": (TeamKind.BIU, "Bureau Uitzendingen Zee (fictief)", "Deployments office at sea (fictional)"),
}
COACHES = (("tessa", "NOBCO", 40), ("gijs", "NOBCO", 420))
"""How many days ago somebody looked them up: the second one too long ago."""

WAYS = (
    # destination, name, world view nl, en, unit, team, by day, by night, about nl, en, languages
    (Destination.CHAPLAIN, "Ds. Anne Wester (fictief)", "Protestants", "Protestant", "", "chaplaincy",
     "088 000 00 31", "088 000 00 30", "Ook voor familie.", "Also for family.", "Nederlands, Fries"),
    (Destination.CHAPLAIN, "Daan Roos (fictief)", "Humanistisch", "Humanist", "", "chaplaincy",
     "088 000 00 32", "088 000 00 30", "Praten zonder geloof.", "Talking without a faith.", "Nederlands, English"),
    (Destination.CHAPLAIN, "Imam Yusuf Kaya (fictief)", "Islamitisch", "Muslim", "", "chaplaincy",
     "088 000 00 33", "", "", "", "Nederlands, Türkçe, العربية"),
    (Destination.CHAPLAIN, "Pieter Zomer (fictief)", "Rooms-katholiek", "Roman Catholic", "90bat", "smt-90",
     "088 000 00 34", "088 000 00 30", "Gaat mee op missie.", "Comes along on the mission.", "Nederlands"),
    (Destination.SMT, "SMT 90 Fictief Bataljon", "", "", "90bat", "smt-90",
     "088 000 00 35", "088 000 00 20", "Of loop binnen.", "Or walk in.", "Nederlands, English"),
    (Destination.BIU, "BIU-loket (fictief)", "", "", "", "biu",
     "088 000 00 36", "088 000 00 20", "", "", "Nederlands, English"),
    (Destination.COMPANY_DOCTOR, "Heleen Maas, bedrijfsarts (fictief)", "", "", "", "specialists",
     "088 000 00 37", "", "", "", "Nederlands"),
    (Destination.REINTEGRATION, "Ravi Kumar, re-integratieadviseur (fictief)", "", "", "", "specialists",
     "088 000 00 38", "", "", "", "Nederlands, English"),
    (Destination.PREVENTION_OFFICER, "Ina Post, preventiemedewerker (fictief)", "", "", "", "",
     "088 000 00 39", "", "Alleen signalen, nooit over een persoon.", "Signals only, never about a person.", ""),
)  # fmt: skip


def fill(made: Organisation, at: dt.datetime) -> None:
    """The people and their registrations, the hours of the office for deployments, and every way to reach."""
    start = at.date() - 300 * DAY
    for code, (kind, nl, en) in TEAMS.items():
        made.teams[code] = Team.objects.create(code=code, kind=kind, name_nl=nl, name_en=en)
    colleagues = []
    for first, (name, team, role) in PEOPLE.items():
        user = User.objects.create_user(f"{first}@nabij.example", PASSWORD, name=name, reachable_number="088 000 00 70")
        made.users[first] = user
        colleagues.append(user)
        Membership.objects.create(user=user, team=made.teams[team], role=role, starts_on=start)
    organisation.let_in(colleagues, with_app=colleagues)
    els = actor_for(made.users["els"], at)
    for first, register, days in COACHES:
        registrations.keep(
            made.users[first], register=register, number=f"{days}-{first}".upper(), as_coach=True, expires_on=None,
            checked_on=at.date() - days * DAY, by=els, at=at - days * DAY,
        )  # fmt: skip
    for weekday in range(1, 6):
        OpeningHours.objects.create(team=made.teams["biu"], weekday=weekday, opens=dt.time(8), closes=dt.time(17))
    _psychologist(made, at)
    if "zilte" in made.units:
        BranchOffice.objects.create(branch=made.units["zilte"].branch, team=made.teams["biu-zee"])
    ways(made, at)


def _psychologist(made: Organisation, at: dt.datetime) -> None:
    """A role that other sources name (open point 2): filled by name, and only for a question."""
    els = actor_for(made.users["els"], at)
    role = smt.keep(
        SmtRole(name_nl="Psycholoog", name_en="Psychologist", order=25, gets=SmtGets.CONTACT), by=els, at=at
    )
    user = User.objects.create_user("yara@nabij.example", PASSWORD, name="Yara Bos", reachable_number="088 000 00 70")
    made.users["yara"] = user
    Membership.objects.create(
        user=user, team=made.teams["smt-90"], role=Role.SPECIALIST, starts_on=at.date() - 300 * DAY
    )
    organisation.let_in([user], with_app=[user])
    smt.name(role, made.teams["smt-90"], user, by=els, at=at)


def ways(made: Organisation, at: dt.datetime) -> None:
    """Whom anyone can call; the numbers reach nobody."""
    for place, row in enumerate(WAYS):
        destination, name, view_nl, view_en, unit, team, day, night, about_nl, about_en, languages = row
        Reach.objects.create(
            destination=destination, name=name, world_view_nl=view_nl, world_view_en=view_en,
            unit=made.units.get(unit), team=made.teams.get(team), day_number=day, night_number=night,
            about_nl=about_nl, about_en=about_en, languages=languages, order=place + 1, checked_on=at.date() - 9 * DAY,
        )  # fmt: skip

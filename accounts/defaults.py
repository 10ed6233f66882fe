"""What a new organisation starts with: teams, hours, days off and numbers.

Data, not models, so that migrations and the public pages without a database (desk/snapshot.py) read the same. All of
it can be edited afterwards.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from accounts.calendar import AFTER_HOURS, DESK
from accounts.enums import HelplineFor, Line, TeamKind

CHECKED_ON = dt.date(2026, 11, 2)
"""When a person last checked the national numbers below."""

TEAMS: list[dict[str, Any]] = [
    {"code": DESK, "kind": TeamKind.DESK.value, "name_nl": "Loket", "name_en": "Support desk"},
    {"code": AFTER_HOURS, "kind": TeamKind.AFTER_HOURS.value, "name_nl": "Avonddienst", "name_en": "After-hours line"},
]

HOURS: list[tuple[str, int, dt.time, dt.time]] = [(DESK, weekday, dt.time(8), dt.time(17)) for weekday in range(1, 6)]
"""Team code, weekday, opens, closes (R2)."""

CLOSURE_YEARS = range(2025, 2031)

CLOSED_DAYS = {
    # name in the holidays package (nl): (name here in Dutch, in English). Not Good Friday.
    "Nieuwjaarsdag": ("Nieuwjaarsdag", "New Year's Day"),
    "Tweede paasdag": ("Tweede paasdag", "Easter Monday"),
    "Koningsdag": ("Koningsdag", "King's Day"),
    "Bevrijdingsdag": ("Bevrijdingsdag", "Liberation Day"),
    "Hemelvaartsdag": ("Hemelvaartsdag", "Ascension Day"),
    "Tweede pinksterdag": ("Tweede pinksterdag", "Whit Monday"),
    "Eerste kerstdag": ("Eerste kerstdag", "Christmas Day"),
    "Tweede kerstdag": ("Tweede kerstdag", "Second day of Christmas"),
}


def closures(years: Iterable[int] = CLOSURE_YEARS) -> list[tuple[dt.date, str, str]]:
    """The eight national days off of each year, in order: (day, name in Dutch, name in English)."""
    import holidays  # takes a tenth of a second: only when somebody asks

    known = holidays.country_holidays("NL", years=list(years), categories=("public", "optional"), language="nl")
    return [(day, *CLOSED_DAYS[name]) for day, name in sorted(known.items()) if name in CLOSED_DAYS]


LINES: list[dict[str, Any]] = [
    {
        "line": Line.DESK.value,
        "number": "088 000 00 10",
        "cost_nl": "Normale belkosten",
        "cost_en": "Normal call charges",
        "checked_on": CHECKED_ON,
    },
    {
        "line": Line.AFTER_HOURS.value,
        "number": "088 000 00 20",
        "cost_nl": "Normale belkosten",
        "cost_en": "Normal call charges",
        "checked_on": CHECKED_ON,
    },
]
"""Fictional: these numbers reach nobody (decision 2)."""


def _helpline(
    code: str, need: str, name: str, number: str, nl: str, en: str, order: int, in_bar: bool
) -> dict[str, Any]:
    return {
        "code": code, "need": need, "name": name, "number": number, "about_nl": nl, "about_en": en,
        "order": order, "in_bar": in_bar, "checked_on": CHECKED_ON,
    }  # fmt: skip


HELPLINES: list[dict[str, Any]] = [
    _helpline(
        "emergency", HelplineFor.DANGER.value, "112", "112",
        "Bij gevaar voor jou of een ander: politie, brandweer of ambulance.",
        "When you or someone else is in danger: police, fire brigade or ambulance.", 10, True,
    ),
    _helpline(
        "113", HelplineFor.SUICIDE.value, "113 Zelfmoordpreventie", "0800-0113",
        "Gratis en anoniem, dag en nacht. Niet te zien op de telefoonrekening. Chatten kan op 113.nl.",
        "Free and anonymous, day and night. Not shown on the phone bill. You can chat on 113.nl.", 20, True,
    ),
    _helpline(
        "veilig-thuis", HelplineFor.HOME_SAFETY.value, "Veilig Thuis", "0800-2000",
        "Gratis, dag en nacht, over geweld of dwang thuis. Je hoeft je naam niet te zeggen.",
        "Free, day and night, about violence or control at home. You need not give your name.", 30, True,
    ),
    _helpline(
        "seksueel-geweld", HelplineFor.SEXUAL_VIOLENCE.value, "Centrum Seksueel Geweld", "0800-0188",
        "Gratis, dag en nacht. Bel snel als het kort geleden is gebeurd: de eerste zeven dagen tellen.",
        "Free, day and night. Call soon if it happened recently: the first seven days matter.", 40, False,
    ),
    _helpline(
        "geestelijk-verzorger", HelplineFor.CHAPLAIN.value, "Geestelijk verzorger van dienst", "088 000 00 30",
        "Een luisterend oor, dag en nacht, ook zonder geloof.",
        "Someone who listens, day and night, with or without a faith.", 50, False,
    ),
    _helpline(
        "luisterlijn", HelplineFor.TALK.value, "De Luisterlijn", "088 0767 000",
        "Dag en nacht iemand om mee te praten.",
        "Someone to talk to, day and night.", 60, False,
    ),
]  # fmt: skip
"""National lines are real; the chaplain's number is fictional, as is everything of the example organisation."""


def install(model: Any, using: str) -> None:
    """Add what is missing; never change what is there. ``model`` gives a model of accounts by name; may run twice."""
    for team in TEAMS:
        rest = {key: value for key, value in team.items() if key != "kind"}
        model("Team").objects.using(using).get_or_create(kind=team["kind"], defaults=rest)
    desk_teams = {team.code: team for team in model("Team").objects.using(using).filter(code__in=[DESK, AFTER_HOURS])}
    for code, weekday, opens, closes in HOURS:
        model("OpeningHours").objects.using(using).get_or_create(
            team=desk_teams[code], weekday=weekday, opens=opens, defaults={"closes": closes}
        )
    for day, name_nl, name_en in closures():
        model("Closure").objects.using(using).get_or_create(
            day=day, team=None, defaults={"name_nl": name_nl, "name_en": name_en}
        )
    for line in LINES:
        model("PhoneLine").objects.using(using).get_or_create(line=line["line"], defaults=line)
    for helpline in HELPLINES:
        model("Helpline").objects.using(using).get_or_create(code=helpline["code"], defaults=helpline)

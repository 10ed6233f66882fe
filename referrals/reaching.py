"""How to reach a chaplain, a Social Medical Team, the office for deployments: pure, from the snapshot or the database.

Nothing of a client is needed for it but the unit, and nothing is kept.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.calendar import DESK, Calendar
from accounts.models.organisation import in_language
from cases.moments import from_words
from referrals.models import BranchOffice, Reach, SmtRole

EVERYONE = 0
"""The unit of a way that is for all."""


@dataclass(frozen=True)
class ReachFacts:
    """A row of ``Reach`` as plain values."""

    destination: str
    name: str
    world_view_nl: str
    world_view_en: str
    unit_id: int
    unit: str
    team: str
    day_number: str
    night_number: str
    about_nl: str
    about_en: str
    languages: str

    @property
    def world_view(self) -> str:
        return in_language(self.world_view_nl, self.world_view_en)

    @property
    def about(self) -> str:
        return in_language(self.about_nl, self.about_en)


@dataclass(frozen=True)
class SmtRoleFacts:
    role: str
    name_nl: str
    name_en: str
    order: int = 10

    def __str__(self) -> str:
        return in_language(self.name_nl, self.name_en)


@dataclass(frozen=True)
class Arranged:
    """The places in a Social Medical Team, and the office for deployments of a service branch: teams by branch."""

    places: tuple[SmtRoleFacts, ...] = ()
    offices: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """One of them at a moment: the number that is answered now, and the other one with when that counts."""

    facts: ReachFacts
    number: str
    later: str = ""
    later_words: str = ""

    @property
    def words(self) -> str:
        """As it is read out or written down."""
        return " ".join(filter(None, [f"{self.facts.name}: {self.number}.", self.later_words, self.facts.about]))


def load_reaches() -> tuple[ReachFacts, ...]:
    """All of them, in order. One query."""
    rows = Reach.objects.select_related("unit", "team").order_by("destination", "order", "name", "pk")
    return tuple(
        ReachFacts(
            row.destination, row.name, row.world_view_nl, row.world_view_en, row.unit_id or EVERYONE,
            row.unit.name if row.unit else "", row.team.code if row.team else "", row.day_number, row.night_number,
            row.about_nl, row.about_en, row.languages,
        )
        for row in rows
    )  # fmt: skip


def load_arranged() -> Arranged:
    """As the coordinator arranged it, places in order. Two queries."""
    roles = SmtRole.objects.in_use().values("role", "name_nl", "name_en", "order")
    offices = BranchOffice.objects.order_by("branch").values_list("branch", "team")
    return Arranged(tuple(SmtRoleFacts(**row) for row in roles), dict(offices))


def ways(
    reaches: Iterable[ReachFacts],
    destination: str,
    at: dt.datetime,
    *,
    calendar: Calendar,
    line: Iterable[str] = (),
) -> list[Way]:
    """Whom somebody can reach who belongs to the units in ``line`` (routing.line_of), nearest first: those of their
    unit, of what it is part of, and those for everyone. The number of the moment comes first."""
    near = {int(unit): place for place, unit in enumerate([*line, str(EVERYONE)])}
    found = [one for one in reaches if one.destination == destination and one.unit_id in near]
    return [way_at(one, at, calendar) for one in sorted(found, key=lambda one: near[one.unit_id])]


def way_at(one: ReachFacts, at: dt.datetime, calendar: Calendar) -> Way:
    """By day the number of the day. One without a number for the night says when it is answered."""
    if not is_day(one, at, calendar):
        opens = opening(one, at, calendar)
        if not one.night_number:
            return Way(one, one.day_number, later_words=_("Answered %(when)s.") % {"when": opens} if opens else "")
        said = _("By day: %(number)s.") % {"number": one.day_number}
        return Way(one, one.night_number, one.day_number, said)
    if not one.night_number or one.night_number == one.day_number:
        return Way(one, one.day_number)
    return Way(one, one.day_number, one.night_number, _("By night: %(number)s.") % {"number": one.night_number})


def is_day(one: ReachFacts, at: dt.datetime, calendar: Calendar) -> bool:
    """A team without hours of its own keeps those of the desk."""
    return calendar.is_open(at, one.team or DESK)


def opening(one: ReachFacts, at: dt.datetime, calendar: Calendar) -> str:
    """From when it is day again, in words."""
    change = calendar.next_change(at, one.team or DESK)
    return from_words(change, at) if change else ""


def closed_words(team: str, at: dt.datetime, calendar: Calendar) -> str:
    """That this team does not answer now, and from when it does; empty when it is open or keeps no hours."""
    if team not in calendar.hours or calendar.is_open(at, team):
        return ""
    change = calendar.next_change(at, team)
    if change is None:
        return _("Closed. The desk stays the first to help.")
    return _("Closed now, open %(when)s. Until then the desk stays the first to help.") % {
        "when": from_words(change, at)
    }

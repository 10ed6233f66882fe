"""A team's opening hours in words: the whole week by channel, and what is different in the next days."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.calendar import AFTER_HOURS, DESK, Calendar, part_of
from accounts.enums import OpenFor, Weekday
from accounts.models import Closure, Team

AHEAD = dt.timedelta(days=30)


@dataclass(frozen=True)
class ChannelWeek:
    """Seven lines of (day, hours in words). ``kept_from`` says whose hours these are when they are not its own."""

    name: str
    days: list[tuple[str, str]]
    kept_from: str = ""


@dataclass(frozen=True)
class Exceptional:
    """A day on which it is different, and why."""

    pk: int
    day: dt.date
    text: str
    reason: str
    whom: str


def teams() -> list[Team]:
    """All teams, by name, the two that answer the lines first."""
    return sorted(Team.objects.all(), key=lambda team: (team.code not in {DESK, AFTER_HOURS}, str(team)))


def weeks(team: Team, calendar: Calendar) -> list[ChannelWeek]:
    """The team as a whole, and each channel."""
    if team.code == AFTER_HOURS:
        return [ChannelWeek(_("The whole team"), [(str(day.label), _("day and night")) for day in Weekday])]
    own = ""
    if not calendar.hours.get(team.code) and team.code != DESK:
        own = _("No hours of its own: those of the support desk count.")
    found = [ChannelWeek(_("The whole team"), _days(calendar, team.code), own)]
    for channel in OpenFor:
        part = part_of(team.code, channel)
        kept = "" if calendar.hours.get(part) else _("No hours of its own: those of the team count.")
        found.append(ChannelWeek(str(channel.label), _days(calendar, part), kept))
    return found


def _days(calendar: Calendar, part: str) -> list[tuple[str, str]]:
    rows = calendar.hours_of(part)
    lines = []
    for day in Weekday:
        spans = [f"{row.opens:%H:%M}–{row.closes:%H:%M}" for row in rows if row.weekday == day]
        lines.append((str(day.label), ", ".join(spans) or _("closed")))
    return lines


def exceptions(team: Team, today: dt.date) -> list[Exceptional]:
    """What is different for this team in the next 30 days, soonest first. One query."""
    rows = Closure.objects.touching(team, today, today + AHEAD)
    if team.code == AFTER_HOURS:
        return []
    return [Exceptional(row.pk, row.day, _text(row), str(row)[11:], _whom(row)) for row in rows]


def _text(row: Closure) -> str:
    if row.opens is None or row.closes is None:
        return _("closed")
    return _("open from %(from)s until %(until)s") % {"from": f"{row.opens:%H:%M}", "until": f"{row.closes:%H:%M}"}


def _whom(row: Closure) -> str:
    if row.team is None:
        return _("All teams")
    return str(OpenFor(row.channel).label) if row.channel else _("The whole team")

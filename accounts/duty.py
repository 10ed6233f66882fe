"""Who answers now: the line of the moment, the people on duty, and who comes next (R1, R2)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import DateTimeField, Exists, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Greatest, TruncDate
from django.utils import timezone

from accounts.calendar import AFTER_HOURS, DESK, EVERY_TEAM, Calendar, Hours, Opening, part_of
from accounts.counting import Question, recall
from accounts.enums import TAKES_TURNS, Line
from accounts.models import Absence, Closure, Membership, OpeningHours, PhoneLine, Shift, Team, User

__all__ = [
    "AFTER_HOURS",
    "DESK",
    "Calendar",
    "DutyStatus",
    "Hours",
    "OnDuty",
    "Roster",
    "calendar_of",
    "duty_status",
    "duty_team_at",
    "duty_team_code",
    "line_at",
    "load_calendar",
    "roster",
]

DAY = dt.timedelta(days=1)
SOON = dt.timedelta(hours=26)
"""How far ahead is looked first: turns hardly ever last longer, and a page need not read the roster of a week."""

NEXT_WITHIN = dt.timedelta(days=8)
"""How far ahead the roster is searched for who comes next; longer than any row of days off."""


@dataclass(frozen=True)
class OnDuty:
    """Someone's turn on the roster; ``position`` is the order of calling, ``number`` where they are reached then."""

    user: User
    team: str
    position: int
    starts_at: dt.datetime
    ends_at: dt.datetime

    @property
    def name(self) -> str:
        return str(self.user)

    @property
    def initials(self) -> str:
        return self.user.initials

    @property
    def number(self) -> str:
        return self.user.reachable_number


@dataclass(frozen=True)
class Roster:
    """Who is on duty, first to be called first, and who takes over after them. Nobody is an empty list."""

    on_duty: list[OnDuty]
    next: list[OnDuty]


@dataclass(frozen=True)
class DutyStatus:
    """One moment at a glance: for the command, the top bar and trying out a moment."""

    at: dt.datetime
    open: bool
    line: Line
    number: str
    on_duty: list[OnDuty]
    next: list[OnDuty]
    next_change: dt.datetime | None


def load_calendar() -> Calendar:
    """The opening hours and closures as they are in the database now. Two queries."""
    rows = OpeningHours.objects.values_list("team__code", "channel", "weekday", "opens", "closes")
    hours = [
        (part_of(team, channel), weekday, opens, closes)
        for team, channel, weekday, opens, closes in rows.order_by("weekday", "opens")
    ]
    closed: list[tuple[dt.date, str | None]] = []
    others: list[tuple[dt.date, str | None, dt.time, dt.time]] = []
    for day, team, channel, opens, closes in Closure.objects.values_list(
        "day", "team__code", "channel", "opens", "closes"
    ):
        part = part_of(team or EVERY_TEAM, channel)
        if opens is None or closes is None:
            closed.append((day, part))
        else:
            others.append((day, part, opens, closes))
    return calendar_of(hours, closed, others)


def calendar_of(
    hours: Iterable[tuple[str, int, dt.time, dt.time]],
    closures: Iterable[tuple[dt.date, str | None]],
    others: Iterable[tuple[dt.date, str | None, dt.time, dt.time]] = (),
) -> Calendar:
    """A calendar from plain rows: (team code, weekday, opens, closes), (day, team code or None for all teams), and days
    with other hours. For a channel the code is that of ``part_of``."""
    by_team: dict[str, tuple[Hours, ...]] = {}
    for code, weekday, opens, closes in hours:
        by_team[code] = (*by_team.get(code, ()), Hours(weekday, opens, closes))
    by_day: dict[dt.date, frozenset[str]] = {}
    for day, team in closures:
        by_day[day] = by_day.get(day, frozenset()) | {team or EVERY_TEAM}
    other: dict[dt.date, dict[str, Opening]] = {}
    for day, team, opens, closes in others:
        other.setdefault(day, {})[team or EVERY_TEAM] = (opens, closes)
    return Calendar(hours=by_team, closures=by_day, others=other, zone=timezone.get_default_timezone_name())


def line_at(at: dt.datetime, calendar: Calendar) -> Line:
    """The line that answers at a moment: the desk's in opening hours, the after-hours line at any other time (R2)."""
    return Line.DESK if calendar.is_open(at) else Line.AFTER_HOURS


def duty_team_code(at: dt.datetime, calendar: Calendar) -> str:
    """The code of the team whose turn it is."""
    return DESK if calendar.is_open(at) else AFTER_HOURS


def duty_team_at(at: dt.datetime, calendar: Calendar) -> Team:
    """The team whose turn it is. One query; both teams come with the migrations."""
    return Team.objects.get(code=duty_team_code(at, calendar))


def roster(at: dt.datetime, calendar: Calendar | None = None) -> Roster:
    """Who is on duty at ``at`` and who takes over. One query (two when nobody takes over soon), and two more
    when no calendar is given.

    Both teams' shifts count only while it is their team's turn. Whoever is away that day, has no role in the team any
    more, or whose account is closed is not on duty: their shift is a hole, which accounts/cover.py shows.
    """
    calendar = calendar or load_calendar()
    for until in (at + SOON, at + NEXT_WITHIN):
        turns = _turns(at, until, calendar)
        later = [turn for turn in turns if turn.starts_at > at]
        soonest = min((turn.starts_at for turn in later), default=None)
        if soonest is not None and soonest < until:
            break
    return Roster(
        on_duty=sorted((turn for turn in turns if turn.starts_at <= at), key=lambda turn: turn.position),
        next=sorted((turn for turn in later if turn.starts_at == soonest), key=lambda turn: turn.position),
    )


def duty_status(at: dt.datetime, calendar: Calendar | None = None) -> DutyStatus:
    """Everything about one moment. Two queries, and two more when no calendar is given."""
    calendar = calendar or load_calendar()
    line = line_at(at, calendar)
    now = roster(at, calendar)
    return DutyStatus(
        at=calendar.local(at),
        open=line == Line.DESK,
        line=line,
        number=PhoneLine.objects.filter(line=line).values_list("number", flat=True).first() or "",
        on_duty=now.on_duty,
        next=now.next,
        next_change=calendar.next_change(at),
    )


def shifts_during(absence: Absence) -> list[Shift]:
    """The shifts of who is away that touch these days. One query."""
    first, last = absence.first_day, absence.last_day
    begins, ends = (timezone.make_aware(dt.datetime.combine(day, dt.time.min)) for day in (first, last + DAY))
    return list(Shift.objects.filter(user=absence.user, starts_at__lt=ends, ends_at__gt=begins).select_related("team"))


def shifts_of(user: User, at: dt.datetime) -> "QuerySet[Shift]":
    """Somebody's shifts that are not over, soonest first."""
    return Shift.objects.filter(user=user, ends_at__gt=at).select_related("team").order_by("starts_at")


def with_standing(shifts: "QuerySet[Shift]", at: dt.datetime) -> "QuerySet[Any]":
    """Shifts with ``stands``: whether who is on it has an open account and, on the day that the shift begins or on that
    of ``at`` when it runs, a role in its team that may assess requests. A shift that is over stands as it was."""
    day = TruncDate(Greatest("starts_at", Cast(Value(at), DateTimeField())), tzinfo=timezone.get_default_timezone())
    inside = Membership.objects.filter(user=OuterRef("user"), team=OuterRef("team"), role__in=TAKES_TURNS)
    live = inside.filter(Q(ends_on=None) | Q(ends_on__gte=OuterRef("day")), starts_on__lte=OuterRef("day"))
    return shifts.annotate(day=day).annotate(stands=Q(ends_at__lte=at) | Q(user__is_active=True) & Q(Exists(live)))


def last_shift_ends() -> dt.datetime | None:
    """How far ahead the roster is filled in. One query."""
    return Shift.objects.aggregate(last=Max("ends_at"))["last"]


def absent_on_shift(at: dt.datetime, until: dt.datetime) -> list[Shift]:
    """Shifts that touch this time of people who are away on a day of them; each needs somebody else. One query."""
    zone = timezone.get_default_timezone()
    away = Absence.objects.filter(
        user=OuterRef("user"), first_day__lte=OuterRef("until_day"), last_day__gte=OuterRef("from_day")
    )
    rows = Shift.objects.filter(ends_at__gt=at, starts_at__lt=until, user__is_active=True).annotate(
        from_day=TruncDate("starts_at", tzinfo=zone), until_day=TruncDate("ends_at", tzinfo=zone)
    )
    rows = rows.filter(Exists(away))
    return list(rows.select_related("user", "team").order_by("starts_at", "position"))


def _turns(at: dt.datetime, until: dt.datetime, calendar: Calendar) -> list[OnDuty]:
    """The turns of shifts that begin before ``until`` and have not ended. One query."""
    ahead = until - at
    rows = recall(("shifts", ahead), at, lambda: _shifts(at, ahead))
    return [turn for row in rows if (turn := _turn(row, at, calendar))]


PERSON = ("id", "email", "name", "language", "is_active", "reachable_number")
"""What is read of a person on duty, in the order of the model; anything else takes a query of its own."""


def _shifts(at: dt.datetime, ahead: dt.timedelta) -> Question:
    until = Cast(Value(at), DateTimeField()) + Value(ahead)
    rows = Shift.objects.filter(team__code__in=[DESK, AFTER_HOURS], ends_at__gt=at, starts_at__lt=until)
    away = Absence.objects.touching(OuterRef("day"), OuterRef("day")).filter(user=OuterRef("user"))
    shifts = with_standing(rows, at).filter(~Exists(away), stands=True)
    person = [f"user__{name}" for name in PERSON]
    return shifts.values("team__code", "position", "starts_at", "ends_at", *person).query.sql_with_params()


def _turn(shift: Mapping[str, Any], at: dt.datetime, calendar: Calendar) -> OnDuty | None:
    """The part of a shift, from ``at`` on, in which it is the team's turn; None when that never is.

    A desk shift from 07:45 counts from 08:00, when the desk opens.
    """
    start = max(shift["starts_at"], at)
    while duty_team_code(start, calendar) != shift["team__code"]:
        change = calendar.next_change(start)
        if change is None or change >= shift["ends_at"]:
            return None
        start = change
    return OnDuty(
        user=User.from_db(None, PERSON, [shift[f"user__{name}"] for name in PERSON]),
        team=shift["team__code"],
        position=shift["position"],
        starts_at=calendar.local(start if start > at else shift["starts_at"]),
        ends_at=calendar.local(shift["ends_at"]),
    )

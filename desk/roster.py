"""The roster as a page shows it: a week by day, what is missing in the next two weeks, and questions between people."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import shifts
from accounts.actors import Actor
from accounts.calendar import DESK, Calendar
from accounts.cover import NO_NUMBER, NOBODY, SINGLE, Gap, gaps
from accounts.duty import load_calendar
from accounts.enums import Role
from accounts.models import Membership, Notice, Shift, ShiftSwap, User
from accounts.notices import Kind, register, tell_user
from accounts.roles import ORGANISATION_EDIT
from accounts.shifts import AHEAD, DAY, midnight
from desk import snapshot
from desk.ladder import rung_name
from desk.templatetags.nabij import short_moment

MORNING = 8
AT_ONCE = dt.timedelta(hours=12)
"""A hole that begins within this time is told at night too; others wait for the morning."""

HOLE = register(
    Kind(
        code="roster.hole",
        title=gettext_lazy("There is a hole in the roster"),
        text=gettext_lazy("From {when} nobody can be called. Put somebody on the roster."),
        priority=2,
    )
)
ONE_LINE = register(
    Kind(
        code="roster.single",
        title=gettext_lazy("One person only on the roster"),
        text=gettext_lazy("From {when} there is one person, and nobody after them. Add a second line if you can."),
    )
)
KIND_OF = {NOBODY: HOLE, NO_NUMBER: HOLE, SINGLE: ONE_LINE}


@dataclass(frozen=True)
class Entry:
    """One shift in the week. ``missing`` says when its person is not there."""

    shift: Shift
    span: str
    place: str
    is_own: bool
    is_over: bool
    runs: bool
    missing: str = ""
    has_number: bool = True


@dataclass
class Day:
    """One day of the week: shifts that begin on it (on the first day also those that run on), by line."""

    day: dt.date
    is_today: bool
    is_open: bool
    desk: list[Entry] = field(default_factory=list)
    after_hours: list[Entry] = field(default_factory=list)
    holes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Week:
    """Seven days from Monday, with where the arrows lead."""

    days: list[Day]
    earlier: dt.date
    later: dt.date
    month_earlier: dt.date
    month_later: dt.date

    @property
    def first(self) -> dt.date:
        return self.days[0].day

    @property
    def last(self) -> dt.date:
        return self.days[-1].day

    @property
    def number(self) -> int:
        return self.first.isocalendar().week


def week(day: dt.date, by: Actor, at: dt.datetime, calendar: Calendar) -> Week:
    """The week that holds ``day``. One query."""
    monday = day - (day.isoweekday() - 1) * DAY
    start, end = midnight(monday), midnight(monday + 7 * DAY)
    rows = shifts.between(start, end)
    days = [
        Day(one, one == timezone.localdate(at), calendar.is_working_day(one))
        for one in (monday + n * DAY for n in range(7))
    ]
    for shift in rows:
        where = days[max((timezone.localdate(shift.starts_at) - monday).days, 0)]
        (where.desk if shift.team.code == DESK else where.after_hours).append(_entry(shift, where.day, by, at))
    found = gaps(shifts.covers(rows), calendar, start, end)
    for one in days:
        begins, ends = midnight(one.day), midnight(one.day + DAY)
        within = [gap for gap in found if gap.is_danger and gap.starts_at < ends and gap.ends_at > begins]
        one.holes = [_hole(gap, begins, ends) for gap in within]
    return Week(days, monday - 7 * DAY, monday + 7 * DAY, _month(day, -1), _month(day, 1))


def _month(day: dt.date, step: int) -> dt.date:
    """About a month on: the same week of it."""
    return day + step * 28 * DAY


def _entry(shift: Shift, day: dt.date, by: Actor, at: dt.datetime) -> Entry:
    begins, ends = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    if begins.date() < day:
        span = period(begins, ends)
    elif begins.date() == ends.date():
        span = f"{begins:%H:%M}–{ends:%H:%M}"
    else:
        span = _("%(from)s until %(until)s") % {"from": f"{begins:%H:%M}", "until": short_moment(ends)}
    return Entry(
        shift, span, rung_name(f"duty_{shift.position}"), shift.user_id == by.user_id, shift.ends_at <= at,
        shift.starts_at <= at < shift.ends_at,
        "; ".join(period(start, end) for start, end in shifts.holes(shift)), bool(shift.user.reachable_number),
    )  # fmt: skip


def period(start: dt.datetime, end: dt.datetime) -> str:
    """From until, in words."""
    begins, ends = timezone.localtime(start), timezone.localtime(end)
    if begins.date() == ends.date():
        return f"{short_moment(begins)}–{ends:%H:%M}"
    return _("%(from)s until %(until)s") % {"from": short_moment(begins), "until": short_moment(ends)}


def _hole(gap: Gap, begins: dt.datetime, ends: dt.datetime) -> str:
    start, end = timezone.localtime(max(gap.starts_at, begins)), timezone.localtime(min(gap.ends_at, ends))
    until = f"{end:%H:%M}" if end.date() == start.date() else "24:00"
    return f"{_kind(gap)}: {start:%H:%M}–{until}"


def _kind(gap: Gap) -> str:
    return {NOBODY: _("Nobody"), NO_NUMBER: _("Nobody with a number")}.get(gap.kind, _("One person only"))


@dataclass(frozen=True)
class Lack:
    """A gap in words."""

    text: str
    is_danger: bool


def lacks(at: dt.datetime, calendar: Calendar) -> list[Lack]:
    """What is missing in the next two weeks, worst first. One query."""
    found = sorted(shifts.trouble(at, calendar), key=lambda gap: (not gap.is_danger, gap.starts_at))
    return [Lack(f"{_kind(gap)}: {period(max(gap.starts_at, at), gap.ends_at)}", gap.is_danger) for gap in found]


def missing(by: Actor, at: dt.datetime) -> str:
    """For who keeps the roster, in one line; empty for others and when nothing is missing. One query at most."""
    if not by.may(ORGANISATION_EDIT):
        return ""
    bad = sum(gap.is_danger for gap in shifts.trouble(at, snapshot.read().calendar))
    text = ngettext(
        "There is %(n)d hole in the roster of the next %(days)d days.",
        "There are %(n)d holes in the roster of the next %(days)d days.",
        bad,
    )
    return text % {"n": bad, "days": AHEAD} if bad else ""


def questions(by: Actor, at: dt.datetime) -> dict[str, list[ShiftSwap]]:
    """Open questions about shifts: those for ``by`` to answer, and those of ``by``. One query."""
    mine = ShiftSwap.objects.open(at).between(by.user_id).with_people()
    found: dict[str, list[ShiftSwap]] = {"to_answer": [], "asked": []}
    for row in mine:
        found["to_answer" if row.asked_to_id == by.user_id else "asked"].append(row)
    return found


def tell_gaps(at: dt.datetime) -> int:
    """Tell the coordinators what is missing: a hole once a day, a single line once; returns how many there are.

    May run late, twice and side by side: a notice has one key for each hole, person and day.
    """
    found = shifts.trouble(at, load_calendar())
    today, morning = timezone.localdate(at), timezone.localtime(at).hour >= MORNING
    due = [gap for gap in found if morning or (gap.is_danger and gap.starts_at < at + AT_ONCE)]
    if due:
        for user in _coordinators(today):
            known = _told(user, today)
            for gap in due:
                if (_key(gap, today), gap.is_danger) not in known:
                    _tell(user, gap, today, at)
    return len(found)


def _key(gap: Gap, today: dt.date) -> str:
    """What makes it the same as told before. A single line that ran already at midnight is one line, however long; its
    beginning is only where the search begins."""
    return gap.key if gap.is_danger or gap.starts_at > midnight(today) else f"{gap.kind}:running"


def _coordinators(today: dt.date) -> set[User]:
    rows = Membership.objects.live_on(today).of_desk().filter(role=Role.COORDINATOR)
    return {member.user for member in rows.select_related("user")}


def _told(user: User, today: dt.date) -> set[tuple[str, bool]]:
    """What this person was told already: of holes today, of single lines ever. Saves writing what would be the same."""
    rows = Notice.objects.filter(user=user, kind__in=[HOLE.code, ONE_LINE.code])
    rows = rows.filter(Q(kind=ONE_LINE.code) | Q(created_at__gte=midnight(today)))
    rows = rows.filter(created_at__gte=midnight(today - (AHEAD + 1) * DAY))
    return {(key, kind == HOLE.code) for kind, key in rows.values_list("kind", "params__key")}


def _tell(user: User, gap: Gap, today: dt.date, at: dt.datetime) -> None:
    first, key = timezone.localtime(max(gap.starts_at, at)), _key(gap, today)
    tell_user(
        KIND_OF[gap.kind], user, about=None, occasion=f"{key}:{today if gap.is_danger else ''}",
        path=f"{reverse('roster')}?d={first:%Y-%m-%d}", at=at,
        params={"when": f"{timezone.localtime(gap.starts_at):%d-%m-%Y %H:%M}", "key": key},
    )  # fmt: skip

"""Shifts as they are read and changed by hand: who is really there, what may be, and handing one over.

Every verb is one transaction with a line in the audit. Overlaps are refused by the database, whatever came in between.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, notices
from accounts.actions import Clash
from accounts.actors import Actor
from accounts.calendar import AFTER_HOURS, DESK, Calendar
from accounts.cover import Cover, Gap, gaps
from accounts.enums import TAKES_TURNS, SwapState, TeamKind
from accounts.models import Absence, Membership, Shift, ShiftSwap, Team, User
from accounts.permissions import Refused
from accounts.roles import CASE_TRIAGE, ORGANISATION_EDIT

AHEAD = 14
"""Days ahead in which trouble with the roster is shown and told."""

DAY = dt.timedelta(days=1)
PAGE = "/organisatie/rooster/"
TEAMS = (DESK, AFTER_HOURS)
OVER = gettext_lazy("This shift is over, or it is no longer on the roster.")

YOURS = notices.register(
    notices.Kind(
        code="roster.yours",
        title=gettext_lazy("A shift is now yours"),
        text=gettext_lazy("A shift was given to you. Look at the roster when it begins."),
        priority=1,
    )
)
NO_LONGER_YOURS = notices.register(
    notices.Kind(
        code="roster.not_yours",
        title=gettext_lazy("A colleague takes over your shift"),
        text=gettext_lazy("A shift of yours, or the rest of it, is now a colleague's. Look at the roster."),
        priority=2,
    )
)

ENDED = notices.register(
    notices.Kind(
        code="swap.ended",
        title=gettext_lazy("A question about a shift has ended"),
        text=gettext_lazy("It was withdrawn or not answered in time. The shift stays with whoever has it."),
    )
)


def must_read(by: Actor, at: dt.datetime, action: str) -> User:
    """The one door to the roster, for who takes turns at the desk or the after-hours line, on shift or not, and who
    keeps it. Raises Refused (404 and an audit line) for anyone else."""
    if by.user is None or not may_read(by, at):
        raise Refused(action, basis="takes no turns")
    return by.user


def may_read(by: Actor, at: dt.datetime) -> bool:
    """Whether the roster is there for ``by``. One query at most."""
    if by.may(ORGANISATION_EDIT) or by.may(CASE_TRIAGE):
        return True
    return by.is_member and by.user is not None and _takes_turns(by.user, at)


def _takes_turns(user: User, at: dt.datetime) -> bool:
    live = user.memberships.live_on(timezone.localdate(at))
    return user.is_active and bool(
        live.filter(role__in=TAKES_TURNS, team__kind__in=(TeamKind.DESK, TeamKind.AFTER_HOURS)).exists()
    )


def possible(team: Team, at: dt.datetime) -> "QuerySet[User]":
    """Everyone who may be put on this team's roster, by name."""
    return _members(at, team=team)


def everyone(at: dt.datetime) -> "QuerySet[User]":
    """The same for both lines together."""
    return _members(at, team__code__in=TEAMS)


def _members(at: dt.datetime, **which: Any) -> "QuerySet[User]":
    lasting = Membership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=timezone.localdate(at)), role__in=TAKES_TURNS, **which
    )
    return User.objects.filter(Exists(lasting.filter(user=OuterRef("pk"))), is_active=True).order_by("name", "pk")


def between(start: dt.datetime, end: dt.datetime, teams: Sequence[str] = TEAMS) -> list[Shift]:
    """The shifts of both lines that touch this time, in order, with what says whether their person is there. One query
    for any number of shifts."""
    then = {"user": OuterRef("user")}
    away = Absence.objects.filter(**then).order_by("pk").values(days=JSONObject(first="first_day", last="last_day"))
    roles = Membership.objects.filter(team=OuterRef("team"), role__in=TAKES_TURNS, **then).order_by("pk")
    rows = Shift.objects.filter(team__code__in=teams, starts_at__lt=end, ends_at__gt=start)
    return list(
        rows.select_related("team", "user")
        .annotate(
            away=ArraySubquery(away),
            roles=ArraySubquery(roles.values(days=JSONObject(first="starts_on", last="ends_on"))),
        )
        .order_by("starts_at", "team__kind", "position", "pk")
    )


def holes(shift: Shift) -> list[tuple[dt.datetime, dt.datetime]]:
    """The parts of a shift, day by day, in which its person is not there: away, without a role in the team, or with a
    closed account. Needs a row of ``between``."""
    return [(start, end) for start, end, there in _by_day(shift) if not there]


def covers(rows: Iterable[Shift]) -> list[Cover]:
    """The parts in which somebody is really there."""
    return [
        Cover(shift.team.code, shift.user_id, start, end, bool(shift.user.reachable_number))
        for shift in rows
        for start, end, there in _by_day(shift)
        if there
    ]


def _by_day(shift: Shift) -> list[tuple[dt.datetime, dt.datetime, bool]]:
    parts: list[tuple[dt.datetime, dt.datetime, bool]] = []
    day, last = timezone.localdate(shift.starts_at), timezone.localdate(shift.ends_at)
    while day <= last:
        begins, ends = midnight(day), midnight(day + DAY)
        start, end = max(begins, shift.starts_at), min(ends, shift.ends_at)
        if start < end:
            there = _is_there(shift, day)
            if parts and parts[-1][2] == there:
                parts[-1] = (parts[-1][0], end, there)
            else:
                parts.append((start, end, there))
        day += DAY
    return parts


def _is_there(shift: Any, day: dt.date) -> bool:
    """The database gives days as text here; written as 2026-03-10 they are in the order of time."""
    on = day.isoformat()
    away = any(row["first"] <= on <= row["last"] for row in shift.away)
    member = any(row["first"] <= on and (row["last"] is None or row["last"] >= on) for row in shift.roles)
    return shift.user.is_active and member and not away


def local_day(moment: dt.datetime) -> dt.date:
    return timezone.localdate(moment)


def midnight(day: dt.date) -> dt.datetime:
    """When a local day begins."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def trouble(at: dt.datetime, calendar: Calendar) -> list[Gap]:
    """The gaps and single points of the next days that are not over. Looked for from midnight, so that a hole keeps
    its beginning while it lasts. One query."""
    today = timezone.localdate(at)
    start, end = midnight(today), midnight(today + (AHEAD + 1) * DAY)
    return [gap for gap in gaps(covers(between(start, end)), calendar, start, end) if gap.ends_at > at]


def must_be_reachable(
    user: User,
    *,
    team: Team,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    position: int,
    instead_of: Sequence[int] = (),
    among: Sequence[Shift] | None = None,
) -> None:
    """Raises Clash when nobody could be called for a minute of this shift, or the first to be called has no number.
    ``instead_of`` are ids of shifts that this one replaces; ``among`` what ``between`` gave for a time around it."""
    if user.reachable_number:
        return
    if position == 1:
        raise Clash(_("This person has no number and cannot be the first to be called."))
    rows = between(starts_at, ends_at, (team.code,)) if among is None else among
    others = covers(row for row in rows if row.team_id == team.pk and row.pk not in instead_of)
    reached = starts_at
    for cover in sorted(others, key=lambda cover: cover.starts_at):
        if cover.starts_at > reached:
            break
        if cover.reachable:
            reached = max(reached, cover.ends_at)
    if reached < ends_at:
        raise Clash(_("This person has no number and would be the only one. Ask them to fill in a number."))


def must_fit(user: User, team: Team, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    """Raises Clash when this person is no member of the team, or is away, on a day of these."""
    first, last = timezone.localdate(starts_at), timezone.localdate(ends_at - dt.timedelta(microseconds=1))
    live = user.memberships.filter(team=team, role__in=TAKES_TURNS, starts_on__lte=first).filter(
        Q(ends_on=None) | Q(ends_on__gte=last)
    )
    if not user.is_active or not live.exists():
        raise Clash(_("This person is not a member of that team on those days."))
    if Absence.objects.touching(first, last).filter(user=user).exists():
        raise Clash(_("This person is away on one of those days."))


def take_over(shift: Shift, user: User, *, by: Actor, at: dt.datetime) -> Shift:
    """``user`` does a shift, or the rest of one that runs, from now on: for illness. Both are told at once.

    Raises Clash when it cannot be. What a colleague was asked about this shift is withdrawn.
    """
    with transaction.atomic():
        row = locked(shift, at)
        if row.user_id == user.pk:
            raise Clash(_("This person has this shift already."))
        before = row.user
        given = hand(row, user, starts_at=max(row.starts_at, at), ends_at=row.ends_at)
        end_questions([row], at)
        audit.record("shift.taken_over", by=by, at=at, obj=given, part=f"user {before.pk} to {user.pk}")
        notices.tell_user(YOURS, user, about=None, occasion=f"{given.pk}:{at:%Y%m%dT%H%M%S}", path=PAGE, at=at)
        notices.tell_user(
            NO_LONGER_YOURS, before, about=None, occasion=f"{given.pk}:{at:%Y%m%dT%H%M%S}", path=PAGE, at=at
        )
    return given


def end_questions(about: Iterable[Shift], at: dt.datetime) -> None:
    """What was asked about these shifts fits no longer: withdrawn, and both are told. One query when there is none."""
    rows = ShiftSwap.objects.filter(shift__in=list(about), state=SwapState.ASKED).select_for_update(of=("self",))
    for row in rows.select_related("asked_by", "asked_to"):
        row.state, row.answered_at = SwapState.WITHDRAWN, at
        row.save(update_fields=["state", "answered_at"])
        for user in (row.asked_by, row.asked_to):
            notices.tell_user(ENDED, user, about=None, occasion=str(row.pk), path=PAGE, at=at)


def shift_for(pk: int, at: dt.datetime) -> Shift:
    """A shift of either line, for who keeps the roster. Raises Refused when there is none, Clash when it is over."""
    row = Shift.objects.select_related("team", "user").filter(team__code__in=TEAMS, pk=pk).first()
    if row is None:
        raise Refused("shift.open", basis="not existing")
    if row.ends_at <= at:
        raise Clash(OVER)
    return row


def locked(shift: Shift, at: dt.datetime) -> Shift:
    """The row FOR UPDATE. Raises Clash when it was removed meanwhile, or is over."""
    row = Shift.objects.select_for_update(of=("self",)).select_related("team", "user").filter(pk=shift.pk).first()
    if row is None or row.ends_at <= at:
        raise Clash(OVER)
    return row


def hand(row: Shift, user: User, *, starts_at: dt.datetime, ends_at: dt.datetime) -> Shift:
    """Give this part of a shift to ``user``, and leave what is before and after it where it is. ``row`` is locked.
    What was handed over by hand belongs to no pattern any more. Raises Clash when it cannot be."""
    must_fit(user, row.team, starts_at, ends_at)
    must_be_reachable(
        user, team=row.team, starts_at=starts_at, ends_at=ends_at, position=row.position, instead_of=[row.pk]
    )
    same: dict[str, Any] = {"team": row.team, "position": row.position}
    owner, first, last = row.user, row.starts_at, row.ends_at
    row.pattern = None
    try:
        with transaction.atomic():
            if (starts_at, ends_at) == (first, last):
                row.user = user
                row.save(update_fields=["user", "pattern"])
                return row
            keeps = (first, starts_at) if first < starts_at else (ends_at, last)
            row.starts_at, row.ends_at = keeps
            row.save(update_fields=["starts_at", "ends_at", "pattern"])
            if first < starts_at and ends_at < last:
                Shift.objects.create(user=owner, starts_at=ends_at, ends_at=last, **same)
            return Shift.objects.create(user=user, starts_at=starts_at, ends_at=ends_at, **same)
    except IntegrityError as error:
        raise Clash(_("This person already has a shift at that time.")) from error

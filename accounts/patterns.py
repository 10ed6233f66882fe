"""From a pattern to shifts: first a preview, then the real thing. What was made or changed by hand stays as it is."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import audit, shifts
from accounts.actions import Clash
from accounts.actors import Actor
from accounts.calendar import Calendar
from accounts.enums import TAKES_TURNS
from accounts.models import PatternTurn, Shift, ShiftPattern, User
from accounts.permissions import Refused
from accounts.rotation import Planned, Rhythm, plan

NEW, SAME, TAKEN, AWAY = "new", "same", "taken", "away"


@dataclass(frozen=True)
class Line:
    """One shift of the preview: what happens to it. ``because`` says why one is not made."""

    planned: Planned
    user: User
    what: str
    because: str = ""

    @property
    def is_made(self) -> bool:
        return self.what in {NEW, SAME}


@dataclass(frozen=True)
class Preview:
    """What making the pattern's shifts would do. ``goes`` are shifts of the pattern that no longer belong to it."""

    lines: list[Line]
    goes: list[Shift]

    def count(self, what: str) -> int:
        return sum(line.what == what for line in self.lines)

    @property
    def new(self) -> int:
        return self.count(NEW)

    @property
    def same(self) -> int:
        return self.count(SAME)

    @property
    def left_out(self) -> int:
        return self.count(TAKEN) + self.count(AWAY)


def pattern_for(pk: int) -> ShiftPattern:
    """A pattern by its number. Raises Refused when there is none."""
    row = ShiftPattern.objects.select_related("team").filter(pk=pk).first()
    if row is None:
        raise Refused("pattern.open", basis="not existing")
    return row


def listed() -> "QuerySet[ShiftPattern]":
    """All patterns, with who takes turns."""
    return ShiftPattern.objects.select_related("team").prefetch_related("turns__user").order_by("-last_day", "pk")


def rhythm_of(pattern: ShiftPattern) -> Rhythm:
    return Rhythm(
        frozenset(pattern.weekdays), pattern.closed_days, pattern.starts, pattern.ends, pattern.every,
        pattern.rotation, pattern.first_day, pattern.last_day,
        tuple(pattern.turns.order_by("place").values_list("user_id", flat=True)),
    )  # fmt: skip


@transaction.atomic
def keep(pattern: ShiftPattern, people: Sequence[User], *, by: Actor, at: dt.datetime) -> ShiftPattern:
    """Save a new or changed pattern with its row of people. Makes no shifts yet."""
    adding = pattern.pk is None
    pattern.save()
    pattern.turns.all().delete()
    PatternTurn.objects.bulk_create(
        PatternTurn(pattern=pattern, user=user, place=place) for place, user in enumerate(people, 1)
    )
    audit.record("pattern.added" if adding else "pattern.changed", by=by, at=at, obj=pattern)
    return pattern


def preview(pattern: ShiftPattern, calendar: Calendar, at: dt.datetime) -> Preview:
    """What ``make`` would do at this moment; writes nothing. Shifts that have begun are left as they are."""
    planned = [one for one in plan(rhythm_of(pattern), calendar) if one.starts_at > at]
    if not planned:
        return Preview([], list(_own(pattern, at)))
    start, end = planned[0].starts_at, max(one.ends_at for one in planned)
    made = _own(pattern, at)
    own = {(row.user_id, row.starts_at, row.ends_at): row for row in made if _is_in_place(row, pattern)}
    others = _others(pattern, start, end, [one.user_id for one in planned], {row.pk for row in made})
    people = {user.pk: user for user in _people([one.user_id for one in planned])}
    silent = any(not user.reachable_number for user in people.values())
    among = shifts.between(start, end, (pattern.team.code,)) if silent else []
    lines = [_line(pattern, one, people[one.user_id], own, others, among) for one in planned]
    stays = {(line.planned.user_id, line.planned.starts_at, line.planned.ends_at) for line in lines if line.is_made}
    kept = {row.pk for facts, row in own.items() if facts in stays}
    return Preview(lines, [row for row in made if row.pk not in kept])


def _is_in_place(row: Shift, pattern: ShiftPattern) -> bool:
    """False for what was made before the pattern got another team or place in line."""
    return (row.team_id, row.position) == (pattern.team_id, pattern.position)


def _own(pattern: ShiftPattern, at: dt.datetime) -> "list[Shift]":
    rows = pattern.shifts.filter(starts_at__gt=at)
    return list(rows.select_related("user", "team").order_by("starts_at"))


def _others(
    pattern: ShiftPattern, start: dt.datetime, end: dt.datetime, people: list[int], own: set[int]
) -> list[Shift]:
    """Shifts that could be in the way: of these people, or of the same place in line."""
    place = Q(team=pattern.team, position=pattern.position) | Q(user__in=set(people))
    rows = Shift.objects.filter(place, starts_at__lt=end, ends_at__gt=start).exclude(pk__in=own)
    return list(rows.select_related("user").order_by("starts_at"))


def _people(ids: list[int]) -> list[User]:
    return list(User.objects.filter(pk__in=set(ids)).prefetch_related("absences", "memberships"))


def _line(
    pattern: ShiftPattern, one: Planned, user: User, own: dict[Any, Shift], others: list[Shift], among: list[Shift]
) -> Line:
    then = [row for row in others if row.starts_at < one.ends_at and row.ends_at > one.starts_at]
    place = (pattern.team_id, pattern.position)
    way = next((row for row in then if row.user_id == user.pk or (row.team_id, row.position) == place), None)
    if way is not None:
        return Line(one, user, TAKEN, _("%(name)s is on the roster then.") % {"name": way.user.name})
    if not _is_there(user, pattern, one):
        return Line(one, user, AWAY, _("Away, or no member of the team on those days."))
    try:
        shifts.must_be_reachable(
            user, team=pattern.team, starts_at=one.starts_at, ends_at=one.ends_at, position=pattern.position,
            among=among,
        )  # fmt: skip
    except Clash as clash:
        return Line(one, user, AWAY, str(clash))
    found = own.get((user.pk, one.starts_at, one.ends_at))
    return Line(one, user, SAME if found else NEW)


def _is_there(user: User, pattern: ShiftPattern, one: Planned) -> bool:
    first = shifts.local_day(one.starts_at)
    last = shifts.local_day(one.ends_at - dt.timedelta(microseconds=1))
    member = any(
        row.team_id == pattern.team_id
        and row.role in TAKES_TURNS
        and row.starts_on <= first
        and (row.ends_on is None or row.ends_on >= last)
        for row in user.memberships.all()
    )
    away = any(row.first_day <= last and row.last_day >= first for row in user.absences.all())
    return user.is_active and member and not away


def make(pattern: ShiftPattern, calendar: Calendar, *, by: Actor, at: dt.datetime) -> Preview:
    """Bring the roster in line with the pattern, from now on. What is in the way stays, and the pattern gives way to
    it. Raises Clash when somebody changed the roster at the same moment: then nothing happened."""
    try:
        with transaction.atomic():
            ShiftPattern.objects.select_for_update().get(pk=pattern.pk)
            done = preview(pattern, calendar, at)
            _take_away(done.goes, at)
            Shift.objects.bulk_create(
                Shift(
                    team=pattern.team, position=pattern.position, pattern=pattern, user=line.user,
                    starts_at=line.planned.starts_at, ends_at=line.planned.ends_at,
                )
                for line in done.lines if line.what == NEW
            )  # fmt: skip
            audit.record("pattern.made", by=by, at=at, obj=pattern, part=f"{done.new} new, {len(done.goes)} removed")
    except IntegrityError as error:
        raise Clash(_("Someone changed this at the same moment. Look at the list and try again.")) from error
    return done


def remove(pattern: ShiftPattern, *, by: Actor, at: dt.datetime) -> int:
    """Remove a pattern and the shifts it made that have not begun; returns how many shifts went."""
    with transaction.atomic():
        audit.record("pattern.removed", by=by, at=at, obj=pattern)
        gone = _own(pattern, at)
        _take_away(gone, at)
        pattern.delete()
    return len(gone)


def _take_away(gone: list[Shift], at: dt.datetime) -> None:
    """Off the roster; who was asked about one of these hears that the question is over."""
    shifts.end_questions(gone, at)
    Shift.objects.filter(pk__in=[row.pk for row in gone]).delete()

"""How much fits with whom, and telling the coordinator when nothing fits any more."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor
from accounts.enums import Role
from accounts.models import Notice, Team
from accounts.notices import tell_user
from cases.guarded import with_role
from referrals import days
from referrals.matching import Candidate
from referrals.models import Capacity
from referrals.notices import ALL_FULL
from referrals.present import Present

MOST = 999
"""More than anyone can have."""


@dataclass(frozen=True)
class Limit:
    """A row with how they are at this moment; nothing of that when nobody can answer or it does not count yet."""

    row: Capacity
    now: Candidate | None = None


def limits(rows: Iterable[Capacity], present: Present, day: dt.date) -> list[Limit]:
    """These rows with how everyone is."""
    return [Limit(row, present.now(row) if row.starts_on <= day else None) for row in rows]


def tell_full(at: dt.datetime) -> int:
    """Tell the coordinators of each team without room, once a day; returns how many there are."""
    if not Capacity.objects.live_on(timezone.localdate(at)).exists():
        return 0
    teams = Present.at(at).full_teams
    _tell(teams, at)
    return len(teams)


def tell_if_full(found: Iterable[Candidate], at: dt.datetime) -> bool:
    """The desk looks for somebody and nobody of these has room: the coordinators are told, once a day for each
    team."""
    candidates = list(found)
    if not candidates or not all(one.full for one in candidates):
        return False
    _tell({one.team.pk: one.team for one in candidates}.values(), at)
    return True


@transaction.atomic
def _tell(teams: Iterable[Team], at: dt.datetime) -> None:
    """Whoever heard of a team today hears nothing of it again, and nothing is written for it."""
    day = timezone.localdate(at)
    midnight = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
    told = Notice.objects.filter(kind=ALL_FULL.code, created_at__gte=midnight).values_list("params__key", flat=True)
    news = {team.pk: team for team in teams}
    for team in [news[pk] for pk in news.keys() - set(told)] if news else []:
        for user in with_role(Role.COORDINATOR, at, but=frozenset()):
            tell_user(
                ALL_FULL, user, about=None, occasion=f"{team.pk} {day}", path=reverse("capacity"), at=at,
                params={"team": str(team), "key": team.pk},
            )  # fmt: skip


def overlapping(row: Capacity) -> Capacity | None:
    """Another row for the same team or worker in the same time."""
    return days.overlapping(Capacity.objects.filter(team=row.team, user=row.user), row)


@transaction.atomic
def add(row: Capacity, *, by: Actor, at: dt.datetime) -> Capacity:
    """Keep how much fits."""
    with days.once(row):
        row.save(force_insert=True)
    audit.record("capacity.added", by=by, at=at, obj=row, part=_what(row))
    return row


def end(row: Capacity, *, last_day: dt.date, by: Actor, at: dt.datetime) -> Capacity:
    """Let it count until and including ``last_day``."""
    return days.end(row, "capacity.ended", _what(row), last_day=last_day, by=by, at=at)


def _what(row: Capacity) -> str:
    who = f"team{row.team_id}" if row.team_id else f"user{row.user_id}"
    return f"{who}>{row.most_open},{row.most_new}"

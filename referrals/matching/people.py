"""Who may answer, and how they are: read for ranking and for the tables of the coordinator. Two queries."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from accounts.actors import Actor
from accounts.counting import Among, recall_objects
from accounts.enums import TeamKind
from accounts.models import Membership, Substitution, Team, User
from cases.models import Case
from referrals.enums import PENDING, HandOver, ReferralState
from referrals.matching.candidate import Room
from referrals.models import Capacity, Considered, Referral
from referrals.permissions import ANSWERING_ROLES


@dataclass(frozen=True)
class Someone:
    """A worker as they are at this moment."""

    user: User
    room: Room = Room()
    languages: frozenset[str] = frozenset()
    gender: str = ""
    held_by: str = ""
    held_until: dt.datetime | None = None


@dataclass(frozen=True)
class Member:
    """A worker in a team, whether they are away, and who stands in for them then. ``team_most`` is what the team
    together can have."""

    team: Team
    someone: Someone
    role: str = ""
    away_until: dt.date | None = None
    deputy: Someone | None = None
    team_most: tuple[int | None, int | None] = (None, None)


def members(
    teams: Collection[int],
    users: Collection[int],
    kinds: Sequence[str],
    roles: Sequence[str],
    by: Actor | None,
    at: dt.datetime,
) -> list[Member]:
    """Everyone with one of these roles in these teams, these people in every team of theirs, and the teams for
    everyone."""
    day, ids = timezone.localdate(at), [*sorted(users), *(-team for team in sorted(teams))]
    key = ("members", tuple(kinds), tuple(roles), day)
    return _members(recall_objects(key, None, lambda given: _of(given, kinds, roles, day), ids), by, at)


def _of(ids: list[int], kinds: Sequence[str], roles: Sequence[str], day: dt.date) -> "QuerySet[Membership]":
    """Those of these people and, with a minus before their ids, of these teams; and of the teams for everyone."""
    everyones = Q(team__is_national_pool=True) if TeamKind.REGIONAL in kinds else Q(team__kind=kinds[-1])
    return _memberships(kinds, roles, day).filter(Q(Among("user", ids)) | Q(Among(-F("team"), ids)) | everyones)


def everyone(
    kinds: Sequence[str], at: dt.datetime, *, roles: Sequence[str] = ANSWERING_ROLES, by: Actor | None = None
) -> list[Member]:
    """All with one of these roles in teams of these kinds. Two queries at any size."""
    return _members(_memberships(kinds, roles, timezone.localdate(at)), by, at)


def _members(memberships: Iterable[Membership], by: Actor | None, at: dt.datetime) -> list[Member]:
    found: list[Any] = list(memberships)
    ids = {row.user_id for row in found} | {row.stands_in["deputy"] for row in found if row.stands_in}
    people = someones(ids - {None}, by, at)
    return [_member(row, people) for row in found if row.user_id in people]


def _member(row: Any, people: dict[int, Someone]) -> Member:
    most = row.team_most or {}
    away = row.stands_in or {}
    return Member(
        row.team, people[row.user_id], row.role,
        dt.date.fromisoformat(away["until"]) if away else None, people.get(away.get("deputy") or 0),
        (most.get("open"), most.get("new")),
    )  # fmt: skip


def _memberships(kinds: Sequence[str], roles: Sequence[str], day: dt.date) -> "QuerySet[Membership]":
    away = Substitution.objects.filter(user=OuterRef("user"), first_day__lte=day, last_day__gte=day).order_by("pk")
    able = Membership.objects.live_on(day).filter(user=OuterRef("deputy"), role__in=roles)
    deputy = models.Case(models.When(Exists(able), then=F("deputy")))  # nobody answers for another as what they are not
    most = Capacity.objects.live_on(day).filter(team=OuterRef("team"))
    return (
        Membership.objects.live_on(day)
        .filter(team__kind__in=kinds, role__in=roles)
        .select_related("team")
        .only("user_id", "team", "role")
        .annotate(
            stands_in=Subquery(away.values(one=JSONObject(until="absence__last_day", deputy=deputy))[:1]),
            team_most=Subquery(most.values(one=JSONObject(open="most_open", new="most_new"))[:1]),
        )
        .order_by("team_id", "user_id", "pk")
    )


def someones(ids: Collection[int], by: Actor | None, at: dt.datetime) -> dict[int, Someone]:
    """These people as they are now, whose account is open. ``held_by`` is never ``by``. One query."""
    looks = by.user_id if by else None
    key = ("someones", timezone.localdate(at), looks)
    rows = recall_objects(key, at, lambda given: _figures(given, looks, at), sorted(ids))
    return {row.pk: _someone(row) for row in rows}


def _figures(ids: list[int], looks: int | None, at: dt.datetime) -> "QuerySet[User]":
    day = timezone.localdate(at)
    monday = timezone.make_aware(dt.datetime.combine(day - dt.timedelta(days=day.weekday()), dt.time.min))
    mine = Referral.objects.filter(answered_by=OuterRef("pk"), state=ReferralState.ACCEPTED)
    took = mine.exclude(kind=HandOver.CONSULTATION)
    most = Capacity.objects.live_on(day).filter(user=OuterRef("pk"))
    held = Considered.objects.filter(worker=OuterRef("pk"), until__gt=at).exclude(by=looks)
    return (
        User.objects.filter(Among("pk", ids), is_active=True)
        .select_related("helper")
        .only("name", "email", "language", "is_active", "public_id", "has_photo", "helper")
        .annotate(
            load=_count(Case.objects.open().filter(owner=OuterRef("pk")), "owner"),
            waiting=_count(Referral.objects.filter(to_user=OuterRef("pk"), state__in=PENDING), "to_user"),
            new=_count(took.filter(answered_at__gte=monday), "answered_by"),
            last_at=Subquery(mine.order_by("-answered_at").values("answered_at")[:1]),
            most=Subquery(most.values(one=JSONObject(open="most_open", new="most_new"))[:1]),
            held=Subquery(held.values(one=JSONObject(name="by__name", until="until"))),
        )
    )


def _count(rows: "QuerySet[Any]", of: str) -> Coalesce:
    """How many rows somebody has, inside a query about people."""
    return Coalesce(Subquery(rows.order_by().values(of).annotate(n=Count("*")).values("n")), 0)


def _someone(row: Any) -> Someone:
    most, held, helper = row.most or {}, row.held, getattr(row, "helper", None)
    return Someone(
        row,
        Room(row.load, row.waiting, row.new, most.get("open"), most.get("new"), row.last_at),
        frozenset(helper.languages) if helper else frozenset(),
        helper.gender if helper else "",
        held["name"] if held else "",
        dt.datetime.fromisoformat(held["until"]) if held else None,
    )

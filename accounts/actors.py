"""Who acts: a user, a follower of one case (reference and pass-phrase), or the system with a task's name.

Every verb takes one as ``by``. There is no ambient current user.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.utils import timezone

from accounts.enums import TeamKind
from accounts.roles import permissions_of

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Actor:
    """``teams`` maps team id to the role codes that count there now; night teams only while on shift."""

    kind: str  # user, follower, system, anonymous
    user: "User | None" = None
    case_id: UUID | None = None
    task: str = ""
    teams: dict[int, frozenset[str]] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    stands_in_for: frozenset[int] = frozenset()  # user ids of colleagues who are away today
    is_member: bool = False  # of any team, on shift or not
    as_family: bool = False  # came by the page for people whom a client let in

    @property
    def capacity(self) -> str:
        """``work`` with a role, ``family`` on the page for people who were let in, otherwise ``own``. What lets someone
        in in one capacity opens nothing in another."""
        return "family" if self.as_family else "work" if self.roles else "own"

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    @property
    def identity(self) -> str:
        """For the audit: who exactly, without a name."""
        return {"user": str(self.user_id or ""), "follower": str(self.case_id or ""), "system": self.task}.get(
            self.kind, ""
        )

    @property
    def name(self) -> str:
        """For the audit and the timeline; clients and followers have no name here."""
        return self.user.name if self.user and self.roles else self.task

    @property
    def permissions(self) -> frozenset[str]:
        return permissions_of(set(self.roles))

    def may(self, permission: str) -> bool:
        """Whether any live membership gives this permission; a case asks for an access row as well."""
        return permission in self.permissions

    def in_kind(self, *kinds: str) -> bool:
        """Whether the user has a live membership in a team of one of these kinds."""
        return bool(self.team_kinds & set(kinds))

    team_kinds: frozenset[str] = frozenset()


ANONYMOUS = Actor(kind="anonymous")


def system(task: str) -> Actor:
    """The machine, under the name of the task that runs."""
    return Actor(kind="system", task=task)


def follower(case_id: UUID) -> Actor:
    """Someone who proved to know a reference and its pass-phrase; sees that one case."""
    return Actor(kind="follower", case_id=case_id)


def actor_for(user: "User", at: dt.datetime) -> Actor:
    """The user with the memberships that count at ``at`` (aware). Two queries; clients and strangers have none.

    A membership of the after-hours team counts only during the user's own shift there (DECISIONS, Access).
    """
    from accounts.counting import recall
    from accounts.models import Membership, Shift, Substitution

    if not user.is_active:
        return ANONYMOUS
    day = timezone.localdate(at)

    def compose() -> tuple[str, Any]:
        absent = Substitution.objects.filter(deputy=user, first_day__lte=day, last_day__gte=day).order_by("user_id")
        rows = Membership.objects.filter(user=user).live_on(day)
        stands_in_for = ArraySubquery(absent.values("user_id"))
        return rows.values("team_id", "role", "team__kind", stands_in_for=stands_in_for).query.sql_with_params()

    rows = recall(("memberships", user.pk, day), at, compose)
    is_member = bool(rows)
    night = {row["team_id"] for row in rows if row["team__kind"] == TeamKind.AFTER_HOURS}
    if night:
        on_shift = set(
            Shift.objects.filter(user=user, team_id__in=night, starts_at__lte=at, ends_at__gt=at).values_list(
                "team_id", flat=True
            )
        )
        rows = [row for row in rows if row["team_id"] not in night or row["team_id"] in on_shift]
    teams: dict[int, set[str]] = {}
    for row in rows:
        teams.setdefault(row["team_id"], set()).add(row["role"])
    return Actor(
        kind="user",
        user=user,
        teams={team: frozenset(roles) for team, roles in teams.items()},
        roles=frozenset(row["role"] for row in rows),
        team_kinds=frozenset(row["team__kind"] for row in rows),
        stands_in_for=frozenset(user_id for row in rows[:1] for user_id in row["stands_in_for"]),
        is_member=is_member,
    )

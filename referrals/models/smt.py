"""The roles of a Social Medical Team, who fills them in which team, and what each of them may get (R6)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.enums import Role, TeamKind
from accounts.models import Team
from accounts.models.organisation import in_language
from referrals.destinations import roles_at
from referrals.enums import Destination, SmtGets

IN_A_TEAM = (
    Role.SMT_DOCTOR, Role.SMT_SOCIAL_WORKER, Role.SMT_HR_OFFICER, Role.CHAPLAIN, Role.SPECIALIST, Role.BIU_WORKER,
)  # fmt: skip
"""Roles of members that can take a role of the team by themselves."""


class SmtRoleQuerySet(models.QuerySet["SmtRole"]):
    def in_use(self) -> "SmtRoleQuerySet":
        return self.filter(retired_at=None)

    def with_seats(self) -> "SmtRoleQuerySet":
        """With ``seated``: team and user of everyone who was named for it."""
        named = SmtSeat.objects.filter(role=OuterRef("pk"), ended_at=None)
        return self.annotate(seated=ArraySubquery(named.values(one=JSONObject(team="team_id", user="user_id"))))

    def seating(self) -> "Seating":
        """Who has which role in which team, as it is now. One query."""
        return Seating(list(self.with_seats()))


class SmtRole(models.Model):
    """A role in every Social Medical Team. Filled by who is named for it in a team, and where nobody is, by the team's
    members with the role ``taken_by``. What it may get counts for each of them; a chaplain never gets a file (R5)."""

    role = models.CharField(
        _("taken by"),
        max_length=20,
        choices=[(role.value, role.label) for role in IN_A_TEAM],
        blank=True,
    )
    name_nl = models.CharField(_("name in Dutch"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=10)
    gets = models.CharField(_("what goes there"), max_length=8, choices=SmtGets.choices, default=SmtGets.FILE)
    retired_at = models.DateTimeField(null=True)

    objects = SmtRoleQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["role"], condition=~Q(role="") & Q(retired_at=None), name="smt_role_taken_once"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.CHAPLAIN) | Q(gets=SmtGets.WAYS), name="smt_chaplain_gets_no_file"
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name_nl, self.name_en)


class SmtRoleVersion(models.Model):
    """A role as it was kept each time: added once, never changed (see the grants)."""

    of = models.PositiveBigIntegerField(db_index=True)  # the role; it stays when that is gone
    name_nl = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    order = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=20, blank=True)
    gets = models.CharField(max_length=8, choices=SmtGets.choices)
    retired = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return in_language(self.name_nl, self.name_en)

    @property
    def taken_by(self) -> str:
        return str(Role(self.role).label) if self.role else ""


class SmtSeat(models.Model):
    """Somebody who is named for a role in one team, until that is ended; what was stays."""

    role = models.ForeignKey(SmtRole, models.CASCADE, related_name="seats", verbose_name=_("role"))
    team = models.ForeignKey(Team, models.CASCADE, related_name="+", verbose_name=_("team"))
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name=_("who"))
    since = models.DateTimeField()
    named_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["role", "team", "user"], condition=Q(ended_at=None), name="smt_seat_once",
                violation_error_message=_("This person is named for it already."),
            ),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("since")), name="smt_seat_order"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user} → {self.role} ({self.team})"


@dataclass(frozen=True)
class Place:
    """Where somebody stands in a team: their role there, if they have one, and what they may get."""

    role: SmtRole | None
    gets: str

    @property
    def rank(self) -> tuple[int, int]:
        """What may go to them first, then the order of the roles."""
        return list(SmtGets.values).index(self.gets), self.role.order if self.role else 999


NOTHING = Place(None, SmtGets.WAYS)


@dataclass(frozen=True)
class Seating:
    """Everyone's place, out of the roles with their seats. Pure."""

    roles: list[SmtRole] = field(default_factory=list)

    def place(self, team_id: int, user_id: int, roles: Iterable[str]) -> Place:
        """Of a member of a team with these roles. Who is named for a role has that one, and the members of the kind
        that takes it no longer have it there. A member whose kind takes no role is asked as what they are."""
        named = [one for one in self.roles if one.retired_at is None and user_id in self.named(one, team_id)]
        if named:
            return min((Place(one, one.gets) for one in named), key=lambda place: place.rank)
        return min((self._by_kind(team_id, role) for role in roles), key=lambda place: place.rank, default=NOTHING)

    def _by_kind(self, team_id: int, kind: str) -> Place:
        taking = [one for one in self.roles if one.role == kind]
        found = next((one for one in taking if one.retired_at is None), None)
        if not taking:
            return Place(None, SmtGets.FILE) if kind in roles_at(Destination.SMT) else NOTHING
        return NOTHING if found is None or self.named(found, team_id) else Place(found, found.gets)

    def named(self, role: SmtRole, team_id: int) -> set[int]:
        """Who is named for it in a team."""
        return {row["user"] for row in role.seated if row["team"] == team_id}  # type: ignore[attr-defined]

    def shut(self, actor: Actor, *open_to: str) -> list[int]:
        """Teams of this user in which they may get none of these."""
        user = actor.user_id or 0
        return [team for team, roles in actor.teams.items() if self.place(team, user, roles).gets not in open_to]


def seating_of(actor: Actor) -> Seating:
    """Read only for who is in a Social Medical Team."""
    return SmtRole.objects.seating() if actor.in_kind(TeamKind.SMT) else Seating()

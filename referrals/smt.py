"""The roles of a Social Medical Team as the coordinator keeps them: every change is a version, nothing is removed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.enums import TeamKind
from accounts.models import Membership, Team, User
from cases.moves import NotNow
from referrals.destinations import roles_at
from referrals.enums import Destination, SmtGets
from referrals.models import Coverage, SmtRole, SmtRoleVersion, SmtSeat
from referrals.models.smt import IN_A_TEAM, Place

KEPT = ("name_nl", "name_en", "order", "role", "gets")
HELPING = roles_at(Destination.SMT)
"""Roles of members who can get something; nobody else does, whatever their role in the team may get."""


@transaction.atomic
def keep(role: SmtRole, *, by: Actor, at: dt.datetime) -> SmtRole:
    """Add a role, or change it. Saying the same again writes nothing. What waits with somebody who may no longer get it
    is hidden from them at once, and comes back by its clock. Raises NotNow when another role is taken by the same
    members."""
    before = SmtRole.objects.select_for_update().filter(pk=role.pk).first()
    if before is not None and all(getattr(before, name) == getattr(role, name) for name in KEPT):
        return before
    _save(role)
    return _kept(role, "smt_role.changed" if before else "smt_role.added", by=by, at=at)


def _save(role: SmtRole) -> None:
    try:
        with transaction.atomic():
            role.save()
    except IntegrityError as error:
        raise NotNow(_("Another role is taken by these members already.")) from error


@transaction.atomic
def retire(role: SmtRole, *, by: Actor, at: dt.datetime) -> SmtRole:
    """No longer a role of any team: no case goes to who had it. Twice is once."""
    row = SmtRole.objects.select_for_update().get(pk=role.pk)
    if row.retired_at is not None:
        return row
    row.retired_at = at
    row.save(update_fields=["retired_at"])
    return _kept(row, "smt_role.retired", by=by, at=at)


@transaction.atomic
def bring_back(role: SmtRole, *, by: Actor, at: dt.datetime) -> SmtRole:
    """A role of every team again. Raises NotNow when another one is taken by the same members by now."""
    row = SmtRole.objects.select_for_update().get(pk=role.pk)
    if row.retired_at is None:
        return row
    row.retired_at = None
    _save(row)
    return _kept(row, "smt_role.brought_back", by=by, at=at)


def _kept(role: SmtRole, action: str, *, by: Actor, at: dt.datetime) -> SmtRole:
    kept: dict[str, Any] = {name: getattr(role, name) for name in KEPT}
    retired = role.retired_at is not None
    SmtRoleVersion.objects.create(of=role.pk, retired=retired, made_at=at, made_by=by.user, **kept)
    audit.record(action, by=by, at=at, obj=role, part=role.gets)
    return role


@transaction.atomic
def name(role: SmtRole, team: Team, user: User, *, by: Actor, at: dt.datetime) -> SmtSeat:
    """Let somebody of a team fill a role there. Twice is once. Raises NotNow for a retired role, for who is no member
    of the team, and for a role that gets something when they cannot get it, such as a chaplain."""
    row = SmtRole.objects.select_for_update().get(pk=role.pk)
    there = members(timezone.localdate(at)).filter(team=team, user=user)
    if row.retired_at is not None:
        raise NotNow(_("This role is retired. Bring it back first."))
    if not there.exists():
        raise NotNow(_("%(who)s is not in this team now.") % {"who": user.name})
    if row.gets != SmtGets.WAYS and not there.filter(role__in=HELPING).exists():
        raise NotNow(_("Nothing goes to %(who)s in this team. Choose a role that gets nothing.") % {"who": user.name})
    seat, made = SmtSeat.objects.get_or_create(
        role=row, team=team, user=user, ended_at=None, defaults={"since": at, "named_by": by.user}
    )
    if made:
        audit.record("smt_role.named", by=by, at=at, obj=row, part=f"team{team.pk}>user{user.pk}")
    return seat


@transaction.atomic
def end(seat: SmtSeat, *, by: Actor, at: dt.datetime) -> SmtSeat:
    """Somebody no longer fills the role; that they did stays. Twice is once."""
    row = SmtSeat.objects.select_for_update().get(pk=seat.pk)
    if row.ended_at is None:
        row.ended_at = max(at, row.since)
        row.save(update_fields=["ended_at"])
        audit.record("smt_role.ended", by=by, at=at, obj=row.role, part=f"team{row.team_id}>user{row.user_id}")
    return row


def members(day: dt.date) -> Any:
    """Who is in a Social Medical Team on ``day``, in a role that somebody can have there."""
    rows = Membership.objects.live_on(day).filter(team__kind=TeamKind.SMT, user__is_active=True)
    return rows.filter(role__in={*IN_A_TEAM, *HELPING}).select_related("team", "user").order_by("user__name", "pk")


@dataclass(frozen=True)
class Filled:
    """A role in one team: who has it by being named, with the row that says so, and who by what they are."""

    role: SmtRole
    named: Sequence[SmtSeat]
    others: Sequence[User]

    @property
    def is_hole(self) -> bool:
        return not self.named and not self.others


@dataclass(frozen=True)
class OfTeam:
    """A Social Medical Team: what it serves, who fills each role, and who is asked as what they are."""

    team: Team
    serves: Sequence[str]
    filled: Sequence[Filled]
    without: Sequence[Membership]


def by_team(day: dt.date) -> list[OfTeam]:
    """Every Social Medical Team. Five queries at any size."""
    seating = SmtRole.objects.seating()
    seats = list(SmtSeat.objects.filter(ended_at=None).select_related("user"))
    rows, there = Coverage.objects.live_on(day).filter(team__kind=TeamKind.SMT), list(members(day))
    serves = list(rows.select_related("unit", "location", "region"))
    found = []
    for team in Team.objects.filter(kind=TeamKind.SMT):
        placed = [(one, _place(seating, there, one)) for one in there if one.team_id == team.pk]
        filled = [
            Filled(
                role,
                [seat for seat in seats if (seat.role_id, seat.team_id) == (role.pk, team.pk)],
                _once(one.user for one, place in placed if place.role == role and not seating.named(role, team.pk)),
            )
            for role in seating.roles
            if role.retired_at is None
        ]
        where = [str(row).split(" → ")[-1] for row in serves if row.team_id == team.pk]
        found.append(OfTeam(team, where, filled, [one for one, place in placed if place.role is None]))
    return found


def _place(seating: Any, there: Sequence[Membership], one: Membership) -> Place:
    kinds = [other.role for other in there if (other.team_id, other.user_id) == (one.team_id, one.user_id)]
    place: Place = seating.place(one.team_id, one.user_id, kinds)
    return place


def _once(users: Any) -> list[User]:
    return list({user.pk: user for user in users}.values())


def versions(role: SmtRole) -> Sequence[SmtRoleVersion]:
    """What it was, the newest first."""
    return list(SmtRoleVersion.objects.filter(of=role.pk).select_related("made_by"))

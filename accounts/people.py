"""The people of the team: who may handle whom, which roles someone may give, and the list of the coordinator.

A coordinator of the desk handles everyone; one of another team its own people. An administrator handles everyone too,
and alone appoints administrators and privacy officers. Nobody changes their own role.
"""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import Role, TeamKind
from accounts.models import Absence, Membership, Team, User
from accounts.permissions import Refused
from accounts.roles import PEOPLE_APPOINT, PEOPLE_EDIT, RESERVED


class NotYours(Exception):
    """Someone may not do this to that person. ``str(error)`` is a calm sentence for who tried."""


def teams_of(by: Actor) -> "QuerySet[Team]":
    """The teams whose people ``by`` handles."""
    if by.may(PEOPLE_APPOINT):
        return Team.objects.all()
    if not by.may(PEOPLE_EDIT):
        return Team.objects.none()
    return Team.objects.filter(Q(pk__in=_coordinated(by)) | Q(Exists(_desk_of(by))))


def handled_by(by: Actor, day: dt.date) -> "QuerySet[User]":
    """Everyone in a team that ``by`` handles, on ``day`` or later. Who handles everyone keeps those who left."""
    inside = Membership.objects.filter(user=OuterRef("pk"), team__in=teams_of(by))
    if not by.may(PEOPLE_APPOINT):
        inside = inside.filter(Q(ends_on=None) | Q(ends_on__gte=day) | Q(Exists(_desk_of(by))))
    return User.objects.filter(Exists(inside))


def _coordinated(by: Actor) -> list[int]:
    return [team for team, roles in by.teams.items() if Role.COORDINATOR in roles]


def _desk_of(by: Actor) -> "QuerySet[Team]":
    """The desk, when ``by`` coordinates it, and with it everyone."""
    return Team.objects.filter(pk__in=_coordinated(by), kind=TeamKind.DESK)


def listed(by: Actor, day: dt.date, *, word: str = "", team: str = "", status: str = "") -> "QuerySet[User]":
    """The list: by name, with ``now`` (memberships of the day), ``coming`` absences and whether they are away.

    ``status`` is ``away``, ``closed`` or ``former``; without one it is everyone with a membership that counts or will.
    """
    today = Membership.objects.live_on(day)
    later = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), user=OuterRef("pk"))
    away = Absence.objects.filter(user=OuterRef("pk"), first_day__lte=day, last_day__gte=day)
    rows = handled_by(by, day).annotate(is_away=Exists(away), is_member=Exists(later))
    if status == "away":
        rows = rows.filter(is_away=True, is_active=True)
    elif status == "former":
        rows = rows.filter(Q(is_active=False) | Q(is_member=False))
    else:
        rows = rows.filter(is_active=True, is_member=True)
    if word:
        rows = rows.filter(Q(name__icontains=word) | Q(email__icontains=word))
    if team:
        rows = rows.filter(Exists(today.filter(user=OuterRef("pk"), team__code=team)))
    return rows.order_by("name", "pk").prefetch_related(
        Prefetch("memberships", today.select_related("team").order_by("pk"), to_attr="now"),
        Prefetch("absences", Absence.objects.not_over(day).select_related("deputy"), to_attr="coming"),
    )


def person_for(by: Actor, public_id: UUID, *, day: dt.date, action: str) -> User:
    """The one door to a person of the team. Raises Refused (404 and an audit line) for anyone else's."""
    found = handled_by(by, day).filter(public_id=public_id).first()
    if found is None:
        raise Refused(action, basis="not handled or not existing")
    return found


def roles_for(by: Actor) -> list[tuple[str, str]]:
    """The roles that ``by`` may give, as choices."""
    return [(code, str(label)) for code, label in Role.choices if code not in RESERVED or by.may(PEOPLE_APPOINT)]


def must_handle(by: Actor, user: User | None, *, team: Team, role: str) -> None:
    """Raises NotYours unless ``by`` may give or take this role of this person in this team."""
    if user is not None and user.pk == by.user_id:
        raise NotYours(_("You cannot change your own role. Ask a colleague who may."))
    if role in RESERVED and not by.may(PEOPLE_APPOINT):
        raise NotYours(_("Only an administrator gives or takes this role."))
    if not teams_of(by).filter(pk=team.pk).exists():
        raise NotYours(_("You do not handle the people of this team."))


def stays_open(by: Actor) -> bool:
    """Whether the account of who acts is open; until this transaction ends nobody closes it. One query."""
    return stay_open([by.user_id or 0])


def stay_open(ids: Collection[int]) -> bool:
    """The same for all of these people, locked in the order in which everybody takes them. One query."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=ids, is_active=True).order_by("pk")
    return len(rows.values_list("pk")) == len(set(ids))


def is_last_administrator(user: User, day: dt.date) -> bool:
    """Whether nobody else would administer the site from ``day`` on."""
    ruling = Membership.objects.live_on(day).filter(role=Role.ADMINISTRATOR, user__is_active=True)
    lasting = ruling.filter(ends_on=None).exclude(user=user)
    return ruling.filter(user=user).exists() and not lasting.exists()


def lock_administrators() -> None:
    """Two administrators who end each other at the same moment wait for one another, or nobody would be left. Call it
    in the transaction that then asks ``is_last_administrator``, before other rows are locked."""
    list(Membership.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk").values_list("pk"))

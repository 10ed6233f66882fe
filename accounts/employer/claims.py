"""From claims to a unit and memberships. What came from a claim ends with it; what a person made stays."""

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.actors import system
from accounts.employer.configuration import ClaimTable
from accounts.models import Membership, Team, Unit, User

log = logging.getLogger("accounts.employer")
BY = system("employer log-in")


@dataclass(frozen=True)
class Wanted:
    """What the claims of this moment say: a unit's code (empty: not said), (team code, role), and a name."""

    unit: str = ""
    name: str = ""
    roles: frozenset[tuple[str, str]] = frozenset()


def wanted(claims: dict[str, Any], table: ClaimTable) -> Wanted:
    """Pure: what these claims mean by this table. A claim may be one text or a list of texts."""
    unit = next(iter(_texts(claims.get(table.unit_claim))), "") if table.unit_claim else ""
    roles = {(rule.team, rule.role) for rule in table.roles if rule.value in _texts(claims.get(rule.claim))}
    name = " ".join(next(iter(_texts(claims.get("name"))), "").split())[:120]
    return Wanted(unit=table.units.get(unit, unit.lower()), name=name, roles=frozenset(roles))


@transaction.atomic
def follow(user: User, said: Wanted, *, at: dt.datetime) -> None:
    """Bring the unit and the memberships in line with what was said. Twice is harmless."""
    user = User.objects.select_for_update().get(pk=user.pk)
    _follow_unit(user, said.unit, at)
    if said.roles and said.name and not user.name:  # colleagues are known by their name; clients have none here
        user.name = said.name
        user.save(update_fields=["name"])
    day = timezone.localdate(at)
    live = list(Membership.objects.filter(user=user).live_on(day).select_related("team"))
    have = {(row.team.code, row.role) for row in live}
    teams = {team.code: team for team in Team.objects.filter(code__in={code for code, _role in said.roles})}
    for code, role in sorted(said.roles - have):
        if code in teams:
            _join(user, teams[code], role, day, at)
        else:
            log.error("NABIJ_OIDC_CLAIMS names a team that does not exist: %s", code)
    for row in live:
        if row.from_claim and (row.team.code, row.role) not in said.roles:
            _leave(row, day, at)


def _follow_unit(user: User, code: str, at: dt.datetime) -> None:
    """A unit we do not know, or none, leaves none: an old one would be a guess."""
    unit = Unit.objects.filter(code=code).first() if code else None
    if user.employer_unit_id == (unit.pk if unit else None):
        return
    user.employer_unit = unit
    user.save(update_fields=["employer_unit"])
    audit.record("user.unit_followed", by=BY, at=at, obj=user, basis="claim")


def _join(user: User, team: Team, role: str, day: dt.date, at: dt.datetime) -> None:
    """One that ended today and comes back today is the same row again."""
    row, made = Membership.objects.get_or_create(
        user=user, team=team, role=role, starts_on=day, defaults={"from_claim": True}
    )
    if not made:
        row.ends_on, row.from_claim = None, True
        row.save(update_fields=["ends_on", "from_claim"])
    audit.record("membership.claimed", by=BY, at=at, obj=row, basis="claim")


def _leave(row: Membership, day: dt.date, at: dt.datetime) -> None:
    """It counts no longer today; one that began today never was."""
    audit.record("membership.claim_gone", by=BY, at=at, obj=row, basis="claim")
    if row.starts_on >= day:
        row.delete()
        return
    row.ends_on = day - dt.timedelta(days=1)
    row.save(update_fields=["ends_on"])


def _texts(claim: Any) -> list[str]:
    given = claim if isinstance(claim, list) else [claim]
    return [one for one in given if isinstance(one, str)]

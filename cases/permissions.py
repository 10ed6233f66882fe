"""The one door to a case: ``case_for``. Invisible answers like missing (404); visible but not allowed is 403."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models.functions import Greatest

from accounts import audit, roles
from accounts.actors import Actor
from accounts.counting import recall_objects, who
from accounts.models import User
from accounts.permissions import Refused
from accounts.roles import CASE_CONTACT, CASE_VIEW, PERMISSIONS
from cases.enums import AccessReason, AccessScope
from cases.models import Case, CaseAccess
from cases.models.case import CaseQuerySet

Also = Callable[[], Mapping[str, Any]]  # a function of a module: what a query works out along the way
OWN_CASE = roles.OWN_CASE  # what a client or follower may do with their own case
FAMILY_NAMED = "family.named"  # know that one is named as contact person, and nothing else
FAMILY_DATES = "family.dates"
FAMILY_MESSAGES = "family.messages"
FAMILY_JOINT = "family.joint"
OUTSIDE = {
    # what a row gives to someone who has no role in it
    AccessScope.CLIENT: frozenset({OWN_CASE}),
    AccessScope.NAMED: frozenset({FAMILY_NAMED}),
    AccessScope.DATES: frozenset({FAMILY_NAMED, FAMILY_DATES}),
    AccessScope.MESSAGES: frozenset({FAMILY_NAMED, FAMILY_DATES, FAMILY_MESSAGES}),
    AccessScope.JOINT: frozenset({FAMILY_NAMED, FAMILY_JOINT}),
}
SCOPE_LIMITS = {AccessScope.FULL: None, AccessScope.CONTACT: frozenset({CASE_VIEW, CASE_CONTACT})}


def grants_of(case_id: UUID, actor: Actor, at: dt.datetime) -> list[CaseAccess]:
    """The rows that let this actor in now, widest first."""
    rows = recall_objects(
        ("grants", *who(actor)), at, lambda pk: CaseAccess.objects.filter(case_id=pk).granting(actor, at), case_id
    )
    return sorted(
        rows,
        key=lambda row: list(AccessScope).index(AccessScope(row.scope)),
    )


def permissions_on(case_id: UUID, actor: Actor, at: dt.datetime) -> frozenset[str]:
    """Everything this actor may do with this case now: role and access row together."""
    return _let_in(case_id, actor, at)[1]


def _let_in(case_id: UUID, actor: Actor, at: dt.datetime) -> tuple[list[CaseAccess], frozenset[str]]:
    """The rows that let this actor in, and everything they may do."""
    if actor.kind == "follower":
        return [], frozenset({OWN_CASE}) if actor.case_id == case_id else frozenset()
    rows = grants_of(case_id, actor, at)
    return rows, _allowed(rows, actor)


def on_each(case_ids: Collection[UUID], actor: Actor, at: dt.datetime) -> dict[UUID, frozenset[str]]:
    """What ``permissions_on`` says of each of these cases. One query."""
    rows: dict[UUID, list[CaseAccess]] = {pk: [] for pk in case_ids}
    for row in CaseAccess.objects.filter(case__in=case_ids).granting(actor, at):
        rows[row.case_id].append(row)
    return {pk: _allowed(found, actor) for pk, found in rows.items()}


def _allowed(rows: list[CaseAccess], actor: Actor) -> frozenset[str]:
    """Everything that these rows and the roles in them give."""
    allowed: set[str] = set()
    for row in rows:
        if row.scope in OUTSIDE:
            allowed |= OUTSIDE[AccessScope(row.scope)]
            continue
        roles = actor.teams.get(row.team_id, frozenset()) if row.team_id else actor.roles
        given = frozenset().union(*(PERMISSIONS.get(role, frozenset()) for role in roles))
        limit = SCOPE_LIMITS[AccessScope(row.scope)]
        allowed |= given if limit is None else given & limit
    return frozenset(allowed)


def must_have(permission: str, case_id: UUID, *, by: Actor, at: dt.datetime, action: str) -> None:
    """For a verb, whoever calls it: raises Refused unless ``by`` may do this with the case now, and their account is
    still open. What is due by the clock is done by nobody, and may."""
    if by.kind == "system":
        return
    is_open = by.user_id is None or User.objects.filter(pk=by.user_id, is_active=True).exists()
    if not is_open or permission not in permissions_on(case_id, by, at):
        raise Refused(action, case_id=case_id, basis=f"verb needs {permission}")


def case_for(
    actor: Actor,
    reference: str,
    *,
    needs: str,
    at: dt.datetime,
    part: str = "",
    lock: bool = False,
    related: tuple[str, ...] = (),
    also: Also | None = None,
) -> Case:
    """The case with this reference, if the actor may do ``needs`` with it.

    Raises Refused: 404 when it does not exist or is invisible, 403 when it is visible but this is not allowed.
    With ``part`` the view is written to the audit before the page is made (fail closed). ``lock`` takes the row FOR
    UPDATE and needs a transaction. ``related`` names what is read along in the same query, ``also`` gives what
    is worked out there. The permissions found are kept on ``case.allowed``, the rows that gave them on ``case.let_in``.
    """
    given = reference.strip().upper()
    if lock:
        case = _visible(actor, at, related, also).select_for_update(of=("self",)).filter(reference=given).first()
    else:
        key = ("case", *who(actor), related, also)
        found = recall_objects(key, at, lambda text: _visible(actor, at, related, also).filter(reference=text), given)
        case = next(iter(found), None)
    if case is None:
        raise Refused(f"{needs}:{part or 'open'}", basis="not visible or not existing", case_id=_known(reference))
    case.let_in, case.allowed = _let_in(case.pk, actor, at)  # type: ignore[attr-defined]
    if needs not in case.allowed:  # type: ignore[attr-defined]
        raise Refused(f"{needs}:{part or 'open'}", visible=True, case_id=case.pk, basis="visible, not allowed")
    if part:
        audit.record("case.viewed", by=actor, at=at, case_id=case.pk, obj=case, part=part)
    return case


def cases_for(
    actor: Actor, references: Sequence[str], *, needs: str, at: dt.datetime
) -> tuple[list[Case], list[Refused]]:
    """``case_for`` for many at once: those in which the actor may do ``needs``, taken FOR UPDATE, and why the others
    are not among them. They are locked in the order of their ids, so that two who do this never wait for each other.
    Four queries."""
    given = dict.fromkeys(reference.strip().upper() for reference in references)
    seen = Case.objects.visible_to(actor, at).filter(reference__in=given).order_by("pk")
    ids = list(seen.select_for_update(of=("self",)).values_list("pk", flat=True))
    found = {case.reference: case for case in Case.objects.filter(pk__in=ids).select_related("data_key", "owner")}
    known = dict(Case.objects.filter(reference__in=given).values_list("reference", "pk"))
    allowed = on_each(ids, actor, at)
    refused = []
    for reference in given:
        if reference not in found:
            hidden = known.get(reference)
            refused.append(Refused(f"{needs}:open", basis="not visible or not existing", case_id=hidden))
        elif needs not in allowed[found[reference].pk]:
            pk = found[reference].pk
            refused.append(Refused(f"{needs}:open", visible=True, case_id=pk, basis="visible, not allowed"))
    return [found[one] for one in given if one in found and needs in allowed[found[one].pk]], refused


def _visible(actor: Actor, at: dt.datetime, related: tuple[str, ...], also: Also | None) -> CaseQuerySet:
    cases = Case.objects.visible_to(actor, at).select_related("data_key", *related)
    return cases.annotate(**also()) if also else cases


def _known(reference: str) -> UUID | None:
    """The id for the audit line of a refusal; the refused person never learns it."""
    return Case.objects.filter(reference=reference.strip().upper()).values_list("pk", flat=True).first()


def grant(
    case: Case,
    *,
    reason: AccessReason,
    at: dt.datetime,
    team_id: int | None = None,
    user_id: int | None = None,
    scope: AccessScope = AccessScope.FULL,
    ends_at: dt.datetime | None = None,
    source: str = "",
) -> None:
    """Let a team or a user in from ``at`` on; the same open row is never made twice."""
    CaseAccess.objects.bulk_create(
        [
            CaseAccess(
                case=case,
                team_id=team_id,
                user_id=user_id,
                scope=scope,
                reason=reason,
                starts_at=at,
                ends_at=ends_at,
                source=source,
            )
        ],
        ignore_conflicts=True,
    )


def end_access(case: Case, *, at: dt.datetime, **which: object) -> int:
    """End the open rows that match ``which`` (field lookups such as ``team_id`` or ``source``); returns how many. One
    that began after ``at``, while this verb waited for the case, never counted."""
    return (
        CaseAccess.objects.filter(case=case, ends_at=None, **which)
        .exclude(reason=AccessReason.BLOCKED)
        .update(ends_at=Greatest("starts_at", at))
    )


def end_deputies(case: Case, *, at: dt.datetime) -> None:
    """Nobody stands in any more, because the worker no longer has the case. What was still to begin goes."""
    _end_early(case, AccessReason.DEPUTY, at)


def end_consultations(case: Case, *, at: dt.datetime) -> None:
    """Nobody who was consulted reads along any more."""
    _end_early(case, AccessReason.CONSULTATION, at)


def _end_early(case: Case, reason: AccessReason, at: dt.datetime) -> None:
    rows = CaseAccess.objects.filter(case=case, reason=reason, ends_at__gt=at)
    rows.filter(starts_at__gte=at).delete()
    rows.update(ends_at=at)

"""What follows when a hand-over comes back: see STEERS. A worker without room makes way for the next one by itself.

The client's yes to a team covers whoever works there; a yes to one person covers nobody else, so then the client is
asked again (ADR 28).
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor, system
from accounts.duty import load_calendar
from accounts.models import Membership, User
from accounts.permissions import Refused
from accounts.roles import CASE_WORK
from cases import links, merging
from cases.deadlines import referral_clock
from cases.enums import CaseState
from cases.models import Case
from cases.moves import NotNow, locked
from cases.permissions import permissions_on
from referrals import coordinators
from referrals.destinations import rule_of
from referrals.enums import Consent, MatchStep, ReferralState
from referrals.finding import suited
from referrals.matching import Candidate, chosen
from referrals.matching import client as clients
from referrals.matching.people import members
from referrals.models import Referral
from referrals.moves import not_yet, receivers
from referrals.offering import ask_client, put_out
from referrals.reaching import load_arranged

BY = system("referral.next")
KEPT = (
    "case", "kind", "destination", "created_by", "urgency", "urgency_rank", "summary", "reason", "choice_reason",
    "share_contact", "warm", "decided_by", "decided_at",
)  # fmt: skip
"""What the next worker is offered just as the one before."""
YES = (
    "consent", "consent_at", "consent_recorded_by", "overridden_by", "override_reason", "untold_reason",
)  # fmt: skip
"""What counts for a colleague of the team that was asked too."""


class NotJoined(NotNow):
    """The other case is not one in which this worker helps this client."""


def ask_next(case: Case, returned: Referral, *, at: dt.datetime, but_team: int | None = None) -> Referral | None:
    """Offer a case that came back to the next worker, or ask the client whether it may go to them. Both rows are
    locked. None when nobody is left, or a person has to decide: then the desk looks. ``but_team`` has no room at all,
    as its coordinator said."""
    to = next_candidate(case, returned, at, but_team=but_team)
    if to is None or not_yet(case):
        return None
    covered = returned.to_user_id is None and to.team.pk == returned.to_team_id
    if returned.overridden_by_id and not covered:
        return None  # whoever decided that it could not wait for a yes did so for those who were asked
    row = _like(returned, to, at)
    for name in YES if covered else ():
        setattr(row, name, getattr(returned, name))
    _put(case, row, BY, at)
    return put_out(row, by=BY, at=at) if covered else ask_client(case, row, by=BY, at=at)


def ask_instead(case: Case, before: Referral, user: User, *, by: Actor, at: dt.datetime) -> Referral | None:
    """Ask the client whether what was meant for somebody may go to ``user``: a yes to one person covers nobody else.
    Both rows are locked, and ``before`` is over. None when ``user`` cannot answer, or a person has to decide: what went
    on without a yes, or what waits for the coordinator. Then the desk looks."""
    rule, client = rule_of(before.destination), clients.of_case(case, None, at)[0]
    roles = Membership.objects.live_on(timezone.localdate(at)).filter(user=user, team__kind__in=rule.teams)
    roles = roles.filter(role__in=[*rule.roles]).select_related("team").order_by("pk")
    team = next((one.team for one in sorted(roles, key=lambda one: one.team_id != before.to_team_id)), None)
    asked = user.pk in client.not_users or user.pk in _asked(case)[0]
    moved = before.decided_by_id is None and coordinators.moved_before(case)
    undecided = before.overridden_by_id is not None or moved
    if team is None or asked or undecided or case.state != CaseState.IN_TRIAGE or not_yet(case):
        return None
    row = _like(before, chosen(team, user), at)
    if not receivers(row, at):
        return None
    _put(case, row, by, at)
    return ask_client(case, row, by=by, at=at)


def _like(before: Referral, to: Candidate, at: dt.datetime) -> Referral:
    """The same hand-over to somebody else, not kept yet, and without a yes."""
    row = Referral(
        to_team=to.team, to_user=to.user, match_step=to.step, match_name=to.name, created_at=at,
        state=ReferralState.AWAITING_CONSENT, consent=Consent.ASKED, **{name: getattr(before, name) for name in KEPT},
    )  # fmt: skip
    row.remind_at, row.due_at = referral_clock(row.case.urgency, at, load_calendar())  # for the client's answer
    return row


def _put(case: Case, row: Referral, by: Actor, at: dt.datetime) -> None:
    row.save(force_insert=True)
    audit.record("referral.proposed", by=by, at=at, case_id=case.pk, obj=row, part=str(row.kind))


def next_candidate(case: Case, returned: Referral, at: dt.datetime, *, but_team: int | None = None) -> Candidate | None:
    """The next one who may be asked: of the team that was asked the least busy colleague, then as matching ranks them;
    of a team in which somebody was asked before, the least busy of the others. Nobody is asked twice, and nobody who
    has no room, is away, or whom one of the desk looks at now."""
    users, teams = _asked(case)
    team = returned.to_team
    same = returned.to_user_id is None and team is not None and team.pk != but_team
    if same and team is not None and (colleague := _colleague(returned, users, at)):
        return Candidate(MatchStep(returned.match_step), returned.match_name, team, colleague)
    found = suited(
        case, at, destination=returned.destination, by=None, calendar=load_calendar(), arranged=load_arranged()
    )
    for one in found.candidates:
        barred = one.team.pk == but_team or (one.user is not None and one.user.pk in users)
        if barred or one.full or one.held_by or one.close or one.away_until is not None:
            continue
        asks = Referral(
            case=case, to_team=one.team, to_user=one.user, created_by=returned.created_by,
            destination=returned.destination,
        )  # fmt: skip
        whole = one.user is not None or (one.team.pk not in teams and not _has_any(asks, users, at))
        if whole and receivers(asks, at):
            return one
        if not whole and (colleague := _colleague(asks, users, at)):
            return replace(one, user=colleague)
    return None


def helped_case(reference: str, *, by: Actor, at: dt.datetime) -> Case:
    """The case with this reference in which ``by`` helps a client; raises NotJoined for any other."""
    try:
        found = links.other_of(reference, by=by, at=at)
    except NotNow as error:
        raise NotJoined(str(error)) from error
    if CASE_WORK not in permissions_on(found.pk, by, at):
        raise NotJoined(_("You do not work on this case. Choose another reason, and write what you know."))
    return found


def join(case: Case, other: Case, *, by: Actor, reason: str, at: dt.datetime) -> bool:
    """Link a case that came back with the other one of this client, and put them together where both are at rest;
    says whether that was so. ``other`` is a case that ``by`` works on: raises Refused for any other, NotJoined when
    they are of two accounts."""
    if CASE_WORK not in permissions_on(other.pk, by, at):
        raise Refused("case.linked", case_id=other.pk, basis="does not work on the other one")
    try:
        links.link(case, other, reason=reason, by=by, at=at)
    except NotNow as error:
        raise NotJoined(str(error)) from error
    try:
        with transaction.atomic():
            merging.merge(case, other, reason=reason, by=by, at=at)
    except NotNow:
        return False
    return True


def lock_both(case_id: UUID, other: Case) -> None:
    """The rows of both in the order in which everybody takes them, so that no two block each other."""
    for pk in sorted((case_id, other.pk)):
        locked(Case(pk=pk))


def _asked(case: Case) -> tuple[set[int], set[int]]:
    """The people and the whole teams that did not take this case. One query."""
    rows = Referral.objects.filter(case=case, state__in=[ReferralState.RETURNED, ReferralState.EXPIRED])
    found = list(rows.values_list("answered_by", "answered_for", "to_user", "to_team"))
    users = {by for by, answered_for, _user, _team in found if by and not answered_for}
    users |= {to_user for _by, _for, to_user, _team in found if to_user}
    return users, {team for _by, _for, to_user, team in found if to_user is None and team}


def _has_any(asks: Referral, users: Collection[int], at: dt.datetime) -> bool:
    return any(user.pk in users for user in receivers(asks, at))


def _colleague(asks: Referral, asked: Collection[int], at: dt.datetime) -> User | None:
    """The least busy of those of the same team who answer as this destination, were not asked, are there and have
    room. Five queries."""
    rule, client = rule_of(asks.destination), clients.of_case(asks.case, None, at)[0]
    able = {user.pk for user in receivers(asks, at)} - {*asked, *client.not_users}
    free = [
        one.someone
        for one in members([asks.to_team_id or 0], [], rule.teams, rule.roles, None, at)
        if one.team.pk == asks.to_team_id and one.someone.user.pk in able and one.away_until is None
        and not one.someone.room.is_full and not one.someone.held_by
    ]  # fmt: skip
    best = min(free, key=lambda one: (one.room.load, one.user.pk), default=None)
    return best.user if best else None

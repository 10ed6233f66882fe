"""Who can be asked at each kind of destination, and the check that a hand-over keeps to the table of destinations.

Matching finds who serves a unit; this adds what only one destination knows: the places in a Social Medical Team, the
office of a service branch, the registration of a coach, the teams of other regions.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import registrations
from accounts.actors import Actor
from accounts.calendar import Calendar
from accounts.enums import TeamKind
from accounts.models import Membership, Registration, Substitution, Team, User
from cases.models import Case, CaseAccess, Mediation
from cases.moves import NeedsReason, NotNow
from referrals.destinations import Rule, must_allow, must_take, rule_of
from referrals.enums import Destination, MatchStep, ReferralState, Travel
from referrals.matching import NOT_AGAIN, Candidate, candidates
from referrals.models import BranchOffice, Referral
from referrals.permissions import ANSWERING_ROLES
from referrals.reaching import SmtRoleFacts, closed_words


@dataclass(frozen=True)
class Suited(Candidate):
    """A candidate, with what the kind of destination adds: their place in a team, a register, when they answer."""

    told: tuple[str, ...] = ()

    @property
    def because(self) -> str:
        found = [] if self.told and self.step == MatchStep.CHOSEN else [super().because]
        return ". ".join([*self.told, *found])


@dataclass(frozen=True)
class Found:
    """Who can be asked, nearest first; and what is missing, in sentences."""

    candidates: list[Suited] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """For which case, as what, when and by whom somebody is looked for. ``places`` are those in a team of a mission."""

    case: Case
    rule: Rule
    at: dt.datetime
    by: Actor | None
    places: Sequence[SmtRoleFacts]

    def matching(self, destination: str = "") -> list[Candidate]:
        """Whom matching finds, there or at another destination."""
        return candidates(self.case, self.at, destination=destination or self.rule.code, by=self.by)


def suited(
    case: Case,
    at: dt.datetime,
    *,
    destination: str,
    by: Actor | None,
    calendar: Calendar,
    places: Sequence[SmtRoleFacts],
) -> Found:
    """Who can be asked at this destination. At most two queries more than matching itself."""
    rule = rule_of(destination)
    if not rule.moves:
        return Found()
    found = FINDERS.get(destination, _by_matching)(Asked(case, rule, at, by, places))
    return replace(found, candidates=[_with_hours(one, at, calendar) for one in found.candidates])


def _by_matching(asked: Asked) -> Found:
    return Found([_suited(one) for one in asked.matching()])


def _office(asked: Asked) -> Found:
    """Of the offices for deployments that of the branch of the client's unit; without one those that no branch has to
    itself (decision 4)."""
    found = _by_matching(asked).candidates
    offices = {one.team.pk for one in found if one.team.kind == TeamKind.BIU}
    if len(offices) < 2:
        return Found(found)
    of_branch = dict(BranchOffice.objects.values_list("branch_id", "team_id"))
    own = of_branch.get(asked.case.unit.branch_id if asked.case.unit else 0)
    kept = offices & ({own} if own else offices - set(of_branch.values())) or offices
    return Found([one for one in found if one.team.kind != TeamKind.BIU or one.team.pk in kept])


def _smt(asked: Asked) -> Found:
    """The people of each team by their place in it, then the team as a whole; places that nobody has are told."""
    found = _office(asked).candidates
    teams = {one.team.pk: one for one in reversed(found) if one.user is None and one.team.kind == TeamKind.SMT}
    if not teams:
        return Found(found)
    places = {place.role: place for place in asked.places}
    rows = _members(asked).filter(team__in=list(teams), role__in=[*places, *asked.rule.roles])
    people, taken = [], set()
    for row in sorted(rows, key=lambda row: (places[row.role].order if row.role in places else 99, row.user.name)):
        taken.add((row.team_id, row.role))
        if row.role in ANSWERING_ROLES:
            told = (str(places.get(row.role) or row.get_role_display()),)
            people.append(_made(row.team, row.user, row.load, told, like=teams[row.team_id]))
    lacks = [
        _("%(team)s has nobody for: %(role)s.") % {"team": one.team, "role": place}
        for pk, one in teams.items()
        for place in places.values()
        if (pk, place.role) not in taken
    ]
    named = {one.key for one in people}
    return Found([*people, *(one for one in found if one.key not in named)], lacks)


def _elsewhere(asked: Asked) -> Found:
    """Regional teams that do not serve the client's unit, the least busy first."""
    own = {one.team.pk for one in asked.matching(Destination.REGIONAL_DIRECT)}
    rows = _members(asked).filter(team__kind=TeamKind.REGIONAL, role__in=asked.rule.roles).exclude(team__in=own)
    said, teams = _("Does not serve this unit"), dict[int, list[Any]]()
    for row in rows:
        teams.setdefault(row.team_id, []).append(row)
    made = [
        replace(_made(rows[0].team, None, sum(row.load for row in rows), (said,)), workers=len(rows))
        for rows in teams.values()
    ]
    return Found(sorted(made, key=lambda one: (one.load / one.workers, str(one.team))))


def _coaches(asked: Asked) -> Found:
    """Coaches whose registration was looked up less than a year ago, the least busy first (R19)."""
    day, rule = timezone.localdate(asked.at), asked.rule
    rows = {row.user_id: row for row in _members(asked).filter(team__kind__in=rule.teams, role__in=rule.roles)}
    sound: dict[int, Registration] = {}
    for one in Registration.objects.filter(user__in=rows, as_coach=True).order_by("checked_on"):
        if registrations.is_sound(one, day):
            sound[one.user_id] = one
    made = [
        _made(row.team, row.user, row.load, (_register(sound[user]),)) for user, row in rows.items() if user in sound
    ]
    missing = sorted(row.user.name for user, row in rows.items() if user not in sound)
    lacks = [_("Not shown, because no register was looked up this year: %(names)s.") % {"names": ", ".join(missing)}]
    return Found(sorted(made, key=lambda one: (one.load, one.who)), lacks if missing else [])


FINDERS: dict[str, Callable[[Asked], Found]] = {
    Destination.SMT: _smt, Destination.BIU: _office, Destination.OTHER_REGION: _elsewhere, Destination.COACH: _coaches,
}  # fmt: skip


def must_fit(to: Candidate, *, destination: str, summary: str, reason: str, at: dt.datetime) -> None:
    """That a case, with this summary, may go to this team or worker as this kind of destination, whoever calls. Raises
    NotNow, and NeedsReason where this destination asks for one."""
    rule = must_take(destination)
    must_allow(destination, (Travel.SUMMARY, Travel.CONTACT), summary)
    if rule.reason and not reason.strip():
        raise NeedsReason(str(rule.reason))
    day = timezone.localdate(at)
    there = Membership.objects.live_on(day).filter(team=to.team.pk, role__in=rule.roles)
    if to.user is not None:
        stood_in_for = Substitution.objects.filter(deputy=to.user.pk, first_day__lte=day, last_day__gte=day)
        there = there.filter(Q(user=to.user.pk) | Q(user__in=stood_in_for.values("user")))
    if to.team.kind not in rule.teams or not there.exists():
        raise NotNow(_("%(who)s does not answer as: %(to)s. Choose someone else.") % {"who": to.who, "to": rule.label})
    if destination == Destination.COACH:
        _must_be_registered(to, at)


def _must_be_registered(to: Candidate, at: dt.datetime) -> None:
    if to.user is None:
        raise NotNow(_("Choose one coach, not a whole team."))
    if registrations.as_coach(to.user, timezone.localdate(at)) is None:
        raise NotNow(_("The registration of %(who)s was not looked up this year.") % {"who": to.user.name})


def _members(asked: Asked) -> Any:
    """Who may be asked about this case, with their open cases; not who is kept out of it, returned it as not fit, or
    leads a talk that this client takes part in."""
    case = asked.case
    returned = Referral.objects.filter(case=case, state=ReferralState.RETURNED, return_reason__in=NOT_AGAIN)
    owned = Case.objects.open().filter(owner=OuterRef("user")).order_by().values("owner").annotate(n=Count("pk"))
    return (
        Membership.objects.live_on(timezone.localdate(asked.at))
        .filter(user__is_active=True)
        .exclude(user__in=CaseAccess.objects.keeping_out_of(case).values("user"))
        .exclude(user__in=returned.filter(answered_by__isnull=False).values("answered_by"))
        .exclude(user__in=Mediation.objects.filter(case=case, ended_at=None).values("leader"))
        .select_related("user", "team")
        .annotate(load=Coalesce(Subquery(owned.values("n")), 0))
        .order_by("team_id", "user_id", "pk")
    )


def _suited(one: Candidate, told: Iterable[str] = ()) -> Suited:
    plain = {item.name: getattr(one, item.name) for item in fields(Candidate)}
    return Suited(**plain, told=tuple(told))


def _made(team: Team, user: User | None, load: int, told: tuple[str, ...], like: Candidate | None = None) -> Suited:
    """Somebody whom matching does not name, found as ``like`` was."""
    if like is None:
        return Suited(MatchStep.CHOSEN, "", team, user, load=load, told=told)
    return Suited(like.step, like.name, team, user, load=load, close=like.close, told=told)


def _with_hours(one: Suited, at: dt.datetime, calendar: Calendar) -> Suited:
    """Says so when their team does not answer now."""
    closed = closed_words(one.team.code, at, calendar)
    return replace(one, told=(*one.told, closed.rstrip("."))) if closed else one


def _register(row: Registration) -> str:
    day = date_format(row.checked_on, "j F Y")
    return _("Registered: %(register)s, looked up on %(day)s") % {"register": row, "day": day}

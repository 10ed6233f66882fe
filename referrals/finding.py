"""Who can be asked at each kind of destination, and the check that a hand-over keeps to the table of destinations.

Matching finds who serves a unit; this adds what only one destination knows: the places in a Social Medical Team, the
office of a service branch, the registration of a coach, the teams of other regions.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import registrations
from accounts.actors import Actor
from accounts.calendar import Calendar
from accounts.enums import Role, TeamKind
from accounts.models import Membership, Registration, Substitution
from cases.models import Case
from cases.moves import NeedsReason, NotNow
from referrals.destinations import Rule, must_allow, must_take, rule_of
from referrals.enums import Destination, MatchStep, Travel
from referrals.matching import Candidate, Place, candidates
from referrals.matching import client as clients
from referrals.matching.client import Client
from referrals.matching.people import Member, everyone
from referrals.matching.ranking import as_candidate, as_they_are
from referrals.models import BranchOffice
from referrals.permissions import ANSWERING_ROLES
from referrals.present import NOWHERE
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
    members, client = _members(asked, [*places, *asked.rule.roles])
    people, taken = [], set()
    for one in sorted(members, key=lambda one: (places[one.role].order if one.role in places else 99, _name(one))):
        if one.team.pk not in teams:
            continue
        taken.add((one.team.pk, one.role))
        if one.role in ANSWERING_ROLES:
            told = (str(places.get(one.role) or Role(one.role).label),)
            people.append(_worker(one, client, told, like=teams[one.team.pk]))
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
    teams: dict[int, list[Member]] = {}
    for one in _members(asked, asked.rule.roles)[0]:
        if one.team.pk not in own:
            teams.setdefault(one.team.pk, []).append(one)
    said = (_("Does not serve this unit"),)
    made = [_suited(as_they_are(NOWHERE, those, None), said) for those in teams.values()]
    return Found(sorted(made, key=lambda one: (one.full, one.load / one.workers, str(one.team))))


def _coaches(asked: Asked) -> Found:
    """Coaches whose registration was looked up less than a year ago, the least busy first (R19)."""
    members, client = _members(asked, asked.rule.roles)
    sound: dict[int, Registration] = {}
    registered = Registration.objects.filter(user__in=[one.someone.user.pk for one in members], as_coach=True)
    for row in registered.order_by("checked_on"):
        if registrations.is_sound(row, timezone.localdate(asked.at)):
            sound[row.user_id] = row
    made = [
        _worker(one, client, (_register(sound[one.someone.user.pk]),))
        for one in members
        if one.someone.user.pk in sound
    ]
    missing = sorted(_name(one) for one in members if one.someone.user.pk not in sound)
    lacks = [_("Not shown, because no register was looked up this year: %(names)s.") % {"names": ", ".join(missing)}]
    return Found(sorted(made, key=lambda one: (one.full, one.load, one.who)), lacks if missing else [])


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


def _members(asked: Asked, roles: Sequence[str]) -> tuple[list[Member], Client]:
    """Who may be asked about this case in one of these roles, and what its client says about who should help: not
    whoever matching would leave out either. Three queries."""
    client, _chain = clients.of_case(asked.case, asked.by, asked.at)
    found = everyone(asked.rule.teams, asked.at, roles=roles, by=asked.by)
    return [
        one for one in found if one.someone.user.pk not in client.not_users and one.team.pk not in client.not_teams
    ], client


def _suited(one: Candidate, told: Iterable[str] = ()) -> Suited:
    plain = {item.name: getattr(one, item.name) for item in fields(Candidate)}
    return Suited(**plain, told=tuple(told))


def _worker(one: Member, client: Client, told: Iterable[str], like: Candidate | None = None) -> Suited:
    """Somebody whom matching does not name, found as ``like`` was."""
    place = Place(like.step, like.name) if like else NOWHERE
    deputy = one.deputy.user.name if one.deputy else ""
    made = as_candidate(place, one, one.someone, client, away_until=one.away_until, deputy=deputy)
    return replace(_suited(made, told), close=like is not None and like.close)


def _name(one: Member) -> str:
    return one.someone.user.name


def _with_hours(one: Suited, at: dt.datetime, calendar: Calendar) -> Suited:
    """Says so when their team does not answer now."""
    closed = closed_words(one.team.code, at, calendar)
    return replace(one, told=(*one.told, closed.rstrip("."))) if closed else one


def _register(row: Registration) -> str:
    day = date_format(row.checked_on, "j F Y")
    return _("Registered: %(register)s, looked up on %(day)s") % {"register": row, "day": day}

"""Who can be asked at each kind of destination, and the check that a hand-over keeps to the table of destinations.

Matching finds who serves a unit; this adds what only one destination knows: the places in a Social Medical Team, the
office of a service branch, the registration of a coach, the teams of other regions.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import registrations
from accounts.actors import Actor
from accounts.calendar import Calendar
from accounts.enums import TeamKind
from accounts.models import Membership, Registration, Substitution, Unit
from cases.cautions import other_may_be_client
from cases.models import Case, CaseAccess, Mediation
from cases.moves import NeedsReason, NotNow
from referrals.destinations import Rule, must_allow, must_take, rule_of
from referrals.enums import Destination, MatchStep, ReferralState, ReturnReason, Travel
from referrals.matching import NOT_AGAIN, STEPS, Candidate, Place, candidates, covering, spot_of
from referrals.models import Referral
from referrals.reaching import Arranged, closed_words


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
    """For which case, as what, when and by whom somebody is looked for."""

    case: Case
    rule: Rule
    at: dt.datetime
    by: Actor | None
    arranged: Arranged


def suited(
    case: Case, at: dt.datetime, *, destination: str, by: Actor | None, calendar: Calendar, arranged: Arranged
) -> Found:
    """Who can be asked at this destination. No more queries than matching itself."""
    rule = rule_of(destination)
    if not rule.moves:
        return Found()
    found = FINDERS.get(destination, _by_matching)(Asked(case, rule, at, by, arranged))
    return replace(found, candidates=[_with_hours(one, at, calendar) for one in found.candidates])


def _by_matching(asked: Asked) -> Found:
    return Found([_suited(one) for one in candidates(asked.case, asked.at, destination=asked.rule.code, by=asked.by)])


def _office(asked: Asked) -> Found:
    found = _by_matching(asked).candidates
    kept = _own_offices(asked, {one.team.pk for one in found})
    return Found([one for one in found if one.team.pk in kept])


def _own_offices(asked: Asked, offices: set[int]) -> set[int]:
    """Of these offices for deployments that of the branch of the client's unit; without one those that no branch has to
    itself (decision 4)."""
    of_branch, unit = asked.arranged.offices, asked.case.unit
    own = of_branch.get(unit.branch_id) if unit else None
    return offices & ({own} if own else offices - set(of_branch.values())) or offices


def _smt(asked: Asked) -> Found:
    """The people of each team that serves the unit by their place in it, then the team as a whole; and at the end the
    office for deployments. Places that nobody has are told."""
    near, by_name = _near(asked)
    places = {place.role: place for place in asked.arranged.places}
    wanted = Q(team__kind=TeamKind.BIU) | Q(Q(team__in=near) | Q(user__in=by_name), team__kind=TeamKind.SMT)
    teams = _teams(_members(asked).filter(wanted, role__in=[*places, *asked.rule.roles]))
    offices = {pk for pk, rows in teams.items() if rows[0].team.kind == TeamKind.BIU}
    found, lacks = [], []
    for pk, rows in teams.items():
        rows.sort(key=lambda row: (places[row.role].order if row.role in places else 99, row.user.name))
        helping = [row for row in rows if row.role in asked.rule.roles]
        if pk not in offices:
            found += [
                _made(row, near.get(pk) or by_name[row.user_id], str(places.get(row.role) or row.get_role_display()))
                for row in helping
            ]
        if pk in near and pk not in offices:
            found += _whole(helping, near[pk])
            missing = [place for place in places.values() if place.role not in {row.role for row in rows}]
            lacks += [_("%(team)s has nobody for: %(role)s.") % {"team": rows[0].team, "role": one} for one in missing]
    found.sort(key=lambda one: STEPS.index(one.step))
    last = [one for pk in sorted(_own_offices(asked, offices)) for one in _whole(teams[pk], Place(MatchStep.POOL, ""))]
    if other_may_be_client(asked.case):
        return Found([*last, *(replace(one, close=True) for one in found)], lacks)
    return Found([*found, *last], lacks)


def _near(asked: Asked) -> tuple[dict[int, Place], dict[int, Place]]:
    """Which teams serve the client's unit, and which workers by name, with where that was found, the nearest place of
    each. Two queries."""
    case = asked.case
    chain = Unit.objects.ancestors_of(Unit(pk=case.unit_id)) if case.unit_id else []
    found = covering(spot_of(chain, case.region_id), timezone.localdate(asked.at))
    teams: dict[int, Place] = {}
    workers: dict[int, Place] = {}
    for place, row in sorted(found, key=lambda pair: pair[0].order):
        if row.team_id:
            teams.setdefault(row.team_id, place)
        elif row.user_id:
            workers.setdefault(row.user_id, place)
    return teams, workers


def _elsewhere(asked: Asked) -> Found:
    """Regional teams that do not serve the client's unit, nor anybody of them, the least busy first."""
    near, by_name = _near(asked)
    rows = _members(asked).filter(team__kind=TeamKind.REGIONAL, team__is_national_pool=False)
    teams = _teams(rows.filter(role__in=asked.rule.roles).exclude(team__in=near))
    made = [
        one
        for rows in teams.values()
        for one in _whole(rows, None, _("Does not serve this unit"))
        if by_name.keys().isdisjoint(row.user_id for row in rows)
    ]
    return Found(sorted(made, key=lambda one: (one.load / one.workers, str(one.team))))


def _teams(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.team_id, []).append(row)
    return found


def _coaches(asked: Asked) -> Found:
    """Coaches whose registration was looked up less than a year ago, the least busy first (R19)."""
    day, rule = timezone.localdate(asked.at), asked.rule
    rows = {row.user_id: row for row in _members(asked).filter(team__kind__in=rule.teams, role__in=rule.roles)}
    sound: dict[int, Registration] = {}
    for one in Registration.objects.filter(user__in=rows, as_coach=True).order_by("checked_on"):
        if registrations.is_sound(one, day):
            sound[one.user_id] = one
    made = [_made(row, None, _register(sound[user])) for user, row in rows.items() if user in sound]
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
    """Who may be asked about this case, with their open cases and whether they are away; not who is kept out of it,
    returned it as not fit, or leads a talk that this client takes part in. ``split``: not the team as a whole."""
    case, day = asked.case, timezone.localdate(asked.at)
    returned = Referral.objects.filter(case=case, state=ReferralState.RETURNED, return_reason__in=NOT_AGAIN)
    for_teams = returned.filter(to_user=None)
    owned = Case.objects.open().filter(owner=OuterRef("user")).order_by().values("owner").annotate(n=Count("pk"))
    away = Substitution.objects.filter(user=OuterRef("user"), first_day__lte=day, last_day__gte=day).order_by("pk")
    return (
        Membership.objects.live_on(day)
        .filter(user__is_active=True)
        .exclude(user__in=CaseAccess.objects.keeping_out_of(case).values("user"))
        .exclude(user__in=returned.filter(answered_by__isnull=False).values("answered_by"))
        .exclude(user__in=returned.filter(to_user__isnull=False).values("to_user"))
        .exclude(team__in=for_teams.filter(return_reason=ReturnReason.WRONG_UNIT).values("to_team"))
        .exclude(user__in=Mediation.objects.filter(case=case, ended_at=None).values("leader"))
        .select_related("user", "team")
        .annotate(
            load=Coalesce(Subquery(owned.values("n")), 0),
            away_until=Subquery(away.values("absence__last_day")[:1]),
            deputy=Subquery(away.values("deputy__name")[:1]),
            split=Exists(for_teams.filter(return_reason=ReturnReason.CONFLICT, to_team=OuterRef("team"))),
        )
        .order_by("team_id", "user_id", "pk")
    )


def _suited(one: Candidate, told: Iterable[str] = ()) -> Suited:
    plain = {item.name: getattr(one, item.name) for item in fields(Candidate)}
    return Suited(**plain, told=tuple(told))


def _made(row: Any, place: Place | None, *told: str) -> Suited:
    """Somebody whom matching does not name: a row of ``_members``, found at ``place`` or chosen."""
    step, name = (place.step, place.name) if place else (MatchStep.CHOSEN, "")
    return Suited(
        step, name, row.team, row.user, load=row.load, told=told, away_until=row.away_until, deputy=row.deputy or "",
    )  # fmt: skip


def _whole(rows: Sequence[Any], place: Place | None, *told: str) -> list[Suited]:
    """Their team, by its rows of ``_members``; nobody of a team that is only asked person by person."""
    if not rows or rows[0].split:
        return []
    one = replace(_made(rows[0], place, *told), user=None, away_until=None, deputy="")
    return [replace(one, load=sum(row.load for row in rows), workers=len(rows))]


def _with_hours(one: Suited, at: dt.datetime, calendar: Calendar) -> Suited:
    """Says so when their team does not answer now."""
    closed = closed_words(one.team.code, at, calendar)
    return replace(one, told=(*one.told, closed.rstrip("."))) if closed else one


def _register(row: Registration) -> str:
    day = date_format(row.checked_on, "j F Y")
    return _("Registered: %(register)s, looked up on %(day)s") % {"register": row, "day": day}

"""Who can be asked at each kind of destination, and the check that a hand-over keeps to the table of destinations.

Matching finds who serves a unit; this adds what only one destination knows: the places in a Social Medical Team, the
office of a service branch, the registration of a coach, the teams of other regions.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace

from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import registrations
from accounts.actors import Actor
from accounts.calendar import Calendar
from accounts.enums import Role, TeamKind
from accounts.models import Membership, Registration, Substitution, Team
from cases.cautions import other_may_be_client
from cases.models import Case
from cases.moves import NeedsReason, NotNow
from referrals.destinations import Rule, must_allow, must_be_a_question, must_take, rule_of
from referrals.enums import Destination, MatchStep, SmtGets, Travel
from referrals.matching import Candidate, LeftOut, Place, looked, spot_of
from referrals.matching import client as clients
from referrals.matching.client import Client
from referrals.matching.people import Member, everyone
from referrals.matching.places import STEPS, covering, fits
from referrals.matching.ranking import as_candidate, as_they_are, left_out
from referrals.models import Seating, SmtRole
from referrals.models.smt import IN_A_TEAM
from referrals.models.smt import Place as Seat
from referrals.present import NOWHERE
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
    """Who can be asked, nearest first; what is missing, in sentences; and who would fit but is not suggested."""

    candidates: Sequence[Suited] = ()
    lacks: list[str] = field(default_factory=list)
    left: Sequence[LeftOut] = ()

    def with_also(self, more: Iterable[Candidate]) -> "Found":
        """And these, after them, where they are not among them."""
        known = {one.key for one in self.candidates}
        return replace(self, candidates=[*self.candidates, *(_suited(one) for one in more if one.key not in known)])


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
    """Who can be asked at this destination. At most six queries."""
    rule = rule_of(destination)
    if not rule.moves:
        return Found()
    found = FINDERS.get(destination, _by_matching)(Asked(case, rule, at, by, arranged))
    return replace(found, candidates=[_with_hours(one, at, calendar) for one in found.candidates])


def _by_matching(asked: Asked) -> Found:
    found, left = looked(asked.case, asked.at, destination=asked.rule.code, by=asked.by)
    return Found([_suited(one) for one in found], left=left)


def _office(asked: Asked) -> Found:
    found = _by_matching(asked)
    kept = _own_offices(asked, {one.team.pk for one in found.candidates})
    return replace(found, candidates=[one for one in found.candidates if one.team.pk in kept])


def _own_offices(asked: Asked, offices: set[int]) -> set[int]:
    """Of these offices for deployments that of the branch of the client's unit; without one those that no branch has to
    itself (decision 4)."""
    of_branch, unit = asked.arranged.offices, asked.case.unit
    own = of_branch.get(unit.branch_id) if unit else None
    return offices & ({own} if own else offices - set(of_branch.values())) or offices


def _smt(asked: Asked) -> Found:
    """The people of each team that serves the unit by their role in it, then the team as a whole; and at the end the
    office for deployments. Roles that nobody has are told, and who gets no case there."""
    around = _around(asked, [*IN_A_TEAM, *asked.rule.roles])
    seating = around.client.seating
    offices = {pk for pk, those in around.teams.items() if those[0].team.kind == TeamKind.BIU}
    found, lacks = [], []
    for pk, those in around.teams.items():
        served = around.near.get(pk)
        if pk in offices or not (served or any(one.someone.user.pk in around.by_name for one in those)):
            continue
        placed = [(seating.place(pk, one.someone.user.pk, [one.role]), one) for one in those]
        placed.sort(key=lambda pair: (pair[0].role.order if pair[0].role else 99, _name(pair[1])))
        helping = [pair for pair in placed if pair[0].gets == SmtGets.FILE and pair[1].role in asked.rule.roles]
        found += [
            _worker(one, around, near, str(seat.role or Role(one.role).label))
            for seat, one in helping
            if (near := served or around.by_name.get(one.someone.user.pk))
        ]
        if served:
            found += _whole([one for _seat, one in helping], around, served)
            lacks += _lacking(seating, those[0].team, [(seat, one) for seat, one in placed if seat.role])
    found.sort(key=lambda one: (one.full, STEPS.index(one.step)))
    pool = Place(MatchStep.POOL, "")
    last = [one for pk in sorted(_own_offices(asked, offices)) for one in _whole(around.teams[pk], around, pool)]
    if other_may_be_client(asked.case):
        return Found([*last, *(replace(one, close=True) for one in found)], lacks, around.left)
    return Found([*found, *last], lacks, around.left)


def _lacking(seating: Seating, team: Team, placed: Sequence[tuple[Seat, Member]]) -> list[str]:
    """Which roles nobody of the team has, and who of it gets no case."""
    taken = {seat.role.pk for seat, _one in placed if seat.role}
    live = [role for role in seating.roles if role.retired_at is None]
    lines = [
        _("%(team)s has nobody for: %(role)s.") % {"team": team, "role": role} for role in live if role.pk not in taken
    ]
    words = {SmtGets.CONTACT: _("%(who)s (%(role)s) gets no case. A worker can ask them a question.")}
    for seat, one in placed:
        if text := words.get(SmtGets(seat.gets)):
            lines.append(text % {"who": _name(one), "role": seat.role})
    return lines


def _elsewhere(asked: Asked) -> Found:
    """Regional teams that do not serve the client's unit, nor anybody of them, the least busy first."""
    around = _around(asked, asked.rule.roles)
    made = [
        one
        for pk, those in around.teams.items()
        if pk not in around.near and those[0].team.kind == TeamKind.REGIONAL and not those[0].team.is_national_pool
        for one in _whole(those, around, NOWHERE, _("Does not serve this unit"))
        if around.by_name.keys().isdisjoint(member.someone.user.pk for member in those)
    ]
    return Found(sorted(made, key=lambda one: (one.full, one.load / one.workers, str(one.team))), left=around.left)


def _coaches(asked: Asked) -> Found:
    """Coaches whose registration was looked up less than a year ago, the least busy first (R19)."""
    around = _around(asked, asked.rule.roles, placed=False)
    members = {one.someone.user.pk: one for those in around.teams.values() for one in those}
    sound: dict[int, Registration] = {}
    for row in Registration.objects.filter(user__in=members, as_coach=True).order_by("checked_on"):
        if registrations.is_sound(row, timezone.localdate(asked.at)):
            sound[row.user_id] = row
    made = [_worker(one, around, NOWHERE, _register(sound[user])) for user, one in members.items() if user in sound]
    missing = sorted(_name(one) for user, one in members.items() if user not in sound)
    lacks = [_("Not shown, because no register was looked up this year: %(names)s.") % {"names": ", ".join(missing)}]
    return Found(sorted(made, key=lambda one: (one.full, one.load, one.who)), lacks if missing else [], around.left)


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
    able = Membership.objects.live_on(day).filter(role__in=rule.roles)
    there = able.filter(team=to.team.pk)
    if to.user is not None:
        stood_in_for = Substitution.objects.filter(deputy=to.user.pk, first_day__lte=day, last_day__gte=day)
        deputy = Q(Exists(able.filter(user=to.user.pk)), user__in=stood_in_for.values("user"))
        there = there.filter(Q(user=to.user.pk) | deputy)
    if to.team.kind not in rule.teams or not there.exists():
        raise NotNow(_("%(who)s does not answer as: %(to)s. Choose someone else.") % {"who": to.who, "to": rule.label})
    if destination == Destination.COACH:
        _must_be_registered(to, at)


def asked_as(to: Candidate, at: dt.datetime) -> Destination:
    """As which kind of destination a worker asks this colleague or team: by what they are there. One query."""
    there = Membership.objects.live_on(timezone.localdate(at)).filter(team=to.team.pk, user=to.user)
    roles = set(there.values_list("role", flat=True)) if to.user else set()
    by_role = (Destination.COACH, Destination.COMPANY_DOCTOR, Destination.REINTEGRATION)
    found = [code for code in by_role if roles & set(rule_of(code).roles)]
    by_kind = {TeamKind.SMT: Destination.SMT, TeamKind.BIU: Destination.BIU}
    usual = by_kind.get(TeamKind(to.team.kind), Destination.REGIONAL_DIRECT)
    if found or not roles or roles & set(rule_of(usual).roles):
        return found[0] if found else usual
    return next((code for code in by_kind.values() if roles & set(rule_of(code).roles)), usual)


def must_allow_for(to: Candidate, *, destination: str, things: Iterable[Travel], words: str, at: dt.datetime) -> None:
    """That these things may travel to this colleague, who is only asked; whoever calls. Raises NotNow."""
    things = list(things)
    must_allow(destination, things, words)
    if destination != Destination.SMT or to.user is None or to.team.kind != TeamKind.SMT:
        return
    there = Membership.objects.live_on(timezone.localdate(at)).filter(team=to.team.pk, user=to.user.pk)
    roles = there.values_list("role", flat=True)
    seat = SmtRole.objects.seating().place(to.team.pk, to.user.pk, roles)
    if seat.gets == SmtGets.WAYS:
        raise NotNow(_("Nothing goes to %(who)s. Give the client the way to reach them.") % {"who": to.user.name})
    if seat.gets == SmtGets.CONTACT:
        must_be_a_question(to.user.name, things, words)


def _must_be_registered(to: Candidate, at: dt.datetime) -> None:
    if to.user is None:
        raise NotNow(_("Choose one coach, not a whole team."))
    if registrations.as_coach(to.user, timezone.localdate(at)) is None:
        raise NotNow(_("The registration of %(who)s was not looked up this year.") % {"who": to.user.name})


@dataclass(frozen=True)
class Around:
    """Whom matching does not name: teams by id with those who may be asked, what the client says about who should help
    and who does not come again, and which teams serve the unit, and which workers by name, each with the nearest place
    where that was found."""

    client: Client
    teams: dict[int, list[Member]]
    near: dict[int, Place]
    by_name: dict[int, Place]
    left: list[LeftOut]


def _around(asked: Asked, roles: Sequence[str], *, placed: bool = True) -> Around:
    """Everyone with one of these roles at the destination, but for whom matching would leave out too. Four queries; one
    less where it does not matter who serves the unit (``placed``)."""
    case, at = asked.case, asked.at
    client, chain = clients.of_case(case, asked.by, at)
    there = everyone(asked.rule.teams, at, roles=roles, by=asked.by)
    around = Around(client, {}, {}, {}, left_out(there, [], client, asked.by.user_id if asked.by else None))
    for one in there:
        if one.someone.user.pk not in client.not_users and one.team.pk not in client.not_teams:
            around.teams.setdefault(one.team.pk, []).append(one)
    rows = covering(spot_of(chain, case.region_id), timezone.localdate(at)) if placed else []
    for place, row in sorted(rows, key=lambda pair: pair[0].order):
        if not fits(row, client.topics, client.languages):
            continue
        if row.team_id:
            around.near.setdefault(row.team_id, place)
        elif row.user_id:
            around.by_name.setdefault(row.user_id, place)
    return around


def _suited(one: Candidate, told: Iterable[str] = ()) -> Suited:
    plain = {item.name: getattr(one, item.name) for item in fields(Candidate)}
    return Suited(**plain, told=tuple(told))


def _worker(one: Member, around: Around, place: Place, *told: str) -> Suited:
    """Somebody whom matching does not name, found at a place or chosen."""
    deputy = one.deputy.user.name if one.deputy else ""
    made = as_candidate(place, one, one.someone, around.client, away_until=one.away_until, deputy=deputy)
    return _suited(made, told)


def _whole(those: Sequence[Member], around: Around, place: Place, *told: str) -> list[Suited]:
    """Their team as one; nobody of a team that is only asked person by person."""
    if not those or those[0].team.pk in around.client.one_by_one:
        return []
    return [_suited(as_they_are(place, those, None), told)]


def _name(one: Member) -> str:
    return one.someone.user.name


def _with_hours(one: Suited, at: dt.datetime, calendar: Calendar) -> Suited:
    """Says so when their team does not answer now."""
    closed = closed_words(one.team.code, at, calendar)
    return replace(one, told=(*one.told, closed.rstrip("."))) if closed else one


def _register(row: Registration) -> str:
    day = date_format(row.checked_on, "j F Y")
    return _("Registered: %(register)s, looked up on %(day)s") % {"register": row, "day": day}

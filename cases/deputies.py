"""Standing in for a colleague who is away: the absences, and the access to cases that follows from them (ADR 8).

Access is rows that begin and end by the clock. Whenever an absence changes, everything is planned anew in the same
transaction; the sweep plans again for cases that came by another way. Planning twice changes nothing.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.absence import DAY, Away, Draft, Period, first_loop, periods
from accounts.actions import Clash
from accounts.actors import Actor
from accounts.models import Absence, Membership, Substitution, User
from accounts.notices import tell_user
from accounts.people import NotYours, handled_by
from accounts.roles import CASE_WORK, PERMISSIONS
from cases.enums import AccessReason, AccessScope, CaseState
from cases.models import Case, CaseAccess, Mediation, Merge
from cases.notices import STANDS_IN

WORKING_ROLES = tuple(role for role, permissions in PERMISSIONS.items() if CASE_WORK in permissions)
LONGEST = dt.timedelta(days=731)
LOCK = 77_120_900  # one planner at a time; beside the numbers of desk/sweeps.py

Key = tuple[UUID, int, str, dt.datetime]
"""What makes a planned row itself: case, deputy, source and end."""


@dataclass(frozen=True)
class Plan:
    """What planning came to: rows begun, rows ended, and cases of absent colleagues that nobody stands in for."""

    begun: int = 0
    ended: int = 0
    left: frozenset[UUID] = frozenset()


def possible(user: User, day: dt.date) -> "QuerySet[User]":
    """Colleagues who could stand in: with an account, and a role in which they work on cases."""
    able = Membership.objects.live_on(day).filter(role__in=WORKING_ROLES)
    return User.objects.filter(is_active=True, pk__in=able.values("user")).exclude(pk=user.pk).order_by("name", "pk")


@transaction.atomic
def enter(
    user: User, *, first_day: dt.date, last_day: dt.date, deputy: User | None, by: Actor, at: dt.datetime
) -> Absence:
    """Keep an absence and let the deputy in. Raises NotYours, and Clash for days that do not fit or a chain that
    would go round."""
    _must_be_allowed(user, by, at)
    lock()
    row = Absence(user=user, first_day=first_day, last_day=last_day, deputy=deputy, entered_by=by.user, entered_at=at)
    return _keep(row, by=by, at=at, action="absence.entered")


@transaction.atomic
def change(
    absence: Absence, *, first_day: dt.date, last_day: dt.date, deputy: User | None, by: Actor, at: dt.datetime
) -> Absence:
    """Other days or another deputy; who stands in is planned anew. Raises as ``enter``."""
    _must_be_allowed(absence.user, by, at)
    lock()
    row = Absence.objects.select_related("user").get(pk=absence.pk)
    row.first_day, row.last_day, row.deputy = first_day, last_day, deputy
    return _keep(row, by=by, at=at, action="absence.changed")


@transaction.atomic
def remove(absence: Absence, *, by: Actor, at: dt.datetime) -> None:
    """Back again: it ends yesterday, or goes when it had not begun. The deputy's access ends at once."""
    _must_be_allowed(absence.user, by, at)
    lock()
    today, row = timezone.localdate(at), Absence.objects.filter(pk=absence.pk).first()
    if row is None or row.last_day < today:
        return
    audit.record("absence.removed", by=by, at=at, obj=row)
    if row.first_day < today:
        row.last_day = today - DAY
        row.save(update_fields=["last_day"])
    else:
        row.delete()
    replan(at)


def works_here(user: User | None, at: dt.datetime) -> bool:
    """Whether somebody has an account and a role today. One query, and none without an account."""
    return user is not None and user.is_active and user.memberships.live_on(timezone.localdate(at)).exists()


def helpers_of(case: Case, at: dt.datetime) -> list[User]:
    """Who answers for a case now: its owner and who stands in for them. Empty when the owner is away without one, works
    here no longer, or there is none: then it is for who is on duty. Two queries, and one more without a deputy."""
    today = timezone.localdate(at)
    if case.owner is None or not works_here(case.owner, at):
        return []
    rows = CaseAccess.objects.live(at).filter(case=case, reason=AccessReason.DEPUTY, user__isnull=False)
    deputies = [row.user for row in rows.select_related("user") if row.user and row.user.is_active]
    if deputies:
        return [case.owner, *deputies]
    away = Absence.objects.touching(today, today).filter(user=case.owner).exists()
    return [] if away else [case.owner]


def away_of_case(at: dt.datetime) -> dict[str, Subquery]:
    """Until when a case's contact person is away and who stands in for it, as ``away_until`` and ``stood_in_by`` of a
    query for cases."""
    today = timezone.localdate(at)
    rows = CaseAccess.objects.live(at).filter(case=OuterRef("pk"), reason=AccessReason.DEPUTY, user__isnull=False)
    away = Absence.objects.touching(today, today).filter(user=OuterRef("primary_contact"))
    return {
        "away_until": Subquery(away.values("last_day")[:1]),
        "stood_in_by": Subquery(rows.values("user__name")[:1]),
    }


def away_words(case: Case, at: dt.datetime) -> str:
    """That the client's contact person is away, until when, and who stands in for this case; empty when they are there.
    One query, and none when the case was read with ``away_of_case``."""
    if not hasattr(case, "away_until"):
        case = Case.objects.only("pk").annotate(**away_of_case(at)).get(pk=case.pk)
    last_day, name = case.away_until, case.stood_in_by  # type: ignore[attr-defined]
    if last_day is None:
        return ""
    facts = {"day": date_format(last_day, "j F"), "name": name}
    if name:
        return _("Away until and including %(day)s. %(name)s stands in.") % facts
    return _("Away until and including %(day)s. The desk answers.") % facts


def stands_in_until(user_ids: Iterable[int], at: dt.datetime) -> dict[int, Substitution]:
    """For each of these people who is away today: who stands in, and until when. One query."""
    today = timezone.localdate(at)
    rows = Substitution.objects.filter(user__in=list(user_ids), first_day__lte=today, last_day__gte=today)
    return {row.user_id: row for row in rows.select_related("deputy", "absence")}


def stands_in_by(by: Actor, at: dt.datetime) -> list[Substitution]:
    """For whom this user stands in, now or later. One query."""
    rows = Substitution.objects.filter(deputy_id=by.user_id or 0, last_day__gte=timezone.localdate(at))
    return list(rows.select_related("user"))


def last_day_on(case: Case) -> dt.date | None:
    """The last day on which who opened this case stands in for its worker; None for who does not. No query."""
    rows: list[CaseAccess] = case.let_in  # type: ignore[attr-defined]
    ends = [row.ends_at for row in rows if row.reason == AccessReason.DEPUTY and row.ends_at]
    return timezone.localdate(max(ends)) - DAY if ends else None


def until_of_case(by: Actor, at: dt.datetime) -> Subquery:
    """The moment at which ``by`` no longer stands in, inside a query for cases."""
    rows = CaseAccess.objects.live(at).filter(case=OuterRef("pk"), reason=AccessReason.DEPUTY, user=by.user_id or 0)
    return Subquery(rows.order_by("-ends_at").values("ends_at")[:1])


def last_day_of(case: Any, by: Actor) -> dt.date | None:
    """The last day on which ``by`` has a case that was read with ``until_of_case`` as ``until``; None for their own."""
    return timezone.localdate(case.until) - DAY if case.until and case.owner_id != by.user_id else None


def left_of(user: User, at: dt.datetime) -> int:
    """How many cases of somebody who is away today nobody stands in for. One query, and one when they are there."""
    today = timezone.localdate(at)
    if not Absence.objects.touching(today, today).filter(user=user).exists():
        return 0
    seen = CaseAccess.objects.live(at).filter(reason=AccessReason.DEPUTY).values("case")
    return Case.objects.owned_by(user.pk).with_worker().exclude(pk__in=seen).count()


@transaction.atomic
def replan(at: dt.datetime) -> Plan:
    """Make the rows agree with the absences as they are now. Rows that ran are ended, never removed; rows that were
    still to begin go. At most twelve queries, whatever the number of cases."""
    lock()
    today = timezone.localdate(at)
    absences = list(Absence.objects.not_over(today).order_by("pk"))
    never = _unable(absences, today)
    _plan_people(absences, never)
    wanted, left = _wanted(absences, never, at)
    return _write(wanted, at, left)


def _keep(row: Absence, *, by: Actor, at: dt.datetime, action: str) -> Absence:
    today = timezone.localdate(at)
    if row.last_day < row.first_day:
        raise Clash(_("The last day is before the first day."))
    if row.last_day < today:
        raise Clash(_("These days are over already."))
    if row.last_day - row.first_day > LONGEST:
        raise Clash(_("Choose a shorter time. Two years is the most."))
    _no_loop(row, today)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Clash(_("This person is already away on one of these days.")) from error
    audit.record(action, by=by, at=at, obj=row, part=f"{row.first_day}..{row.last_day}")
    if row.deputy is not None:
        with translation.override(row.deputy.language):
            days = {"first": date_format(row.first_day, "j F Y"), "last": date_format(row.last_day, "j F Y")}
        occasion = f"{row.pk}{row.deputy_id}{row.first_day}{row.last_day}"
        tell_user(STANDS_IN, row.deputy, about=None, occasion=occasion, at=at, params=days | {"name": row.user.name})
    replan(at)
    return row


def _no_loop(row: Absence, today: dt.date) -> None:
    """Raises Clash when somebody's chain would go round through this absence; it is said with names."""
    draft = Draft(row.user_id, row.first_day, row.last_day, row.deputy_id)
    others: list[Away] = list(Absence.objects.not_over(min(today, row.first_day)).exclude(pk=row.pk))
    loop = first_loop(draft, [*others, draft])
    if loop is None:
        return
    names = dict(User.objects.filter(pk__in=loop.answer.chain).values_list("pk", "name"))
    raise Clash(
        _("On %(day)s this would go round: %(chain)s. Choose somebody else.")
        % {"day": date_format(loop.first_day, "j F"), "chain": " → ".join(names[pk] for pk in loop.answer.chain)}
    )


def _must_be_allowed(user: User, by: Actor, at: dt.datetime) -> None:
    if user.pk != by.user_id and not handled_by(by, timezone.localdate(at)).filter(pk=user.pk).exists():
        raise NotYours(_("You do not handle the people of this team."))


def lock() -> None:
    """Planners wait for each other, so that no two make the same rows. Ends with the transaction.

    The order of locks, for everybody who takes more than one: this one, because planning writes rows of people and of
    cases; then people, the lowest number first (accounts.people.stay_open); then cases, the lowest number first
    (cases.moves.locked); then what belongs to a case. Who plans at the end of a verb takes it at the beginning.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _unable(absences: Sequence[Absence], today: dt.date) -> frozenset[int]:
    """Deputies whose account is closed or who no longer work on cases."""
    deputies = {row.deputy_id for row in absences if row.deputy_id}
    if not deputies:
        return frozenset()
    able = Membership.objects.filter(user__in=deputies, user__is_active=True, role__in=WORKING_ROLES)
    return frozenset(deputies - set(able.live_on(today).values_list("user", flat=True)))


def _plan_people(absences: Sequence[Absence], never: frozenset[int]) -> None:
    """Who stands in for whom, whatever the case."""
    wanted = {
        (row.pk, row.user_id, period.answer.user_id, period.first_day, period.last_day, period.answer.loop)
        for row in absences
        for period in periods(row, absences, never=never)
    }
    fields = ("absence_id", "user_id", "deputy_id", "first_day", "last_day", "goes_round")
    known = {
        tuple(getattr(row, name) for name in fields): row.pk
        for row in Substitution.objects.filter(absence__in=[row.pk for row in absences])
    }
    if gone := [pk for key, pk in known.items() if key not in wanted]:
        Substitution.objects.filter(pk__in=gone).delete()
    if fresh := sorted(wanted - set(known), key=str):
        Substitution.objects.bulk_create(Substitution(**dict(zip(fields, key, strict=True))) for key in fresh)


def _wanted(
    absences: Sequence[Absence], never: frozenset[int], at: dt.datetime
) -> tuple[dict[Key, dt.datetime], frozenset[UUID]]:
    """The rows that should be there, each with its start, and the cases without anybody today. A blocked colleague is
    passed by."""
    of_user: dict[int, list[Absence]] = defaultdict(list)
    for row in absences:
        of_user[row.user_id].append(row)
    held = _held(of_user, at)
    blocked = _blocked({case_id for case_id, _user in held})
    deputies = {row.deputy_id for row in absences if row.deputy_id}
    today, cut = timezone.localdate(at), dict[tuple[int, frozenset[int]], list[Period]]()
    wanted: dict[Key, dt.datetime] = {}
    left: set[UUID] = set()
    for case_id, user_id in held:
        out = never | (blocked.get(case_id, frozenset()) & deputies)
        for row in of_user[user_id]:
            if (row.pk, out) not in cut:
                cut[row.pk, out] = periods(row, absences, never=out)
            for period in cut[row.pk, out]:
                ends = midnight(period.last_day + DAY)
                if period.answer.user_id is not None and ends > at:
                    wanted[case_id, period.answer.user_id, f"absence{row.pk}", ends] = midnight(period.first_day)
                elif period.first_day <= today <= period.last_day:
                    left.add(case_id)
    return wanted, frozenset(left)


def _held(of_user: Mapping[int, object], at: dt.datetime) -> list[tuple[UUID, int]]:
    """Cases that these people work on because they accepted them, with what was put together with those; what they ask
    as a client is none of these."""
    if not of_user:
        return []
    rows = CaseAccess.objects.live(at).filter(
        user__in=list(of_user), reason=AccessReason.REFERRAL, scope=AccessScope.FULL
    )
    joined = Merge.objects.filter(undone_at=None).exclude(into__state=CaseState.CLOSED)
    runs = ~Q(case__state=CaseState.CLOSED) | Q(case__in=joined.values("case"))
    return list(rows.filter(runs).order_by("pk").values_list("case_id", "user_id"))


def _blocked(cases: set[UUID]) -> dict[UUID, frozenset[int]]:
    """Who may never see these cases, and who leads a talk of their clients: they open no file of one of the two."""
    found: dict[UUID, frozenset[int]] = {}
    if cases:
        rows = CaseAccess.objects.keeping_out_of(*cases).values_list("case_id", "user_id")
        led = Mediation.objects.filter(case__in=cases, ended_at=None).values_list("case_id", "leader_id")
        for case_id, user_id in [*rows, *led]:
            found[case_id] = found.get(case_id, frozenset()) | {user_id or 0}
    return found


def _write(wanted: Mapping[Key, dt.datetime], at: dt.datetime, left: frozenset[UUID]) -> Plan:
    """Add what is missing, end what runs too long, remove what was still to begin."""
    missing, ended, unborn = dict(wanted), [], []
    for row in CaseAccess.objects.filter(reason=AccessReason.DEPUTY, ends_at__gt=at, user__isnull=False):
        key: Key = (row.case_id, row.user_id or 0, row.source, row.ends_at or at)
        start = missing.get(key)
        if start is not None and (row.starts_at == start or (row.starts_at <= at and start <= at)):
            del missing[key]
        elif row.starts_at >= at:
            unborn.append(row.pk)
        else:
            ended.append(row.pk)
    if unborn:
        CaseAccess.objects.filter(pk__in=unborn).delete()
    if ended:
        CaseAccess.objects.filter(pk__in=ended).update(ends_at=at)
    if missing:
        CaseAccess.objects.bulk_create(
            CaseAccess(
                case_id=case_id, user_id=user_id, source=source, reason=AccessReason.DEPUTY,
                scope=AccessScope.FULL, starts_at=max(start, at), ends_at=ends,
            )
            for (case_id, user_id, source, ends), start in missing.items()
        )  # fmt: skip
    return Plan(begun=len(missing), ended=len(ended), left=left)


def midnight(day: dt.date) -> dt.datetime:
    """The moment at which a local day begins, also on the days on which the clock changes."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))

"""What the coordinator's pages show of a person: roles, days away, and how much open work there is."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import factors, registrations
from accounts.actors import Actor
from accounts.counting import lengths
from accounts.models import Absence, Membership, Shift, Substitution, User
from accounts.people import is_last_administrator
from accounts.roles import PEOPLE_APPOINT, RESERVED
from cases import next_step
from cases.enums import AdviceState, SessionState
from cases.models import Case, CaseTask, CommanderAdvice, Mediation, Message, Session
from desk.templatetags.nabij import day_date, short_date
from referrals.models import Referral


@dataclass(frozen=True)
class Line:
    """One row of the list."""

    user: User
    roles: list[str]
    away: str = ""
    soon: str = ""


@dataclass(frozen=True)
class Held:
    """A role with its days. ``when`` is past, now or later."""

    row: Membership
    when: str
    changeable: bool


@dataclass(frozen=True)
class Away:
    """An absence in words. ``steps`` says day by day who stands in, when it is more than the deputy alone."""

    row: Absence
    when: str
    steps: list[str] = field(default_factory=list)


WORK: dict[str, Any] = {
    "cases": gettext_lazy("Cases accepted"),
    "desk": gettext_lazy("Requests at the desk"),
    "offers": gettext_lazy("Cases offered, not answered"),
    "advice": gettext_lazy("Requests for advice"),
    "sessions": gettext_lazy("Conversations planned"),
    "messages": gettext_lazy("Messages to answer"),
    "tasks": gettext_lazy("Open tasks"),
    "talks": gettext_lazy("Talks led as somebody neutral"),
    "shifts": gettext_lazy("Shifts to come"),
}
"""Kinds of open work, in the order of the pages."""


def open_work(user: User, at: dt.datetime) -> "dict[str, QuerySet[Any]]":
    """Everything somebody has in hands, by kind."""
    owned = Case.objects.owned_by(user.pk)
    return {
        "cases": owned.with_worker(),
        "desk": owned.at_desk(),
        "offers": Referral.objects.pending().filter(to_user=user),
        "advice": CommanderAdvice.objects.filter(taken_by=user, state=AdviceState.TAKEN),
        "sessions": Session.objects.filter(with_user=user, state=SessionState.PLANNED, starts_at__gt=at),
        "messages": Message.objects.filter(case__in=owned.with_worker(), sender=None, answered_at=None),
        "tasks": CaseTask.objects.open().filter(user=user),
        "talks": Mediation.objects.filter(leader=user, ended_at=None),
        "shifts": Shift.objects.filter(user=user, ends_at__gt=at),
    }


def counted(user: User, at: dt.datetime) -> list[dict[str, Any]]:
    """How much of each kind there is. One query."""
    found = lengths(**open_work(user, at))
    return [{"code": code, "label": label, "count": found[code]} for code, label in WORK.items()]


def due_first(user: User, *, by: Actor, at: dt.datetime) -> "QuerySet[Any]":
    """The open cases of somebody that ``by`` may see, what is due first on top."""
    rows = Case.objects.visible_to(by, at).owned_by(user.pk).for_list().annotate(**next_step.of_case())
    return rows.annotate(next_due=next_step.first_due()).order_by("next_due", "urgency_rank", "pk")


def line(user: Any, day: dt.date) -> Line:
    """A row from what ``people.listed`` read."""
    roles = [f"{row.get_role_display()}, {row.team}" for row in user.now]
    away = soon = ""
    for absence in user.coming[:1]:
        until = short_date(absence.last_day)
        if absence.first_day <= day:
            who = absence.deputy.name if absence.deputy else _("the desk")
            away = _("Until and including %(day)s; %(name)s") % {"day": until, "name": who}
        else:
            soon = _("Away from %(day)s") % {"day": short_date(absence.first_day)}
    return Line(user, roles, away, soon)


def page_of(user: User, *, by: Actor, at: dt.datetime) -> dict[str, Any]:
    """The page about one person. Seven queries."""
    day = timezone.localdate(at)
    rows = user.memberships.select_related("team").order_by("-starts_on", "pk")
    reserved = {row.role for row in rows if row.role in RESERVED}
    own, appoints = user.pk == by.user_id, by.may(PEOPLE_APPOINT)
    return {
        "person": user,
        "roles": [
            _held(row, day, may=not own and (row.role not in RESERVED or by.may(PEOPLE_APPOINT))) for row in rows
        ],
        "absences": absences_of(user, at),
        "registrations": registered(user, day),
        "work": counted(user, at),
        "factor": factors.kinds_of(user),
        "own": own,
        "may_stop": user.is_active and not own and (appoints or not reserved),
        "last_administrator": bool(reserved) and is_last_administrator(user, day),
        "at": at,
    }


def registered(user: User, day: dt.date) -> list[dict[str, Any]]:
    """Registrations, each with whether it still holds. One query."""
    return [{"row": row, "sound": registrations.is_sound(row, day)} for row in registrations.of(user)]


def absences_of(user: User, at: dt.datetime) -> list[Away]:
    """Days away that are not over, soonest first, with who stands in. Two queries."""
    day = timezone.localdate(at)
    rows = list(user.absences.not_over(day).select_related("deputy", "user"))
    plans: dict[int, list[Substitution]] = {}
    for plan in Substitution.objects.filter(absence__in=rows).select_related("deputy"):
        plans.setdefault(plan.absence_id, []).append(plan)
    return [Away(row, span(row.first_day, row.last_day), _steps(row, plans.get(row.pk, []))) for row in rows]


def span(first: dt.date, last: dt.date) -> str:
    """Days in words: one day, or from and until."""
    if first == last:
        return day_date(first)
    return _("%(first)s until and including %(last)s") % {
        "first": short_date(first), "last": short_date(last),
    }  # fmt: skip


def _steps(row: Absence, plans: list[Substitution]) -> list[str]:
    """Nothing when the deputy stands in all the time; otherwise who does, per part."""
    if len(plans) == 1 and plans[0].deputy_id == row.deputy_id:
        return []
    said = []
    for plan in plans:
        days = span(plan.first_day, plan.last_day)
        if plan.goes_round:
            said.append(_("%(days)s: goes round, so the desk answers") % {"days": days})
        else:
            name = plan.deputy.name if plan.deputy else _("nobody, the desk answers")
            said.append(f"{days}: {name}")
    return said


def _held(row: Membership, day: dt.date, *, may: bool) -> Held:
    past = row.ends_on is not None and row.ends_on < day
    when = "past" if past else "now" if row.starts_on <= day else "later"
    return Held(row, when, may and not past)

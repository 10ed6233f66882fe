"""The reporting code for domestic violence and child abuse (DOMAIN 3.7): five steps in order, each dated and signed.

It leaves no line on the timeline and none in the audit of the case: who reads those may be on the side of somebody who
is dangerous. Closing the case does not end it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from accounts.notices import tell_user
from accounts.permissions import Refused
from accounts.roles import GUARDED_KEEP
from cases import guarded
from cases.guarded_notices import GUARDED_WAITS
from cases.models import Case, ReportingCodeCase, ReportingMember, ReportingStep
from cases.models.reporting import STEPS
from cases.moves import NotNow, locked, unused

TITLES = {
    1: gettext_lazy("Map the signals"),
    2: gettext_lazy("Consult a colleague, and Veilig Thuis when needed"),
    3: gettext_lazy("Talk with the client"),
    4: gettext_lazy("Weigh nature and seriousness"),
    5: gettext_lazy("Decide: report, and organise help"),
}


@dataclass(frozen=True)
class Done:
    """What somebody did in one step."""

    what: str
    done_on: dt.date
    asked_veilig_thuis: bool = False
    decision: str = ""
    consulted: User | None = None


def steps_of(code: ReportingCodeCase) -> list[ReportingStep]:
    """Every line, in order of step and then of signing. One query."""
    rows = list(ReportingStep.objects.filter(code=code).select_related("by").order_by("number", "at", "pk"))
    for row in rows:
        row.case = code.case
    return rows


def circle(code: ReportingCodeCase) -> list[ReportingMember]:
    """Who may see it now. One query."""
    return list(code.members.filter(ended_at=None).select_related("user", "added_by").order_by("user__name", "pk"))


def next_number(rows: Iterable[ReportingStep]) -> int | None:
    """Which step comes now; None after the fifth."""
    done = max((row.number for row in rows), default=0)
    return done + 1 if done < STEPS else None


@transaction.atomic
def start(
    case: Case, people: Iterable[User] = (), *, by: Actor, at: dt.datetime, number: UUID | None = None
) -> ReportingCodeCase:
    """Begin, with ``by`` and these people in the circle. The same ``number`` is the same one."""
    case = locked(case)
    assert by.user is not None  # noqa: S101 - the views ask for a role
    if number and (known := ReportingCodeCase.objects.filter(pk=number, case=case).first()):
        return known
    code = ReportingCodeCase(
        id=unused(ReportingCodeCase, number), case=case, started_by=by.user, started_at=at
    )  # fmt: skip
    code.save(force_insert=True)
    ReportingMember.objects.create(code=code, user=by.user, added_by=by.user, added_at=at)
    audit.record("reporting.started", by=by, at=at, obj=code)
    for user in people:
        _let_in(code, user, by=by, at=at)
    return code


@transaction.atomic
def sign(code: ReportingCodeCase, number: int, done: Done, *, by: Actor, at: dt.datetime) -> ReportingStep:
    """The next step, signed by ``by``. Raises NotNow out of order, and for a day that has not come."""
    _open(code, by)
    rows = steps_of(code)
    if next_number(rows) != number:
        raise NotNow(_("This step was signed already, or comes later. Look again at where you are."))
    return _write(code, number, done, None, by=by, at=at)


@transaction.atomic
def correct(step: ReportingStep, done: Done, *, by: Actor, at: dt.datetime) -> ReportingStep:
    """A new line beside the first one, which stays as it was signed."""
    _open(step.code, by)
    return _write(step.code, step.number, done, step, by=by, at=at)


@transaction.atomic
def add(code: ReportingCodeCase, user: User, *, by: Actor, at: dt.datetime) -> None:
    """Into the small circle: by one of the circle, or a coordinator. Twice is once."""
    _open(code, by, circle_only=False)
    _let_in(code, user, by=by, at=at)


@transaction.atomic
def take_out(member: ReportingMember, *, by: Actor, at: dt.datetime) -> None:
    """Out of the circle. Somebody always stays in it. Twice is once."""
    code = member.code
    _open(code, by, circle_only=False)
    if not code.members.filter(ended_at=None).exclude(pk=member.pk).exists():
        raise NotNow(_("Somebody has to stay in the circle. Add another person first."))
    if ReportingMember.objects.filter(pk=member.pk, ended_at=None).update(ended_at=at):
        audit.record("reporting.left", by=by, at=at, obj=code, part=str(member.user_id))


def _let_in(code: ReportingCodeCase, user: User, *, by: Actor, at: dt.datetime) -> None:
    assert by.user is not None  # noqa: S101 - the views ask for a role
    if user.pk in guarded.kept_out(code.case):
        raise NotNow(_("%(name)s may never see this case.") % {"name": user.name})
    if code.members.filter(user=user, ended_at=None).exists():
        return
    ReportingMember.objects.create(code=code, user=user, added_by=by.user, added_at=at)
    audit.record("reporting.joined", by=by, at=at, obj=code, part=str(user.pk))
    path = reverse("reporting_code", args=[code.pk])
    tell_user(GUARDED_WAITS, user, about=code.pk, occasion=f"joined{at.isoformat()}", path=path, at=at)


def _write(
    code: ReportingCodeCase, number: int, done: Done, corrects: ReportingStep | None, *, by: Actor, at: dt.datetime
) -> ReportingStep:
    if done.done_on > timezone.localdate(at):
        raise NotNow(_("This day has not come yet."))
    step = ReportingStep(
        case=code.case, code=code, number=number, done_on=done.done_on, asked_veilig_thuis=done.asked_veilig_thuis,
        decision=done.decision, by=by.user, at=at, corrects=corrects,
    )  # fmt: skip
    step.what = done.what.strip()
    step.save(force_insert=True)
    audit.record("reporting.signed", by=by, at=at, obj=step, part=f"step {number}")
    if done.consulted is not None and done.consulted.pk != by.user_id:
        _let_in(code, done.consulted, by=by, at=at)
    return step


def _open(code: ReportingCodeCase, by: Actor, *, circle_only: bool = True) -> None:
    """Lock, and look again whether ``by`` may: somebody may have been taken out meanwhile."""
    code.case = locked(code.case)
    may = guarded.in_circle(by).filter(pk=code.pk).exists() or (not circle_only and by.may(GUARDED_KEEP))
    if not may or by.user_id in guarded.kept_out(code.case):
        raise Refused("reporting.sign", basis="not in the circle")

"""Alerts about urgent requests: whoever is on duty learns of them, or the next one does (promise 5).

An alert is about a case, or about a question of a commander: that has no file, so its steps are kept with the alert
alone. It is a row with the moment of its next step. A sweep that comes late takes the step that is due now, not the
ones it missed. Steps are taken under a lock on the row, so any number of sweeps may run.
"""

import datetime as dt
import logging
from collections.abc import Set as AbstractSet
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts import audit, duty
from accounts.actors import Actor
from accounts.duty import Calendar
from accounts.enums import Role
from accounts.models import Absence, Membership, User
from accounts.notices import tell_user
from accounts.roles import CASE_TRIAGE, permissions_of
from cases import deputies, timeline
from cases.deadlines import alert_every
from cases.enums import AdviceState, AttemptOutcome, CaseState, EntryKind
from cases.models import Alert, AlertStep, Case, CaseAccess, CommanderAdvice, ContactAttempt
from cases.models.alerts import Subject, about
from cases.moves import locked
from desk import ladder, policies
from desk.ladder import Rung
from desk.notices import ALERT, ALERT_GAP, BY
from desk.policies import Policy

log = logging.getLogger("desk.paging")

__all__ = ["BY", "acknowledge", "end_alert", "raise_alert", "step_due"]

WAITS_FOR_US = (CaseState.SUBMITTED, CaseState.IN_TRIAGE)
LOOK_BACK = dt.timedelta(hours=24)


@transaction.atomic
def raise_alert(
    subject: Subject, *, by: Actor, at: dt.datetime, calendar: Calendar | None = None, heard: bool = False
) -> Alert | None:  # fmt: skip
    """Alert the person on duty now; None when the urgency asks for no alert. One open alert per case or question.

    Call it in the transaction of the change that makes it necessary. The first step is taken here; when that fails
    the change still stands, and the sweep takes the step seconds later. A case with an open alert whose urgency has
    changed goes one step up. Without ``calendar`` the opening hours are read. ``heard``: because of words in what was
    written later (desk/hearing.py); then it stays open until somebody is on it, or has spoken to the client since.
    """
    if alert_every(subject.urgency) is None:
        return None
    alert = Alert.objects.open_for(subject)
    if alert is None:
        alert = Alert(**about(subject), urgency=subject.urgency, raised_at=at, next_step_at=at)
        alert.heard_at = at if heard else None
        alert.save(force_insert=True)
        audit.record("alert.raised", by=by, at=at, case_id=alert.case_id, obj=alert)
    elif alert.urgency != subject.urgency or (heard and alert.heard_at is None):
        alert.next_step_at = at
    if heard and alert.heard_at != at:
        alert.heard_at = at
        alert.save(update_fields=["heard_at"])
    if isinstance(subject, Case):
        alert.case = subject
    else:
        alert.advice = subject
    if alert.next_step_at is None or alert.next_step_at <= at:
        _try(alert, at, calendar)
    return alert


@transaction.atomic
def acknowledge(subject: Subject, *, by: Actor, at: dt.datetime) -> Alert | None:
    """``by`` is on it: the reminders stop. None when there is no open alert, because someone else was first."""
    if isinstance(subject, Case):
        subject = locked(subject)
    else:
        CommanderAdvice.objects.select_for_update().get(pk=subject.pk)
    alert = Alert.objects.open_for(subject)
    if alert is None:
        return None
    alert.acknowledged_at, alert.acknowledged_by, alert.next_step_at = at, by.user, None
    alert.save(update_fields=["acknowledged_at", "acknowledged_by", "next_step_at"])
    _write_up(alert, EntryKind.ALERT_ACKNOWLEDGED, by=by, at=at, facts={"user": by.user_id})
    audit.record("alert.acknowledged", by=by, at=at, case_id=alert.case_id, obj=alert)
    return alert


def acknowledge_each(cases: list[Case], *, by: Actor, at: dt.datetime) -> None:
    """The same for each of these cases, which are locked. One query when none of them has an open alert."""
    alerted = set(Alert.objects.open().filter(case__in=cases).values_list("case_id", flat=True))
    for case in cases:
        if case.pk in alerted:
            acknowledge(case, by=by, at=at)


def end_alert(subject: Subject, *, at: dt.datetime) -> bool:
    """It was handled another way: no more reminders. False when there was nothing to end."""
    return bool(Alert.objects.about(subject).end(at))


def step_due(at: dt.datetime) -> int:
    """Take every step that is due; returns how many alerts were looked at. May run late, twice and side by side.

    An alert whose step fails is left for the next sweep and does not stop the others.
    """
    _raise_forgotten(at)
    seen: set[UUID] = set()
    while (alert_id := _step_next(at, seen)) is not None:
        seen.add(alert_id)
    return len(seen)


@transaction.atomic
def _raise_forgotten(at: dt.datetime) -> None:
    """Alert about pressing cases and questions that should have an open alert and have none."""
    subjects: list[Subject] = [*_forgotten(at), *_forgotten_questions(at)]
    for subject in subjects:
        raise_alert(subject, by=BY, at=at)


@transaction.atomic
def _step_next(at: dt.datetime, seen: set[UUID]) -> UUID | None:
    """One alert in a transaction of its own; those in other hands are left to them.

    What it is about is locked as well, or somebody who has it locked and ends its alert would wait for us and we for
    them.
    """
    due = Alert.objects.due(at).exclude(pk__in=seen)
    for name in ("case", "advice"):
        rows = due.exclude(**{name: None}).select_related(name)
        alert = rows.select_for_update(of=("self", name), skip_locked=True).first()
        if alert is not None:
            _try(alert, at)
            return alert.pk
    return None


def _try(alert: Alert, at: dt.datetime, calendar: Calendar | None = None) -> None:
    """Take the step; when it fails, nothing of it remains and the alert stays due."""
    try:
        with transaction.atomic():
            _step(alert, at, calendar)
    except Exception:
        log.exception("a step of alert %s failed", alert.pk)


def _step(alert: Alert, at: dt.datetime, calendar: Calendar | None) -> None:
    """Tell whoever the level of this moment asks for; ``alert`` is locked."""
    subject = alert.subject
    policy = None if _handled(subject, alert, at) else _policy(alert, subject.urgency)
    if policy is None:
        alert.ended_at, alert.next_step_at = at, None
        alert.save(update_fields=["ended_at", "next_step_at"])
        return
    level = max(policy.level_at(alert.raised_at, at), alert.step)
    before = list(alert.steps.all()) if alert.step else []
    told = frozenset(step.user_id for step in before if step.user_id)
    people: dict[int, User] = {}
    now = ladder.step(_ladder(subject, at, calendar, people, policy), level, told)
    known = {step.rung for step in before}
    gaps = [rung for rung in now.empty if rung not in known]
    _say_gaps(alert, gaps, level, at)
    for rung in now.tell:
        first = rung.name not in known
        ways = policy.channels_of(rung.name)
        _tell(alert, rung, [people[one] for one in rung.people], level, at, ways=ways, gap=bool(gaps), first=first)
    if not now.tell:
        log.error("alert %s reaches nobody: no roster, no coordinator, no desk worker", alert.pk)
    alert.step, alert.urgency, alert.policy = level + 1, subject.urgency, policy.number
    alert.next_step_at = policy.next_at(alert.raised_at, at)
    alert.save(update_fields=["step", "urgency", "policy", "next_step_at"])


def _policy(alert: Alert, urgency: str) -> Policy | None:
    """The version that the alert began with, also when there is a newer one; another urgency has another policy."""
    return policies.policy_of(urgency, alert.policy if alert.step and alert.urgency == urgency else None)


def _handled(subject: Subject, alert: Alert, at: dt.datetime) -> bool:
    """Someone has spoken to the client, or works here, has the case and still has the time promised for it. A question
    is answered or passed on, or someone who works here has it and still has time."""
    if isinstance(subject, CommanderAdvice):
        if subject.done_at is not None or subject.state == AdviceState.PASSED_ON:
            return True
        return alert.raised_at < subject.due_at and deputies.works_here(subject.taken_by, at)
    case = subject
    if alert.heard_at is not None:
        spoken = ContactAttempt.objects.filter(case=case, outcome=AttemptOutcome.SPOKEN, at__gte=alert.heard_at)
        return not case.is_open or spoken.exists()
    if case.state not in WAITS_FOR_US or case.first_contact_at is not None:
        return True
    return alert.raised_at < case.first_contact_due_at and deputies.works_here(case.owner, at)


def _say_gaps(alert: Alert, gaps: list[str], level: int, at: dt.datetime) -> None:
    """Nobody there: kept with the alert and in the timeline, once per rung."""
    for rung in gaps:
        AlertStep.objects.create(alert=alert, number=level, at=at, rung=rung, skipped=True)
        _write_up(alert, EntryKind.ALERT_SKIPPED, by=BY, at=at, facts={"rung": rung})


def _tell(
    alert: Alert, rung: Rung, people: list[User], level: int, at: dt.datetime, *, ways: tuple[str, ...], gap: bool,
    first: bool,
) -> None:  # fmt: skip
    """Call everyone on the rung by all ``ways``; ``gap`` says too, in portal and mail, that a step below was empty."""
    AlertStep.objects.bulk_create(
        [AlertStep(alert=alert, number=level, at=at, user=user, rung=rung.name) for user in people],
        ignore_conflicts=True,
    )
    about_id = alert.subject.pk
    for user in people:
        said: dict[str, Any] = {
            "about": about_id, "occasion": f"{alert.pk}:{level}", "path": reverse("duty"), "at": at,
        }  # fmt: skip
        if gap:
            tell_user(ALERT_GAP, user, **said)
        tell_user(ALERT, user, channels=ways, params={"alert": str(alert.pk)}, **said)
    if first:
        facts = {"rung": rung.name, "to_user": people[0].pk, "users": list(rung.people)}
        _write_up(alert, EntryKind.ALERT_RAISED, by=BY, at=at, facts=facts)


def _write_up(alert: Alert, kind: EntryKind, *, by: Actor, at: dt.datetime, facts: dict[str, Any]) -> None:
    """In the timeline, where there is a file to have one."""
    if alert.case is not None:
        timeline.add(alert.case, kind, by=by, at=at, facts=facts)


def _ladder(
    subject: Subject, at: dt.datetime, calendar: Calendar | None, people: dict[int, User], policy: Policy
) -> list[Rung]:
    """The ladder of this moment, without anyone who may never see the case; fills ``people`` by id."""
    blocked: set[int | None] = set()
    if isinstance(subject, Case):
        blocked = set(CaseAccess.objects.keeping_out_of(subject).values_list("user_id", flat=True))
    turns = [turn for turn in duty.roster(at, calendar).on_duty if turn.user.pk not in blocked]
    members = _members(at, blocked)
    people |= {turn.user.pk: turn.user for turn in turns} | {member.user_id: member.user for member in members}
    in_role = {role: dict.fromkeys(member.user_id for member in members if member.role == role) for role in Role}
    teams: dict[str, dict[int, None]] = {}
    for member in members:
        teams.setdefault(member.team.code, {})[member.user_id] = None
    line = [(turn.position, turn.user.pk) for turn in turns]
    return policy.rungs(line, in_role[Role.COORDINATOR], in_role[Role.DESK_WORKER], teams)


def _members(at: dt.datetime, blocked: AbstractSet[int | None]) -> list[Membership]:
    """Who may see requests at the desk and is there today; all of them when nobody is, for somebody must hear it. An
    administrator of the team may see no request. One query."""
    today = timezone.localdate(at)
    away = Absence.objects.touching(today, today).filter(user=OuterRef("user"))
    rows = Membership.objects.live_on(today).of_desk().select_related("user", "team").annotate(away=Exists(away))
    found = [row for row in rows if row.user_id not in blocked and CASE_TRIAGE in permissions_of({row.role})]
    here: list[Membership] = [row for row in found if not row.away]
    return here or list[Membership](found)


def _forgotten(at: dt.datetime) -> list[Case]:
    """Locked: pressing, no open alert, and either in the queue with nobody told since they came there (given back,
    made urgent later), or past the promised moment with nobody told since then (picked up and dropped)."""
    alerts = Alert.objects.filter(case=OuterRef("pk"))
    queued = Q(owner=None, state=CaseState.SUBMITTED) & ~Exists(alerts.touched_since(OuterRef("state_since")))
    broken = Q(first_contact_due_at__lte=at) & ~Exists(alerts.touched_since(OuterRef("first_contact_due_at")))
    return list(
        Case.objects.pressing()
        .filter(queued | broken, state__in=WAITS_FOR_US, first_contact_at=None)
        .filter(~Exists(alerts.open()), first_contact_due_at__gt=at - LOOK_BACK)
        .by_pressure()
        .select_for_update(of=("self",), skip_locked=True)[:50]
    )


def _forgotten_questions(at: dt.datetime) -> list[CommanderAdvice]:
    """Locked: the same for questions of commanders: nobody was ever told, or past the promised moment."""
    alerts = Alert.objects.filter(advice=OuterRef("pk"))
    untold = Q(taken_by=None) & ~Exists(alerts)
    broken = Q(due_at__lte=at) & ~Exists(alerts.touched_since(OuterRef("due_at")))
    return list(
        CommanderAdvice.objects.pressing()
        .filter(untold | broken, ~Exists(alerts.open()), due_at__gt=at - LOOK_BACK)
        .select_related("intake")
        .order_by("due_at", "pk")
        .select_for_update(of=("self",), skip_locked=True)[:50]
    )

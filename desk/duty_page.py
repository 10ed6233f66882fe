"""What whoever is on duty needs at three in the morning: who waits, whom they have in hand, and how long is left."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.actors import Actor
from accounts.forms.phone import as_written
from cases import safe_contact
from cases.deadlines import first_contact_by
from cases.enums import AT_DESK, AttemptOutcome, ContactWay, Requester
from cases.models import Alert, AlertStep, Case, ContactAttempt
from cases.models.alerts import CONTACT
from cases.moments import before_words, clock
from cases.safe_contact import Rule
from desk import snapshot
from desk.forms.duty import AttemptForm
from desk.ladder import rung_name

MOST = 50
MOST_IN_HAND = 5
MINUTES_UNTIL = dt.timedelta(hours=2)
"""Closer than this the minutes are counted; before that a clock time says more."""

IN_HAND_FOR = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Clock:
    """How long is left, in words, and for the script that counts on."""

    text: str
    late: bool
    due_at: dt.datetime
    counts: bool


@dataclass(frozen=True)
class Waiting:
    """One open alert: neutral until somebody takes it."""

    alert: Alert
    clock: Clock
    told: list[tuple[AlertStep, str]]
    next_call: str
    has_chain: bool  # whether the page with everybody who was called may be opened


@dataclass(frozen=True)
class InHand:
    """One request that the reader picked up, with what is needed to call."""

    case: Case
    who: str
    name: str
    phone: str
    rules: list[Rule]
    outside: list[str]
    clock: Clock
    tried: str
    form: AttemptForm


def waiting(by: Actor, at: dt.datetime) -> list[Waiting]:
    """Open alerts about what you may see, most urgent first. Two queries."""
    found = []
    for alert in Alert.objects.for_eyes_of(by, at).with_steps()[:MOST]:
        told = [(step, rung_name(step.rung)) for step in alert.steps.all()]
        following = clock(alert.next_step_at) if alert.next_step_at and alert.next_step_at > at else ""
        chain = alert.case is not None and alert.case.state in AT_DESK
        found.append(Waiting(alert, clock_of(_due(alert), at), told, following, chain))
    return found


def _due(alert: Alert) -> dt.datetime:
    """By when somebody speaks to them; who was spoken to before and wrote something worrying has the same time anew."""
    if alert.case is None or alert.heard_at is None or alert.case.first_contact_at is None:
        return alert.subject.first_contact_due_at
    return first_contact_by(alert.urgency, alert.heard_at, snapshot.read().calendar)


def mark(alerts: list[Waiting]) -> str:
    """Changes when somebody was called, came or went; a page that asks by itself gets nothing while it is the same."""
    seen = "|".join(f"{one.alert.pk}:{one.alert.step}:{len(one.told)}" for one in alerts)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def in_hand(by: Actor, at: dt.datetime, bound: AttemptForm | None = None) -> list[InHand]:
    """What you picked up and nobody has spoken to yet, with name and number, which is a look that the audit keeps.

    One query, and one of the audit when there is anybody. ``bound`` is a form that comes back with errors.
    """
    tries = ContactAttempt.objects.filter(case=OuterRef("case")).order_by("-at", "-pk")
    last = tries.values(one=JSONObject(at="at", outcome="outcome"))[:1]
    rows = Alert.objects.in_hand_of(by.user_id or 0, at - IN_HAND_FOR).filter(case__in=Case.objects.visible_to(by, at))
    alerts = rows.select_related(*CONTACT).annotate(tried=Subquery(last))[:MOST_IN_HAND]
    found = {alert.case: alert.tried for alert in alerts if alert.case is not None}
    seen = [_Seen(case.pk, case.pk) for case in found]
    audit.record_each("case.viewed", seen, by=by, at=at, part="duty", kind=Case)
    return [_in_hand(case, tried, at, bound) for case, tried in found.items()]


@dataclass(frozen=True)
class _Seen:
    """What the audit keeps of a look."""

    pk: UUID
    case_id: UUID


def _in_hand(case: Case, attempt: dict[str, str] | None, at: dt.datetime, bound: AttemptForm | None) -> InHand:
    wishes = safe_contact.wishes_of(case)
    outside = safe_contact.against(wishes, ContactWay.PHONE, at)
    form = bound if bound is not None and bound.reference == case.reference else None
    tried = ""
    if attempt is not None:
        moment, outcome = dt.datetime.fromisoformat(attempt["at"]), AttemptOutcome(attempt["outcome"])
        words = {"time": clock(moment), "outcome": str(outcome.label).lower()}
        tried = _("Tried at %(time)s: %(outcome)s") % words
    return InHand(
        case=case,
        who=str(Requester(case.requester).label) if case.requester in Requester.values else "",
        name=str(case.person.name),
        phone=as_written(str(case.person.phone)),
        rules=safe_contact.rules(wishes),
        outside=outside,
        clock=clock_of(case.first_contact_due_at, at),
        tried=tried,
        form=form or AttemptForm(reference=case.reference, wishes=wishes, outside=bool(outside)),
    )


def clock_of(due_at: dt.datetime, at: dt.datetime) -> Clock:
    """Minutes left or too late when it is near, otherwise the moment."""
    left = due_at - at
    minutes = abs(int(left.total_seconds() // 60)) if left < dt.timedelta(0) else int(left.total_seconds() // 60)
    if left < dt.timedelta(0):
        if minutes < 120:
            text = ngettext("%(n)s minute too late", "%(n)s minutes too late", minutes) % {"n": minutes}
        else:
            text = ngettext("%(n)s hour too late", "%(n)s hours too late", minutes // 60) % {"n": minutes // 60}
        return Clock(text, True, due_at, minutes < 120)
    if left > MINUTES_UNTIL:
        return Clock(before_words(due_at, at), False, due_at, False)
    return Clock(ngettext("%(n)s minute left", "%(n)s minutes left", minutes) % {"n": minutes}, False, due_at, True)

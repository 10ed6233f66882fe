"""What can be done with a case. Each verb: one transaction, the row locked, the move checked, timeline, audit, notices.

A verb answers with the case as it is afterwards. When it can no longer be done it raises NotNow, whose text is meant
for the person who tried; doing the same thing twice is not an error where the second time changes nothing.
Contact with the client has its verbs in cases/contact.py, the end of a case in cases/closing.py; both are offered here.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.duty import Calendar
from accounts.models import User
from accounts.notices import tell_user
from accounts.people import stay_open
from accounts.roles import CASE_TRIAGE
from cases import case_tasks, handing, timeline
from cases.closing import close, may_end, withdraw
from cases.contact import ask_more, change_contact, client_added, log_attempt
from cases.deadlines import first_contact_by
from cases.enums import AT_DESK, CaseState, EntryKind, Overlay, Urgency
from cases.intake import place_of
from cases.models import Case, Topic
from cases.moves import Changed, NeedsReason, NotNow, locked, move, save
from cases.notices import CASE_GIVEN
from cases.permissions import must_have

__all__ = [
    "MOST_TOPICS",
    "Changed",
    "NeedsReason",
    "NotNow",
    "ask_more",
    "change_contact",
    "client_added",
    "close",
    "give",
    "give_back",
    "locked",
    "log_attempt",
    "may_end",
    "move",
    "set_danger",
    "set_topics",
    "set_urgency",
    "take",
    "withdraw",
]

MOST_TOPICS = 3


@transaction.atomic
def take(case: Case, *, by: Actor, at: dt.datetime) -> Case:
    """Make ``by`` the owner of a case at the desk that nobody owns. The loser of a race is told who has it."""
    case = locked(case)
    if case.state in AT_DESK and case.owner_id is None:
        must_have(CASE_TRIAGE, case.pk, by=by, at=at, action="case.taken")
    for why in handing.take([case], by=by, at=at).left.values():
        raise NotNow(why)
    return case


@transaction.atomic
def give(case: Case, *, to: User, by: Actor, at: dt.datetime) -> Case:
    """Make ``to`` the owner: a colleague who may assess this case now, or ``by`` in place of a colleague."""
    is_here = stay_open([to.pk])  # people before cases, as in deputies.lock
    case = locked(case)
    if case.owner_id == to.pk:
        return case
    if case.state in AT_DESK:
        must_have(CASE_TRIAGE, case.pk, by=by, at=at, action="case.given")
    done = handing.give([case], to=to, is_here=is_here, by=by, at=at)
    for why in done.left.values():
        raise NotNow(why)
    if to.pk != by.user_id:
        tell_user(
            CASE_GIVEN,
            to,
            about=case.pk,
            occasion=f"given{case.version}",
            path=reverse("triage", args=[case.reference]),
            at=at,
        )
    return case


@transaction.atomic
def give_back(case: Case, *, by: Actor, at: dt.datetime) -> Case:
    """Back into the queue, without an owner. Not while the client or a receiver has to answer."""
    case = locked(case)
    if case.state == CaseState.SUBMITTED and case.owner_id is None:
        return case
    if case.state in AT_DESK:
        must_have(CASE_TRIAGE, case.pk, by=by, at=at, action="case.given_back")
    before = case.owner_id
    move(case, CaseState.SUBMITTED, by=by, at=at, action="case.given_back", owner=None, primary_contact=None)
    timeline.add(case, EntryKind.GIVEN_BACK, by=by, at=at)
    case_tasks.settle(case, was=before, by=by, at=at)
    return case


@transaction.atomic
def set_urgency(
    case: Case,
    urgency: str,
    *,
    reason: str,
    by: Actor,
    at: dt.datetime,
    calendar: Calendar,
    version: int | None = None,
) -> Case:
    """Up or down, with a reason. The promised first contact may come earlier by it, and never later (decision 10).

    The system may only raise: anything else raises ValueError.
    """
    case = locked(case, version=version)
    new = Urgency(urgency)
    if new == case.urgency:
        return case
    if by.kind == "system" and new.rank > case.urgency_rank:
        raise ValueError("only a person may lower an urgency")
    _must_be_open(case)
    if not reason.strip():
        raise NeedsReason(_("Write down why the urgency changes."))
    old = case.urgency
    case.urgency, case.urgency_rank = new, new.rank
    if case.first_contact_at is None:
        case.first_contact_due_at = min(case.first_contact_due_at, first_contact_by(new, at, calendar))
    save(case, "urgency", "urgency_rank", "first_contact_due_at")
    facts = {"from": old, "to": str(new), "due": case.first_contact_due_at.isoformat()}
    timeline.add(case, EntryKind.URGENCY_CHANGED, by=by, at=at, facts=facts, text=reason.strip())
    audit.record("case.urgency", by=by, at=at, case_id=case.pk, obj=case, part=f"{old}>{new}")
    return case


@transaction.atomic
def set_topics(case: Case, topics: Sequence[str], *, by: Actor, at: dt.datetime, version: int | None = None) -> Case:
    """At most three known codes, the leading one first. More or unknown ones raise ValueError."""
    case = locked(case, version=version)
    chosen = list(dict.fromkeys(topics))
    if len(chosen) > MOST_TOPICS or Topic.objects.filter(pk__in=chosen).count() != len(chosen):
        raise ValueError(f"not at most {MOST_TOPICS} known topics: {chosen}")
    if chosen == case.topics:
        return case
    _must_be_open(case)
    case.topics = chosen
    save(case, "topics")
    timeline.add(case, EntryKind.TRIAGED, by=by, at=at, facts={"topics": chosen})
    audit.record("case.topics", by=by, at=at, case_id=case.pk, obj=case)
    return case


@transaction.atomic
def set_unit(case: Case, unit_id: int | None, *, by: Actor, at: dt.datetime) -> Case:
    """The client's unit as the desk found it out, or that it is not known; the region follows. Who serves it, and so
    where a hand-over goes, depends on it (R5). What the client wrote stays as it was sent."""
    case = locked(case)
    if unit_id == case.unit_id:
        return case
    _must_be_open(case)
    case.unit, case.region_id = place_of(unit_id)
    save(case, "unit", "region")
    timeline.add(case, EntryKind.TRIAGED, by=by, at=at, facts={"unit": case.unit_id})
    audit.record("case.unit", by=by, at=at, case_id=case.pk, obj=case)
    return case


@transaction.atomic
def set_danger(case: Case, danger: bool, *, by: Actor, at: dt.datetime, version: int | None = None) -> Case:
    """The answer to "danger now?" as asked again by a person. Yes puts the emergency overlay on the case; a later no
    leaves it, because the overlay ends only by speaking to the person. The caller raises the urgency and the alert."""
    case = locked(case, version=version)
    if case.danger_now == danger:
        return case
    _must_be_open(case)
    case.danger_now = danger
    if danger and case.first_contact_at is None:
        case.overlay = Overlay.EMERGENCY
    save(case, "danger_now", "overlay")
    timeline.add(case, EntryKind.TRIAGED, by=by, at=at, facts={"danger": danger})
    audit.record("case.danger", by=by, at=at, case_id=case.pk, obj=case, part="yes" if danger else "no")
    return case


def _must_be_open(case: Case) -> None:
    if not case.is_open:
        raise NotNow(_("This case is closed."))

"""What the desk must not forget today: agreed calls, clients' questions, offers and summaries unanswered."""

import datetime as dt
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db.models import Case as Choose
from django.db.models import CharField, DateTimeField, Exists, F, IntegerField, OuterRef, Value, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.addresses import address
from accounts.counting import Question, ask
from accounts.roles import PEOPLE_EDIT
from cases.enums import CaseState
from cases.models import AfterCare, CallBack, Case, Message
from desk import callback_list
from desk.queue import end_of_day
from referrals.enums import ReferralState
from referrals.models import Referral

CALL, MESSAGE, OFFER, SUMMARY, LEFT, PHONE = "call", "message", "offer", "summary", "left", "phone"
STILL = "still"  # with a worker, and what comes next is late: for who coordinates
AFTER = "after"
RISK = "risk"  # a message of which the promised answer is at risk
PAGES = {LEFT: "fetch_back", STILL: "case", MESSAGE: "case_messages", RISK: "case_messages"}
MOST = 6  # of each kind on the dashboard
_TEXT, _NUMBER = CharField(), IntegerField()
CALL_FACTS: dict[str, Any] = {
    "call": Cast("pk", _TEXT), "late_from": F("due_at"), "source_": F("source"), "tried": F("attempts"),
    "ended": F("outcome"), "rang": F("calls"),
}  # fmt: skip
NO_FACTS: dict[str, Any] = {
    "call": Value("", _TEXT), "late_from": Cast(Value(None), DateTimeField()), "source_": Value("", _TEXT),
    "tried": Value(0, _NUMBER), "ended": Value("", _TEXT), "rang": Value(0, _NUMBER),
}  # fmt: skip
"""What the words of a call are made of, beside lines that are about something else."""


@dataclass(frozen=True)
class Line:
    """One thing, its moment, and where to go."""

    kind: str
    moment: dt.datetime
    reference: str
    url: str
    text: str
    late: bool
    known: bool = True  # whether ``reference`` is one


def lines(by: Actor, at: dt.datetime, most: int = MOST) -> list[Line]:
    """The first ``most`` of each kind, soonest first, of cases the actor may see. One query."""
    words = {CALL: _("Call back"), MESSAGE: _("Answer the client"), OFFER: _("No answer yet")}
    words |= {
        SUMMARY: _("The client has not answered the summary: call"),
        LEFT: _("The worker no longer works here: take the case back"),
        STILL: _("What comes next is late: ask the worker"),
        AFTER: _("Ask how it is now: call"),
        RISK: _("Answer the client soon"),
    }
    found = sorted(ask(_rows, by, at, most), key=lambda row: row["moment"])
    return [_call(row, at) if row["kind_"] == PHONE else _line(row, str(words[row["kind_"]]), at) for row in found]


def _call(row: dict[str, Any], at: dt.datetime) -> Line:
    """Somebody on the list of calls, in the words of that list."""
    values = SimpleNamespace(source=row["source_"], attempts=row["tried"], outcome=row["ended"], calls=row["rang"])
    url = address("call_back", UUID(row["call"]))
    label = row["reference_"] or callback_list.unknown()
    return Line(
        PHONE, row["moment"], label, url, callback_list.why(values), row["late_from"] <= at, bool(row["reference_"])
    )


def _line(row: dict[str, Any], words: str, at: dt.datetime) -> Line:
    page, reference = PAGES.get(row["kind_"], "triage"), row["reference_"]
    if row["kind_"] == AFTER:
        return Line(AFTER, row["moment"], reference, reverse("call_backs") + "#after", words, late=False)
    return Line(row["kind_"], row["moment"], reference, address(page, reference), words, row["moment"] < at)


def _rows(by: Actor, at: dt.datetime, most: int) -> Question:
    cases = Case.objects.visible_to(by, at).at_desk()
    midnight = end_of_day(at)
    calls = CallBack.objects.due(midnight).visible_to(by, at).annotate(of=Coalesce("case__reference", Value("")))
    kept = CallBack.objects.open().filter(case=OuterRef("pk"))
    called = cases.filter(~Exists(kept), state=CaseState.IN_TRIAGE, next_action_at__lte=midnight)
    asked = Message.objects.filter(sender=None, answered_at=None, answer_by__isnull=False, case__in=cases)
    offered = Referral.objects.pending().filter(state=ReferralState.OFFERED, case__in=cases)
    unanswered = Referral.objects.unanswered(at).filter(case__in=cases.filter(state=CaseState.IN_TRIAGE))
    theirs = Case.objects.visible_to(by, at).with_worker()
    left, still = theirs.owner_gone(timezone.localdate(at)), theirs.step_late()
    at_risk = When(at_risk_at__lte=at, then=Value(RISK))

    def kind_of(kind: str) -> Any:
        return Choose(at_risk, default=Value(kind)) if kind == MESSAGE else Value(kind)

    first, *others = (
        rows.annotate(
            kind_=kind_of(kind),
            reference_=F(reference),
            moment=F(moment),
            **(CALL_FACTS if kind == PHONE else NO_FACTS),
        ).values_list("kind_", "moment", "reference_", *CALL_FACTS)[:most]
        for kind, rows, moment, reference in (
            (CALL, called.order_by("next_action_at"), "next_action_at", "reference"),
            (PHONE, calls.by_moment(), "next_at", "of"),
            (MESSAGE, asked.order_by("answer_by"), "answer_by", "case__reference"),
            (OFFER, offered.order_by("due_at"), "due_at", "case__reference"),
            (LEFT, left.order_by("state_since"), "state_since", "reference"),
            *([(STILL, still, "late_since", "reference")] if by.may(PEOPLE_EDIT) else []),
            (SUMMARY, unanswered.order_by("due_at"), "due_at", "case__reference"),
            (AFTER, AfterCare.objects.due(midnight).visible_to(by, at), "next_at", "case__reference"),
        )
    )
    return first.union(*others, all=True).query.sql_with_params()

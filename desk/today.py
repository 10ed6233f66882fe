"""What the desk must not forget today: agreed calls, clients' questions, offers and summaries unanswered."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case as Choose
from django.db.models import (
    CharField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.addresses import address
from accounts.counting import Question, ask
from accounts.permissions import Refused
from accounts.roles import PEOPLE_EDIT
from cases import messages
from cases.enums import CaseState
from cases.enums.steps import StepKind
from cases.models import AfterCare, CallBack, Case
from desk import callback_list, callback_week
from referrals.enums import HandOver
from referrals.models import Referral

LOOK, MESSAGE, OFFER, SUMMARY, LEFT, PHONE = "look", "message", "offer", "summary", "left", "phone"
STILL = "still"  # with a worker, and what comes next is late: for who coordinates
AFTER = "after"
RISK = "risk"  # a message of which the promised answer is at risk
THEIRS = "theirs"  # the same with a worker, who answers it
PAGES = {LEFT: "fetch_back", STILL: "case", THEIRS: "case", MESSAGE: "case_messages", RISK: "case_messages"}
MOST = 6  # of each kind on the dashboard
PER_PAGE = 50  # of one kind on a page of its own
SLUGS = {
    LOOK: "bekijken", PHONE: "bellen", MESSAGE: "antwoorden", THEIRS: "antwoord-hulpverlener", OFFER: "overname",
    LEFT: "terughalen", SUMMARY: "samenvattingen", AFTER: "nabellen", STILL: "stil",
}  # fmt: skip
"""The page of each kind, as its address has it."""
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
COLUMNS = ("kind_", "moment", "reference_", *CALL_FACTS)


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
    return _lines(sorted(ask(_rows, by, at, most), key=lambda row: row["moment"]), at)


@dataclass(frozen=True)
class More:
    """A kind of which there are more than the dashboard shows."""

    label: str
    count: int
    url: str


def more(counts: Mapping[str, int]) -> list[More]:
    """Where all of a kind stand, of those that do not fit. ``counts`` are of desk/tally.py."""
    words = _words()
    return [
        More(words[kind], count, reverse("today", args=[SLUGS[kind]])) for kind, count in counts.items() if count > MOST
    ]


def page_of(by: Actor, at: dt.datetime, slug: str, number: str | None) -> "tuple[str, Page[Any]]":
    """The name of a kind and one page of all of it, soonest first. Raises Refused. Two queries."""
    kind = next((code for code, known in SLUGS.items() if known == slug), "")
    one = due(by, at).get(kind)
    if one is None:
        raise Refused("dashboard.today", basis="not theirs or not existing")
    rows = _annotated(kind, one, at).order_by("moment", "pk").values(*COLUMNS)
    page: Page[Any] = Paginator(rows, PER_PAGE).get_page(number)
    page.object_list = _lines(page.object_list, at)
    return _words()[kind], page


def _words() -> dict[str, str]:
    """What is to be done, by kind. A call on the list has words of its own."""
    words = {LOOK: str(StepKind.LOOK.label), MESSAGE: _("Answer the client"), OFFER: _("No answer yet")}
    return words | {
        PHONE: _("Call back"),
        SUMMARY: _("The client has not answered the summary: call"),
        LEFT: _("The worker no longer works here: take the case back"),
        STILL: _("What comes next is late: ask the worker"),
        AFTER: _("Ask how it is now: call"),
        RISK: _("Answer the client soon"),
        THEIRS: _("The client waits for the worker's answer: ask the worker"),
    }


def _lines(rows: Iterable[dict[str, Any]], at: dt.datetime) -> list[Line]:
    words = _words()
    return [_call(row, at) if row["kind_"] == PHONE else _line(row, words[row["kind_"]], at) for row in rows]


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


@dataclass(frozen=True)
class Due:
    """What is due of one kind, the first due first, and which of its columns say when and of which case."""

    rows: "QuerySet[Any]"
    moment: str
    reference: str = "case__reference"


def due(by: Actor, at: dt.datetime) -> Mapping[str, Due]:
    """All of each kind, of cases the actor may see."""
    seen, end = Case.objects.visible_to(by, at), callback_week.due(at).end
    cases, theirs = seen.at_desk(), seen.with_worker()
    kept = CallBack.objects.open().filter(case=OuterRef("pk"))
    called = seen.filter(~Exists(kept), state=CaseState.IN_TRIAGE, next_action_at__lt=end)
    called = called.exclude(returned_at__gte=F("state_since"))  # has a queue of its own, and a term to decide
    calls = callback_week.within(by, at, callback_week.due(at)).by_moment()
    passed_on = seen.filter(pk=OuterRef("case"), state=CaseState.REFERRED).values("reference")  # each by one offer
    offers = Referral.objects.offered().filter(kind=HandOver.REFERRAL)
    offers = offers.annotate(of=Subquery(passed_on)).filter(of__isnull=False)  # looked up in the order of the offers
    unanswered = Referral.objects.unanswered(at).filter(case__in=seen.filter(state=CaseState.IN_TRIAGE))
    found = {
        LOOK: Due(called.order_by("next_action_at"), "next_action_at", "reference"),
        PHONE: Due(calls.annotate(of=Coalesce("case__reference", Value(""))), "next_at", "of"),
        MESSAGE: Due(messages.promised_in(cases), "answer_by", "of"),
        THEIRS: Due(messages.promised_in(theirs).filter(at_risk_at__lte=at), "answer_by", "of"),
        OFFER: Due(offers, "due_at", "of"),
        LEFT: Due(theirs.owner_gone(timezone.localdate(at)).order_by("state_since"), "state_since", "reference"),
        SUMMARY: Due(unanswered.order_by("due_at"), "due_at"),
        AFTER: Due(AfterCare.objects.due(at).visible_to(by, at), "next_at"),
    }
    return found | ({STILL: Due(theirs.step_late(), "late_since", "reference")} if by.may(PEOPLE_EDIT) else {})


def _rows(by: Actor, at: dt.datetime, most: int) -> Question:
    first, *others = (_annotated(kind, one, at).values_list(*COLUMNS)[:most] for kind, one in due(by, at).items())
    return first.union(*others, all=True).query.sql_with_params()


def _annotated(kind: str, one: Due, at: dt.datetime) -> "QuerySet[Any]":
    at_risk = Choose(When(at_risk_at__lte=at, then=Value(RISK)), default=Value(MESSAGE))
    return one.rows.annotate(
        kind_=at_risk if kind == MESSAGE else Value(kind),
        reference_=F(one.reference),
        moment=F(one.moment),
        **(CALL_FACTS if kind == PHONE else NO_FACTS),
    )

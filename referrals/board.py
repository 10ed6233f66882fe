"""The three lists of the board: what is offered, what I accepted, what I returned (UX, page K)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.actors import Actor
from accounts.counting import lengths
from cases.enums import SHORTEST_SESSION_MINUTES, SessionState
from cases.models import Case, Session
from cases.topics import load_topics
from referrals import cards
from referrals.coverage import units_of
from referrals.models import Referral

PER_PAGE = {"offered": 25, "accepted": 5, "returned": 5}
"""Cards on a page of each list; what waits for an answer comes first, "my cases" has a page of its own."""


class Counted(Paginator):
    """A paginator that was told how many there are."""

    def __init__(self, rows: Any, per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self.count = count


@dataclass(frozen=True)
class Lane:
    """One list: its page of cards."""

    code: str
    page: "Page[Any]"
    rows: list[Referral]
    cards: list[cards.Card]

    @property
    def count(self) -> int:
        return self.page.paginator.count


@dataclass(frozen=True)
class Board:
    """What one worker sees at one moment. ``hidden`` waits in their teams but for other units than their own."""

    offered: Lane
    accepted: Lane
    returned: Lane
    may_widen: bool
    wide: bool
    hidden: int


def see(by: Actor, at: dt.datetime, *, wide: bool = False, lane: str = "", page: str = "1") -> Board:
    """The board for ``by``; ``page`` counts for ``lane`` only. At most 8 queries.

    Someone who serves units by name sees those first, and the rest of their teams' on request; what is urgent, or has
    waited half its time, is never left out.
    """
    units = units_of(by.user, timezone.localdate(at)) if by.user else []
    everything = Referral.objects.offered_to(by)
    near = everything.near(by, units) if units and not wide else everything
    accepted, returned = Referral.objects.accepted_by(by), Referral.objects.returned_by(by)
    narrowed = {} if near is everything else {"offered": near}
    numbers = lengths(everything=everything, accepted=accepted, returned=returned, **narrowed)
    numbers.setdefault("offered", numbers["everything"])
    rows = {
        "offered": near.by_pressure(),
        "accepted": with_progress(accepted, at).last_answered(),
        "returned": returned.last_answered(),
    }
    pages = {
        code: Counted(rows[code], most, numbers[code]).get_page(page if code == lane else 1)
        for code, most in PER_PAGE.items()
    }
    shown = {code: list(found.object_list) if numbers[code] else [] for code, found in pages.items()}
    topics = load_topics()
    _attach_cases([row for found in shown.values() for row in found])
    lanes = {
        code: Lane(code, pages[code], found, [_card(code, row, topics, at) for row in found])
        for code, found in shown.items()
    }
    return Board(**lanes, may_widen=bool(units), wide=wide, hidden=numbers["everything"] - numbers["offered"])


def with_progress(rows: QuerySet[Referral], at: dt.datetime) -> Any:
    """With the number of counted conversations in the open track and the next planned one."""
    sessions = Session.objects.filter(case=OuterRef("case"), track__ended_at=None, track__isnull=False).order_by()
    held = sessions.filter(state=SessionState.HELD, minutes__gte=SHORTEST_SESSION_MINUTES)
    planned = Session.objects.filter(case=OuterRef("case"), state=SessionState.PLANNED, starts_at__gte=at)
    return rows.annotate(
        held=_number(held), next_session=Subquery(planned.order_by("starts_at").values("starts_at")[:1])
    )


def news_since(by: Actor, since: dt.datetime) -> int:
    """How many were offered to ``by`` after ``since``."""
    return Referral.objects.offered_to(by).filter(offered_at__gt=since).count()


def _number(rows: QuerySet[Any]) -> Coalesce:
    """The count of a query as one value inside another."""
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _attach_cases(rows: Iterable[Referral]) -> None:
    """The cases of all lists in one query: joined to each list they would cost more to plan than to read."""
    rows = list(rows)
    cases = (
        Case.objects.select_related("data_key", "unit", "owner", "person__contact")
        .defer("own_words", "summary", "outcome_note")
        .in_bulk({row.case_id for row in rows})
    )
    for row in rows:
        row.case = cases[row.case_id]


def _card(code: str, row: Referral, topics: cards.Topics, at: dt.datetime) -> cards.Card:
    if code == "offered":
        return cards.offered(row, topics, at)
    return cards.accepted(row, topics, at) if code == "accepted" else cards.returned(row, at)

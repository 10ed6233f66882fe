"""The three lists of the board: what is offered, what I accepted, what I returned (UX, page K)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.actors import Actor
from accounts.counting import Question, ask, side_by_side
from accounts.models import DataKey
from cases.enums import SHORTEST_SESSION_MINUTES, SessionState
from cases.models import Session
from cases.safe_contact import Wishes
from cases.topics import load_topics
from referrals import cards
from referrals.coverage import units_of
from referrals.models import Referral

PER_PAGE = {"offered": 25, "accepted": 5, "returned": 5}
"""Cards on a page of each list; what waits for an answer comes first, "my cases" has a page of its own."""


NOT_BEGUN = "0 AS held, NULL::timestamptz AS next_session"
ON_CARD = {
    "reference": "case__reference", "case_urgency": "case__urgency", "case_state": "case__state",
    "topics": "case__topics",
    "unit": "case__unit__name", "owner": "case__owner__name", "to_name": "to_user__name",
    "key_id": "case__data_key_id", "wrapped_by": "case__data_key__wrapped_by", "wrapped": "case__data_key__wrapped",
} | {name: f"case__person__contact__{name}" for name in Wishes.__dataclass_fields__}  # fmt: skip
"""What a card says of the case and of how to reach the client (cards.Handed), and the key of the summary."""
OF_REFERRAL = (
    "pk", "case_id", "urgency", "to_user_id", "match_step", "match_name", "return_reason", "offered_at", "due_at",
    "answered_at", "summary",
)  # fmt: skip
SUMMARY: Any = Referral._meta.get_field("summary")


@dataclass(frozen=True)
class Lane:
    """One list: its page of cards."""

    code: str
    page: "Page[Any]"
    rows: list[cards.Handed]
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

    @property
    def all_offered(self) -> int:
        """What is offered, whichever unit it is about."""
        return self.offered.count + self.hidden


def see(by: Actor, at: dt.datetime, *, wide: bool = False, lane: str = "", page: str = "1") -> Board:
    """The board for ``by``; ``page`` counts for ``lane`` only. At most 6 queries.

    Someone who serves units by name sees those first, and the rest of their teams' on request; what is urgent, or has
    waited half its time, is never left out.
    """
    units = units_of(by.user, timezone.localdate(at)) if by.user else []
    near = () if wide else tuple(units)
    numbers = ask(_numbers, by, at, near)[0]
    numbers.setdefault("offered", numbers["everything"])
    pages = {
        code: Paginator(range(numbers[code]), most).get_page(page if code == lane else 1)
        for code, most in PER_PAGE.items()
    }
    shown = _rows(by, at, near, {code: found.object_list for code, found in pages.items()})
    topics = load_topics()
    lanes = {
        code: Lane(code, pages[code], found, [_card(code, row, topics, at, by) for row in found])
        for code, found in shown.items()
    }
    return Board(**lanes, may_widen=bool(units), wide=wide, hidden=numbers["everything"] - numbers["offered"])


def _numbers(by: Actor, at: dt.datetime, units: tuple[int, ...]) -> Question:
    """How many each list holds; ``everything`` is what is offered without looking at units."""
    everything = Referral.objects.offered_to(by)
    narrowed = {"offered": everything.near(by, units)} if units else {}
    return side_by_side(
        **narrowed,
        everything=everything,
        accepted=Referral.objects.accepted_by(by),
        returned=Referral.objects.returned_by(by),
    )


def _shown(by: Actor, at: dt.datetime, near: tuple[int, ...], parts: tuple[tuple[str, int, int], ...]) -> Question:
    """What the cards in these parts of the lists say, with their place and with how far the accepted ones are."""
    offered = Referral.objects.offered_to(by)
    lists: dict[str, tuple[Any, str]] = {
        "offered": ((offered.near(by, near) if near else offered).by_pressure().values("pk"), NOT_BEGUN),
        "accepted": (
            with_progress(Referral.objects.accepted_by(by), at).last_answered().values("pk", "held", "next_session"),
            "held, next_session",
        ),
        "returned": (Referral.objects.returned_by(by).last_answered().values("pk"), NOT_BEGUN),
    }
    selects: list[str] = []
    values: list[Any] = []
    for code, start, stop in parts:
        rows, progress = lists[code]
        sql, params = rows[start:stop].query.sql_with_params()
        selects.append(f"SELECT '{code}' AS code, row_number() OVER () AS place, pk, {progress} FROM ({sql}) AS one")  # noqa: S608
        values += params
    picked = " UNION ALL ".join(selects)
    columns = {name: F(path) for name, path in ON_CARD.items()}
    said = Referral.objects.filter(pk=RawSQL("picked.pk", ())).values(*OF_REFERRAL, **columns)
    sql, params = said.query.sql_with_params()
    # OFFSET keeps the planner from joining all there ever was before it picks.
    sql = f"SELECT * FROM ({picked}) AS picked JOIN LATERAL ({sql} OFFSET 0) AS said USING (pk) ORDER BY place"  # noqa: S608
    return sql, [*values, *params]


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


def _rows(by: Actor, at: dt.datetime, near: tuple[int, ...], shown: dict[str, Any]) -> dict[str, list[cards.Handed]]:
    """The hand-overs in these parts of the lists. One query, or none. The summary is readable where it is offered."""
    lists: dict[str, list[cards.Handed]] = {code: [] for code in shown}
    parts = tuple((code, part.start, part.stop) for code, part in shown.items() if part)
    for row in ask(_shown, by, at, near, parts) if parts else []:
        code, sealed = row.pop("code"), row.pop("summary")
        key = DataKey(row.pop("key_id"), row.pop("wrapped_by"), row.pop("wrapped"))
        del row["place"]
        summary = SUMMARY.open(row["pk"], key, sealed) if code == "offered" else ""
        lists[code].append(cards.Handed(**row, summary=summary))
    return lists


def _card(code: str, row: cards.Handed, topics: cards.Topics, at: dt.datetime, by: Actor) -> cards.Card:
    if code == "offered":
        return cards.offered(row, topics, at, by)
    return cards.accepted(row, topics, at) if code == "accepted" else cards.returned(row, at)

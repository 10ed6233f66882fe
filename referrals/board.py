"""The three lists of the board: what is offered, what I accepted, what I returned (UX, page K)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.actors import Actor
from accounts.counting import Question, ask
from accounts.models import DataKey
from cases import merged, tracks
from cases.enums import AttemptOutcome, SessionState
from cases.models import ContactAttempt, Session
from cases.safe_contact import Wishes
from cases.topics import load_topics
from referrals import cards
from referrals.coverage import units_of
from referrals.enums import HandOver, ReferralState
from referrals.models import Feedback, Referral

PER_PAGE = {"offered": 25, "accepted": 5, "returned": 5}
"""Cards on a page of each list; what waits for an answer comes first, "my cases" has a page of its own."""


DIGITS = 4
"""Of the longest number of a page that is looked at."""

ALL_FIT = "0 AS hidden, TRUE AS fits"
ON_CARD = {
    "reference": "case__reference", "case_urgency": "case__urgency", "case_state": "case__state",
    "topics": "case__topics",
    "unit": "case__unit__name", "owner": "case__owner__name", "to_name": "to_user__name",
    "key_id": "case__data_key_id", "wrapped_by": "case__data_key__wrapped_by", "wrapped": "case__data_key__wrapped",
} | {name: f"case__person__contact__{name}" for name in Wishes.__dataclass_fields__}  # fmt: skip
"""What a card says of the case and of how to reach the client (cards.Handed), and the key of the summary."""
OF_REFERRAL = (
    "pk", "kind", "case_id", "urgency", "to_user_id", "match_step", "match_name", "return_reason", "offered_at",
    "due_at", "answered_at", "summary", "share_contact", "warm", "contact_due_at", "contacted_at",
)  # fmt: skip
PROGRESS = ("track_kind", "held", "next_session", "talk_at", "has_opinion", "heard_at")
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
    """The board for ``by``; ``page`` counts for ``lane`` only, and past its end is the first again. At most 5 queries.

    Someone who serves units by name sees those first, and the rest of their teams' on request; what is urgent, or has
    waited half its time, is never left out.
    """
    units = units_of(by.user, timezone.localdate(at)) if by.user else []
    pages = {code: _number(page) if code == lane else 1 for code in PER_PAGE}
    rows = ask(_shown, by, at, () if wide else tuple(units), tuple(pages.items()))
    lengths = {row["code"]: row["length"] for row in rows}
    hidden = next((row["hidden"] for row in rows if row["code"] == "offered"), 0)
    shown, topics = _by_lane(rows), load_topics()
    if pages.get(lane, 1) > 1 and not shown[lane]:
        return see(by, at, wide=wide)
    lanes = {
        code: Lane(
            code,
            Paginator(range(lengths.get(code, 0)), most).get_page(pages[code]),
            shown[code],
            [_card(code, row, topics, at, by) for row in shown[code]],
        )
        for code, most in PER_PAGE.items()
    }
    return Board(**lanes, may_widen=bool(units), wide=wide, hidden=hidden)


def _number(page: str) -> int:
    """The number of a page as it came in the address; 1 when it is none."""
    return max(int(page), 1) if page.isascii() and page.isdigit() and len(page) <= DIGITS else 1


def _shown(by: Actor, at: dt.datetime, units: tuple[int, ...], pages: tuple[tuple[str, int], ...]) -> Question:
    """What the cards on these pages of the lists say, with their place, how far the accepted ones are, and the length
    of each list. ``hidden`` is how much is offered about other units: after the rest, and without ``fits``."""
    of_fits = {"length": Window(Count("pk", filter=Q(fits=True))), "hidden": Window(Count("pk", filter=Q(fits=False)))}
    length = Window(Count("pk"))
    offered = Referral.objects.offered_to(by).fitting(by, units).annotate(**of_fits).by_pressure()
    accepted: Any = Referral.objects.accepted_by(by).annotate(length=length).last_answered()
    returned: Any = Referral.objects.returned_by(by).annotate(length=length).last_answered()
    lists: dict[str, tuple[Any, str]] = {
        "offered": (offered.values("pk", "length", "hidden", "fits"), "hidden, fits"),
        "accepted": (accepted.values("pk", "length"), ALL_FIT),
        "returned": (returned.values("pk", "length"), ALL_FIT),
    }
    selects: list[str] = []
    values: list[Any] = []
    for code, number in pages:
        rows, others = lists[code]
        stop = number * PER_PAGE[code]
        sql, params = rows[stop - PER_PAGE[code] : stop].query.sql_with_params()
        columns = f"'{code}' AS code, row_number() OVER () AS place, pk, length, {others}"
        selects.append(f"SELECT {columns} FROM ({sql}) AS one")  # noqa: S608 - the ORM's own SQL
        values += params
    picked = " UNION ALL ".join(selects)
    on_card = {name: F(path) for name, path in ON_CARD.items()}
    said = with_progress(Referral.objects.filter(pk=RawSQL("picked.pk", ())), at)
    sql, params = said.values(*OF_REFERRAL, *PROGRESS, **on_card).query.sql_with_params()
    # OFFSET keeps the planner from joining all there ever was before it picks.
    sql = f"SELECT * FROM ({picked}) AS picked JOIN LATERAL ({sql} OFFSET 0) AS said USING (pk) ORDER BY place"  # noqa: S608
    return sql, [*values, *params]


def with_progress(rows: QuerySet[Referral], at: dt.datetime) -> Any:
    """Where it was accepted, with the kind of help that runs, how many conversations of it were held, and the next; the
    talk of three that is planned, whether the receiver said how it was passed on, and when a colleague last had contact
    with the client since; that also where it is only offered."""
    held = tracks.held_ones().filter(tracks.takes_place(OuterRef("track_kind")), case=OuterRef("case"))
    counted = _counted(held) + Coalesce(merged.held_elsewhere("case"), 0)
    planned = Session.objects.filter(case=OuterRef("case"), state=SessionState.PLANNED, starts_at__gte=at)
    following = Subquery(planned.order_by("starts_at").values("starts_at")[:1])
    talk = Case(When(talk__state=SessionState.PLANNED, then=F("talk__starts_at")), default=None)
    others = ContactAttempt.objects.filter(case=OuterRef("case"), outcome=AttemptOutcome.SPOKEN)
    again = others.filter(at__gt=OuterRef("offered_at")).order_by("-at").values("at")[:1]
    others = others.filter(at__gt=OuterRef("answered_at")).exclude(by=OuterRef("answered_by"))
    accepted = Q(state=ReferralState.ACCEPTED)
    offered = Q(state=ReferralState.OFFERED, kind=HandOver.REFERRAL, case__is_quiet=False)
    return rows.annotate(track_kind=Case(When(accepted, then=tracks.latest_kind("case")), default=None)).annotate(
        held=Case(When(accepted, then=counted), default=0),
        next_session=Case(When(accepted, then=following), default=None),
        talk_at=talk,
        has_opinion=Exists(Feedback.objects.filter(referral=OuterRef("pk"), by_desk=False)),
        heard_at=Case(
            When(accepted, then=Subquery(others.order_by("-at").values("at")[:1])),
            When(offered, then=Subquery(again)),
            default=None,
        ),
    )


def news_since(by: Actor, since: dt.datetime) -> int:
    """How many were offered to ``by`` after ``since``."""
    return Referral.objects.offered_to(by).filter(offered_at__gt=since).count()


def _counted(rows: QuerySet[Any]) -> Coalesce:
    """The count of a query as one value inside another."""
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _by_lane(rows: list[dict[str, Any]]) -> dict[str, list[cards.Handed]]:
    """What cards are drawn of, by list. The summary is readable where it is offered."""
    lanes: dict[str, list[cards.Handed]] = {code: [] for code in PER_PAGE}
    for row in rows:
        if row["fits"]:
            said = {name: row[name] for name in cards.Handed.__dataclass_fields__}
            if row["code"] == "offered":
                key = DataKey(row["key_id"], row["wrapped_by"], row["wrapped"])
                said["summary"] = SUMMARY.open(row["pk"], key, row["summary"])
            lanes[row["code"]].append(cards.Handed(**said))
    return lanes


def _card(code: str, row: cards.Handed, topics: cards.Topics, at: dt.datetime, by: Actor) -> cards.Card:
    if code == "offered":
        return cards.offered(row, topics, at, by)
    return cards.accepted(row, topics, at) if code == "accepted" else cards.returned(row, at)

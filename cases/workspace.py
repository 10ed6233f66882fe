"""What every page of one case shows around its content: the strip, the tabs, the counter. Reads only; one door."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.addresses import address
from accounts.roles import CASE_VIEW, CASE_WORK
from cases import (
    after_care,
    appointments,
    blocks,
    case_tasks,
    cautions,
    confidentiality,
    deputies,
    first_contact,
    links,
    merged,
    next_step,
    presence,
    reading,
    safe_contact,
    someone_else,
    tags,
    tracks,
)
from cases.enums import WITH_WORKER, CaseState
from cases.models import Case, CaseAccess, Merge, Message, Session
from cases.models.case import CaseQuerySet
from cases.next_step import NextStep
from cases.permissions import case_for
from cases.safe_contact import Rule
from cases.tracks import Counter

TABS = (
    # URL name, whether it shows content of the file
    ("case", False),
    ("case_notes", True),
    ("case_plan", True),
    ("case_tasks", False),
    ("case_sessions", True),
    ("case_messages", True),
    ("case_documents", True),
    ("case_people", False),
    ("case_timeline", True),
    ("case_close", True),
)


STRIP = (
    "unit",
    "owner",
    "primary_contact",
    "intake__data_key",
    "person__data_key",
    "person__contact",
    "person__first_contact",
)
"""What the strip and the pages read of other tables."""

WITH_JOINED = ("case_notes", "case_tasks", "case_sessions", "case_messages", "case_documents")
"""Parts that lead to the same part of what was put together with the case; the overview leads to all of them."""


@dataclass(frozen=True)
class Workspace:
    """One opened case. ``reads_all`` is false for who may see only the status and the contact details."""

    case: Case
    tab: str
    reads_all: bool
    at: dt.datetime
    sessions: list[Session] = field(default_factory=list)
    present: list[str] = field(default_factory=list)  # colleagues who have it open too
    summary_unread: bool = False  # by who looks, who helps with this case
    stands_in_until: dt.date | None = None  # who looks, for who has the case
    joined: list[Merge] = field(default_factory=list)  # what was put together with it, of what who looks may see

    @property
    def must_read(self) -> bool:
        """Whether who looks has to read the client's summary before they contact them."""
        return self.summary_unread and self.is_with_worker

    @property
    def must_explain(self) -> bool:
        """Whether the client still has to hear what stays between us and what does not."""
        return self.is_with_worker and self.reads_all and self.case.explained_on is None  # type: ignore[attr-defined]

    @property
    def counter(self) -> Counter:
        """Of the help that runs, or else ran last."""
        return tracks.of_page(self.case, self.sessions)

    @property
    def next(self) -> Session | None:
        """The next planned conversation."""
        return appointments.coming(self.sessions, self.at)

    @property
    def step(self) -> NextStep | None:
        """What comes next and by when, for who reads the file of an open case."""
        return next_step.of(self.case, self.at) if self.reads_all and self.case.is_open else None

    @property
    def wishes(self) -> list[Rule]:
        """The violet strip."""
        return [*safe_contact.rules(safe_contact.wishes_of(self.case)), *first_contact.rules(self.case)]

    @property
    def is_with_worker(self) -> bool:
        return self.case.state in WITH_WORKER

    @property
    def has_conversations(self) -> bool:
        """Whether there is anything to count: a worker has the case, or there were conversations."""
        return self.is_with_worker or bool(self.sessions)

    @property
    def facts(self) -> list[dict[str, Any]]:
        """The middle of the strip."""
        rows: list[dict[str, Any]] = [*cautions.young(self.case)]
        rows.append({"label": _("Unit"), "value": self.case.unit or _("Unknown")})
        if self.has_conversations:
            rows.append({"label": _("Track"), "value": self.counter.short})
        if not self.reads_all or self.case.state != CaseState.ACTIVE:
            rows.append({"label": _("Status"), "value": self.case.get_state_display()})
        if self.reads_all:
            rows += tags.fact(self.case)
        return rows

    def context(self) -> dict[str, Any]:
        """For templates/cases/workspace.html."""
        return {
            "space": self,
            "case": self.case,
            "now": self.at,
            "present": self.present,
            "identity": {
                "reference": self.case.reference,
                "urgency": self.case.urgency,
                "facts": self.facts,
                "safe": safe_contact.is_sensitive(safe_contact.wishes_of(self.case)),
                "owner": self.case.owner,
                "tabs": self._tabs(),
                "tabs_label": _("Parts of the case"),
            },
        }

    @property
    def elsewhere(self) -> list[dict[str, Any]]:
        """The same part of what was put together with the case, to read: each opens through the one getter."""
        return [
            {
                "reference": row.case.reference,
                "label": self._labels[self.tab],
                "url": reverse(self.tab, args=[row.case.reference]),
            }
            for row in self.joined
        ]

    @property
    def _labels(self) -> dict[str, str]:
        return {
            "case": _("Overview"),
            "case_notes": _("Notes"),
            "case_plan": _("Plan and goals"),
            "case_tasks": _("Tasks"),
            "case_sessions": _("Conversations"),
            "case_messages": _("Messages"),
            "case_documents": _("Documents"),
            "case_people": _("People and access"),
            "case_timeline": _("Timeline"),
            "case_close": _("Closing"),
        }

    def _tabs(self) -> list[dict[str, Any]]:
        counts = {"case_messages": self.case.unread or None}  # type: ignore[attr-defined]
        if self.reads_all:
            counts["case_tasks"] = self.case.open_tasks or None  # type: ignore[attr-defined]
        return [
            {
                "label": self._labels[name],
                "url": address(name, self.case.reference),
                "current": name == self.tab,
                "count": counts.get(name),
            }
            for name, needs_all in TABS
            if (self.reads_all or not needs_all) and (name != "case_close" or self.is_with_worker)
        ]


def open_workspace(
    by: Actor, reference: str, *, tab: str, part: str, at: dt.datetime, needs: str = CASE_VIEW
) -> Workspace:
    """Open a case for its pages, with what the strip shows: ``unread`` counts the client's unread messages,
    ``open_tasks`` what is still to be done, ``summary_read_at`` is when the present worker read the summary, and
    ``explained_on`` when confidentiality was explained. Asks case_for, which writes the read to the audit. Three
    queries."""
    case = case_for(by, reference, needs=needs, at=at, part=part, related=STRIP, also=_figures)
    if contact := getattr(case.person, "contact", None):
        contact.person = case.person  # its key is the person's
    reads_all = CASE_WORK in case.allowed  # type: ignore[attr-defined]
    case.summary_read_at = reading.read_at(case, case.owner_id)  # type: ignore[attr-defined]
    unread = reads_all and case.summary_version is not None and reading.read_at(case, by.user_id) is None  # type: ignore[attr-defined]
    seen_by = presence.others(case, by, at)
    last_day = deputies.last_day_on(case)
    joined = merged.of_case(case, by, at) if reads_all and tab in WITH_JOINED else []
    return Workspace(case, tab, reads_all, at, appointments.of_case(case), seen_by, unread, last_day, joined)


_BESIDE: list[Callable[[], dict[str, Any]]] = []


def read_along(figures: Callable[[], dict[str, Any]]) -> None:
    """Let an app that builds on cases read its figures for the pages of a case in the same query."""
    _BESIDE.append(figures)


def _figures() -> dict[str, Any]:
    return (
        {name: figure for figures in _BESIDE for name, figure in figures().items()}
        | {
            "unread": _unread(),
            "track_kind": tracks.latest_kind("pk"),
            "track_ended": tracks.latest_end("pk"),
        }
        | next_step.of_case()
        | reading.reading_of_case()
        | confidentiality.explained_of_case()
        | blocks.waiting_of_case()
        | someone_else.waiting_of_case()
        | links.linked_of_case()
        | merged.counted_of_case()
        | after_care.call_of_case()
        | presence.of_case()
        | tags.labels_of_case()
        | case_tasks.open_of_case()
    )


STILL_CONTACT: list[Callable[[Actor, dt.datetime], list[Any]]] = []
"""Of whom somebody stays the contact person although a worker has the case; referrals/apps.py adds that. For
templates/referrals/still_contact.html."""


def still_contact(by: Actor, at: dt.datetime) -> list[Any]:
    return [row for found in STILL_CONTACT for row in found(by, at)]


def _unread() -> Subquery:
    return _of_case(Message.objects.filter(sender=None, read_at=None), Count("pk"))


def _of_case(rows: "QuerySet[Any]", figure: Any) -> Subquery:
    """One figure over the rows of each case."""
    grouped = rows.filter(case=OuterRef("pk")).order_by().values("case").annotate(figure=figure)
    return Subquery(grouped.values("figure"))


def work_of(by: Actor, at: dt.datetime, *, closed: bool = False) -> CaseQuerySet:
    """The cases someone owns and may see, with what a row of the list shows: ``unread``, what next_step reads, the kind
    of help that runs and how many conversations of it were ``held``. Open ones by what is due first, with those of
    colleagues for whom they stand in, ``until`` a moment; closed ones latest first."""
    mine = Case.objects.visible_to(by, at).for_list()
    if closed:
        mine = mine.filter(owner_id=by.user_id, closed_at__isnull=False)
    else:
        mine = mine.open().filter(Q(owner_id=by.user_id) | Q(pk__in=CaseAccess.objects.standing_in(by, at)))
    counted = tracks.held_ones()
    of_kind = counted if closed else counted.filter(tracks.takes_place(OuterRef("track_kind")))
    mine = mine.annotate(track_kind=tracks.latest_kind("pk"))
    mine = mine.annotate(
        **next_step.of_case(),
        **merged.counted_of_case(),
        unread=_unread(),
        held=_of_case(of_kind, Count("pk")),
        last_at=_of_case(counted, Max("starts_at")),
        until=deputies.until_of_case(by, at),
    )
    if closed:
        return mine.order_by("-closed_at")
    return mine.annotate(next_due=next_step.first_due()).order_by("next_due", "urgency_rank", "pk")


def counter_of(case: Any) -> Counter:
    """How far the help of a case from ``work_of`` is."""
    return tracks.counter(case.track_kind, (case.held or 0) + (case.held_elsewhere or 0))

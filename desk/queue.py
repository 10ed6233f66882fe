"""The desk's queue: what waits, how much of it, in which order, and what comes next for each (UX H)."""

import datetime as dt
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, DateTimeField, Exists, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.counting import Question, ask, side_by_side
from accounts.models import Membership
from cases import next_step as steps
from cases import search, tags
from cases.enums import CaseState, Requester, Urgency
from cases.enums.steps import StepKind
from cases.models import CallBack, Case, CaseTag, CommanderAdvice
from cases.models.case import CaseQuerySet
from cases.next_step import decide_by, late_at_desk
from referrals.enums import HandOver
from referrals.models import Referral
from referrals.next_step import kind_of_pending

PER_PAGE = 25
MOST_A_PAGE = 100
LONGEST_ID = 9
ADVICE = "advice"
TO_ASSESS = (CaseState.SUBMITTED, CaseState.IN_TRIAGE)
EVERYTHING = "queue="
"""The address of the whole list, also for who has a view that opens first."""
FAMILY = (Requester.MY_FAMILY, Requester.FAMILY_OF_COLLEAGUE)
WAITS = {
    "1": gettext_lazy("an hour or more"),
    "4": gettext_lazy("4 hours or more"),
    "24": gettext_lazy("a day or more"),
    "72": gettext_lazy("3 days or more"),
}

Condition = Callable[[Actor, dt.datetime], Q]


@dataclass(frozen=True)
class Queue:
    """A part of what is at the desk, by a condition on a case."""

    label: Any
    holds: Condition


QUEUES: dict[str, Queue] = {
    "pressing": Queue(gettext_lazy("Urgent"), lambda by, at: Q(urgency_rank__lte=Urgency.URGENT.rank)),
    "new": Queue(gettext_lazy("New"), lambda by, at: Q(state=CaseState.SUBMITTED)),
    "mine": Queue(gettext_lazy("Mine"), lambda by, at: Q(owner=by.user_id)),
    "waiting": Queue(gettext_lazy("Waits for acceptance"), lambda by, at: Q(state=CaseState.REFERRED)),
    "late": Queue(gettext_lazy("Late"), lambda by, at: late_at_desk(at)),
    "returned": Queue(
        gettext_lazy("Came back"),
        lambda by, at: Q(returned_at__isnull=False, state__in=[CaseState.SUBMITTED, CaseState.IN_TRIAGE]),
    ),
    "unreached": Queue(
        gettext_lazy("Not reached yet"),
        lambda by, at: ~Q(state=CaseState.WAITING_CLIENT) & Q(first_contact_at=None, tried_at__isnull=False),
    ),
    "client": Queue(gettext_lazy("Client has to answer"), lambda by, at: Q(state=CaseState.WAITING_CLIENT)),
    "unowned": Queue(gettext_lazy("Nobody assigned"), lambda by, at: Q(owner=None)),
    "family": Queue(gettext_lazy("Home front"), lambda by, at: Q(requester__in=FAMILY)),
}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to. Everything empty: all that is at the desk."""

    queue: str = ""
    urgency: tuple[str, ...] = ()
    topic: str = ""
    unit: str = ""
    owner: str = ""  # "me", "nobody" or a user id
    waiting: str = ""  # at least so many hours since it was sent
    tag: str = ""
    words: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether more than a queue was chosen, so that the count is not known yet."""
        return bool(self.urgency or self.topic or self.unit or self.owner or self.waiting or self.tag or self.words)

    @classmethod
    def of(cls, query: str) -> "Filters":
        """What an address that was kept means; it was checked by the form. What is gone since narrows nothing."""
        got = parse_qs(query)
        one = {name: got.get(name, [""])[0] for name in ("queue", "topic", "unit", "owner", "waiting", "tag")}
        return cls(urgency=tuple(code for code in got.get("urgency", []) if code in Urgency.values), **one)

    def still(self, topics: Container[str], tags: Container[str]) -> "Filters":
        """The same as the form would read it now: what is gone since narrows nothing."""
        owner = self.owner in {"me", "nobody"} or (self.owner.isdecimal() and len(self.owner) <= LONGEST_ID)
        return replace(
            self, queue=self.queue if self.queue in QUEUES or self.queue == ADVICE else "",
            topic=self.topic if self.topic in topics else "", tag=self.tag if self.tag in tags else "",
            owner=self.owner if owner else "", waiting=self.waiting if self.waiting in WAITS else "",
        )  # fmt: skip


def numbers(by: Actor, at: dt.datetime, views: tuple[Filters, ...]) -> Question:
    """How much waits in each queue, and since when in some, and how much fits each of the views, for desk/tally.py. One
    row; none when nothing is at the desk."""
    numbers = {
        "total": Count("pk"),
        "oldest_new": Min("sent_at", filter=QUEUES["new"].holds(by, at)),
        "oldest_offer": Min("state_since", filter=QUEUES["waiting"].holds(by, at)),
        "unspoken": Count("pk", filter=QUEUES["pressing"].holds(by, at) & Q(first_contact_at=None)),
    } | {f"n_{code}": Count("pk", filter=queue.holds(by, at)) for code, queue in QUEUES.items()}
    numbers |= {f"view_{n}": Count("pk", filter=fits(by, at, view) or None) for n, view in enumerate(views)}
    cases = Case.objects.visible_to(by, at, many=True).at_desk().order_by()
    rows = cases.annotate(one=Value(1)).values("one").annotate(**numbers)
    return rows.values(*numbers).query.sql_with_params()


def page_of(
    by: Actor, at: dt.datetime, filters: Filters, known: Mapping[str, int], number: str | None, size: int = PER_PAGE
) -> "Page[Any]":
    """One page of the list, most pressing first, as plain rows of ``SHOWN``: a list needs no models.

    ``known`` is how many each queue holds, and under "" all of them. Searching finds closed cases and those with a
    worker as well: someone rings and wants to know. One query; two when it is narrowed, or four when it is searched;
    none for requests for advice, which are no cases and stand on one page.
    """
    if filters.queue == ADVICE:
        none: Page[Any] = Paginator(range(0), size).get_page(1)
        return none
    if filters.words:
        return _searched(by, at, filters, number, size)
    length = ask(_length, by, at, filters)[0]["length"] if filters.narrowed else known.get(filters.queue, known[""])
    page: Page[Any] = Paginator(range(length), size).get_page(number)
    part: Any = page.object_list
    rows = ask(_rows, by, at, filters, part.start, part.stop) if part else []
    page.object_list = [SimpleNamespace(**row) for row in rows]
    return page


def _searched(by: Actor, at: dt.datetime, filters: Filters, number: str | None, size: int) -> "Page[Any]":
    found = search.matching(narrowed(by, at, filters), filters.words)
    page: Page[Any] = Paginator(range(len(found)), size).get_page(number)
    part: Any = page.object_list
    ids = found[part.start : part.stop]
    rows = {row["pk"]: row for row in shown(Case.objects.filter(pk__in=ids)).values("pk", *SHOWN, *ALONG)}
    page.object_list = [SimpleNamespace(**rows[pk]) for pk in ids if pk in rows]
    return page


def _length(by: Actor, at: dt.datetime, filters: Filters) -> Question:
    return side_by_side(length=narrowed(by, at, filters))


def _rows(by: Actor, at: dt.datetime, filters: Filters, start: int, stop: int) -> Question:
    """No name, no story, nothing sealed."""
    cases = shown(narrowed(by, at, filters))
    if filters.queue == "late":
        cases = cases.values(*SHOWN, *ALONG, **steps.of_case())  # to say what is late
    return cases[start:stop].query.sql_with_params()


def shown(cases: CaseQuerySet) -> Any:
    """What rows.of_cases needs of each, most pressing first."""
    return cases.by_pressure().annotate(**ALONG).values(*SHOWN, *ALONG)


def picked(by: Actor, at: dt.datetime, references: Iterable[str]) -> list[Any]:
    """Those of these that the actor may see, as rows with a ``pk`` and ``case_id`` for the audit. One query."""
    cases = Case.objects.visible_to(by, at).filter(reference__in=list(references))
    return [SimpleNamespace(**row, case_id=row["pk"]) for row in shown(cases).values("pk", *SHOWN, *ALONG)]


def colleague(user_id: str) -> list[tuple[int, str]]:
    """Somebody of the desk who is not on duty now, for the choices of the filter; one query, none for no number."""
    if not user_id.isdecimal() or len(user_id) > LONGEST_ID:
        return []
    rows = Membership.objects.of_desk().filter(user=int(user_id))
    return list(rows.values_list("user_id", "user__name").distinct())


def fitting(by: Actor, at: dt.datetime, filters: Filters) -> set[UUID]:
    """The ids of all that is at the desk, fits, and may be seen by this actor now. One query."""
    return set(narrowed(by, at, replace(filters, words="")).order_by().values_list("pk", flat=True))


def narrowed(by: Actor, at: dt.datetime, filters: Filters) -> CaseQuerySet:
    """The cases at the desk that this actor may see and that fit the filters; all they see when words are searched."""
    cases = Case.objects.visible_to(by, at, many=filters.narrowed and not filters.words)
    if not filters.words or filters.queue in QUEUES:
        cases = cases.at_desk()
    return cases.filter(fits(by, at, filters))


def fits(by: Actor, at: dt.datetime, filters: Filters) -> Q:
    """The filters as a condition on a case at the desk, but for the words that are searched."""
    found = QUEUES[filters.queue].holds(by, at) if filters.queue in QUEUES else Q()
    if filters.urgency:
        found &= Q(urgency_rank__in=[Urgency(code).rank for code in filters.urgency])  # as the index has it
    if filters.topic:
        found &= Q(topics__contains=[filters.topic])
    if filters.unit:
        branch = Q(unit__branch__name_nl__icontains=filters.unit) | Q(unit__branch__name_en__icontains=filters.unit)
        found &= Q(unit__name__icontains=filters.unit) | branch
    if filters.tag:
        found &= Q(pk__in=CaseTag.objects.filter(tag=int(filters.tag)).values("case"))
    if filters.owner:
        found &= Q(owner=owner_id(by, filters.owner))
    if filters.waiting:
        waited = Value(dt.timedelta(hours=int(filters.waiting)))
        found &= Q(sent_at__lte=Cast(Value(at), DateTimeField()) - waited)
    return found


def owner_id(by: Actor, owner: str) -> int | None:
    """The user a filter on the owner means; None for nobody."""
    if owner == "me":
        return by.user_id
    return None if owner == "nobody" else int(owner)


SHOWN = (
    "reference", "state", "state_since", "urgency", "topics", "requester", "sent_at", "owner_id",
    "first_contact_due_at", "first_contact_at", "next_action_at", "waiting_until", "returned_at", "closed_at",
    "unit__name", "owner__name", "intake__channel", "intake__wish", "intake__situation",
    "person__contact__may_leave_voicemail", "person__contact__may_identify",
    "person__contact__safe_to_text", "person__contact__safe_to_email",
)  # fmt: skip


CALL_AT = Subquery(CallBack.objects.open().filter(case=OuterRef("pk")).values("next_at"))  # one at most
PENDING = Referral.objects.pending().filter(case=OuterRef("pk"), kind=HandOver.REFERRAL)  # one at most
ALONG: dict[str, Any] = {
    "call_at": CALL_AT,
    "waits_for": Subquery(PENDING.values(step=kind_of_pending())),
    "waits_until": Subquery(PENDING.values("due_at")),
    **tags.labels_of_case(),
}
"""What is worked out along with each."""


def new_since(by: Actor, at: dt.datetime, since: dt.datetime) -> int:
    """How many requests came in after ``since``. One query over what is new."""
    return Case.objects.visible_to(by, at).new().filter(sent_at__gt=since).count()


def next_to_assess(by: Actor, at: dt.datetime) -> str:
    """The reference of the most pressing request that is free or of ``by``, that nothing holds up: no call back later,
    no summary that the client has to approve. Empty when there is none. One query."""
    waits = Referral.objects.pending().filter(case=OuterRef("pk"))
    free = Q(owner=None) | Q(owner=by.user_id)
    now = Q(next_action_at=None) | Q(next_action_at__lte=at)
    cases = Case.objects.visible_to(by, at).filter(free, now, ~Exists(waits), state__in=TO_ASSESS).by_pressure()
    return cases.values_list("reference", flat=True).first() or ""


def advice_ids(by: Actor, at: dt.datetime) -> list[UUID]:
    """Requests for advice that the actor's teams still have. One query."""
    return [row["id"] for row in ask(_advice, by, at)]


def open_advice(by: Actor, ids: list[UUID]) -> list[CommanderAdvice]:
    """Those requests, the first due first; nothing sealed is read. One query; none without ids."""
    if not ids:
        return []
    return list(
        CommanderAdvice.objects.waiting_for(by)
        .filter(pk__in=ids)
        .select_related("intake__unit", "taken_by")
        .defer("advice", "intake__story", "intake__unit_words", "intake__topic_words", "intake__contact_answers")
    )


def _advice(by: Actor, at: dt.datetime) -> Question:
    return CommanderAdvice.objects.waiting_for(by).values("id").query.sql_with_params()


@dataclass(frozen=True)
class Step:
    """What comes next for a case: words, and the moment it is due."""

    text: str
    moment: dt.datetime | None = None


def next_step(case: Any, at: dt.datetime) -> Step:
    """The next thing somebody has to do with a row of ``page_of``: from the state, the promise and what was agreed; of
    what is late, that."""
    if hasattr(case, "happened_at"):
        late = steps.of(case, at)
        return Step(late.text, late.due_at)
    if case.state == CaseState.REFERRED:
        return Step(_("Waits for acceptance"))
    if case.state == CaseState.WAITING_CLIENT:
        return Step(_("Client answers by"), case.waiting_until)
    if case.state == CaseState.CLOSED:
        return Step(_("Closed"), case.closed_at)
    if case.state not in {CaseState.SUBMITTED, CaseState.IN_TRIAGE}:
        return Step(_("With a worker"))
    urgent = case.urgency == Urgency.EMERGENCY and not case.first_contact_at
    if case.waits_for and not case.call_at and not urgent:  # of a hand-over that is not offered yet
        return Step(str(StepKind(case.waits_for).label), case.waits_until)
    if case.returned_at and case.state_since <= case.returned_at:
        return Step(_("Came back: find another way"), decide_by(case))
    if case.call_at:
        return Step(_("Call back"), case.call_at)
    if case.next_action_at:
        return Step(str(StepKind.LOOK.label), case.next_action_at)
    if case.first_contact_at:
        return Step(_("Decide"), decide_by(case))
    if urgent:
        return Step(_("Call, now"))
    return Step(_("Call before"), case.first_contact_due_at) if case.owner_id else Step(_("Assess"))

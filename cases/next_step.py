"""What comes next in an open case, and by when: there is always something.

It is the first moment of what is planned, asked, promised or agreed. Where nothing is, somebody decides what comes
next, some days after the last thing that happened. Reads only; cases/late_steps.py reminds of it.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case as Choose
from django.db.models import DateTimeField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, Least
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from cases import messages
from cases.enums import AT_DESK, CaseState, SessionState
from cases.enums.steps import AFTER, StepKind
from cases.models import AgreedAction, CallBack, Case, CaseTask, GroupTalk, Message, Session, TimelineEntry

DAY, NO_TIME = dt.timedelta(days=1), dt.timedelta()


@dataclass(frozen=True)
class NextStep:
    """One thing and the moment by which it happens."""

    kind: StepKind
    due_at: dt.datetime

    @property
    def text(self) -> str:
        return str(self.kind.label)

    @property
    def is_agreed(self) -> bool:
        """A moment at which people meet, rather than a term."""
        return self.kind in AFTER

    def is_late(self, at: dt.datetime) -> bool:
        return self.due_at <= at


@dataclass(frozen=True)
class Source:
    """Rows of cases with a moment or a day each. ``late`` is the column after which one is late, where that is another
    one; ``kind`` says of a row which step it is, where that is not the same for all."""

    rows: "QuerySet[Any]"
    column: str
    late: str = ""
    kind: "Choose | None" = None

    def first(self) -> Subquery:
        """The first of these in each case."""
        grouped = self.rows.filter(case=OuterRef("pk")).order_by().values("case").annotate(first=Min(self.column))
        return Subquery(grouped.values("first"))

    def kind_of_first(self) -> Subquery:
        """Which step that is."""
        return Subquery(self.rows.filter(case=OuterRef("pk")).order_by(self.column, "pk").values(step=self.kind)[:1])

    def over(self, at: dt.datetime, wait: dt.timedelta) -> "QuerySet[Any]":
        """The cases that have one of these that is late since ``wait`` or longer."""
        column = self.late or self.column
        if isinstance(self.rows.model._meta.get_field(column), DateTimeField):
            passed = Q(**{f"{column}__lte": _before(at, wait)})
        else:
            passed = Q(**{f"{column}__lt": timezone.localdate(at)})
        return self.rows.filter(passed, case__isnull=False).order_by().values("case")

    def none(self) -> Q:
        return ~Q(Exists(self.rows.filter(case=OuterRef("pk"), **{f"{self.column}__isnull": False})))


SOURCES: dict[StepKind, Callable[[], Source]] = {
    StepKind.CALL: lambda: Source(CallBack.objects.open(), "next_at", late="due_at"),
    StepKind.CONVERSATION: lambda: Source(Session.objects.filter(state=SessionState.PLANNED), "starts_at"),
    StepKind.GROUP: lambda: Source(GroupTalk.objects.filter(state=SessionState.PLANNED), "starts_at"),
    StepKind.TASK: lambda: Source(CaseTask.objects.open(), "due_at"),
    StepKind.AGREED: lambda: Source(AgreedAction.objects.filter(done_at=None, dropped_at=None), "by_day"),
    StepKind.TEAM: lambda: Source(GroupTalk.objects.filter(state=SessionState.HELD, looked_at=None), "look_again_on"),
}
"""Where a moment can come from, beside what lies on the case itself. An app above this one adds its own."""


def of_case() -> dict[str, Any]:
    """Columns of a query for cases with what ``of`` reads: a moment for each source, the promise of an answer, and when
    something last happened."""
    happened = TimelineEntry.objects.filter(case=OuterRef("pk")).order_by("-at").values("at")[:1]
    sources = {kind: source() for kind, source in SOURCES.items()}
    moments = {_column(kind): source.first() for kind, source in sources.items()}
    moments |= {_kind_column(kind): source.kind_of_first() for kind, source in sources.items() if source.kind}
    return moments | messages.promise_of_case() | {"happened_at": Subquery(happened)}


def first_due() -> Coalesce:
    """The same moment as a column to sort by, beside those of ``of_case``."""
    moments = [Cast(_column(kind), DateTimeField()) for kind in SOURCES]
    promise = Choose(When(~Q(state=CaseState.WAITING_CLIENT), first_contact_at=None, then=F("first_contact_due_at")))
    first = Least(*moments, F("answer_by"), F("waiting_until"), F("next_action_at"), promise)
    at_desk = Greatest("state_since", "first_contact_at") + Value(settings.DECIDE_AT_DESK_WITHIN)
    decide = Greatest("state_since", "happened_at") + Value(settings.DECIDE_WITHIN)
    by_then = Choose(When(state__in=list(AT_DESK), then=at_desk), default=decide, output_field=DateTimeField())
    return Coalesce(first, by_then)


def late_at_desk(at: dt.datetime) -> Q:
    """A condition on cases at the desk: the moment of something that was to come has passed. Each part reads what is
    over by now, and none what is still to come."""
    waits, came_back = Q(state=CaseState.WAITING_CLIENT), Q(returned_at__gte=F("state_since"))
    sources = {kind: source() for kind, source in SOURCES.items()}
    promised, calls = Source(Message.objects.open_promises(), "answer_by"), sources[StepKind.CALL]
    look = Q(next_action_at__lte=at) & ~waits & ~came_back
    called = calls.rows.filter(case__isnull=False).values("case")
    late = Q(first_contact_at=None, first_contact_due_at__lte=at) & ~waits | look & ~Q(pk__in=called)
    over = [source.over(at, DAY if kind in AFTER else NO_TIME) for kind, source in sources.items()]
    unanswered = Case.objects.filter(waits, waiting_until__lte=at).order_by().values("pk")
    late |= Q(pk__in=unanswered.union(promised.over(at, NO_TIME), *over, all=True))
    since = Greatest("state_since", "first_contact_at")
    undecided = Q(first_contact_at__isnull=False) & (Q(next_action_at=None) | came_back) & ~waits
    undecided &= Q(LessThanOrEqual(since, _before(at, settings.DECIDE_AT_DESK_WITHIN)))
    for source in (promised, *sources.values()):
        undecided &= source.none()
    return late | undecided


def _before(at: dt.datetime, wait: dt.timedelta) -> Any:
    """So long before ``at``, worked out by the database: only the moment itself differs from one asker to the next."""
    return Cast(Value(at), DateTimeField()) - Value(wait) if wait else at


def of(case: Any, at: dt.datetime) -> NextStep:
    """What comes next in an open case that was read with ``of_case``."""
    found = [NextStep(kind, _moment(value)) for kind, value in _moments(case) if value is not None]
    if not found:
        return NextStep(StepKind.DECIDE, decide_by(case))
    order = list(StepKind)
    return min((_now(step, at) for step in found), key=lambda step: (step.due_at, order.index(step.kind)))


def decide_by(case: Any) -> dt.datetime:
    """By when somebody says what comes next, where nothing is planned: at the desk soon, with a worker later."""
    if case.state in AT_DESK:
        return max(case.state_since, case.first_contact_at or case.state_since) + settings.DECIDE_AT_DESK_WITHIN
    return max(case.state_since, case.happened_at or case.state_since) + settings.DECIDE_WITHIN


def _moments(case: Any) -> list[tuple[StepKind, Any]]:
    waits = case.state == CaseState.WAITING_CLIENT  # then no clock of ours runs
    came_back = case.returned_at is not None and case.state_since <= case.returned_at
    own = [
        (StepKind.CONTACT, None if case.first_contact_at or waits else case.first_contact_due_at),
        (StepKind.ANSWER, case.answer_by),
        (StepKind.CLIENT, case.waiting_until if waits else None),
        (StepKind.LOOK, None if waits or came_back else case.next_action_at),
    ]
    return own + [(_kind(case, kind), getattr(case, _column(kind))) for kind in SOURCES]


def _kind(case: Any, kind: StepKind) -> StepKind:
    return StepKind(getattr(case, _kind_column(kind), None) or kind)


def _now(step: NextStep, at: dt.datetime) -> NextStep:
    """Once people have met, it is to be said how that went."""
    if step.kind in AFTER and step.due_at <= at:
        return NextStep(AFTER[step.kind], step.due_at + DAY)
    return step


def _moment(value: dt.datetime | dt.date) -> dt.datetime:
    """Of a day its end."""
    if isinstance(value, dt.datetime):
        return value
    return timezone.make_aware(dt.datetime.combine(value + DAY, dt.time.min))


def _column(kind: StepKind) -> str:
    return f"{kind}_step_at"


def _kind_column(kind: StepKind) -> str:
    return f"{kind}_step_kind"

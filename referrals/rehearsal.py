"""What a draft would have done with requests that were sent before: nothing changes (MISSION, Routing)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from accounts.calendar import Calendar
from cases.deadlines import TopicStart
from cases.models import Intake
from referrals.enums import Destination
from referrals.routing import Rule, facts_of, fitting

ANSWERS = ("sent_at", "requester", "situation", "danger", "wish", "topics", "returned_month", "unit_id")


@dataclass(frozen=True)
class Course:
    """The rule that decides, and where it sends a request."""

    rule: str
    to: Destination


@dataclass(frozen=True)
class Move:
    """So many requests would go from one course to the other."""

    count: int
    before: Course
    after: Course

    @property
    def goes_elsewhere(self) -> bool:
        return self.before.to != self.after.to


@dataclass(frozen=True)
class Moved:
    """One request that would go another course. Of the request only when it was sent."""

    intake_id: UUID
    sent_at: dt.datetime
    before: Course
    after: Course


@dataclass(frozen=True)
class Replay:
    """How many requests were looked at, and what would be different: counted, and each, the newest first."""

    total: int
    moves: list[Move]
    moved: list[Moved]

    @property
    def elsewhere(self) -> int:
        return sum(move.count for move in self.moves if move.goes_elsewhere)


def replay(
    before: Sequence[Rule], after: Sequence[Rule], *, since: dt.datetime, until: dt.datetime, calendar: Calendar,
    topics: Mapping[str, TopicStart], parents: Mapping[int, int],
) -> Replay:  # fmt: skip
    """Route the requests of a period by both tables. One query, read in batches; only clear answers, no words.

    Dates of rules are left out of it: what counts at ``until`` or will count later is tried on the whole period.
    """
    today = calendar.local(until).date()
    old, new = _undated(before, today), _undated(after, today)
    total, moved = 0, []
    rows = Intake.objects.filter(sent_at__gte=since, sent_at__lt=until).only(*ANSWERS).order_by("-sent_at")
    for intake in rows.iterator(1000):
        facts, at = facts_of(intake, parents), intake.sent_at
        was, now = (
            fitting(facts, at, rules=rules, calendar=calendar, topics=topics)[0] for rules in (old, new)
        )  # fmt: skip
        total += 1
        if (was.code, was.to) != (now.code, now.to):
            moved.append(Moved(intake.pk, at, _course(was), _course(now)))
    counted = Counter((one.before, one.after) for one in moved)
    return Replay(total, [Move(count, *courses) for courses, count in counted.most_common()], moved)


def _course(rule: Rule) -> Course:
    return Course(rule.code, Destination(rule.to))


def _undated(rules: Iterable[Rule], today: dt.date) -> list[Rule]:
    return [
        replace(rule, valid_from=dt.date.min, valid_until=None)
        for rule in rules
        if rule.valid_until is None or rule.valid_until >= today
    ]

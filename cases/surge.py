"""When far more requests come in than normal: counting, deciding, and what a coordinator chooses instead.

What follows from it is in ``desk/surge.py``: automatic replies and attachments go off, the form stays.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from accounts import audit
from accounts.actors import Actor, system
from accounts.calendar import Calendar
from accounts.counting import recall
from cases.enums import ByHand
from cases.models import Intake, Surge

TIMES = 5
"""More than so many times normal is a surge."""
OVER_BELOW = 2
"""It is over when less than so many times normal has come in for QUIET_FOR."""
QUIET_FOR = dt.timedelta(minutes=15)
LEAST_HOUR, LEAST_TEN_MINUTES = 4.0, 2.0
"""Normal is never less: two requests in a night that had none are no surge."""
WEEKS = 4
BY_HAND_FOR = dt.timedelta(hours=12)

HOUR, TEN_MINUTES = dt.timedelta(hours=1), dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Figures:
    """What came in; ``normal_hour`` is the average of the same hour of the same weekday in the weeks before."""

    last_ten_minutes: int
    last_hour: int
    normal_hour: float


@dataclass(frozen=True)
class Verdict:
    """Whether there is a surge, and since when it has been quiet enough to end one."""

    is_on: bool
    quiet_since: dt.datetime | None


def decide(now: Figures, at: dt.datetime, *, is_on: bool, quiet_since: dt.datetime | None) -> Verdict:
    """On above five times normal in an hour or in ten minutes; off after a quarter below twice normal. Pure."""
    if _times_normal(now) > TIMES:
        return Verdict(True, None)
    if not is_on:
        return Verdict(False, None)
    if _times_normal(now) >= OVER_BELOW:
        return Verdict(True, None)
    quiet = quiet_since or at
    return Verdict(at - quiet < QUIET_FOR, quiet)


def _times_normal(now: Figures) -> float:
    hour = now.last_hour / max(now.normal_hour, LEAST_HOUR)
    return max(hour, now.last_ten_minutes / max(now.normal_hour / 6, LEAST_TEN_MINUTES))


def same_hours(at: dt.datetime, calendar: Calendar) -> list[tuple[dt.datetime, dt.datetime]]:
    """The hour before this time of the day, one to four weeks ago by the local clock."""
    ends = [calendar.local(at) - dt.timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    moments = [end.astimezone(dt.UTC) for end in ends]
    return [(end - HOUR, end) for end in moments]


def count(at: dt.datetime, calendar: Calendar) -> Figures:
    """The figures of this moment. One query, on the index of the moments of sending."""
    before = same_hours(at, calendar)
    within = Q(sent_at__gt=at - HOUR, sent_at__lte=at)
    normal = Q()
    for start, end in before:
        normal |= Q(sent_at__gt=start, sent_at__lte=end)
    found = Intake.objects.filter(within | normal).aggregate(
        ten=Count("pk", filter=Q(sent_at__gt=at - TEN_MINUTES)), hour=Count("pk", filter=within),
        normal=Count("pk", filter=normal),
    )  # fmt: skip
    return Figures(found["ten"], found["hour"], found["normal"] / WEEKS)


@transaction.atomic
def watch(at: dt.datetime, calendar: Calendar) -> Surge:
    """Count and decide; the sweep does it. A choice by hand that is over is taken back."""
    row = _locked()
    now = count(at, calendar)
    verdict = decide(now, at, is_on=row.is_on, quiet_since=row.quiet_since)
    if row.hand_until is not None and row.hand_until <= at:
        row.by_hand, row.hand_until = "", None
        audit.record("surge.automatic", by=system("surge"), at=at, obj=row)
    if verdict.is_on != row.is_on:
        row.since = at if verdict.is_on else None
        audit.record("surge.began" if verdict.is_on else "surge.ended", by=system("surge"), at=at, obj=row)
    row.is_on, row.quiet_since = verdict.is_on, verdict.quiet_since
    row.last_ten_minutes, row.last_hour, row.normal_hour = now.last_ten_minutes, now.last_hour, now.normal_hour
    row.counted_at = at
    row.save()
    return row


@transaction.atomic
def choose(by_hand: str, *, reason: str, by: Actor, at: dt.datetime) -> Surge:
    """On or off by hand for twelve hours, or back to the figures with an empty choice."""
    row = _locked()
    row.by_hand = by_hand
    row.hand_until = at + BY_HAND_FOR if by_hand else None
    row.reason, row.changed_by, row.changed_at = reason, by.user, at
    row.save()
    audit.record(f"surge.{by_hand or 'automatic'}", by=by, at=at, obj=row, basis=reason)
    return row


def counts_as_on(row: Surge | None, at: dt.datetime) -> bool:
    """What is chosen by hand goes before the figures, for as long as it lasts."""
    if row is None:
        return False
    if row.by_hand and row.hand_until is not None and at < row.hand_until:
        return row.by_hand == ByHand.ON
    return row.is_on


def load_surge(at: dt.datetime) -> bool:
    """Whether there is a surge now. One query."""
    fields = ("is_on", "by_hand", "hand_until")
    rows = recall(("surge",), None, lambda: Surge.objects.values(*fields).query.sql_with_params())
    return counts_as_on(Surge(**rows[0]) if rows else None, at)


def state() -> Surge:
    """The row as it is, with who chose; an empty one before the first count."""
    return Surge.objects.select_related("changed_by").first() or Surge()


def _locked() -> Surge:
    Surge.objects.get_or_create(pk=1)
    return Surge.objects.select_for_update().get(pk=1)

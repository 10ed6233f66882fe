"""When an entry can be reached: whether that is now, and in words."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from referrals.directory.enums import Day
from referrals.directory.models import Schedule

DAY = dt.timedelta(days=1)
WEEK: tuple[str, ...] = tuple(Day.values)
WORKING = WEEK[:5]


def open_at(at: dt.datetime) -> "QuerySet[Schedule]":
    """The hours that count at this moment. Days off are not known here: the page says so."""
    local = timezone.localtime(at)
    day, time = local.date(), local.time()
    past_midnight = Q(closes_at__lte=F("opens_at"))
    today = Q(opens_at__lte=time) & (Q(closes_at__gt=time) | past_midnight)
    last_night = Q(closes_at__gt=time) & past_midnight
    return Schedule.objects.filter(_on(day) & today | _on(day - DAY) & last_night)


def _on(day: dt.date) -> Q:
    """Hours that begin on this day."""
    since, until = Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day)
    return Q(days__contains=Day.values[day.weekday()]) & since & until


def words(row: Schedule) -> str:
    """One line: the days and the times, and what else is to be said."""
    days = [day for day in WEEK if day in row.days.split(",")]
    if row.opens_at is None or row.closes_at is None or not days:
        return str(row.about)
    if row.opens_at == row.closes_at == dt.time():
        times = _("day and night")
    else:
        times = _("%(from)s to %(to)s") % {"from": f"{row.opens_at:%H:%M}", "to": f"{row.closes_at:%H:%M}"}
    said = f"{capfirst(_days(days))}: {times}"
    return f"{said} ({row.about})" if row.about else said


def _days(days: Iterable[str]) -> str:
    """The days of the week in one phrase: a row of three or more by its first and last."""
    chosen = tuple(days)
    if chosen == WEEK:
        return _("Every day")
    labels = [str(WEEKDAYS[WEEK.index(day)]) for day in chosen]  # as they are written within a sentence
    first = WEEK.index(chosen[0])
    if len(chosen) > 2 and chosen == WEEK[first : first + len(chosen)]:
        return _("%(first)s to %(last)s") % {"first": labels[0], "last": labels[-1]}
    return ", ".join(labels)

"""Moments in words, seen from another moment: today, tomorrow, Thursday 12 March. Local time."""

import datetime as dt
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def day_words(moment: dt.datetime, at: dt.datetime) -> str:
    """today, tomorrow, or the day with its date."""
    day, today = timezone.localdate(moment), timezone.localdate(at)
    if day == today:
        return _("today")
    words = _with_weekday(day, get_language())
    return _("tomorrow, %(day)s") % {"day": words} if day == today + dt.timedelta(days=1) else words


@lru_cache(maxsize=1024)
def _with_weekday(day: dt.date, language: str | None) -> str:
    """Wednesday 11 March. Putting a date in words is slow, and a page has many of the same."""
    return date_format(day, "l j F")


def before_words(moment: dt.datetime, at: dt.datetime) -> str:
    """today before 17:00; tomorrow, Wednesday 11 March before 17:00; Monday 16 March before 17:00."""
    return _("%(day)s before %(time)s") % {"day": day_words(moment, at), "time": clock(moment)}


def promise_words(moment: dt.datetime, at: dt.datetime, name: str = "") -> str:
    """By when the client hears from us, or from ``name``: these words on every page of a request."""
    when = before_words(moment, at)
    if name:
        return _("You hear from %(name)s %(when)s") % {"name": name, "when": when}
    return _("You hear from us %(when)s") % {"when": when}


def from_words(moment: dt.datetime, at: dt.datetime) -> str:
    """today from 08:00; Monday 16 March from 08:00."""
    return _("%(day)s from %(time)s") % {"day": day_words(moment, at), "time": clock(moment)}


def clock(moment: dt.datetime) -> str:
    """08:00, in local time."""
    return f"{timezone.localtime(moment):%H:%M}"

"""Moments in words, seen from another moment: today, tomorrow, Thursday 12 March. Local time."""

import datetime as dt
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def day_words(moment: dt.datetime, at: dt.datetime) -> str:
    """today, tomorrow, or the day with its date."""
    return _day(timezone.localdate(moment), timezone.localdate(at), get_language())


@lru_cache(maxsize=1024)
def _day(day: dt.date, today: dt.date, language: str | None) -> str:
    """Putting a date in words is slow, and a page has many of the same."""
    if day == today:
        return _("today")
    words = date_format(day, "l j F")
    return _("tomorrow, %(day)s") % {"day": words} if day == today + dt.timedelta(days=1) else words


def before_words(moment: dt.datetime, at: dt.datetime) -> str:
    """today before 17:00; tomorrow, Wednesday 11 March before 17:00; Monday 16 March before 17:00."""
    here = timezone.localtime(moment)
    return _before(here.date(), f"{here:%H:%M}", timezone.localdate(at), get_language())


@lru_cache(maxsize=4096)
def _before(day: dt.date, time: str, today: dt.date, language: str | None) -> str:
    return _("%(day)s before %(time)s") % {"day": _day(day, today, language), "time": time}


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


def on_paper(moment: dt.datetime) -> str:
    """10 March 2026, 10:15: with its year, for what is kept outside the site."""
    return date_format(timezone.localtime(moment), "j F Y, H:i")

"""Coaching: who may coach, and how many days are in general between two conversations (R15, R19)."""

import datetime as dt

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import registrations
from accounts.models import Registration
from cases.models import Case
from cases.moves import NotNow


class NoCoach(NotNow):
    """Whoever has the case is not registered as a coach, or nobody looked that up this year."""


def registration_of(case: Case, at: dt.datetime) -> Registration:
    """The registration with which the worker of this case coaches. Raises NoCoach without one that holds.

    Titles are not protected, so that this is refused, not warned about (R19); no reason replaces it.
    """
    found = registrations.as_coach(case.owner, timezone.localdate(at)) if case.owner else None
    if found is None:
        words = _(
            "No registration as a coach of %(name)s was looked up in the past year. Ask a coordinator to do that "
            "first, or let the desk find a coach."
        )
        raise NoCoach(words % {"name": case.owner.name if case.owner else "–"})
    return found


def gap_words(before: dt.datetime, moment: dt.datetime) -> str:
    """What is unusual about the days between two conversations with a coach; empty when nothing is."""
    days = (timezone.localdate(moment) - timezone.localdate(before)).days
    least, most = settings.COACHING_GAP_DAYS
    words = {"days": days, "least": least, "most": most}
    if days < least:
        return _("%(days)d days after the one before; %(least)d to %(most)d is usual, to practise in between.") % words
    if days > most:
        return _("%(days)d days after the one before; %(least)d to %(most)d is usual, to keep it going.") % words
    return ""

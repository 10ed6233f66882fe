"""What somebody reads after sending: who reads it, by when they hear from us, and what happens next. Writes nothing."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

from accounts import duty
from accounts.calendar import DESK, Calendar
from accounts.enums import HelplineFor
from cases.enums import Urgency
from cases.moments import clock, day_words, from_words, promise_words
from desk.reception import Receipt
from desk.snapshot import HelplineFacts, Snapshot
from referrals.enums import Destination

PRESSING = (Urgency.EMERGENCY, Urgency.URGENT)


@dataclass(frozen=True)
class Reader:
    """The person who reads it first. Without a name it is whoever is on duty then."""

    name: str
    title: str
    when: str
    now: bool  # somebody sits there at this moment

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name else ""


def reader_of(receipt: Receipt, calendar: Calendar) -> Reader:
    """Who reads a request: whoever is on duty when it presses or the desk is open, otherwise whoever opens the desk.

    One query. An empty roster, or a database that went away since, gives a reader without a name.
    """
    at = receipt.sent_at
    opening = calendar.next_change(at)
    if not receipt.desk_was_open and receipt.urgency not in PRESSING and opening is not None:
        turn = _on_duty(opening, calendar)
        return _reader(turn, _("Worker on duty, %(when)s") % {"when": from_words(opening, at)}, now=False)
    turn, night = _on_duty(at, calendar), not calendar.is_open(at)
    if turn is None:
        return _reader(turn, _("After-hours duty") if night else _("Worker on duty"), now=True)
    ends = turn.ends_at if night else min(turn.ends_at, calendar.next_change(at) or turn.ends_at)
    until = clock(ends) if day_words(ends, at) == day_words(at, at) else f"{day_words(ends, at)}, {clock(ends)}"
    role = _("After-hours duty, until %(time)s") if night else _("Worker on duty, until %(time)s")
    return _reader(turn, role % {"time": until}, now=True)


def steps(receipt: Receipt, reader: Reader, promise: str, *, has_window: bool) -> list[dict[str, str]]:
    """What happens next, in order, for components/steps.html. ``promise`` is how we reach them, in sentences.

    ``has_window``: they gave hours or days for calling. What presses may not be able to wait for those.
    """
    if has_window and receipt.urgency in PRESSING:
        promise += " " + _("Must it be sooner than the hours you gave? Then we write to you on this website.")
    title = promise_words(receipt.promised_at, receipt.sent_at, reader.first_name if reader.now else "")
    first = {"title": title[:1].upper() + title[1:], "text": promise}
    if receipt.is_advice:
        return [
            first,
            {"title": _("We think along with you"), "text": _("You decide what you do with our advice.")},
            {"title": _("No file about a person"), "text": _("We keep your question, not a record about anyone.")},
        ]
    return [first, *_then(receipt.proposal)]


def chaplain_lines(receipt: Receipt, seen: Snapshot) -> list[HelplineFacts]:
    """How to reach a chaplain now, for who asked for one (R5)."""
    return seen.helplines_for(HelplineFor.CHAPLAIN) if receipt.proposal == Destination.CHAPLAIN else []


def waiting_note(receipt: Receipt, calendar: Calendar) -> str:
    """After hours, for what can wait: when the desk opens. Empty otherwise."""
    opening = calendar.next_change(receipt.sent_at, DESK)
    if receipt.desk_was_open or receipt.urgency in PRESSING or opening is None:
        return ""
    return _("The desk is closed now. It opens %(when)s.") % {"when": from_words(opening, receipt.sent_at)}


def begun_note(begun_at: dt.datetime, receipt: Receipt, calendar: Calendar) -> str:
    """Where the desk opened or closed between the first question and sending: which of the two counts."""
    if calendar.is_open(begun_at) == receipt.desk_was_open:
        return ""
    return _("You began at %(begun)s. What counts is when you sent it: %(sent)s.") % {
        "begun": clock(begun_at), "sent": clock(receipt.sent_at),
    }  # fmt: skip


def _then(proposal: str) -> list[dict[str, Any]]:
    together = {"title": _("You look together at what is needed"), "text": _("Perhaps one talk is enough.")}
    passing = {
        "title": _("Do we pass your story on?"),
        "text": _("Only if you agree with the summary. You read it first."),
    }
    special = {
        Destination.CHAPLAIN: {
            "title": _("You asked for a chaplain"),
            "text": _("We tell you how to reach one. You can also call now. Nothing of your story travels along."),
        },
        Destination.SMT: {
            "title": _("We bring you to the Social Medical Team of your unit"),
            "text": _("A doctor, a social worker, a personnel officer and a chaplain. You read the summary first."),
        },
        Destination.BIU: {
            "title": _("We bring you to the office for individual deployments"),
            "text": _("They know what you need out there. You read the summary first."),
        },
        Destination.RETURN_INTERVIEW: {
            "title": _("We plan your return interview"),
            "text": _("You choose a moment. You may bring your partner or someone else."),
        },
        Destination.REGIONAL_DIRECT: {
            "title": _("We bring you to your own social worker"),
            "text": _("You read the summary first. You need not tell your story again."),
        },
    }
    found = special.get(Destination(proposal))
    return [found, together] if found else [together, passing]


def _on_duty(moment: dt.datetime, calendar: Calendar) -> duty.OnDuty | None:
    """The first to be called at that moment; None when nobody is on the roster. The request is safe by now."""
    try:
        return next(iter(duty.roster(moment, calendar).on_duty), None)
    except DatabaseError:
        return None


def _reader(turn: duty.OnDuty | None, when: str, *, now: bool) -> Reader:
    if turn is None:
        return Reader(name="", title=_("The worker on duty reads your request"), when=when, now=now)
    return Reader(name=turn.name, title=_("%(name)s reads your request") % {"name": turn.name}, when=when, now=now)

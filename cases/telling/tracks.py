"""Words for the beginning and the end of a kind of help, and for what an employer hears of coaching."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.enums import EntryKind
from cases.enums.tracks import CoachingFocus, NextStep, Recipient, TrackKind
from cases.telling.told import Sentence, Told


def _started(told: Told) -> str:
    kind, focus = told.word("kind", TrackKind), told.word("focus", CoachingFocus)
    if focus:
        return _("Help started: %(kind)s (%(focus)s)") % {"kind": kind, "focus": focus}
    return _("Help started: %(kind)s") % {"kind": kind} if kind else _("Help started")


def _started_and_checked(told: Told) -> str:
    """To staff it also says what the coach was registered as."""
    facts = told.facts
    if not facts.get("register"):
        return _started(told)
    day = date_format(dt.date.fromisoformat(str(facts["checked_on"])), "j F Y")
    who = {"register": facts["register"], "number": facts["number"], "day": day}
    coach = _("Coach in %(register)s, number %(number)s, looked up on %(day)s") % who
    return f"{_started(told)}. {coach}"


def _ended(told: Told) -> str:
    kind, decision = told.word("kind", TrackKind), told.word("decision", NextStep)
    if decision:
        return _("Help ended: %(kind)s. Decided: %(decision)s") % {"kind": kind, "decision": decision}
    return _ended_for_client(told)


def _ended_for_client(told: Told) -> str:
    kind = told.word("kind", TrackKind)
    return _("Help ended: %(kind)s") % {"kind": kind} if kind else _("Help ended")


OUTLINE_WORDS = {
    "asked": gettext_noop("An outline for the employer was sent for approval"),
    "approved": gettext_noop("The client approved the outline for the employer"),
    "refused": gettext_noop("The client did not approve the outline for the employer. Nothing is passed on"),
    "withdrawn": gettext_noop("The outline for the employer was withdrawn. Nothing is passed on"),
}
OUTLINE_TO_YOU = {
    "asked": gettext_noop("We asked you to read a text for your employer"),
    "approved": gettext_noop("You approved the text for your employer"),
    "refused": gettext_noop("You did not approve the text for your employer. Nothing is passed on"),
    "withdrawn": gettext_noop("The text for your employer was withdrawn. Nothing is passed on"),
}


def _outline(told: Told) -> str:
    if words := OUTLINE_WORDS.get(str(told.facts.get("what"))):
        return _(words)
    return _("The outline was passed on: %(to)s") % {"to": told.word("recipient", Recipient)}


def _outline_to_you(told: Told) -> str:
    if words := OUTLINE_TO_YOU.get(str(told.facts.get("what"))):
        return _(words)
    return _("The text that you approved was passed on: %(to)s") % {"to": told.word("recipient", Recipient)}


STAFF: dict[str, Sentence] = {
    EntryKind.TRACK_STARTED: _started_and_checked,
    EntryKind.TRACK_ENDED: _ended,
    EntryKind.OUTLINE: _outline,
}
CLIENT: dict[str, Sentence] = {
    EntryKind.TRACK_STARTED: _started,
    EntryKind.TRACK_ENDED: _ended_for_client,
    EntryKind.OUTLINE: _outline_to_you,
}

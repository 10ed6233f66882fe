"""What the lines of the timeline say, to staff and to the client: words made from codes when they are shown.

Subjects with many words of their own keep them in a module beside this one; STAFF and CLIENT gather them.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Channel
from cases.enums import AttemptOutcome, CaseOutcome, ContactWay, EntryKind, IntakeChannel, Urgency
from cases.telling import (
    debriefing,
    documents,
    ending,
    guarded,
    handing,
    letters,
    mediation,
    plan,
    tasks,
    tracks,
    whom,
)
from cases.telling.told import Sentence, Told


def _taken(told: Told) -> str:
    """To the client: who looks at it, or who came in the place of a worker who left."""
    who = {"who": told.to or told.who}
    if told.facts.get("handover"):
        return _("%(who)s is your contact person from now on") % who
    return _("%(who)s looks at your request") % who


def _received(told: Told) -> str:
    channel = told.word("channel", IntakeChannel)
    return _("Request received (%(channel)s)") % {"channel": channel} if channel else _("Request received")


def _attempt(told: Told) -> str:
    way, outcome = told.word("way", ContactWay), told.word("outcome", AttemptOutcome)
    if told.facts.get("rang"):
        return _("The client rang us (%(what)s)") % {"what": outcome or way}
    return _("Contact attempt: %(what)s") % {"what": ", ".join(part for part in (way, outcome) if part) or "–"}


def _handed(own: str, other: str) -> Sentence:
    """Two forms: with and without the name of who receives."""
    return lambda told: _(other) % {"to": told.to} if told.to else _(own)


def _urgency(told: Told) -> str:
    was, now = told.word("from", Urgency), told.word("to", Urgency)
    if was and now:
        return _("Urgency changed from %(was)s to %(now)s") % {"was": was, "now": now}
    return _("Urgency changed to %(now)s") % {"now": now} if now else _("Urgency changed")


def _timed(plain: str, timed: str) -> Sentence:
    """Two forms: with and without day and time."""
    return lambda told: _(timed) % {"when": told.when} if told.when else _(plain)


def _held(told: Told) -> str:
    minutes = told.facts.get("minutes")
    return _("Conversation held, %(minutes)s minutes") % {"minutes": minutes} if minutes else _("Conversation held")


def _closed(told: Told) -> str:
    outcome = told.word("outcome", CaseOutcome)
    return _("Closed: %(outcome)s") % {"outcome": outcome} if outcome else _("Closed")


def _lifted(text: str, lifted: str) -> Sentence:
    return lambda told: _(lifted if told.facts.get("lifted") else text)


CALL_BACK_WORDS = {
    "cancelled": gettext_noop("The client cancelled the call-back"),
    "other_way": gettext_noop("May not be called any more: to be reached another way"),
    "allowed": gettext_noop("One more attempt to call was allowed"),
    "finished": gettext_noop("Nobody needs to call any more"),
    "linked": gettext_noop("A call that came in was found to belong to this case"),
}


def call_back_words(told: Told) -> str:
    """What happened with a call-back, for staff."""
    if words := CALL_BACK_WORDS.get(str(told.facts.get("what"))):
        return _(words)
    return _("To be called on %(when)s") % {"when": told.when}


def _called_back(told: Told) -> str:
    if told.facts.get("what") == "cancelled":
        return _("You cancelled the call")
    return _("We call you on %(when)s") % {"when": told.when}


def _sent(told: Told) -> str:
    """How one way of calling somebody went."""
    words = {"to": told.to, "way": told.word("by_way", Channel)}
    how = told.facts.get("how")
    if not how:
        return _("Alert to %(to)s (%(way)s): sent") % words
    if how == "failed":
        return _("Alert to %(to)s (%(way)s): did not work, we try again") % words
    return _("Alert to %(to)s (%(way)s): not possible") % words


STAFF: dict[str, Sentence] = {
    EntryKind.RECEIVED: _received,
    EntryKind.TAKEN: _handed(gettext_noop("Taken by a worker"), gettext_noop("Given to %(to)s")),
    EntryKind.CONTACT_ATTEMPT: _attempt,
    EntryKind.REFERRED: _handed(gettext_noop("Offered to a worker"), gettext_noop("Offered to %(to)s")),
    EntryKind.ACCEPTED: _handed(gettext_noop("Accepted"), gettext_noop("Accepted by %(to)s")),
    EntryKind.RETURNED: lambda told: _("Offer taken back") if told.facts.get("withdrawn") else _("Back at the desk"),
    EntryKind.ALERT_RAISED: _handed(gettext_noop("Person on duty alerted"), gettext_noop("Alerted: %(to)s")),
    EntryKind.ALERT_SENT: _sent,
    EntryKind.SESSION_PLANNED: _timed(
        gettext_noop("Conversation planned"), gettext_noop("Conversation planned on %(when)s")
    ),
    EntryKind.SESSION_HELD: _held,
    EntryKind.SESSION_MISSED: _timed(
        gettext_noop("The client did not come"), gettext_noop("The client did not come on %(when)s")
    ),
    EntryKind.SESSION_CANCELLED: _timed(
        gettext_noop("Conversation cancelled"), gettext_noop("Conversation of %(when)s cancelled")
    ),
    EntryKind.URGENCY_CHANGED: _urgency,
    EntryKind.NOTE: lambda told: _("File note written"),
    EntryKind.CALL_BACK: call_back_words,
    EntryKind.CLOSED: _closed,
    EntryKind.KEEP_OUT: _lifted(
        gettext_noop("Someone may never see this case"), gettext_noop("Keeping someone out was taken back")
    ),
}
"""Kinds that say more than their label; the others are shown by it."""
STAFF |= (
    documents.STAFF
    | guarded.STAFF
    | handing.STAFF
    | tracks.STAFF
    | tasks.STAFF
    | ending.STAFF
    | plan.STAFF
    | mediation.BOTH
    | debriefing.BOTH
    | whom.STAFF
)
STAFF |= letters.STAFF


def _tried(told: Told) -> str:
    if told.facts.get("rang"):
        return _("You rang us")
    if told.facts.get("outcome") == AttemptOutcome.SPOKEN:
        return _("%(who)s spoke with you") % {"who": told.who}
    if told.facts.get("outcome") == AttemptOutcome.VOICEMAIL:
        return _("%(who)s left a message for you") % {"who": told.who}
    return _("%(who)s tried to reach you") % {"who": told.who}


def _by_name(text: str) -> Sentence:
    return lambda told: _(text) % {"who": told.who}


def _to_you(text: str) -> Sentence:
    return lambda told: _(text)


CLIENT: dict[str, Sentence] = {
    EntryKind.RECEIVED: _to_you(gettext_noop("We received your request")),
    EntryKind.TAKEN: _taken,
    EntryKind.CONTACT_ATTEMPT: _tried,
    EntryKind.MORE_ASKED: _by_name(gettext_noop("%(who)s asked you something")),
    EntryKind.ADDED: _to_you(gettext_noop("You added something to your story")),
    EntryKind.CONTACT_CHANGED: _to_you(gettext_noop("You changed how we may reach you")),
    EntryKind.CONSENT_ASKED: _to_you(gettext_noop("We asked you to read a summary")),
    EntryKind.CONSENT_GIVEN: _to_you(gettext_noop("You said that the summary is right")),
    EntryKind.REFERRED: _handed(
        gettext_noop("We look for the right worker for you"), gettext_noop("We asked %(to)s to help you")
    ),
    EntryKind.ACCEPTED: lambda told: _("%(who)s is going to help you") % {"who": told.to or told.who},
    EntryKind.RETURNED: _to_you(gettext_noop("We look for another worker for you")),
    EntryKind.EXPIRED: _to_you(gettext_noop("We look for another worker for you")),
    EntryKind.SESSION_PLANNED: _timed(
        gettext_noop("A conversation is planned"), gettext_noop("A conversation is planned on %(when)s")
    ),
    EntryKind.SESSION_HELD: _by_name(gettext_noop("You had a conversation with %(who)s")),
    EntryKind.SESSION_MISSED: _timed(
        gettext_noop("The conversation did not take place. It does not count"),
        gettext_noop("The conversation of %(when)s did not take place. It does not count"),
    ),
    EntryKind.SESSION_CANCELLED: _timed(
        gettext_noop("The conversation was cancelled. It does not count"),
        gettext_noop("The conversation of %(when)s was cancelled. It does not count"),
    ),
    EntryKind.OUTSIDE_TRACK: _by_name(gettext_noop("You had contact with %(who)s")),
    EntryKind.FAMILY_INVITED: _to_you(gettext_noop("You invited someone")),
    EntryKind.FAMILY_ACCEPTED: _to_you(gettext_noop("Someone you invited said yes")),
    EntryKind.FAMILY_CHANGED: _to_you(gettext_noop("You changed what someone may see")),
    EntryKind.FAMILY_ENDED: _to_you(gettext_noop("Someone you invited no longer sees anything")),
    EntryKind.FIRST_CONTACT: _to_you(gettext_noop("The first contact person was changed")),
    EntryKind.KEEP_OUT: _lifted(
        gettext_noop("Someone was named who may not see your case"),
        gettext_noop("Someone is no longer kept out of your case"),
    ),
    EntryKind.CALL_BACK: _called_back,
    EntryKind.CLOSED: _to_you(gettext_noop("Your case was closed")),
    EntryKind.WITHDRAWN: _to_you(gettext_noop("You withdrew your request")),
    EntryKind.CLAIMED: _to_you(gettext_noop("You kept this request in your account")),
    EntryKind.OUTSIDE_HELP: _by_name(gettext_noop("%(who)s told you of help elsewhere")),
}
"""Only these kinds ever reach the client, whatever a row says."""
CLIENT |= (
    documents.CLIENT
    | guarded.CLIENT
    | handing.CLIENT
    | tracks.CLIENT
    | ending.CLIENT
    | plan.CLIENT
    | mediation.BOTH
    | debriefing.BOTH
    | whom.CLIENT
)
CLIENT |= letters.CLIENT

CLIENT_DETAILS = frozenset(
    {EntryKind.ADDED, EntryKind.MORE_ASKED, EntryKind.BREACH, EntryKind.OUTSIDE_HELP, EntryKind.LETTER}
)
"""Kinds whose text is the client's own or was written to them."""

"""What the timeline says of a hand-over beside who was asked and who said yes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.enums import EntryKind
from cases.telling.told import Sentence, Told

WORDS = {
    "asked": gettext_noop("A second hand-over was laid before the coordinator"),
    "agreed": gettext_noop("The coordinator agreed to a second hand-over"),
    "refused": gettext_noop("The coordinator did not agree to a second hand-over"),
    "nobody": gettext_noop("Nobody was left to ask by itself"),
    "no_talk": gettext_noop("No talk of three is needed"),
    "contact": gettext_noop("%(to)s is the contact person from now on"),
    "joined": gettext_noop("The worker helps this client already in another case"),
}


def hand_over_words(told: Told) -> str:
    """What happened with a hand-over, for staff."""
    words = WORDS.get(str(told.facts.get("what")))
    return _(words) % {"to": told.to or _("The worker")} if words else str(EntryKind.HAND_OVER.label)


def _to_client(told: Told) -> str:
    """Only the change of contact person is ever written for the client."""
    return _("%(who)s is your contact person from now on") % {"who": told.to or told.who}


STAFF: dict[str, Sentence] = {EntryKind.HAND_OVER: hand_over_words}
CLIENT: dict[str, Sentence] = {EntryKind.HAND_OVER: _to_client}

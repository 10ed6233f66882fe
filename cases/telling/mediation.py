"""What the timeline tells of a talk that somebody neutral leads: that it is, and never what is said in it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.enums import EntryKind
from cases.telling.told import Sentence, Told

WORDS = {
    "asked": gettext_noop("A talk with a neutral leader was asked for. %(to)s leads it"),
    "agreed": gettext_noop("Both said yes to the talk that %(to)s leads"),
    "ended": gettext_noop("The talk with a neutral leader is over"),
}


def _mediation(told: Told) -> str:
    return _(WORDS.get(str(told.facts.get("what")), WORDS["ended"])) % {"to": told.to}


BOTH: dict[str, Sentence] = {EntryKind.MEDIATION: _mediation}
"""The same for staff and client."""

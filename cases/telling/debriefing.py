"""What the timeline tells of a talk with a group."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.enums import EntryKind, SessionState
from cases.telling.told import Sentence, Told

WORDS = {
    SessionState.PLANNED: gettext_noop("A talk with the group is planned on %(when)s"),
    SessionState.HELD: gettext_noop("The talk with the group of %(when)s took place"),
    SessionState.CANCELLED: gettext_noop("The talk with the group of %(when)s was cancelled"),
}


def _group(told: Told) -> str:
    return _(WORDS.get(SessionState(told.facts.get("what", "planned")), WORDS[SessionState.PLANNED])) % {
        "when": told.when
    }


BOTH: dict[str, Sentence] = {EntryKind.GROUP_TALK: _group}
"""The same for staff and client."""

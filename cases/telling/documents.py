"""What lines about documents say."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.enums import EntryKind
from cases.telling.told import Sentence, Told

STAFF_WORDS = {
    "added": gettext_noop("Document added"),
    "version": gettext_noop("New version of a document"),
    "shared": gettext_noop("Document shared with the client"),
    "removed": gettext_noop("Document removed"),
    "locked": gettext_noop("Document locked: it cannot be opened"),
}
CLIENT_WORDS = {
    "added": gettext_noop("A document was added"),
    "version": gettext_noop("There is a new version of a document"),
    "shared": gettext_noop("%(who)s shared a document with you"),
    "removed": gettext_noop("A document was removed"),
    "locked": gettext_noop("A document cannot be opened. You can read why under Documents"),
}


def _said(words: dict[str, str]) -> Sentence:
    def sentence(told: Told) -> str:
        text = words.get(str(told.facts.get("what")), words["added"])
        return _(text) % {"who": told.who}

    return sentence


STAFF: dict[str, Sentence] = {EntryKind.DOCUMENT: _said(STAFF_WORDS)}
CLIENT: dict[str, Sentence] = {EntryKind.DOCUMENT: _said(CLIENT_WORDS)}

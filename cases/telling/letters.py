"""What lines about letters to providers outside say; to whom is beside them, sealed."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.enums import EntryKind
from cases.telling.told import Sentence, Told

STAFF_WORDS = {
    "asked": gettext_noop("Letter to a provider written; the client is asked"),
    "yes_in_portal": gettext_noop("Client approved a letter to a provider"),
    "yes_by_phone": gettext_noop("Client approved a letter to a provider by phone"),
    "refused": gettext_noop("Client said no to a letter to a provider"),
    "taken_back": gettext_noop("Client took the yes to a letter back"),
    "withdrawn": gettext_noop("Letter to a provider taken back"),
    "ended": gettext_noop("Letter to a provider let go: the case was closed"),
    "sent_link": gettext_noop("Letter sent to a provider by secure link"),
    "sent_paper": gettext_noop("Letter sent to a provider on paper"),
    "accepted": gettext_noop("Provider can help"),
    "declined": gettext_noop("Provider cannot help"),
    "no_answer": gettext_noop("No answer came from the provider"),
}
CLIENT_WORDS = {
    "asked": gettext_noop("We wrote a letter for you. It waits for your yes"),
    "yes_in_portal": gettext_noop("You said yes to a letter"),
    "yes_by_phone": gettext_noop("You said yes to a letter, by phone"),
    "refused": gettext_noop("You said no to a letter. Nothing was sent"),
    "taken_back": gettext_noop("You took your yes to a letter back. Nothing was sent"),
    "withdrawn": gettext_noop("We took a letter back"),
    "ended": gettext_noop("A letter was let go"),
    "sent_link": gettext_noop("We sent your letter"),
    "sent_paper": gettext_noop("We sent your letter by post"),
    "accepted": gettext_noop("They can help you"),
    "declined": gettext_noop("They cannot help you now. We look further with you"),
    "no_answer": gettext_noop("There was no answer to your letter. We look further with you"),
}


def _said(words: dict[str, str]) -> Sentence:
    def sentence(told: Told) -> str:
        return _(words.get(str(told.facts.get("what")), words["asked"]))

    return sentence


STAFF: dict[str, Sentence] = {EntryKind.LETTER: _said(STAFF_WORDS)}
CLIENT: dict[str, Sentence] = {EntryKind.LETTER: _said(CLIENT_WORDS)}

"""Words about broken confidentiality and serious incidents. The reporting code and complaints leave no line."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.enums import EntryKind
from cases.telling.told import Sentence, Told

BREACH = {
    "asked": gettext_noop("Asked to break confidentiality: waits for a second signature"),
    "signed": gettext_noop("Breaking confidentiality: signed"),
    "refused": gettext_noop("Breaking confidentiality: not signed"),
    "carried_out": gettext_noop("Confidentiality was broken, as signed"),
    "told": gettext_noop("The client was told that confidentiality was broken"),
    "lapsed": gettext_noop("Breaking confidentiality lapsed, because the case was closed"),
}
INCIDENT = {
    "opened": gettext_noop("Serious incident: the checklist began, news to the client is held"),
    "released": gettext_noop("Serious incident: told in person, news goes out again"),
    "ended": gettext_noop("Serious incident: the checklist ended"),
}


def _by(words: dict[str, str]) -> Sentence:
    usual = next(iter(words.values()))
    return lambda told: _(words.get(str(told.facts.get("what")), usual))


def _passed_on(told: Told) -> str:
    return _("%(who)s told someone something about you, and has told you so") % {"who": told.who}


STAFF: dict[str, Sentence] = {EntryKind.BREACH: _by(BREACH), EntryKind.INCIDENT: _by(INCIDENT)}
CLIENT: dict[str, Sentence] = {EntryKind.BREACH: _passed_on}

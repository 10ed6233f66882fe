"""What the timeline says about giving a case away, consulting somebody, passing on without a yes, and what happens
around a hand-over beside who was asked and who said yes."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.enums import EntryKind
from cases.telling.told import Sentence, Told

TO_STAFF = {
    "transfer asked": gettext_noop("%(to)s was asked to take the case over"),
    "transfer returned": gettext_noop("%(to)s does not take the case over"),
    "transfer expired": gettext_noop("Nobody answered in time: the case stays where it is"),
    "transfer withdrawn": gettext_noop("The question to take over was taken back"),
    "consultation asked": gettext_noop("%(to)s was asked for advice"),
    "consultation accepted": gettext_noop("%(to)s reads along until and including %(until)s"),
    "consultation returned": gettext_noop("%(to)s cannot give advice"),
    "consultation expired": gettext_noop("Nobody answered the question for advice in time"),
    "consultation withdrawn": gettext_noop("The question for advice was taken back"),
    "consultation advised": gettext_noop("%(to)s gave advice"),
    "consultation ended": gettext_noop("%(to)s no longer reads along"),
    "override": gettext_noop("Passed on without the client's yes"),
    "request offered": gettext_noop("%(to)s asks for this case"),
    "request accepted": gettext_noop("%(to)s asked for this case and gets it, if the client agrees"),
    "request returned": gettext_noop("%(to)s asked for this case and does not get it"),
    "request expired": gettext_noop("Nobody answered %(to)s, who asked for this case"),
    "request withdrawn": gettext_noop("%(to)s need not be answered any more"),
    "asked": gettext_noop("A second hand-over was laid before the coordinator"),
    "agreed": gettext_noop("The coordinator agreed to a second hand-over"),
    "refused": gettext_noop("The coordinator did not agree to a second hand-over"),
    "nobody": gettext_noop("Nobody was left to ask by itself"),
    "no_talk": gettext_noop("No talk of three is needed"),
    "contact": gettext_noop("%(to)s is the contact person from now on"),
    "joined": gettext_noop("The worker helps this client already in another case"),
}
TO_CLIENT = {
    "transfer asked": gettext_noop("We asked %(to)s to take over from your worker"),
    "transfer returned": gettext_noop("%(to)s cannot take over. Your worker stays the same"),
    "transfer expired": gettext_noop("Nobody could take over yet. Your worker stays the same"),
    "transfer withdrawn": gettext_noop("Your worker stays the same after all"),
    "consultation asked": gettext_noop("Your worker asked %(to)s for advice"),
    "consultation accepted": gettext_noop("%(to)s reads what you approved, until and including %(until)s"),
    "consultation returned": gettext_noop("%(to)s cannot give advice now"),
    "consultation expired": gettext_noop("Nobody could give advice yet"),
    "consultation withdrawn": gettext_noop("Your worker needs no advice any more"),
    "consultation advised": gettext_noop("%(to)s gave your worker advice"),
    "consultation ended": gettext_noop("%(to)s no longer reads anything of your case"),
    "override": gettext_noop("We passed your case on without your yes. You may ask us why"),
    "contact": gettext_noop("%(to)s is your contact person from now on"),
}


def _until(told: Told) -> str:
    try:
        return date_format(dt.date.fromisoformat(str(told.facts.get("until"))), "j F")
    except ValueError:
        return "…"


def _said(words: dict[str, str]) -> Sentence:
    def sentence(told: Told) -> str:
        what = " ".join(str(told.facts[part]) for part in ("of", "what") if told.facts.get(part))
        if what not in words:
            return str(EntryKind.HAND_OVER.label)
        return _(words[what]) % {"to": told.to or told.who, "until": _until(told)}

    return sentence


hand_over_words = _said(TO_STAFF)


def _no(no: str, taken_back: str) -> Sentence:
    return lambda told: _(taken_back if told.facts.get("taken_back") else no) % {"to": told.to}


STAFF: dict[str, Sentence] = {
    EntryKind.HAND_OVER: hand_over_words,
    EntryKind.CONSENT_REFUSED: _no(
        gettext_noop("Summary not approved"), gettext_noop("The client took back the yes to share with %(to)s")
    ),
}
CLIENT: dict[str, Sentence] = {
    EntryKind.HAND_OVER: _said(TO_CLIENT),
    EntryKind.CONSENT_REFUSED: _no(
        gettext_noop("You did not approve the summary. Nothing was passed on"),
        gettext_noop("You took your yes back. We no longer share anything with %(to)s"),
    ),
}

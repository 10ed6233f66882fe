"""What the timeline says about opening again, the call afterwards, and requests put together."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.enums import CaseOutcome, EntryKind
from cases.telling.told import Sentence, Told

AFTER_CARE = {
    "off": gettext_noop("No call afterwards: the client does not want it"),
    "on": gettext_noop("The client may be called afterwards after all"),
    "over": gettext_noop("The time for the call afterwards has passed"),
    "goes_well": gettext_noop("Called afterwards: it goes well"),
    "wants_help": gettext_noop("Called afterwards: the client wants help again"),
    "not_reached": gettext_noop("Called afterwards: nobody answered"),
}
TO_CLIENT = {
    "off": gettext_noop("You said that we need not call you afterwards"),
    "on": gettext_noop("You said that we may call you afterwards after all"),
    "goes_well": gettext_noop("We called you to ask how it is. It goes well"),
    "wants_help": gettext_noop("We called you to ask how it is. You want help again"),
}


def _reopened(told: Told) -> str:
    was = told.word("was", CaseOutcome)
    return _("Opened again. It had ended as: %(outcome)s") % {"outcome": was} if was else _("Opened again")


def _after_care(told: Told) -> str:
    if words := AFTER_CARE.get(str(told.facts.get("what"))):
        return _(words)
    return _("One call afterwards, from %(when)s") % {"when": told.when}


def _called(told: Told) -> str:
    if words := TO_CLIENT.get(str(told.facts.get("what"))):
        return _(words)
    return _("We call you once, from %(when)s, to ask how it is") % {"when": told.when}


STAFF: dict[str, Sentence] = {
    EntryKind.REOPENED: _reopened,
    EntryKind.AFTER_CARE: _after_care,
    EntryKind.MERGED: lambda told: (
        _("Put together with another request, which goes on")
        if told.facts.get("part") == "gone"
        else _("Another request was put together with this one")
    ),
}
CLIENT: dict[str, Sentence] = {
    EntryKind.REOPENED: lambda told: _("Your case was opened again"),
    EntryKind.AFTER_CARE: _called,
}

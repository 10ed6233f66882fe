"""What the timeline says about a client who asked for somebody else."""

from django.utils.translation import gettext as _

from cases.enums import EntryKind
from cases.enums.whom import SomeoneElseState
from cases.telling.told import Sentence, Told


def _staff(told: Told) -> str:
    if told.facts.get("state") == SomeoneElseState.LOOKING:
        return _("The client asked for someone else. The desk looks for one")
    return _("The client asked for someone else. It was talked about, and it stays as it is")


def _client(told: Told) -> str:
    if told.facts.get("state") == SomeoneElseState.LOOKING:
        return _("You asked for someone else. We look for one")
    return _("You asked for someone else. We talked about it, and it stays as it is")


STAFF: dict[str, Sentence] = {EntryKind.SOMEONE_ELSE: _staff}
CLIENT: dict[str, Sentence] = {EntryKind.SOMEONE_ELSE: _client}

"""Words for the beginning and the end of a kind of help."""

from django.utils.translation import gettext as _

from cases.enums import EntryKind
from cases.enums.tracks import TrackKind
from cases.telling.told import Sentence, Told


def _started(told: Told) -> str:
    kind = told.word("kind", TrackKind)
    return _("Help started: %(kind)s") % {"kind": kind} if kind else _("Help started")


def _ended(told: Told) -> str:
    kind = told.word("kind", TrackKind)
    return _("Help ended: %(kind)s") % {"kind": kind} if kind else _("Help ended")


STAFF: dict[str, Sentence] = {EntryKind.TRACK_STARTED: _started, EntryKind.TRACK_ENDED: _ended}
CLIENT = STAFF

"""What the timeline says to staff about tasks."""

from django.utils.translation import gettext as _

from cases.enums import EntryKind
from cases.telling.told import Sentence, Told


def _task(told: Told) -> str:
    to = _("the desk") if told.facts.get("desk") else told.to
    match told.facts.get("what"):
        case "added":
            return _("Task for %(to)s") % {"to": to} if to else _("Task added")
        case "given":
            return _("Task goes to %(to)s") % {"to": to or told.who}
        case "done":
            return _("Task done")
        case "reopened":
            return _("Task open again")
    return _("Task dropped")


STAFF: dict[str, Sentence] = {EntryKind.TASK: _task}

"""What the timeline says to staff about tasks. What a task is about stands with the task."""

from django.utils.translation import gettext as _

from cases.enums import EntryKind
from cases.telling.told import Sentence, Told


def _task(told: Told) -> str:
    who = {"to": told.to or (_("the desk") if told.facts.get("desk") else told.who)}
    match told.facts.get("what"):
        case "added":
            return _("Task for %(to)s") % who
        case "given":
            return _("Task goes to %(to)s") % who
        case "done":
            return _("Task done")
        case "reopened":
            return _("Task open again, for %(to)s") % who
    return _("Task dropped")


STAFF: dict[str, Sentence] = {EntryKind.TASK: _task}

"""Tasks, a colleague who is named in a note, and a note that is not finished, in the demo."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from accounts.actors import actor_for
from cases import case_tasks, note_drafts, notes
from cases.enums import NoteKind
from cases.enums.tasks import Reminder
from cases.models import Case
from desk.demo.organisation import Organisation

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def fill(made: Organisation, cases: Mapping[str, Case | None], at: dt.datetime) -> None:
    """Bram has things to do for Tom, of which one is late; the desk has one too. Joost asks Samira to look along."""
    bram, joost = actor_for(made.users["bram"], at), actor_for(made.users["joost"], at)
    tom, taken = cases["active"], cases["taken"]
    if tom is None or taken is None:
        raise LookupError("the demo has no case of Tom, or none at the desk")
    for what, due, extra in (
        ("Vragen of de bedrijfsarts al gebeld heeft", at - 2 * HOUR, {}),
        ("Kamer in gebouw 12 bevestigen", at + DAY, {"reminder": Reminder.DAY}),
        ("Tom laten weten wanneer Bram terug is van vakantie", at + 3 * DAY, {"for_desk": True}),
    ):
        case_tasks.add(tom, what=what, due_at=due, by=bram, at=at - 2 * DAY, **extra)
    done = case_tasks.add(tom, what="Folder over bemiddeling sturen", due_at=at - DAY, by=bram, at=at - 4 * DAY)
    case_tasks.finish(done, by=bram, at=at - 2 * DAY)
    case_tasks.add(
        taken, what="Uitzoeken welk spreekuur bij deze kazerne hoort", due_at=at + 4 * HOUR,
        user=made.users["samira"], by=joost, at=at - 2 * HOUR,
    )  # fmt: skip
    notes.write(
        taken, "Twee keer gebeld, geen gehoor. @Samira, kijk jij mee hoe we verder gaan?", kind=NoteKind.FILE,
        by=joost, at=at - 2 * HOUR, tell=[made.users["samira"]],
    )  # fmt: skip
    _half_a_note(tom, bram, at - 3 * HOUR)


def _half_a_note(case: Case, by: Any, at: dt.datetime) -> None:
    place = note_drafts.Place(case, by.user_id, NoteKind.FILE)
    note_drafts.keep(place, "Derde gesprek\n\nTom vertelt dat", note_drafts.Page(uuid.uuid4()), by=by, at=at)

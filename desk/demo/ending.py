"""What comes after closing, in the demo: a call, a note begun in one of two joined requests, what clients thought."""

import datetime as dt
import uuid

from accounts.actors import ANONYMOUS, Actor
from accounts.models import DataKey
from cases import evaluation, merging, note_drafts
from cases.closing import Goodbye
from cases.enums import NoteKind
from cases.intake import Submission
from cases.models import Case, EvaluationAnswer
from desk import reception

DAY = dt.timedelta(days=1)
WHY = "Stuurde de aanvraag twee keer: eerst met de telefoon, daarna op de computer."
SAID = (
    "Ik kreeg snel iemand aan de lijn.",
    "Fijn dat ik niet alles opnieuw hoefde te vertellen.",
    "Graag ook in de avond.",
)


def goodbye(at: dt.datetime) -> Goodbye:
    """How Bram closed with Daan: the desk calls him about now."""
    takes_along = "Ik weet nu wat ik kan doen als het me te veel wordt, en bij wie ik kan zijn."
    return Goodbye(takes_along=takes_along, calls=True, call_on=at.date() - DAY)


def fill(by: Actor, namespace: uuid.UUID, at: dt.datetime) -> None:
    """The same question was sent twice; a quarter of answers lies behind us; who was helped is asked how it was."""
    first, second = (_send(uuid.uuid5(namespace, f"double{n}"), at - (5 - n) * DAY / 24) for n in (1, 2))
    note = note_drafts.Place(second, by.user_id or 0, NoteKind.FILE)  # it can be copied where the two go on
    page = note_drafts.Page(uuid.uuid5(namespace, "half a note"))
    note_drafts.keep(note, "Fatma belde terug. Ze wil weten", page, by=by, at=at - DAY / 16)
    merging.merge(second, first, reason=WHY, by=by, at=at - DAY / 24)
    month = (at.date().replace(day=1) - 100 * DAY).replace(day=1)
    for number in range(evaluation.LEAST + 4):
        row = EvaluationAnswer(
            data_key=DataKey.objects.make(), month=month, heard=3 + number % 2, quick=2 + number % 3,
            helped=2 + number % 2, told_once=1 + number % 4,
        )  # fmt: skip
        row.words = SAID[number] if number < len(SAID) else ""
        row.save(force_insert=True)
    evaluation.ask_due(at)


def _send(number: uuid.UUID, when: dt.datetime) -> Case:
    receipt = reception.take_in(
        Submission(
            submission_id=number, danger="no", topics=("work.change",), topic_titles=("Verandering op het werk",),
            story="Mijn functie verdwijnt in de reorganisatie. Ik wil weten wat ik kan doen.",
            contact={"name": "Fatma", "phone": "088 000 00 88", "channels": ["phone", "portal"]},
        ),
        by=ANONYMOUS, at=when,
    )  # fmt: skip
    return Case.objects.get(reference=receipt.reference)

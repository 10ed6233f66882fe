"""The bottom of the verbs: numbers from forms."""

import datetime as dt
import uuid

from cases import appointments, contact, messages, notes
from cases.enums import AttemptOutcome, ContactWay, NoteKind
from cases.models import Case, ContactAttempt, Message, Note, Session
from tests.factories.cast import Cast
from tests.factories.work import make_accepted


def _fill(case: Case, cast: Cast, number: uuid.UUID) -> None:
    """Everything that a form makes new, all by one number."""
    bram, at = cast.actor("bram"), cast.at
    notes.write(case, "Notitie.", kind=NoteKind.FILE, by=bram, at=at, note_id=number)
    messages.send(case, submission_id=number, body="Bericht.", by=bram, at=at)
    contact.log_attempt(
        case, way=ContactWay.PHONE, outcome=AttemptOutcome.SPOKEN, reason="Afgesproken.", by=bram, at=at,
        attempt_id=number,
    )  # fmt: skip
    appointments.plan_session(
        case, starts_at=at + dt.timedelta(days=1), way=ContactWay.PHONE, by=bram, at=at, session_id=number
    )


def test_a_number_from_another_case_makes_a_row_of_its_own(cast: Cast) -> None:
    first, second, number = make_accepted(cast), make_accepted(cast), uuid.uuid4()
    _fill(first, cast, number)
    _fill(second, cast, number)
    for model in (Note, Message, ContactAttempt, Session):
        assert [model.objects.filter(case=case).count() for case in (first, second)] == [1, 1]


def test_a_held_conversation_with_a_number_from_elsewhere(cast: Cast) -> None:
    first, second, number = make_accepted(cast), make_accepted(cast), uuid.uuid4()
    _fill(first, cast, number)
    held = appointments.record_contact(
        second, starts_at=cast.at, minutes=30, way="phone", by=cast.actor("bram"), at=cast.at, session_id=number
    )
    assert held.case_id == second.pk and held.pk != number

"""File notes and own working notes."""

import uuid

import pytest

from accounts.models import AuditEvent
from accounts.permissions import Refused
from cases import actions, notes
from cases.enums import CaseOutcome, EntryKind, NoteKind
from cases.models import Case, Note, TimelineEntry
from cases.moves import NotNow
from tests.factories.cast import Cast
from tests.factories.work import make_accepted


def write(
    case: Case, cast: Cast, body: str = "Gesproken over rust.", kind: str = NoteKind.FILE, **extra: object
) -> Note:
    return notes.write(case, body, kind=kind, by=cast.actor("bram"), at=cast.at, **extra)


def test_a_file_note_is_in_the_timeline_and_the_audit(cast: Cast) -> None:
    case = make_accepted(cast)
    note = write(case, cast)
    assert note.body == "Gesproken over rust."
    assert TimelineEntry.objects.filter(case=case, kind=EntryKind.NOTE).count() == 1
    event = AuditEvent.objects.get(case_id=case.pk, action="note.written")
    assert (event.part, event.object_id, event.actor_id) == ("file", str(note.pk), str(cast.bram.pk))


def test_a_working_note_leaves_no_line_that_others_see(cast: Cast) -> None:
    case = make_accepted(cast)
    write(case, cast, kind=NoteKind.WORKING)
    assert not TimelineEntry.objects.filter(case=case, kind=EntryKind.NOTE).exists()


def test_only_the_author_sees_a_working_note(cast: Cast) -> None:
    case = make_accepted(cast)
    write(case, cast), write(case, cast, "Let op.", NoteKind.WORKING)
    assert {note.kind for note in notes.of_case(case, cast.actor("bram"))} == {"file", "working"}
    assert {note.kind for note in notes.of_case(case, cast.actor("samira"))} == {"file"}
    assert {note.kind for note in notes.for_client(case)} == {"file"}


def test_same_form_twice_is_one_note(cast: Cast) -> None:
    case, number = make_accepted(cast), uuid.uuid4()
    assert write(case, cast, note_id=number) == write(case, cast, note_id=number)
    assert Note.objects.filter(case=case).count() == 1


def test_other_words_from_the_same_form_are_another_note(cast: Cast) -> None:
    case, number = make_accepted(cast), uuid.uuid4()
    first = write(case, cast, note_id=number)
    other = [write(case, cast, "Nog iets anders.", note_id=number) for _click in range(2)]
    assert first != other[0] == other[1]
    assert [note.body for note in notes.of_case(case, cast.actor("bram"))].count("Nog iets anders.") == 1


def test_a_conflict_keeps_both_texts(cast: Cast) -> None:
    case, by = make_accepted(cast), cast.actor("bram")
    note = write(case, cast)
    notes.edit(note, "Eerste versie.", version=1, by=by, at=cast.at)
    with pytest.raises(notes.Conflict) as error:
        notes.edit(note, "Andere versie.", version=1, by=by, at=cast.at)
    assert (error.value.saved.body, error.value.mine) == ("Eerste versie.", "Andere versie.")
    assert Note.objects.select_related("case__data_key").get(pk=note.pk).body == "Eerste versie."


def test_nobody_changes_the_note_of_another(cast: Cast) -> None:
    case = make_accepted(cast)
    note, own = write(case, cast), write(case, cast, kind=NoteKind.WORKING)
    for row, visible in ((note, True), (own, False)):
        with pytest.raises(Refused) as error:
            notes.edit(row, "Anders.", version=1, by=cast.actor("samira"), at=cast.at)
        assert error.value.visible is visible


def test_sharing_makes_it_a_file_note(cast: Cast) -> None:
    case = make_accepted(cast)
    note = notes.share(write(case, cast, kind=NoteKind.WORKING), by=cast.actor("bram"), at=cast.at)
    assert (note.kind, note.body) == (NoteKind.FILE, "Gesproken over rust.")
    assert [row.pk for row in notes.for_client(case)] == [note.pk]
    assert AuditEvent.objects.filter(case_id=case.pk, action="note.shared").count() == 1


def test_closing_removes_working_notes_and_keeps_the_file(cast: Cast) -> None:
    case = make_accepted(cast)
    write(case, cast), write(case, cast, kind=NoteKind.WORKING)
    actions.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at)
    assert [note.kind for note in Note.objects.filter(case=case)] == ["file"]
    with pytest.raises(NotNow):
        write(case, cast)


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("Gesprek 2\n\nHet ging goed.", ("Gesprek 2", "Het ging goed.")),
        ("Eén regel.", ("", "Eén regel.")),
        ("x" * 81 + "\nrest", ("", "x" * 81 + "\nrest")),
        ("\n Kop \n tekst\nmeer ", ("Kop", "tekst\nmeer")),
    ],
)
def test_a_short_first_line_is_the_heading(body: str, parts: tuple[str, str]) -> None:
    assert notes.parts(body) == parts

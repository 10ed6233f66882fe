"""The end of a case: what fits, what goes, who keeps sight of it."""

import datetime as dt

import pytest
from django.conf import settings

from accounts.actors import follower
from accounts.models import AuditEvent, Notice
from cases import actions
from cases.actions import Changed, NotNow
from cases.enums import CaseOutcome, CaseState, EntryKind, NoteKind, Overlay, Urgency
from cases.models import Case, CaseAccess, Note
from tests.factories.cases import make_case
from tests.factories.cast import Cast

HOUR = dt.timedelta(hours=1)


def test_closing_keeps_what_was_done_and_tells_the_client_neutrally(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    case = actions.close(
        case, outcome=CaseOutcome.SOLVED_AT_DESK, note="Verlof geregeld.", by=cast.actor("samira"), at=at, version=1
    )
    fresh = Case.objects.select_related("data_key").get(pk=case.pk)
    assert (fresh.state, fresh.outcome, fresh.outcome_note) == (CaseState.CLOSED, "solved_at_desk", "Verlof geregeld.")
    assert fresh.closed_at == at
    assert fresh.timeline.get().facts == {"outcome": "solved_at_desk"}
    assert [notice.params for notice in Notice.objects.filter(kind="client.news")] == [{}]
    assert AuditEvent.objects.filter(action="case.closed", case_id=case.pk, part="in_triage>closed").count() == 1


def test_closing_twice_is_said_calmly(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    actions.close(case, outcome=CaseOutcome.NO_REQUEST, by=cast.actor("samira"), at=at)
    with pytest.raises(NotNow):
        actions.close(case, outcome=CaseOutcome.NO_REQUEST, by=cast.actor("samira"), at=at)
    assert case.timeline.filter(kind=EntryKind.CLOSED).count() == 1


def test_working_notes_go_and_file_notes_stay(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    for kind in (NoteKind.WORKING, NoteKind.FILE):
        note = Note(case=case, author=cast.samira, kind=kind, created_at=at, changed_at=at)
        note.body = str(kind)
        note.save()
    actions.close(case, outcome=CaseOutcome.NO_REQUEST, by=cast.actor("samira"), at=at)
    assert [note.kind for note in Note.objects.filter(case=case)] == [NoteKind.FILE]


def test_the_desk_keeps_sight_for_a_while_only(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, client="tom")
    actions.close(case, outcome=CaseOutcome.NO_REQUEST, by=cast.actor("samira"), at=at)
    end = at + settings.ACCESS_AFTER_CLOSING
    rows = CaseAccess.objects.filter(case=case).order_by("reason").values_list("reason", "ends_at")
    assert list(rows) == [("client", None), ("desk", end), ("night", end)]
    later = end + HOUR
    assert case in Case.objects.visible_to(cast.actor("samira"), at + HOUR)
    assert case not in Case.objects.visible_to(cast.actor("samira", later), later)


@pytest.mark.parametrize(
    ("outcome", "note"), [(CaseOutcome.HELPED, "x"), (CaseOutcome.SOLVED_AT_DESK, " "), (CaseOutcome.NOT_REACHED, "x")]
)
def test_an_outcome_must_fit(cast: Cast, at: dt.datetime, outcome: str, note: str) -> None:
    case = make_case(cast)
    with pytest.raises(NotNow):
        actions.close(case, outcome=outcome, note=note, by=cast.actor("samira"), at=at)
    assert Case.objects.get(pk=case.pk).state == CaseState.IN_TRIAGE


def test_not_reached_takes_three_tries(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    for hour in range(3):
        with pytest.raises(NotNow):
            actions.close(case, outcome=CaseOutcome.NOT_REACHED, by=cast.actor("samira"), at=at)
        actions.log_attempt(case, way="phone", outcome="no_answer", by=cast.actor("samira"), at=at + hour * HOUR)
    closed = actions.close(case, outcome=CaseOutcome.NOT_REACHED, by=cast.actor("samira"), at=at + 4 * HOUR)
    assert closed.outcome == CaseOutcome.NOT_REACHED


@pytest.mark.parametrize("answers", [{"overlay": Overlay.EMERGENCY}, {"urgency": Urgency.EMERGENCY}])
def test_an_emergency_is_not_closed_before_a_person_spoke(cast: Cast, at: dt.datetime, answers: dict) -> None:
    case = make_case(cast, **answers)
    with pytest.raises(NotNow):
        actions.close(case, outcome=CaseOutcome.NO_REQUEST, by=cast.actor("samira"), at=at)
    actions.log_attempt(case, way="phone", outcome="spoken", by=cast.actor("samira"), at=at)
    assert actions.close(case, outcome=CaseOutcome.NO_REQUEST, by=cast.actor("samira"), at=at).closed_at == at


def test_a_stale_form_does_not_close(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    actions.set_topics(case, ["work.stress_burnout"], by=cast.actor("joost"), at=at)
    with pytest.raises(Changed):
        actions.close(case, outcome=CaseOutcome.NO_REQUEST, by=cast.actor("samira"), at=at, version=1)


def test_a_client_withdraws_once(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    for _ in range(2):
        withdrawn = actions.withdraw(case, by=follower(case.pk), at=at)
    assert (withdrawn.state, withdrawn.outcome) == (CaseState.CLOSED, CaseOutcome.WITHDRAWN)
    assert [(entry.kind, entry.by_client) for entry in case.timeline.all()] == [(EntryKind.WITHDRAWN, True)]


def test_someone_in_danger_is_spoken_to_before_withdrawing(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, overlay=Overlay.EMERGENCY)
    with pytest.raises(NotNow):
        actions.withdraw(case, by=follower(case.pk), at=at)
    assert Case.objects.get(pk=case.pk).is_open

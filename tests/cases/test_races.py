"""Two people at the same moment, each with a connection of their own: one of them wins, and nothing is half done."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from accounts.actors import follower
from accounts.models import AuditEvent
from cases import actions, appointments, closing, handback, notes, outlines, tracks
from cases.enums import CaseOutcome, CaseState, NoteKind, SessionState
from cases.enums.tracks import CoachingFocus, OutlineMoment, OutlineState, Recipient, TrackKind
from cases.models import Case, CaseAccess, Note, Outline, Session, Track
from cases.moves import Changed
from cases.notes import Conflict
from referrals import actions as referrals
from referrals.enums import Destination
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.coaches import register
from tests.factories.referrals import to_worker
from tests.factories.work import make_accepted
from tests.racing import at_once

pytestmark = pytest.mark.usefixtures("committed_db")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def cast(at: dt.datetime) -> Cast:
    """Committed, so that the other connection sees it."""
    return make_cast(at)


def plan(case: Case, cast: Cast, days: int = 1) -> Session:
    return appointments.plan_session(
        case, starts_at=cast.at + days * DAY, way="phone", by=cast.actor("bram"), at=cast.at
    )


def hold(case: Case, cast: Cast, hours: int = 1) -> Session:
    return appointments.record_contact(
        case, starts_at=cast.at - hours * HOUR, minutes=45, way="phone", by=cast.actor("bram"), at=cast.at
    )


def counted(case: Case, kind: str = TrackKind.SHORT_TERM_HELP) -> int:
    return tracks.count(appointments.of_case(case), kind).counted


@pytest.mark.parametrize("pair", [(plan, plan), (plan, hold), (hold, hold)])
def test_the_fifth_against_the_fifth(cast: Cast, pair: tuple[Callable[..., Any], ...]) -> None:
    case = make_accepted(cast)
    for hours in range(2, 6):
        hold(case, cast, hours)
    answers = at_once(*(lambda verb=verb: verb(case, cast) for verb in pair))
    assert sorted(answers) == ["TrackFull", "done"]
    assert (counted(case), Session.objects.filter(case=case).count()) == (5, 5)


def test_a_no_show_that_was_held_after_all_against_another_fifth(cast: Cast) -> None:
    case, by = make_accepted(cast), cast.actor("bram")
    rows = [hold(case, cast, hours) for hours in range(2, 7)]
    appointments.record_session(rows[0], SessionState.NO_SHOW, by=by, at=cast.at)
    answers = at_once(
        lambda: appointments.record_session(rows[0], SessionState.HELD, minutes=45, by=by, at=cast.at),
        lambda: plan(case, cast),
    )
    assert sorted(answers) == ["TrackFull", "done"] and counted(case) == 5


def test_the_ninth_with_a_coach_against_the_ninth(cast: Cast) -> None:
    register(cast)
    case = make_accepted(cast)
    tracks.start(case, TrackKind.COACHING, focus=CoachingFocus.TEAM, by=cast.actor("bram"), at=cast.at)
    for number in range(1, 9):
        plan(case, cast, number)
    assert sorted(at_once(lambda: plan(case, cast, 10), lambda: plan(case, cast, 11))) == ["TrackFull", "done"]
    assert counted(case, TrackKind.COACHING) == 9


def test_two_kinds_started_at_once_run_one_after_the_other(cast: Cast) -> None:
    case = make_accepted(cast)
    kinds = (TrackKind.MEDIATION, TrackKind.DEBRIEFING)
    answers = at_once(
        *(
            lambda kind=kind: tracks.start(case, kind, reason="Past.", by=cast.actor("bram"), at=cast.at)
            for kind in kinds
        )
    )
    assert answers == ["done", "done"]
    assert Track.objects.filter(case=case, ended_at=None).count() == 1
    assert set(Track.objects.filter(case=case).values_list("kind", flat=True)) == set(kinds)


def test_planning_against_the_end_of_the_help(cast: Cast) -> None:
    case = make_accepted(cast)
    hold(case, cast)
    answers = at_once(
        lambda: plan(case, cast), lambda: tracks.end(case, reason="Klaar.", by=cast.actor("bram"), at=cast.at)
    )
    assert sorted(answers) == ["NotNow", "done"]
    running = Track.objects.filter(case=case, ended_at=None).exists()
    assert Session.objects.filter(case=case, state=SessionState.PLANNED).exists() == running


def test_closing_against_giving_back(cast: Cast) -> None:
    """Whoever is first decides; of what was planned nothing stays either way."""
    case, by = make_accepted(cast), cast.actor("bram")
    plan(case, cast)
    answers = at_once(
        lambda: closing.close(case, outcome=CaseOutcome.HELPED, by=by, at=cast.at),
        lambda: handback.hand_back(case, reason="Past niet.", by=by, at=cast.at),
    )
    assert sorted(answers) == ["NotNow", "done"]
    case.refresh_from_db()
    assert case.state == (CaseState.CLOSED if answers[0] == "done" else CaseState.IN_TRIAGE)
    assert not Session.objects.filter(case=case, state=SessionState.PLANNED).exists()
    opens = CaseAccess.objects.live(cast.at + HOUR).filter(case=case, reason="referral", user=cast.bram)
    assert opens.exists() == (case.state == CaseState.CLOSED)


def test_closing_against_referring(cast: Cast) -> None:
    """At the desk: a closed case is not offered, and an offered one is not closed as solved without anybody knowing."""
    case, desk = make_case(cast, first_contact_at=cast.at), cast.actor("samira")
    answers = at_once(
        lambda: closing.close(
            case, outcome=CaseOutcome.SOLVED_AT_DESK, note="Uitgelegd.", by=desk, at=cast.at, version=case.version
        ),
        lambda: referrals.propose(
            Case.objects.get(pk=case.pk), to_worker(cast, "bram"), destination=Destination.REGIONAL_DIRECT,
            summary="Wil rust.", by=desk, at=cast.at, by_phone=True,
        ),
    )  # fmt: skip
    assert "done" in answers and set(answers) <= {"done", "NotNow", "Changed"} and answers != ["done", "done"]
    case.refresh_from_db()
    pending = Referral.objects.pending().filter(case=case).exists()
    assert (case.state == CaseState.CLOSED, pending) in {(True, False), (False, True)}


def test_closing_against_accepting(cast: Cast) -> None:
    case, desk = make_case(cast, first_contact_at=cast.at), cast.actor("samira")
    row = referrals.propose(
        case, to_worker(cast, "bram"), destination=Destination.REGIONAL_DIRECT, summary="Wil rust.", by=desk,
        at=cast.at, by_phone=True,
    )  # fmt: skip
    answers = at_once(
        lambda: closing.withdraw(case, by=follower(case.pk), at=cast.at),
        lambda: referrals.accept(row, read=True, by=cast.actor("bram"), at=cast.at),
    )
    case.refresh_from_db()
    assert (answers[0], case.state) == ("done", CaseState.CLOSED)  # a client may always stop
    accepted = AuditEvent.objects.filter(case_id=case.pk, action="case.accepted")
    assert accepted.exists() == (answers[1] == "done")


def test_a_note_changed_twice_at_once_keeps_both_texts(cast: Cast) -> None:
    case, by = make_accepted(cast), cast.actor("bram")
    note = notes.write(case, "Begin.", kind=NoteKind.FILE, by=by, at=cast.at)
    lost: list[Conflict] = []

    def change(words: str) -> None:
        try:
            notes.edit(note, words, version=1, by=by, at=cast.at)
        except Conflict as conflict:
            lost.append(conflict)

    at_once(lambda: change("Eerste tekst."), lambda: change("Tweede tekst."))
    saved = Note.objects.select_related("case__data_key").get(pk=note.pk)
    assert len(lost) == 1 and saved.version == 2
    assert {str(saved.body), lost[0].mine} == {"Eerste tekst.", "Tweede tekst."}


def test_a_case_changed_twice_at_once_tells_the_second(cast: Cast) -> None:
    case, desk = make_case(cast), cast.actor("samira")
    answers = at_once(
        *(
            lambda code=code: actions.set_topics(case, [code], by=desk, at=cast.at, version=case.version)
            for code in ("private.money", "work.pressure")
        )
    )
    assert sorted(answers) == [Changed.__name__, "done"]


def test_passing_on_against_taking_the_yes_back(cast: Cast) -> None:
    register(cast)
    case, by = make_accepted(cast), cast.actor("bram")
    tracks.start(case, TrackKind.COACHING, focus=CoachingFocus.TEAM, by=by, at=cast.at)
    row = outlines.write(case, OutlineMoment.START, "Er is coaching.", by=by, at=cast.at)
    outlines.answer(row, yes=True, by=follower(case.pk), at=cast.at)
    answers = at_once(
        lambda: outlines.pass_on(row, Recipient.MANAGER, by=by, at=cast.at),
        lambda: outlines.withdraw(row, by=follower(case.pk), at=cast.at),
    )
    assert sorted(answers) == ["NotNow", "done"]
    state = Outline.objects.get(pk=row.pk).state
    assert state == (OutlineState.PASSED_ON if answers[0] == "done" else OutlineState.WITHDRAWN)

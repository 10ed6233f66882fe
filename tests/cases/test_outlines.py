"""What an employer hears of coaching, and only with a yes (R16)."""

import datetime as dt
import uuid

import pytest

from accounts.actors import follower
from accounts.models import AuditEvent, Notice
from cases import appointments, closing, outlines, tracks
from cases.enums import CaseOutcome
from cases.enums.tracks import CoachingFocus, OutlineMoment, OutlineState, Recipient, TrackKind
from cases.models import Case, Outline
from cases.moves import NotNow
from tests.factories.cast import Cast
from tests.factories.coaches import register
from tests.factories.work import make_accepted

HOUR = dt.timedelta(hours=1)
START, END = OutlineMoment.START, OutlineMoment.END
TEXT = "Er is coaching over de loopbaan, vijf tot negen gesprekken."


@pytest.fixture
def coached(cast: Cast) -> Case:
    register(cast)
    case = make_accepted(cast)
    tracks.start(case, TrackKind.COACHING, focus=CoachingFocus.CAREER, by=cast.actor("bram"), at=cast.at)
    return case


def write(case: Case, cast: Cast, moment: str = START, **extra: object) -> Outline:
    return outlines.write(case, moment, TEXT, by=cast.actor("bram"), at=cast.at, **extra)


def answer(row: Outline, cast: Cast, yes: bool = True) -> Outline:
    return outlines.answer(row, yes=yes, by=follower(row.case_id), at=cast.at + HOUR)


def pass_on(row: Outline, cast: Cast) -> Outline:
    return outlines.pass_on(row, Recipient.MANAGER, by=cast.actor("bram"), at=cast.at + 2 * HOUR)


def hold(case: Case, cast: Cast, number: int) -> None:
    for hours in range(1, number + 1):
        appointments.record_contact(
            case, starts_at=cast.at - hours * HOUR, minutes=60, way="phone", by=cast.actor("bram"), at=cast.at
        )


def test_from_the_question_to_the_letter(coached: Case, cast: Cast) -> None:
    row = pass_on(answer(write(coached, cast), cast), cast)
    assert (row.state, row.passed_to, row.text) == (OutlineState.PASSED_ON, "manager", TEXT)
    said = AuditEvent.objects.filter(case_id=coached.pk, action__startswith="outline.").order_by("at")
    assert [event.action for event in said] == ["outline.asked", "outline.approved", "outline.passed_on"]
    assert Notice.objects.filter(kind="client.news", subject_id=coached.pk, channel="email").count() == 2


def test_without_a_yes_nothing_is_passed_on(coached: Case, cast: Cast) -> None:
    row = write(coached, cast)
    with pytest.raises(NotNow):
        pass_on(row, cast)
    answer(row, cast, yes=False)
    with pytest.raises(NotNow):
        pass_on(row, cast)
    row.refresh_from_db()
    assert (row.state, row.passed_on_at) == (OutlineState.REFUSED, None)


def test_a_yes_that_was_taken_back_is_no_yes(coached: Case, cast: Cast) -> None:
    row = answer(write(coached, cast), cast)
    outlines.withdraw(row, by=follower(coached.pk), at=cast.at + HOUR)
    with pytest.raises(NotNow):
        pass_on(row, cast)


def test_what_was_passed_on_cannot_be_taken_back(coached: Case, cast: Cast) -> None:
    row = pass_on(answer(write(coached, cast), cast), cast)
    with pytest.raises(NotNow):
        outlines.withdraw(row, by=follower(coached.pk), at=cast.at + 3 * HOUR)
    assert pass_on(row, cast).state == OutlineState.PASSED_ON


def test_an_answer_counts_once(coached: Case, cast: Cast) -> None:
    row = answer(write(coached, cast), cast)
    assert answer(row, cast).state == OutlineState.APPROVED
    with pytest.raises(NotNow):
        answer(row, cast, yes=False)
    assert AuditEvent.objects.filter(case_id=coached.pk, action="outline.approved").count() == 1


def test_two_clicks_are_one_text(coached: Case, cast: Cast) -> None:
    number = uuid.uuid4()
    assert write(coached, cast, outline_id=number) == write(coached, cast, outline_id=number)


def test_there_are_two_moments_and_each_is_once(coached: Case, cast: Cast) -> None:
    with pytest.raises(NotNow):
        write(coached, cast, END)
    row = write(coached, cast)
    with pytest.raises(NotNow):
        write(coached, cast)
    answer(row, cast, yes=False)
    again = write(coached, cast)
    outlines.withdraw(again, by=cast.actor("bram"), at=cast.at)
    hold(coached, cast, 2)
    with pytest.raises(NotNow):
        write(coached, cast)  # halfway
    hold(coached, cast, 3)
    assert write(coached, cast, END).moment == END


def test_coaching_that_stopped_early_has_its_end_too(coached: Case, cast: Cast) -> None:
    tracks.end(coached, reason="Gestopt.", by=cast.actor("bram"), at=cast.at)
    assert outlines.moments(coached, outlines.track_of(coached)) == [END]


def test_without_coaching_an_employer_hears_nothing(cast: Cast) -> None:
    case = make_accepted(cast)
    hold(case, cast, 1)
    for moment in (START, END):
        with pytest.raises(NotNow):
            write(case, cast, moment)


@pytest.mark.parametrize("answered", [False, True])
def test_closing_leaves_nothing_to_pass_on(coached: Case, cast: Cast, answered: bool) -> None:
    row = write(coached, cast)
    if answered:
        answer(row, cast)
    closing.close(coached, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at + 2 * HOUR)
    row.refresh_from_db()
    assert row.state == OutlineState.WITHDRAWN
    with pytest.raises(NotNow):
        pass_on(row, cast)

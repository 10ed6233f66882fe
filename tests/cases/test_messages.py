"""Messages between the client and the people who help."""

import datetime as dt
import uuid

import pytest

from accounts.actors import follower
from accounts.models import AuditEvent, Membership, Notice
from cases import actions, messages
from cases.enums import CaseOutcome, CaseState
from cases.models import Case, Message
from cases.moves import NotNow
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.work import make_accepted


def from_client(case: Case, cast: Cast, body: str = "Mag ik bellen?", number: uuid.UUID | None = None) -> Message:
    return messages.send(case, submission_id=number or uuid.uuid4(), body=body, by=follower(case.pk), at=cast.at)


def from_worker(case: Case, cast: Cast, body: str = "Natuurlijk.", who: str = "bram") -> Message:
    later = cast.at + dt.timedelta(minutes=1)
    return messages.send(case, submission_id=uuid.uuid4(), body=body, by=cast.actor(who), at=later)


def test_the_client_is_promised_an_answer_by_the_next_working_day(cast: Cast) -> None:
    case = make_accepted(cast)
    message = from_client(case, cast)
    assert message.answer_by == cast.at.replace(day=11, hour=17, minute=0)
    assert messages.promised_by(messages.of_case(case)) == message.answer_by


def test_the_owner_is_told_without_a_word_of_it(cast: Cast) -> None:
    case = make_accepted(cast)
    from_client(case, cast, "Mijn sergeant schreeuwt.")
    notice = Notice.objects.get(kind="case.message", channel="inbox")
    assert (notice.user, notice.path, notice.params) == (cast.bram, f"/zaken/{case.reference}/", {})


def test_without_an_owner_those_on_duty_are_told(cast: Cast) -> None:
    case = make_case(cast, owner=None, state=CaseState.SUBMITTED)
    from_client(case, cast)
    told = Notice.objects.filter(kind="case.message", channel="inbox").values_list("user__name", flat=True)
    assert set(told) == {"Samira El Amrani", "Joost Verkerk"}


def test_when_the_owner_works_here_no_longer_those_on_duty_are_told(cast: Cast) -> None:
    case = make_accepted(cast)
    Membership.objects.filter(user=cast.bram).update(ends_on=cast.at.date() - dt.timedelta(days=1))
    from_client(case, cast)
    told = Notice.objects.filter(kind="case.message", channel="inbox").values_list("user__name", flat=True)
    assert set(told) == {"Samira El Amrani", "Joost Verkerk"}


def test_a_second_click_is_the_same_message(cast: Cast) -> None:
    case, number = make_accepted(cast), uuid.uuid4()
    assert from_client(case, cast, number=number) == from_client(case, cast, number=number)
    assert (Message.objects.filter(case=case).count(), Notice.objects.filter(kind="case.message").count()) == (1, 2)


def test_an_answer_settles_everything_that_waited(cast: Cast) -> None:
    case = make_accepted(cast, client="tom")
    from_client(case, cast), from_client(case, cast, "En morgen?")
    from_worker(case, cast)
    rows = messages.of_case(case)
    assert (messages.promised_by(rows), messages.unread(rows)) == (None, 0)
    news = Notice.objects.filter(kind="client.news", subject_id=case.pk)
    assert {(notice.channel, notice.user) for notice in news} == {("email", None), ("inbox", cast.tom)}


def test_the_read_mark_leaves_the_promise(cast: Cast) -> None:
    case = make_accepted(cast)
    from_client(case, cast)
    assert messages.mark_read(case, by=cast.actor("bram"), at=cast.at) == 1
    assert messages.mark_read(case, by=cast.actor("bram"), at=cast.at) == 0
    [row] = messages.of_case(case)
    assert (row.read_at, row.answered_at, messages.promised_by([row])) == (cast.at, None, row.answer_by)
    assert AuditEvent.objects.filter(case_id=case.pk, action="message.read").count() == 1


def test_a_message_wakes_a_case_that_waited_for_the_client(cast: Cast) -> None:
    case = make_case(cast, state=CaseState.WAITING_CLIENT, waiting_until=cast.at + dt.timedelta(days=5))
    from_client(case, cast)
    case.refresh_from_db()
    assert (case.state, case.waiting_until) == (CaseState.IN_TRIAGE, None)


def test_each_reader_has_their_own_side(cast: Cast) -> None:
    case = make_accepted(cast)
    from_client(case, cast), from_worker(case, cast)
    rows = messages.of_case(case)
    assert [bubble.mine for bubble in messages.thread(rows, for_client=True)] == [True, False]
    theirs = messages.thread(rows, for_client=False, nobody="Tom Jansen")
    assert [(bubble.author, bubble.mine) for bubble in theirs] == [("Tom Jansen", False), ("Bram de Wit", True)]


def test_nothing_is_sent_in_a_closed_case(cast: Cast) -> None:
    case = make_accepted(cast)
    actions.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at)
    with pytest.raises(NotNow):
        from_client(case, cast)
    assert not Message.objects.filter(case=case).exists()

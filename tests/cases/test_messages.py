"""Messages between the client and the people who help."""

import datetime as dt
import uuid
from typing import Any

import pytest

from accounts import audit
from accounts.actors import follower
from accounts.models import AuditEvent, Membership, Notice
from cases import actions, messages
from cases.enums import CaseOutcome, CaseState, EntryKind
from cases.models import Case, Message, TimelineEntry
from cases.moves import NeedsReason, NotNow
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


def test_a_promise_is_at_risk_from_four_opening_hours_before(cast: Cast) -> None:
    message = from_client(make_accepted(cast), cast)
    assert message.at_risk_at == cast.at.replace(day=11, hour=13, minute=0)
    friday = cast.at.replace(day=13, hour=18)
    late = messages.send(
        make_accepted(cast), submission_id=uuid.uuid4(), body="?", by=follower(message.case_id), at=friday
    )
    monday = friday.replace(day=16, hour=17, minute=0)
    assert (late.answer_by, late.at_risk_at) == (monday, monday.replace(hour=13))


def test_a_reply_stands_under_what_began_the_thread(cast: Cast) -> None:
    case = make_accepted(cast)
    first, other = from_client(case, cast, "Eerste"), from_client(case, cast, "Tweede")
    reply = messages.send(case, submission_id=uuid.uuid4(), body="Antwoord", by=cast.actor("bram"),
                          at=cast.at + dt.timedelta(hours=1), answers=first)  # fmt: skip
    again = messages.send(case, submission_id=uuid.uuid4(), body="Dank", by=follower(case.pk),
                          at=cast.at + dt.timedelta(hours=2), answers=reply)  # fmt: skip
    assert (reply.answers_id, again.answers_id, other.answers_id) == (first.pk, first.pk, None)
    seen = messages.thread(messages.page_of(case), for_client=True)
    assert [(one.text, [under.text for under in one.replies]) for one in seen] == [
        ("Tweede", []), ("Eerste", ["Antwoord", "Dank"]),
    ]  # fmt: skip


def test_a_reply_to_a_message_of_another_case_answers_nothing(cast: Cast) -> None:
    case, elsewhere = make_accepted(cast), from_client(make_accepted(cast), cast)
    assert messages.beginning_of(case, str(elsewhere.pk)) is None
    sent = messages.send(
        case, submission_id=uuid.uuid4(), body="?", by=follower(case.pk), at=cast.at, answers=elsewhere
    )
    assert sent.answers_id is None
    assert messages.beginning_of(case, "no id") is None


def test_a_full_thread_goes_on_in_a_new_one(cast: Cast) -> None:
    case, number = make_accepted(cast), messages.MOST_REPLIES
    first = from_client(case, cast)
    rows = [
        messages.send(case, submission_id=uuid.uuid4(), body="?", by=follower(case.pk), at=cast.at, answers=first)
        for _number in range(number + 1)
    ]
    assert [row.answers_id for row in rows] == [first.pk] * number + [None]
    assert [one.can_be_answered for one in messages.thread(messages.page_of(case), for_client=True)].count(False) == 1


def test_five_hundred_messages_are_read_a_page_at_a_time(cast: Cast, django_assert_num_queries: Any) -> None:
    case = make_accepted(cast)
    rows = [
        Message(case=case, submission_id=uuid.uuid4(), sent_at=cast.at + dt.timedelta(minutes=number),
                thread_at=cast.at + dt.timedelta(minutes=number), body=f"bericht {number}")
        for number in range(500)
    ]  # fmt: skip
    Message.objects.bulk_create(rows)
    with django_assert_num_queries(1):
        newest = messages.page_of(case)
    with django_assert_num_queries(2):
        oldest = messages.page_of(case, "34")
    assert (len(newest), newest[-1].body, newest.paginator.num_pages) == (15, "bericht 499", 34)
    assert [oldest[0].body, oldest[-1].body] == ["bericht 0", "bericht 4"]


def test_the_desk_sees_when_the_client_read_it_and_never_the_other_way(cast: Cast) -> None:
    case = make_accepted(cast)
    from_client(case, cast), from_worker(case, cast)
    when = [cast.at + dt.timedelta(minutes=minutes) for minutes in (5, 9)]
    audit.record("case.viewed", by=cast.actor("ilse"), at=when[0], case_id=case.pk, obj=case, part="client page")
    assert [row.seen_at for row in messages.of_case(case)] == [None, None]
    for moment in when:
        audit.record("case.viewed", by=follower(case.pk), at=moment, case_id=case.pk, obj=case, part="client page")
    theirs, ours = messages.thread(messages.page_of(case), for_client=False)
    assert (theirs.asks_seen, ours.asks_seen, ours.seen_at) == (False, True, when[0])
    assert [one.seen_at for one in messages.thread(messages.page_of(case), for_client=True)] == [None, None]


def test_against_the_wishes_a_worker_gives_a_reason_which_stays_in_the_file(cast: Cast) -> None:
    case = make_accepted(cast)  # he chose the telephone only
    sent = {"submission_id": uuid.uuid4(), "body": "Dag", "by": cast.actor("bram"), "at": cast.at}
    with pytest.raises(NeedsReason):
        messages.write(case, **sent)
    messages.write(case, **sent, reason="Hij belde en vroeg erom.")
    line = TimelineEntry.objects.get(case=case, kind=EntryKind.MESSAGE)
    assert (line.text, line.facts["outside_wishes"], line.for_client) == ("Hij belde en vroeg erom.", True, False)
    assert AuditEvent.objects.get(action="message.sent").basis == "against the client's wishes, with a reason"


def test_within_the_wishes_no_reason_is_kept(cast: Cast) -> None:
    case = make_accepted(cast)
    case.person.contact.channels = ["phone", "portal"]
    case.person.contact.save()
    messages.write(case, submission_id=uuid.uuid4(), body="Dag", by=cast.actor("bram"), at=cast.at, reason="Zomaar.")
    assert TimelineEntry.objects.get(case=case, kind=EntryKind.MESSAGE).text == ""


def test_closing_leaves_no_promise(cast: Cast) -> None:
    case = make_accepted(cast)
    from_client(case, cast)
    actions.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=cast.at)
    assert messages.promised_by(messages.of_case(case)) is None

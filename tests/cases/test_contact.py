"""Reaching the client: attempts, wishes, questions and what they add."""

import datetime as dt
import uuid

import pytest

from accounts.actors import follower
from accounts.models import Notice
from cases import actions
from cases.actions import NeedsReason, NotNow
from cases.enums import CaseState, EntryKind
from cases.models import Case, ContactAttempt, Message, Person
from tests.factories.cases import make_case, make_person
from tests.factories.cast import Cast

HOUR = dt.timedelta(hours=1)


def test_a_talk_is_the_first_contact(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    actions.log_attempt(case, way="phone", outcome="no_answer", by=cast.actor("samira"), at=at)
    assert Case.objects.get(pk=case.pk).first_contact_at is None
    actions.log_attempt(case, way="phone", outcome="spoken", note="Rustig.", by=cast.actor("samira"), at=at + HOUR)
    assert Case.objects.get(pk=case.pk).first_contact_at == at + HOUR
    entry = case.timeline.get(at=at + HOUR)
    assert (entry.kind, entry.facts, entry.for_client) == (
        EntryKind.CONTACT_ATTEMPT, {"way": "phone", "outcome": "spoken"}, True,
    )  # fmt: skip


def test_the_same_attempt_twice_is_one(cast: Cast, at: dt.datetime) -> None:
    case, number = make_case(cast), uuid.uuid4()
    for _ in range(2):
        actions.log_attempt(case, way="phone", outcome="no_answer", by=cast.actor("samira"), at=at, attempt_id=number)
    assert [attempt.pk for attempt in ContactAttempt.objects.filter(case=case)] == [number]


def test_a_voice_message_needs_permission_of_the_client(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    with pytest.raises(NotNow):
        actions.log_attempt(case, way="phone", outcome="voicemail", reason="haast", by=cast.actor("samira"), at=at)
    assert ContactAttempt.objects.count() == 0
    free = make_case(cast, person=make_person(at=at, may_leave_voicemail=True))
    actions.log_attempt(free, way="phone", outcome="voicemail", by=cast.actor("samira"), at=at)
    assert ContactAttempt.objects.get().outcome == "voicemail"


@pytest.mark.parametrize(
    ("wishes", "way"),
    [
        ({"channels": ["portal"]}, "phone"),
        ({"channels": ["email"]}, "email"),
        ({"channels": ["phone"], "window_from": dt.time(13)}, "phone"),
        ({"channels": ["phone"], "weekdays": [5]}, "phone"),
    ],
    ids=["another way", "mail is not safe", "before the hour", "another day"],
)
def test_outside_the_wishes_it_needs_a_reason(cast: Cast, at: dt.datetime, wishes: dict, way: str) -> None:
    case = make_case(cast, person=make_person(at=at, **wishes))
    with pytest.raises(NeedsReason):
        actions.log_attempt(case, way=way, outcome="no_answer", by=cast.actor("samira"), at=at)
    attempt = actions.log_attempt(
        case, way=way, outcome="no_answer", reason="acuut gevaar", by=cast.actor("samira"), at=at
    )
    assert attempt.note == "acuut gevaar"
    assert case.timeline.get().facts["outside_wishes"] is True


def test_call_later_sets_the_next_action(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    actions.log_attempt(case, way="phone", outcome="call_later", call_at=at + 3 * HOUR, by=cast.actor("samira"), at=at)
    assert Case.objects.get(pk=case.pk).next_action_at == at + 3 * HOUR


def test_asking_more_sends_the_question_and_waits(cast: Cast, at: dt.datetime) -> None:
    case, number = make_case(cast), uuid.uuid4()
    for _ in range(2):
        case = actions.ask_more(
            case, "Welke dag?", until=at + 48 * HOUR, reason="Zij vroeg erom.", by=cast.actor("samira"), at=at,
            submission_id=number,
        )  # fmt: skip
    assert (case.state, case.waiting_until) == (CaseState.WAITING_CLIENT, at + 48 * HOUR)
    message = Message.objects.get(case=case)
    message.case = case
    assert (message.body, message.sender, message.submission_id) == ("Welke dag?", cast.samira, number)
    assert Notice.objects.filter(kind="client.news", channel="email").count() == 1


def test_a_question_against_the_wishes_needs_a_reason_which_stays_in_the_file(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)  # chose the telephone only
    asked = {"question": "Welke dag?", "until": at + 48 * HOUR, "by": cast.actor("samira"), "at": at}
    with pytest.raises(NeedsReason):
        actions.ask_more(case, **asked)
    assert Case.objects.get(pk=case.pk).state == CaseState.IN_TRIAGE and not Message.objects.exists()
    case = actions.ask_more(case, **asked, reason="Zij vroeg erom.")
    line = case.timeline.get(kind=EntryKind.MESSAGE)
    line.case = case
    assert (line.text, line.facts["outside_wishes"], line.for_client) == ("Zij vroeg erom.", True, False)


def test_our_clock_stands_still_while_the_client_has_to_answer(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, person=make_person(at=at, channels=["portal"]))
    promised = case.first_contact_due_at
    actions.ask_more(case, "Welke dag?", until=at + 48 * HOUR, by=cast.actor("samira"), at=at)
    assert case not in Case.objects.overdue(at + 40 * HOUR)
    case = actions.client_added(case, "Dinsdag.", by=follower(case.pk), at=at + 30 * HOUR)
    assert (case.state, case.waiting_until) == (CaseState.IN_TRIAGE, None)
    assert case.first_contact_due_at == promised + 30 * HOUR


def test_what_a_client_adds_is_kept_once_and_told_to_the_owner(cast: Cast, at: dt.datetime) -> None:
    case, number = make_case(cast), uuid.uuid4()
    for _ in range(2):
        actions.client_added(case, "Nog iets.", by=follower(case.pk), at=at, submission_id=number)
    entry = case.timeline.get()
    entry.case = case
    assert (entry.kind, entry.text, entry.by_client) == (EntryKind.ADDED, "Nog iets.", True)
    assert Notice.objects.filter(kind="case.message", user=cast.samira, channel="inbox").count() == 1


def test_nothing_is_added_to_a_closed_case(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast, state=CaseState.CLOSED, outcome="no_request", closed_at=at)
    with pytest.raises(NotNow):
        actions.client_added(case, "Nog iets.", by=follower(case.pk), at=at)


def test_new_contact_answers_are_kept_and_found(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    answers = {"phone": "06-00 00 00 22", "safe_to_email": True, "channels": ["email"], "window_from": dt.time(10)}
    actions.change_contact(case, answers, by=follower(case.pk), at=at)
    person = Person.objects.select_related("contact", "data_key").get(pk=case.person_id)
    assert (person.phone, person.contact.safe_to_email, person.contact.channels) == ("06-00 00 00 22", True, ["email"])
    assert len(person.phone_index) == 64
    assert case.timeline.get().kind == EntryKind.CONTACT_CHANGED


def test_an_unknown_answer_about_contact_is_a_mistake_of_ours(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    with pytest.raises(KeyError):
        actions.change_contact(case, {"surname_index": "x"}, by=follower(case.pk), at=at)

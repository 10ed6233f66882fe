"""A signal for the prevention officer: about a unit, without a trace of the case, answered, and told."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import AuditEvent, Notice, Unit, User
from accounts.permissions import Refused
from accounts.roles import SIGNAL_VIEW
from cases.models import Case, TimelineEntry
from cases.moves import NotNow
from referrals import signals
from referrals.enums import SIGNAL_NEXT, SignalState
from referrals.models import Signal
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.racing import at_once
from tests.referrals.test_destinations import member, specialists

Browser = Callable[..., Client]
WORDS = "Niemand neemt hier meer pauze."


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def ina(cast: Cast) -> User:
    """The prevention officer."""
    cast.users["ina"] = member(cast, "ina", specialists(), Role.PREVENTION_OFFICER)
    return cast.users["ina"]


def send(cast: Cast, words: str = WORDS, *, case: Case | None = None, **more: Any) -> Signal:
    case = case or make_case(cast)
    given: dict[str, Any] = {"unit": case.unit, "topic": "work.pressure", "submission_id": uuid.uuid4()} | more
    return signals.send(case, words=words, by=cast.actor("samira"), at=cast.at, **given)


def say(cast: Cast, row: Signal, state: str, words: str = "", name: str = "ina") -> Signal:
    return signals.answer(row, state=state, words=words, by=cast.actor(name), at=cast.at)


def test_it_is_kept_without_a_trace_of_the_case_and_the_officer_is_told(cast: Cast, ina: User) -> None:
    case, number = make_case(cast), uuid.uuid4()
    lines = TimelineEntry.objects.filter(case=case).count()
    row = send(cast, case=case, submission_id=number)
    assert send(cast, case=case, submission_id=number) == row
    assert (str(row.words), row.unit, row.state, row.sent_by) == (WORDS, case.unit, "sent", cast.samira)
    assert TimelineEntry.objects.filter(case=case).count() == lines
    event = AuditEvent.objects.get(action="signal.sent")
    assert (event.case_id, event.object_id) == (None, str(row.pk))
    [told] = Notice.objects.filter(kind="signal.sent", channel="inbox")
    assert (told.user, told.subject_id) == (ina, None)
    assert not {field.name for field in Signal._meta.get_fields()} & {"case", "person", "reference"}


def test_the_number_of_a_form_of_somebody_else_makes_a_signal_of_its_own(cast: Cast, ina: User) -> None:
    case, number = make_case(cast), uuid.uuid4()
    for name in ("samira", "joost"):
        signals.send(
            case, unit=None, topic="work.pressure", words=WORDS, submission_id=number, by=cast.actor(name), at=cast.at
        )
    assert {row.sent_by for row in Signal.objects.all()} == {cast.samira, cast.joost}


@pytest.mark.usefixtures("committed_db")
def test_two_clicks_at_one_moment_are_one_signal(at: dt.datetime) -> None:
    cast = make_cast(at)
    member(cast, "ina", specialists(), Role.PREVENTION_OFFICER)
    for _round in range(5):
        case, number = make_case(cast), uuid.uuid4()
        answers = at_once(*[lambda case=case, number=number: send(cast, case=case, submission_id=number)] * 2)
        assert (answers, Signal.objects.filter(submission_id=number).count()) == (["done", "done"], 1)
    assert Notice.objects.filter(kind="signal.sent", channel="inbox").count() == 5


@pytest.mark.parametrize(
    "words",
    [
        "Mail jan@thuis.example",
        "Bel 06 1234 5678",
        "Zie NB-7K4Q-2M9T",
        "zie nb 7k4q 2m9t",
        "net als 7k4q2m9t",
        "Zo is LISA hier al weken",
    ],
)
def test_words_that_lead_to_a_person_are_refused(cast: Cast, ina: User, words: str) -> None:
    case = make_case(cast)
    case.person.name = "Lisa Bakker"
    with pytest.raises(NotNow):
        send(cast, words, case=case)
    assert not Signal.objects.exists()


def test_only_units_of_the_client_and_only_when_somebody_hears_it(cast: Cast) -> None:
    with pytest.raises(NotNow, match="no prevention officer"):
        send(cast)
    member(cast, "ina", specialists(), Role.PREVENTION_OFFICER)
    with pytest.raises(NotNow, match="from the list"):
        send(cast, unit=cast.units["alone"])
    case = make_case(cast)
    assert [unit.code for unit in signals.units_of(case)][-1] == "90bat"
    assert send(cast, case=case, unit=Unit.objects.get(code="90bat")).unit == cast.units["90bat"]
    assert send(cast, case=make_case(cast, unit=None), unit=None).unit is None


@pytest.mark.parametrize("topic", ["info.question", "org.trend_signal", "mental.suicidal_thoughts", "private.money"])
def test_a_signal_is_about_work(cast: Cast, ina: User, logged_in: Browser, topic: str) -> None:
    case = make_case(cast, topics=(topic,))
    with pytest.raises(NotNow, match="from the list"):
        send(cast, case=case, topic=topic)
    form = logged_in(cast.samira).get(reverse("case_signal", args=[case.reference])).context["form"]
    offered = {code.partition(".")[0] for code, _name in form.fields["topic"].choices}
    assert (offered, form["topic"].value()) == ({"", "work", "mission"}, "")


NEXT = {
    ("sent", "taken_up"), ("sent", "not_mine"), ("sent", "done"), ("taken_up", "done"), ("taken_up", "not_mine"),
}  # fmt: skip


@pytest.mark.parametrize("to", [one for one in SignalState.values if one != "sent"])
@pytest.mark.parametrize("now", SignalState.values)
def test_what_may_become_of_it(cast: Cast, ina: User, now: str, to: str) -> None:
    row = send(cast)
    if now != "sent":
        say(cast, row, now)
    if (now, to) in NEXT or now == to:
        assert say(cast, row, to).state == to
    else:
        with pytest.raises(NotNow, match="answered already"):
            say(cast, row, to)
    row.refresh_from_db()
    assert row.waits == bool(SIGNAL_NEXT[row.state])


def test_the_sender_hears_the_answer_once(cast: Cast, ina: User) -> None:
    row = send(cast)
    for _time in range(2):
        say(cast, row, "taken_up", "Ik ga er langs.")
    [told] = Notice.objects.filter(kind="signal.answered", channel="inbox")
    assert told.user == cast.samira
    done = say(cast, row, "done")
    assert (str(done.answer), done.answered_by) == ("Ik ga er langs.", ina)
    assert Notice.objects.filter(kind="signal.answered", channel="inbox").count() == 2


@pytest.mark.parametrize("name", ["samira", "els", "bram"])
def test_only_a_prevention_officer_answers(cast: Cast, ina: User, name: str) -> None:
    row = send(cast)
    with pytest.raises(Refused):
        say(cast, row, "done", name=name)
    row.refresh_from_db()
    assert row.state == "sent"


def test_who_may_not_tell_is_refused_by_a_direct_call(cast: Cast, ina: User) -> None:
    case = make_case(cast)
    with pytest.raises(Refused):
        signals.send(
            case, unit=None, topic="work.pressure", words=WORDS, submission_id=uuid.uuid4(), by=cast.actor("vera"),
            at=cast.at,
        )  # fmt: skip


def test_the_pages(cast: Cast, ina: User, logged_in: Browser) -> None:
    case, samira = make_case(cast), logged_in(cast.samira)
    page = reverse("case_signal", args=[case.reference])
    sent = {
        "unit": case.unit_id, "topic": "work.pressure", "words": WORDS, "nobody": "on", "submission": str(uuid.uuid4())
    }  # fmt: skip
    text = samira.post(page, sent | {"nobody": "", "words": "06-12345678"}).content.decode()
    assert 'href="#id_nobody"' in text
    assert "06-12345678" in text
    for _time in range(2):
        assert samira.post(page, sent)["Location"] == reverse("signals")
    row = Signal.objects.get()
    officer = logged_in(ina)
    listed = officer.get(reverse("signals")).content.decode()
    assert case.unit.name in listed
    assert WORDS not in listed
    assert case.reference not in listed
    opened = officer.get(reverse("signal", args=[row.pk])).content.decode()
    assert WORDS in opened
    assert case.reference not in opened
    assert AuditEvent.objects.filter(action="signal.viewed", actor_id=str(ina.pk)).count() == 1
    officer.post(reverse("signal", args=[row.pk]), {"state": "taken_up", "words": "Morgen."})
    assert "Morgen." in samira.get(reverse("signal", args=[row.pk])).content.decode()
    assert samira.post(reverse("signal", args=[row.pk]), {"state": "done"}).status_code == 404
    other = logged_in(cast.bram)
    assert other.get(reverse("signal", args=[row.pk])).status_code == 404
    assert case.unit.name not in other.get(reverse("signals")).content.decode()
    assert officer.get(reverse("start"))["Location"] == reverse("signals")
    assert officer.get(reverse("case", args=[case.reference])).status_code == 404
    assert logged_in(cast.users["vera"]).get(reverse("signals")).status_code == 404


@pytest.mark.parametrize("name", ["samira", "els", "bram", "ina", "vera"])
def test_whoever_may_read_signals_has_them_in_the_menu(cast: Cast, ina: User, logged_in: Browser, name: str) -> None:
    menu = logged_in(cast.users[name]).get(reverse("inbox")).context["rail"]
    assert ("/signalen/" in [item.url for item in menu]) is cast.actor(name).may(SIGNAL_VIEW)


def test_twelve_queries_with_thirty(
    cast: Cast, ina: User, logged_in: Browser, django_assert_max_num_queries: Any
) -> None:
    case = make_case(cast)
    for _number in range(30):
        send(cast, case=case)
    officer = logged_in(ina)
    with django_assert_max_num_queries(12):
        assert officer.get(reverse("signals")).content.decode().count(case.unit.name) == 25

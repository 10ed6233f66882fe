"""The page for whoever is on duty, and its one button."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from cases import callbacks
from cases.enums import AccessReason, AttemptOutcome, CaseState, Urgency
from cases.models import Alert, Case, CaseAccess, ContactAttempt, ContactPreference
from desk import calls, paging
from tests.factories.cases import make_case
from tests.factories.cast import Cast

LogIn = Callable[..., Client]


@pytest.fixture
def case(cast: Cast) -> Case:
    found = make_case(cast, urgency=Urgency.EMERGENCY, state=CaseState.SUBMITTED, owner=None, story="KANARIE")
    paging.raise_alert(found, by=paging.BY, at=cast.at)
    return found


@pytest.fixture(autouse=True)
def no_numbers(settings: Any, tmp_path: Path) -> None:
    settings.SNAPSHOT_FILE = tmp_path / "snapshot.json"


@pytest.fixture(autouse=True)
def clock(at: dt.datetime) -> object:
    with time_machine.travel(at + dt.timedelta(minutes=2), tick=False):
        yield


def test_page_shows_who_waits_and_nothing_else(case: Case, cast: Cast, logged_in: LogIn) -> None:
    page = logged_in(cast.samira).get("/wacht/", headers={"accept-language": "nl"})
    text = page.content.decode()
    assert case.reference in text
    assert "Ik ben ermee bezig" in text
    assert "Samira El Amrani" in text
    assert "eerste op het rooster" in text
    assert "KANARIE" not in text
    assert "Tom" not in text


def test_nobody_waits(cast: Cast, logged_in: LogIn) -> None:
    assert "Niemand wacht" in logged_in(cast.samira).get("/wacht/", headers={"accept-language": "nl"}).content.decode()


@pytest.mark.parametrize(("who", "status"), [("els", 200), ("nadia", 404), ("bram", 404), ("vera", 404), ("tom", 404)])
def test_only_the_desk_opens_it_and_the_night_only_on_shift(
    case: Case, cast: Cast, logged_in: LogIn, who: str, status: int
) -> None:
    assert logged_in(cast.users[who]).get("/wacht/").status_code == status


def test_a_stranger_is_asked_to_log_in(cast: Cast) -> None:
    assert Client().get("/wacht/").headers["Location"].startswith("/account/inloggen/")


def test_a_blocked_colleague_neither_sees_nor_takes_it(case: Case, cast: Cast, logged_in: LogIn) -> None:
    CaseAccess.objects.create(case=case, user=cast.joost, reason=AccessReason.BLOCKED, starts_at=cast.at)
    browser = logged_in(cast.joost)
    assert case.reference not in browser.get("/wacht/").content.decode()
    assert browser.post(f"/wacht/{case.reference}/").status_code == 404
    assert AuditEvent.objects.filter(outcome="denied", case_id=case.pk).count() == 1


def test_the_button_stops_the_alert_and_makes_the_case_yours(case: Case, cast: Cast, logged_in: LogIn) -> None:
    answer = logged_in(cast.joost).post(f"/wacht/{case.reference}/")
    assert answer.headers["Location"] == reverse("duty") + "#in-hand"
    alert = Alert.objects.get()
    assert (alert.acknowledged_by, alert.is_open) == (cast.joost, False)
    case.refresh_from_db()
    assert (case.owner, case.state) == (cast.joost, CaseState.IN_TRIAGE)


def test_the_second_one_is_told_calmly(case: Case, cast: Cast, logged_in: LogIn) -> None:
    logged_in(cast.joost).post(f"/wacht/{case.reference}/")
    answer = logged_in(cast.samira).post(f"/wacht/{case.reference}/", headers={"accept-language": "nl"}, follow=True)
    assert answer.redirect_chain == [("/wacht/", 302)]
    assert "Iemand is er al mee bezig" in answer.content.decode()
    assert Alert.objects.get().acknowledged_by == cast.joost


def test_a_case_that_has_an_owner_keeps_them(case: Case, cast: Cast, logged_in: LogIn) -> None:
    Case.objects.update(owner=cast.samira, state=CaseState.IN_TRIAGE)
    logged_in(cast.joost).post(f"/wacht/{case.reference}/")
    case.refresh_from_db()
    assert case.owner == cast.samira


def test_get_changes_nothing(case: Case, cast: Cast, logged_in: LogIn) -> None:
    assert logged_in(cast.samira).get(f"/wacht/{case.reference}/").status_code == 405
    assert Alert.objects.get().acknowledged_at is None


@pytest.mark.parametrize("alerts", [1, 30])
def test_query_budget(
    cast: Cast, logged_in: LogIn, django_assert_max_num_queries: Callable[[int], object], alerts: int
) -> None:
    for _ in range(alerts):
        found = make_case(cast, urgency=Urgency.URGENT, state=CaseState.SUBMITTED, owner=None)
        paging.raise_alert(found, by=paging.BY, at=cast.at)
    browser = logged_in(cast.samira)
    with django_assert_max_num_queries(12):
        assert browser.get("/wacht/").content.decode().count('class="btn btn-primary btn-big"') == alerts


@pytest.mark.parametrize("in_hand", [0, 3, 5])
def test_query_budget_of_a_full_night(
    cast: Cast, logged_in: LogIn, django_assert_max_num_queries: Callable[[int], object], in_hand: int
) -> None:
    for _ in range(30):
        found = make_case(cast, urgency=Urgency.URGENT, state=CaseState.SUBMITTED, owner=None)
        paging.raise_alert(found, by=paging.BY, at=cast.at)
    for _ in range(in_hand):
        found = make_case(cast, urgency=Urgency.URGENT, state=CaseState.SUBMITTED, owner=None)
        paging.raise_alert(found, by=paging.BY, at=cast.at)
        calls.pick_up(found, by=cast.actor("samira"), at=cast.at)
        for minute, outcome in ((1, AttemptOutcome.WRONG_NUMBER), (2, AttemptOutcome.NO_ANSWER)):
            ContactAttempt.objects.create(
                case=found, at=cast.at + dt.timedelta(minutes=minute), by=cast.samira, way="phone", outcome=outcome
            )
    for number in range(10):
        callbacks.agree(
            make_case(cast), cast.at - dt.timedelta(minutes=number), by=cast.actor("samira"),
            at=cast.at - dt.timedelta(minutes=30),
        )  # fmt: skip
    browser = logged_in(cast.samira)
    before = AuditEvent.objects.filter(action="case.viewed").count()
    with django_assert_max_num_queries(12):
        text = browser.get("/wacht/").content.decode()
    assert text.count('class="btn btn-primary btn-big"') == 30
    assert text.count("Geprobeerd om 10:17: geen gehoor") == in_hand
    assert AuditEvent.objects.filter(action="case.viewed").count() - before == in_hand


def promise(case: Case, cast: Cast) -> None:
    """Half an hour, as for an emergency that came in through the front door."""
    Case.objects.filter(pk=case.pk).update(first_contact_due_at=cast.at + dt.timedelta(minutes=30))


def take(cast: Cast, logged_in: LogIn, case: Case, **wishes: object) -> Client:
    promise(case, cast)
    ContactPreference.objects.filter(person=case.person).delete()
    ContactPreference.objects.create(person=case.person, changed_at=cast.at, channels=["phone"], **wishes)
    browser = logged_in(cast.joost)
    browser.post(f"/wacht/{case.reference}/")
    return browser


def test_in_hand_shows_what_to_avoid_above_the_number_and_the_look_is_kept(
    case: Case, cast: Cast, logged_in: LogIn
) -> None:
    browser = take(cast, logged_in, case)
    text = browser.get("/wacht/", headers={"accept-language": "nl"}).content.decode()
    assert text.index("Naam van het loket niet noemen aan een ander") < text.index("tel:")
    assert "nog 28 minuten" in text
    assert "csrfmiddlewaretoken" in text.split('poging/"')[1].split("</form>")[0]
    assert "KANARIE" not in text
    looks = AuditEvent.objects.filter(action="case.viewed", part="duty", case_id=case.pk)
    assert [look.actor_id for look in looks] == [str(cast.joost.pk)]
    assert "tel:" not in logged_in(cast.samira).get("/wacht/").content.decode().split("duty-foot")[0]


def test_no_left_a_message_where_that_is_forbidden(case: Case, cast: Cast, logged_in: LogIn) -> None:
    browser = take(cast, logged_in, case)
    assert 'value="voicemail"' not in browser.get("/wacht/").content.decode()
    ContactPreference.objects.update(may_leave_voicemail=True)
    assert 'value="voicemail"' in browser.get("/wacht/").content.decode()


def attempt(browser: Client, case: Case, **fields: str) -> object:
    sent = {"attempt_id": str(uuid.uuid4()), "outcome": "no_answer"} | fields
    return browser.post(f"/wacht/{case.reference}/poging/", sent, headers={"accept-language": "nl"})


def test_a_try_is_noted_once_and_the_clock_runs_on(case: Case, cast: Cast, logged_in: LogIn) -> None:
    browser, number = take(cast, logged_in, case), str(uuid.uuid4())
    for _ in range(2):
        assert attempt(browser, case, attempt_id=number)["Location"] == "/wacht/#in-hand"
    assert ContactAttempt.objects.get().outcome == "no_answer"
    text = browser.get("/wacht/", headers={"accept-language": "nl"}).content.decode()
    assert "Geprobeerd om 10:17: geen gehoor" in text
    assert "nog 28 minuten" in text
    assert attempt(browser, case, outcome="spoken")["Location"] == reverse("triage", args=[case.reference])
    assert case.reference not in browser.get("/wacht/").content.decode().split('id="in-hand"')[-1].split("<nav")[0]


def test_outside_the_wishes_it_needs_a_reason_and_keeps_the_button(case: Case, cast: Cast, logged_in: LogIn) -> None:
    browser = take(cast, logged_in, case, window_from=dt.time(13), window_until=dt.time(15))
    answer = attempt(browser, case)
    assert answer.status_code == 200
    assert "Schrijf op waarom je het toch deed" in answer.content.decode()
    assert ContactAttempt.objects.count() == 0
    assert attempt(browser, case, reason="Er was direct gevaar.").status_code == 302
    assert "Er was direct gevaar." in str(ContactAttempt.objects.get().note)


@pytest.mark.parametrize(("outcome", "status"), [("", 200), ("gone", 200), ("voicemail", 302)])
def test_a_strange_outcome_is_not_kept(case: Case, cast: Cast, logged_in: LogIn, outcome: str, status: int) -> None:
    browser = take(cast, logged_in, case)
    assert attempt(browser, case, outcome=outcome).status_code == status
    assert ContactAttempt.objects.count() == 0


def test_a_stranger_notes_nothing(case: Case, cast: Cast, logged_in: LogIn) -> None:
    assert attempt(logged_in(cast.bram), case).status_code == 404
    assert ContactAttempt.objects.count() == 0


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(29, "nog 1 minuut"), (30, "nog 0 minuten"), (31, "1 minuut te laat"), (95, "65 minuten te laat"),
     (300, "4 uur te laat")],
)  # fmt: skip
def test_the_clock_in_words(case: Case, cast: Cast, logged_in: LogIn, minutes: int, words: str) -> None:
    promise(case, cast)
    with time_machine.travel(cast.at + dt.timedelta(minutes=minutes), tick=False):
        assert words in logged_in(cast.samira).get("/wacht/", headers={"accept-language": "nl"}).content.decode()


def test_the_page_asks_politely(case: Case, cast: Cast, logged_in: LogIn) -> None:
    browser = logged_in(cast.samira)
    mark = re.search(r"seen=([0-9a-f]{16})", browser.get("/wacht/").content.decode())[1]
    quiet = browser.get(f"/wacht/?seen={mark}", headers={"x-background": "yes"})
    assert (quiet.status_code, quiet.content) == (204, b"")
    paging.step_due(cast.at + dt.timedelta(minutes=5))
    told = browser.get(f"/wacht/?seen={mark}", headers={"x-background": "yes"}).content.decode()
    assert case.reference in told
    assert "<html" not in told


def test_another_button_of_the_same_form_is_another_try(case: Case, cast: Cast, logged_in: LogIn) -> None:
    browser, number = take(cast, logged_in, case), str(uuid.uuid4())
    for outcome in ("no_answer", "spoken", "spoken"):
        assert attempt(browser, case, attempt_id=number, outcome=outcome).status_code == 302
    assert sorted(ContactAttempt.objects.values_list("outcome", flat=True)) == ["no_answer", "spoken"]
    case.refresh_from_db()
    assert case.first_contact_at is not None

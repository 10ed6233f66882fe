"""The page for whoever is on duty, and its one button."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from cases.enums import AccessReason, CaseState, Urgency
from cases.models import Alert, Case, CaseAccess
from desk import paging
from tests.factories.cases import make_case
from tests.factories.cast import Cast

LogIn = Callable[..., Client]


@pytest.fixture
def case(cast: Cast) -> Case:
    found = make_case(cast, urgency=Urgency.EMERGENCY, state=CaseState.SUBMITTED, owner=None, story="KANARIE")
    paging.raise_alert(found, by=paging.BY, at=cast.at)
    return found


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

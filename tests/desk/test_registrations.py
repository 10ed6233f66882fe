"""Registrations on the page of a colleague, and on one's own profile (R19)."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Registration
from tests.factories.cast import Cast
from tests.factories.coaches import register
from tests.walk import counted

LogIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _now(at: dt.datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


def address(cast: Cast, name: str = "bram", page: str = "registration_add", *more: object) -> str:
    return reverse(page, args=[cast.users[name].public_id, *more])


def sent(cast: Cast, **more: object) -> dict[str, object]:
    day = cast.at.date().isoformat()
    return {"register": "NOBCO", "number": "12-345", "as_coach": "on", "expires_on": "", "checked_on": day} | more


def words(browser: Client, path: str) -> str:
    return " ".join(browser.get(path, headers={"accept-language": "en"}).content.decode().split())


@pytest.mark.parametrize("who", ["els", "arie"])
def test_entered_looked_up_again_and_removed(cast: Cast, logged_in: LogIn, who: str) -> None:
    browser = logged_in(cast.users[who])
    assert browser.post(address(cast), sent(cast)).status_code == 302
    row = Registration.objects.get(user=cast.bram)
    assert (row.as_coach, row.checked_by, row.checked_on) == (True, cast.users[who], cast.at.date())
    Registration.objects.update(checked_on=cast.at.date() - dt.timedelta(days=400))
    person = address(cast, "bram", "person")
    assert "Has to be looked up again" in words(browser, person)
    assert browser.post(address(cast, "bram", "registration_change", row.pk), sent(cast)).status_code == 302
    assert "Has to be looked up again" not in words(browser, person)
    assert browser.post(address(cast, "bram", "registration_remove", row.pk)).status_code == 302
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"register": " "}, "register"), ({"number": ""}, "number"), ({"checked_on": "morgen"}, "checked_on"),
     ({"checked_on": "2099-01-01"}, "checked_on"), ({"expires_on": "2001-01-01"}, "expires_on")],
)  # fmt: skip
def test_bad_input_stays_at_its_field(cast: Cast, logged_in: LogIn, wrong: dict[str, str], field: str) -> None:
    answer = logged_in(cast.els).post(address(cast), sent(cast, **wrong))
    assert answer.status_code == 200 and field in answer.context["form"].errors


def test_nobody_enters_their_own(cast: Cast, logged_in: LogIn) -> None:
    answer = logged_in(cast.els).post(address(cast, "els"), sent(cast))
    assert answer.status_code == 200 and answer.context["form"].non_field_errors()
    assert not Registration.objects.exists()


def test_who_may_not_finds_nothing(cast: Cast, logged_in: LogIn) -> None:
    row = register(cast)
    for name in ("bram", "samira", "vera", "tom"):
        browser = logged_in(cast.users[name])
        assert browser.get(address(cast)).status_code == 404
        assert browser.post(address(cast, "bram", "registration_remove", row.pk)).status_code == 404
    els = logged_in(cast.els)
    assert els.get(address(cast, "karin", "registration_change", row.pk)).status_code == 404
    assert els.get(address(cast, "bram", "registration_remove", row.pk)).status_code == 405
    assert Registration.objects.count() == 1


def test_bram_sees_his_own_on_his_profile(cast: Cast, logged_in: LogIn) -> None:
    bram = logged_in(cast.bram)
    assert "Registrations" not in words(bram, "/account/profiel/")
    register(cast)
    page = words(bram, "/account/profiel/")
    assert "12-345" in page and "by Els" in page


def test_many_cost_as_much_as_one(cast: Cast, logged_in: LogIn) -> None:
    els, costs = logged_in(cast.els), []
    els.get(address(cast, "bram", "person"))
    for number in (1, 30):
        for index in range(number):
            register(cast, number=f"{number}-{index}")
        with CaptureQueriesContext(connection) as seen:
            assert els.get(address(cast, "bram", "person")).status_code == 200
        costs.append(len(counted(seen)))
    assert costs[0] == costs[1] <= 12

"""Devices on the profile, and the script that shows signs."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts import vapid
from accounts.models import Device
from tests.accounts.test_push import OWN_KEY, Browser
from tests.factories.cast import Cast

LogIn = Callable[..., Client]
PAGE, ADD = "/account/profiel/", "/account/apparaat/"


@pytest.fixture(autouse=True)
def clock(at: dt.datetime, settings: Any) -> object:
    settings.VAPID_KEY, settings.PUSH_SERVICES = vapid.check(OWN_KEY), ["push.example"]
    with time_machine.travel(at, tick=False):
        yield


def sent(**changed: str) -> dict[str, str]:
    return {"subscription": Browser("https://push.example/a").subscription, "name": "Mijn telefoon"} | changed


def test_add_see_and_remove(cast: Cast, logged_in: LogIn) -> None:
    browser = logged_in(cast.samira)
    assert browser.post(ADD, sent())["Location"] == PAGE
    page = browser.get(PAGE).content.decode()
    assert "Mijn telefoon" in page
    assert vapid.public_key(vapid.check(OWN_KEY)) in page
    assert "Mijn telefoon" not in logged_in(cast.joost).get(PAGE).content.decode()
    device = Device.objects.get(user=cast.samira)
    assert logged_in(cast.joost).post(f"{ADD}{device.pk}/weg/").status_code == 404
    assert browser.get(f"{ADD}{device.pk}/weg/").status_code == 405
    assert browser.post(f"{ADD}{device.pk}/weg/")["Location"] == PAGE
    assert Device.objects.count() == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"subscription": ""},
        {"subscription": "{"},
        {"name": "x" * 41},
        {"subscription": Browser("http://10.0.0.1/intern").subscription},
    ],
)
def test_what_cannot_be_used_is_said_and_not_kept(cast: Cast, logged_in: LogIn, changed: dict[str, str]) -> None:
    browser = logged_in(cast.samira)
    answer = browser.post(ADD, sent(**changed), follow=True)
    assert "Dit is niet gelukt" in answer.content.decode()
    assert Device.objects.count() == 0


@pytest.mark.parametrize("who", ["tom", "fenna"])
def test_clients_get_no_signs(cast: Cast, logged_in: LogIn, who: str) -> None:
    assert logged_in(cast.users[who]).post(ADD, sent()).status_code == 404
    assert "data-device-form" not in logged_in(cast.users[who]).get(PAGE).content.decode()


def test_a_stranger_is_asked_to_log_in(cast: Cast) -> None:
    for address in (ADD, f"{ADD}{uuid.uuid4()}/weg/"):
        assert Client().post(address)["Location"].startswith("/account/inloggen/")


def test_without_a_key_there_is_nothing(cast: Cast, logged_in: LogIn, settings: Any) -> None:
    settings.VAPID_KEY = ""
    assert logged_in(cast.samira).post(ADD, sent()).status_code == 404
    assert "data-device-form" not in logged_in(cast.samira).get(PAGE).content.decode()


def test_the_script_is_served_at_the_root_without_a_database() -> None:
    answer = Client().get("/seintje.js")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert answer["Cache-Control"] == "no-store"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert "showNotification" in answer.content.decode()
    assert Client().post("/seintje.js").status_code == 405


def test_the_boxes_for_the_ways_that_there_are(cast: Cast, logged_in: LogIn, settings: Any) -> None:
    page = logged_in(cast.samira).get(PAGE).content.decode()
    assert ":push" in page
    assert ":sms" not in page

"""Your keyboard shortcuts: off at first, each with a key of your own or none, and only for who works here."""

import html
import json
import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from desk import snapshot
from desk.shortcuts import ACTS, keys_of
from tests.factories.cast import Cast

LogIn = Callable[..., Client]
ADDRESS = "/account/toetsen/"
USUAL = {act.code: act.key for act in ACTS}


@pytest.fixture(autouse=True)
def site(cast: Cast) -> None:
    snapshot.write(cast.at)


def keys_on(page: str) -> dict[str, str]:
    """What the script of a page is told; nothing when it is not there."""
    found = re.search(r'data-keys="([^"]*)"', page)
    return json.loads(html.unescape(found[1])) if found else {}


def test_off_at_first(cast: Cast, logged_in: LogIn) -> None:
    page = logged_in(cast.samira).get("/loket/").content.decode()
    assert keys_on(page) == {} and "keys.js" not in page and "shortcut-help" not in page


def test_on_another_key_and_none(cast: Cast, logged_in: LogIn) -> None:
    browser = logged_in(cast.samira)
    answer = browser.post(ADDRESS, {"on": "on"} | USUAL | {"next": "x", "assign": ""})
    assert (answer.status_code, answer["Location"]) == (302, ADDRESS)
    user = User.objects.get(pk=cast.samira.pk)
    assert user.shortcut_keys == {"next": "x", "assign": ""}
    page = browser.get("/loket/").content.decode()
    keys = keys_on(page)
    assert keys["next"] == "x" and keys["previous"] == "k" and "assign" not in keys and "keys.js" in page
    assert "<kbd>x</kbd>" in page and "<kbd>a</kbd>" not in page
    browser.post(ADDRESS, USUAL)
    user.refresh_from_db()
    assert (user.keyboard_shortcuts, user.shortcut_keys, keys_of(user)) == (False, {}, USUAL)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"next": "k"}, "Deze toets is al voor “volgende rij”."),
        ({"next": "jj"}, "Eén letter of teken."),
        ({"next": "\u200b"}, "Eén letter of teken."),
    ],
)
def test_bad_input_is_said_and_kept(cast: Cast, logged_in: LogIn, wrong: dict[str, str], words: str) -> None:
    page = logged_in(cast.samira).post(ADDRESS, USUAL | wrong).content.decode()
    assert words in page and f'value="{wrong["next"]}"' in page
    assert User.objects.get(pk=cast.samira.pk).shortcut_keys == {}


@pytest.mark.parametrize(
    ("who", "status"), [("samira", 200), ("bram", 200), ("nadia", 200), ("arie", 200), ("tom", 404)]
)
def test_for_who_works_here(cast: Cast, logged_in: LogIn, who: str, status: int) -> None:
    assert logged_in(cast.users[who]).get(ADDRESS).status_code == status


def test_found_from_the_profile(cast: Cast, logged_in: LogIn) -> None:
    assert f'href="{ADDRESS}"' in logged_in(cast.bram).get("/account/profiel/").content.decode()

"""Notices in the site itself: yours only, counted, and read when you open them."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from accounts import inbox
from accounts.models import Notice, User
from accounts.notices import KINDS, Kind, tell_user
from tests.factories.cast import Cast

LogIn = Callable[..., Client]
NOBODYS = uuid.UUID(int=7)
PLAIN = Kind(code="test.plain", title="Something for {who}", text="Open it.")


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, PLAIN.code, PLAIN)


def tell(user: User, at: dt.datetime, number: int = 1, path: str = "/loket/") -> Notice:
    params = {"who": f"number {number}"}
    moment = at + dt.timedelta(minutes=number)
    tell_user(PLAIN, user, about=None, occasion=str(number), at=moment, path=path, params=params)
    return Notice.objects.get(user=user, channel="inbox", dedupe_key__contains=f":{number}:")


def test_newest_first_and_nobody_elses(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    for number in (1, 2):
        tell(cast.samira, at, number)
    tell(cast.joost, at, 3)
    text = logged_in(cast.samira).get("/meldingen/").content.decode()
    assert text.index("Something for number 2") < text.index("Something for number 1")
    assert "number 3" not in text
    assert inbox.unread_count(cast.actor("samira")) == 2


def test_dutch_words(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    browser = logged_in(cast.samira)
    assert "Geen meldingen" in browser.get("/meldingen/", headers={"accept-language": "nl"}).content.decode()
    tell(cast.samira, at)
    assert "1 nog niet gelezen." in browser.get("/meldingen/", headers={"accept-language": "nl"}).content.decode()


def test_looking_marks_nothing_and_opening_marks_that_one(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    first, second = tell(cast.samira, at, 1), tell(cast.samira, at, 2)
    browser = logged_in(cast.samira)
    browser.get("/meldingen/")
    assert inbox.unread_count(cast.actor("samira")) == 2
    assert browser.post(f"/meldingen/{first.pk}/").headers["Location"] == "/loket/"
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.read_at is None, second.read_at is None) == (False, True)
    seen = first.read_at
    browser.post(f"/meldingen/{first.pk}/")
    first.refresh_from_db()
    assert first.read_at == seen


def test_a_notice_that_leads_nowhere_stays_here(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    notice = tell(cast.samira, at, path="")
    assert logged_in(cast.samira).post(f"/meldingen/{notice.pk}/").headers["Location"] == "/meldingen/"


def test_everything_at_once(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    tell(cast.samira, at, 1)
    tell(cast.samira, at, 2)
    tell(cast.joost, at, 3)
    assert logged_in(cast.samira).post("/meldingen/gelezen/").headers["Location"] == "/meldingen/"
    assert inbox.unread_count(cast.actor("samira")) == 0
    assert inbox.unread_count(cast.actor("joost")) == 1


def test_someone_elses_notice_does_not_exist(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    notice = tell(cast.joost, at)
    browser = logged_in(cast.samira)
    assert browser.post(f"/meldingen/{notice.pk}/").status_code == 404
    assert browser.post(f"/meldingen/{uuid.uuid4()}/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


@pytest.mark.parametrize("address", ["/meldingen/gelezen/", f"/meldingen/{NOBODYS}/"])
def test_get_changes_nothing(cast: Cast, logged_in: LogIn, address: str) -> None:
    assert logged_in(cast.samira).get(address).status_code == 405


def test_a_stranger_is_asked_to_log_in(db: None) -> None:
    assert Client().get("/meldingen/").headers["Location"].startswith("/account/inloggen/")


def test_a_client_sees_it_in_the_clients_frame(cast: Cast, logged_in: LogIn) -> None:
    assert b'<body class="client"' in logged_in(cast.tom).get("/meldingen/").content
    assert b'<body class="staff"' in logged_in(cast.samira).get("/meldingen/").content


def test_a_kind_that_is_gone_keeps_its_place(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    tell(cast.samira, at)
    Notice.objects.update(kind="test.gone")
    assert "Bericht" in logged_in(cast.samira).get("/meldingen/", headers={"accept-language": "nl"}).content.decode()


@pytest.mark.parametrize("notices", [1, 60])
def test_query_budget(
    cast: Cast, at: dt.datetime, logged_in: LogIn, django_assert_max_num_queries: Callable[[int], object], notices: int
) -> None:
    for number in range(notices):
        tell(cast.samira, at, number)
    browser = logged_in(cast.samira)
    with django_assert_max_num_queries(12):
        page = browser.get("/meldingen/?page=2")
    assert page.content.decode().count("<p>Open it.</p>") == (1 if notices == 1 else 25)


@pytest.mark.parametrize("page", ["0", "99", "x", "-1"])
def test_odd_page_numbers(cast: Cast, logged_in: LogIn, page: str) -> None:
    assert logged_in(cast.samira).get(f"/meldingen/?page={page}").status_code == 200

"""Pages that everyone may read: by day and by night, in two languages, without a database."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client

from tests.conftest import AMSTERDAM
from tests.factories.cast import Cast

DAY = dt.datetime(2026, 3, 10, 10, 15, tzinfo=AMSTERDAM)
NIGHT = dt.datetime(2026, 3, 10, 22, 0, tzinfo=AMSTERDAM)
PAGES = [
    "/", "/vraag/", "/nu-hulp/", "/wegen/own-worker/", "/wegen/chaplain/", "/wegen/on-mission/", "/wegen/family/",
    "/wie-ziet-wat/", "/toegankelijkheid/", "/snel-weg/uitleg/", "/volgen/",
]  # fmt: skip


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"accept-language": "nl"})


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_answers_without_a_query(db: None, django_assert_num_queries: Any, path: str, language: str) -> None:
    client = Client(headers={"accept-language": language})
    client.cookies["__Host-session"] = "someone-elses-or-old"
    with django_assert_num_queries(0):
        response = client.get(path)
    page = response.content.decode()
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert f'<html lang="{language}">' in page and "tel:112" in page and "data-exit" in page


def test_by_day_the_desk_comes_first(visitor: Client, db: None) -> None:
    with time_machine.travel(DAY, tick=False):
        page = visitor.get("/").content.decode()
    assert "Zit je ergens mee? Wij luisteren." in page and "hero-night" not in page
    assert "Nu open. Na 17:00: 088 000 00 20." in page
    assert "<strong>vrijdag 13 maart vóór 17:00</strong>" in page


def test_by_night_the_after_hours_line_comes_first(visitor: Client, db: None) -> None:
    with time_machine.travel(NIGHT, tick=False):
        page = visitor.get("/").content.decode()
    assert "Ook nu is er iemand." in page and "hero hero-night on-dark" in page
    assert page.index('btn-primary btn-big num" href="tel:+31880000020"') > 0
    assert "Loket: morgen, woensdag 11 maart vanaf 08:00." in page


@pytest.mark.parametrize(
    ("slug", "href"),
    [("own-worker", "?wens=own_worker"), ("chaplain", "?wens=chaplain"), ("on-mission", "?situatie=unit_mission"),
     ("family", "?voor=family_of_colleague")],
)  # fmt: skip
def test_a_door_leads_into_the_form_with_a_suggestion(visitor: Client, db: None, slug: str, href: str) -> None:
    assert f'href="/vraag/{href}"' in visitor.get(f"/wegen/{slug}/").content.decode()
    assert visitor.get(f"/vraag/{href}").status_code == 200


def test_a_door_that_is_not_there(visitor: Client, db: None) -> None:
    assert visitor.get("/wegen/kelder/").status_code == 404


@pytest.mark.parametrize(
    ("target", "lands"),
    [("/wie-ziet-wat/", "/wie-ziet-wat/"), ("https://elders.example/", "/"), ("//elders.example", "/"), ("", "/"),
     ("nowhere", "nowhere"), ("dashboard", "dashboard"),
     ("javascript:alert(1)", "/"), ("/\\elders.example", "/"), ("/vraag/?wens=chaplain", "/vraag/?wens=chaplain")],
)  # fmt: skip
def test_the_language_is_kept_and_the_page_too(visitor: Client, db: None, target: str, lands: str) -> None:
    response = visitor.post("/taal/", {"next": target, "language": "en"})
    assert (response.status_code, response["Location"], visitor.cookies["__Host-language"].value) == (302, lands, "en")
    assert '<html lang="en">' in visitor.get("/").content.decode()


def test_a_language_that_is_not_ours_changes_nothing(visitor: Client, db: None) -> None:
    visitor.post("/taal/", {"next": "/", "language": "../../etc"})
    assert "__Host-language" not in visitor.cookies and visitor.get("/taal/").status_code == 405


def test_quick_exit_ends_everything_and_goes_elsewhere(cast: Cast, settings: Any) -> None:
    client = Client()
    client.force_login(cast.samira)
    client.post("/taal/", {"next": "/", "language": "en"})
    response = client.get("/snel-weg/")
    assert (response.status_code, response["Location"]) == (302, settings.QUICK_EXIT_URL)
    assert response["Cache-Control"] == "no-store" and response["Clear-Site-Data"] == '"cache", "storage"'
    gone = {name for name, cookie in response.cookies.items() if cookie["max-age"] == 0 and cookie["secure"]}
    assert {"__Host-session", "__Host-csrf", "__Host-language", "__Host-form"} <= gone
    assert not Session.objects.exists()


def test_the_old_session_cookie_opens_nothing_after_quick_exit(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.samira)
    cookie = client.cookies["__Host-session"].value
    client.get("/snel-weg/")
    thief = Client()
    thief.cookies["__Host-session"] = cookie
    assert thief.get("/start/")["Location"].startswith("/account/inloggen/")


def test_quick_exit_needs_no_database(db: None, monkeypatch: pytest.MonkeyPatch, visitor: Client) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("desk.views.leaving.opened.leave", gone)
    visitor.cookies["__Host-session"] = "x" * 32
    assert visitor.get("/snel-weg/").status_code == 302


def test_quick_exit_makes_no_query_without_a_session(visitor: Client, db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert visitor.get("/snel-weg/").status_code == 302


@pytest.mark.parametrize("page", ["/", "/hulp/", "/volgen/"])
def test_a_token_is_only_given_where_something_is_sent(db: None, page: str) -> None:
    answer = Client().get(page, follow=True)
    if "csrfmiddlewaretoken" not in answer.content.decode():
        assert "__Host-csrf" not in answer.cookies
    else:
        assert answer.cookies["__Host-csrf"]["max-age"] == answer.cookies["__Host-csrf"]["expires"] == ""
    assert page != "/" or not answer.cookies

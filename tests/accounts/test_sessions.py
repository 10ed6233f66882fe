"""Limits of a session by the clock, where somebody is logged in, and the ends of it."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings as site
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.actions import disable_user, enable_user
from accounts.models import AuditEvent, User
from accounts.sessions import browsers, limits, opened
from accounts.sessions.middleware import Sessions
from desk.demo.organisation import PASSWORD
from tests.factories.cast import Cast
from tests.walk import written

MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
LOG_IN = "/account/inloggen/"
BACKGROUND = {"X-Background": "yes"}
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"


Enter = Callable[..., Client]


@pytest.fixture
def enter(logged_in: Enter) -> Enter:
    """Somebody logs in, in a browser of their own that says what it is."""

    def log_in(user: User, agent: str = "") -> Client:
        browser = logged_in(user)
        opened.note(str(user.pk), browser.session.session_key, agent=agent)
        return browser

    return log_in


def is_in(browser: Client, **headers: Any) -> bool:
    return browser.get("/meldingen/", **headers).status_code == 200


@pytest.mark.parametrize(("who", "minutes"), [("samira", 15), ("tom", 20)])
def test_the_idle_limit_counts_to_the_second(cast: Cast, enter: Enter, at: dt.datetime, who: str, minutes: int) -> None:
    with time_machine.travel(at, tick=False) as clock:
        browser = enter(cast.users[who])
        clock.shift(minutes * MINUTE - SECOND)
        assert is_in(browser)
        clock.shift(minutes * MINUTE - SECOND)
        assert is_in(browser)
        clock.shift(minutes * MINUTE)
        answer = browser.get("/meldingen/")
        assert (answer.status_code, answer["Location"]) == (302, f"{LOG_IN}?next=/meldingen/")


@pytest.mark.parametrize(("who", "hours"), [("samira", 10), ("tom", 2)])
def test_the_absolute_limit_counts_whatever_is_done(
    cast: Cast, enter: Enter, at: dt.datetime, who: str, hours: int
) -> None:
    with time_machine.travel(at, tick=False) as clock:
        browser = enter(cast.users[who])
        for _time in range(hours * 6 - 1):
            clock.shift(10 * MINUTE)
            assert is_in(browser)
        clock.shift(10 * MINUTE - SECOND)
        assert is_in(browser)
        clock.shift(SECOND)
        assert not is_in(browser)


def test_what_asks_by_itself_keeps_no_session_open(cast: Cast, enter: Enter, at: dt.datetime) -> None:
    with time_machine.travel(at, tick=False) as clock:
        browser = enter(cast.samira)
        for _time in range(14):
            clock.shift(MINUTE)
            assert browser.get("/loket/", headers=BACKGROUND).status_code == 200
        clock.shift(MINUTE)
        assert browser.get("/loket/", headers=BACKGROUND).status_code == 204
        assert not is_in(browser)


def test_a_lapsed_session_never_comes_back_but_says_whose_it_was(cast: Cast, enter: Enter, at: dt.datetime) -> None:
    with time_machine.travel(at, tick=False) as clock:
        browser = enter(cast.samira)
        key = browser.cookies[site.SESSION_COOKIE_NAME].value
        clock.shift(15 * MINUTE)
        assert not is_in(browser)
        assert not is_in(browser)
        assert browser.get("/").status_code == 200
        assert limits.read(Session.objects.get(session_key=key).get_decoded()).user_id == str(cast.samira.pk)
        enter(cast.samira)
        other = Client()
        other.cookies[site.SESSION_COOKIE_NAME] = key
        assert not is_in(other)


def test_use_is_written_once_a_minute_and_costs_no_query_else(cast: Cast, enter: Enter, at: dt.datetime) -> None:
    with time_machine.travel(at, tick=False) as clock:
        browser = enter(cast.bram)
        seen = []
        for _time in range(4):
            clock.shift(30 * SECOND)
            with CaptureQueriesContext(connection) as queries:
                assert is_in(browser)
            assert written(queries) == []
            seen.append(sum("UPDATE" in query["sql"] and "django_session" in query["sql"] for query in queries))
            assert sum('FROM "django_session"' in query["sql"] for query in queries) == 1
            assert not any("usersessions" in query["sql"] for query in queries)
        assert seen == [0, 1, 0, 1]


def test_a_log_in_gives_a_new_key(cast: Cast) -> None:
    browser = Client()
    browser.get("/volgen/")
    session = browser.session
    session["anything"] = 1
    session.save()
    before = session.session_key
    browser.cookies[site.SESSION_COOKIE_NAME] = before
    cache.clear()
    browser.post(LOG_IN, {"login": cast.tom.email, "password": PASSWORD})
    after = browser.cookies[site.SESSION_COOKIE_NAME].value
    assert after != before
    assert not Session.objects.filter(session_key=before).exists()
    rows = UserSession.objects.filter(user=cast.tom)
    assert [(row.session_key, row.ip) for row in rows] == [(after, opened.NO_ADDRESS)]


def test_another_proof_of_who_you_are_gives_a_new_key(cast: Cast, enter: Enter, rf: RequestFactory) -> None:
    browser = enter(cast.samira)
    before = browser.session.session_key

    def view(request: Any) -> HttpResponse:
        record_authentication(request, cast.samira, method="mfa", type="totp", reauthenticated=True)
        return HttpResponse()

    request = rf.post("/")
    request.session = SessionStore(before)
    Sessions(view)(request)
    after = request.session.session_key
    assert after != before
    assert not Session.objects.filter(session_key=before).exists()
    assert [row.session_key for row in UserSession.objects.filter(user=cast.samira)] == [after]


def test_logging_out_clears_the_browser(cast: Cast, enter: Enter) -> None:
    browser = enter(cast.tom)
    answer = browser.post("/account/uitloggen/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(browser)
    assert "Clear-Site-Data" not in browser.get("/volgen/").headers


# -- where somebody is logged in --------------------------------------------------------------------


def test_the_page_lists_browsers_in_words_and_no_addresses(cast: Cast, enter: Enter, at: dt.datetime) -> None:
    with time_machine.travel(at, tick=False) as clock:
        enter(cast.tom, IPHONE)
        enter(cast.lisa, "Opera")
        clock.shift(5 * MINUTE)
        here = enter(cast.tom, "Mozilla/5.0 (Windows NT 10.0) Chrome/143 Safari/537")
        html = here.get("/account/sessies/").content.decode()
    assert "Chrome op Windows" in html
    assert "Safari op iPhone" in html
    assert "Opera" not in html
    assert not re.search(r"\d+\.\d+\.\d+\.\d+", html)
    assert html.index("Chrome op Windows") < html.index("Safari op iPhone")


def test_a_session_elsewhere_ends_at_the_next_request(cast: Cast, enter: Enter) -> None:
    other, here = enter(cast.tom), enter(cast.tom)
    number = UserSession.objects.get(session_key=other.cookies[site.SESSION_COOKIE_NAME].value).pk
    assert here.post("/account/sessies/", {"session": str(number)}).status_code == 302
    assert not is_in(other)
    assert is_in(here)
    assert AuditEvent.objects.filter(action="session.ended", outcome="done").count() == 1
    assert here.post("/account/sessies/", {"session": str(number)}).status_code == 404


def test_all_others_end_and_this_one_stays(cast: Cast, enter: Enter) -> None:
    others, here, stranger = [enter(cast.tom) for _number in range(3)], enter(cast.tom), enter(cast.lisa)
    here.post("/account/sessies/", {"others": "1"})
    assert [is_in(browser) for browser in (*others, here, stranger)] == [False, False, False, True, True]


@pytest.mark.parametrize("number", ["", "0", "x", "9" * 30, "²"])
def test_nonsense_is_refused(cast: Cast, enter: Enter, number: str) -> None:
    assert enter(cast.tom).post("/account/sessies/", {"session": number}).status_code == 404


def test_nobody_ends_a_session_of_somebody_else(cast: Cast, enter: Enter) -> None:
    lisa, tom = enter(cast.lisa), enter(cast.tom)
    number = UserSession.objects.get(user=cast.lisa).pk
    assert tom.post("/account/sessies/", {"session": str(number)}).status_code == 404
    assert is_in(lisa)
    assert AuditEvent.objects.filter(action="session.ended", outcome="denied").count() == 1


def test_ending_this_one_logs_out(cast: Cast, enter: Enter) -> None:
    here = enter(cast.tom)
    number = UserSession.objects.get(user=cast.tom).pk
    answer = here.post("/account/sessies/", {"session": str(number)})
    assert (answer.status_code, answer["Location"]) == (302, LOG_IN)
    assert not is_in(here)


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_costs_the_same_for_one_and_for_thirty(cast: Cast, enter: Enter, count: int) -> None:
    browsers_ = [enter(cast.tom) for _number in range(count)]
    with CaptureQueriesContext(connection) as queries:
        html = browsers_[-1].get("/account/sessies/").content.decode()
    assert html.count('name="session"') == count
    assert len(queries) <= 6


def test_a_lapsed_session_is_not_listed_and_is_swept_a_day_later(cast: Cast, enter: Enter, at: dt.datetime) -> None:
    with time_machine.travel(at, tick=False) as clock:
        enter(cast.samira)
        clock.shift(15 * MINUTE)
        assert opened.of_user(cast.samira, key=None, at=at + 15 * MINUTE) == []
        opened.sweep(at + 15 * MINUTE)
        assert Session.objects.count() == 1
        opened.sweep(at + dt.timedelta(hours=24))
    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)


# -- closing an account -----------------------------------------------------------------------------


def test_a_disabled_user_is_out_at_once_everywhere(cast: Cast, enter: Enter, at: dt.datetime) -> None:
    inside, stranger = [enter(cast.bram) for _number in range(2)], enter(cast.ilse)
    disable_user(cast.bram, by=cast.actor("els"), at=at)
    assert [is_in(browser) for browser in (*inside, stranger)] == [False, False, True]
    enable_user(cast.bram, by=cast.actor("els"), at=at)
    assert [is_in(browser) for browser in inside] == [False, False]
    assert is_in(enter(cast.bram))
    told = AuditEvent.objects.filter(action__in=["account.closed", "account.opened"]).order_by("pk")
    assert [(line.action, line.object_id) for line in told] == [
        ("account.closed", str(cast.bram.pk)),
        ("account.opened", str(cast.bram.pk)),
    ]


def test_a_request_under_way_cannot_bring_an_ended_session_back(cast: Cast, enter: Enter, at: dt.datetime) -> None:
    browser = enter(cast.bram)
    session = browser.session
    session["later"] = True
    disable_user(cast.bram, by=cast.actor("els"), at=at)
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.filter(session_key=session.session_key).exists()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (IPHONE, "Safari op iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/143 Mobile Safari/537 EdgA/143", "Edge op Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140) Gecko/20100101 Firefox/140.0", "Firefox op Linux"),
        ("curl/8", "Een browser die we niet kennen"),
        ("", "Een browser die we niet kennen"),
    ],
)
def test_a_browser_in_plain_words(told: str, words: str) -> None:
    assert browsers.in_words(told) == words


def test_the_page_is_for_who_is_logged_in(logged_in: Callable[..., Client], cast: Cast) -> None:
    assert Client().get("/account/sessies/")["Location"] == f"{LOG_IN}?next=/account/sessies/"
    assert logged_in(cast.arie).get("/account/sessies/").status_code == 200


def test_a_part_of_a_page_is_never_answered_with_the_log_in(cast: Cast, enter: Enter, at: dt.datetime) -> None:
    """After the limit, and after the session was ended elsewhere: the browser goes there as a whole, a line with news
    stays as it is."""
    part, news = {"HX-Request": "true"}, {"HX-Request": "true", **BACKGROUND}
    with time_machine.travel(at, tick=False) as clock:
        ended, lapsed = enter(cast.samira), enter(cast.samira)
        assert "HX-Redirect" not in lapsed.get("/loket/", headers=part)
        opened.end_others(cast.samira, key=lapsed.session.session_key, by=cast.actor("samira"), at=at)
        clock.shift(15 * MINUTE)
        for browser in (ended, lapsed):
            answer = browser.get("/loket/?queue=new", headers=part)
            assert (answer.status_code, answer.content) == (204, b"")
            assert answer["HX-Redirect"] == f"{LOG_IN}?next=/loket/%3Fqueue%3Dnew"
            quiet = browser.get("/loket/?queue=new", headers=news)
            assert (quiet.status_code, quiet.content, "HX-Redirect" in quiet) == (204, b"", False)


def test_another_password_ends_the_other_sessions_and_keeps_no_network_address(cast: Cast, enter: Enter) -> None:
    here, elsewhere = enter(cast.tom), enter(cast.tom)
    here.post("/account/wachtwoord/", {"oldpassword": PASSWORD, "password1": "een heel ander lang wachtwoord"})
    assert is_in(here) and not is_in(elsewhere)
    (own,) = UserSession.objects.filter(user=cast.tom)
    assert (own.session_key, own.ip) == (here.session.session_key, opened.NO_ADDRESS)
    assert Session.objects.count() == 1


def test_a_forgotten_password_ends_every_session(cast: Cast, enter: Enter) -> None:
    elsewhere, browser = enter(cast.tom), Client()
    browser.post("/account/wachtwoord/vergeten/", {"email": cast.tom.email})
    code = re.search(r"^\s*([A-Z0-9-]{6,12})\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    browser.post("/account/wachtwoord/vergeten/code/", {"code": code[1]})
    browser.post("/account/wachtwoord/vergeten/kiezen/", {"password1": "een heel ander lang wachtwoord"})
    cast.tom.refresh_from_db()
    assert cast.tom.check_password("een heel ander lang wachtwoord")
    keys = UserSession.objects.filter(user=cast.tom).values_list("session_key", flat=True)
    assert elsewhere.session.session_key not in keys and not is_in(elsewhere)

"""Text that was typed when a session ended: kept for its writer alone, sealed, sent after all or thrown away."""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings as site
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.actions import disable_user
from accounts.models import AuditEvent, DataKey, KeptText
from accounts.sessions import kept
from accounts.sessions.kept import Answer
from cases.models import Case, Note
from desk.demo.organisation import PASSWORD
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

MINUTE = dt.timedelta(minutes=1)
LOG_IN, PAGE, KEEP = "/account/inloggen/", "/account/bewaard/", "/account/bewaard/bewaren/"
WORDS = "Ik sprak haar vandaag. Ze slaapt weer beter."
Enter = Callable[..., Client]


@pytest.fixture
def clock(cast: Cast, at: dt.datetime) -> Iterator[Any]:
    with time_machine.travel(at, tick=False) as moved:
        yield moved


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_accepted(cast)


def notes_of(case: Case) -> str:
    return f"/zaken/{case.reference}/verslagen/"


def keep(user: Any, path: str, at: dt.datetime, **answers: str) -> bool:
    return kept.keep(user.pk, path, [Answer(name, (value,)) for name, value in answers.items()], at=at)


def stored() -> str:
    """Everything of the table as it lies in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text, encode(fields, 'escape') FROM accounts_kepttext t")
        return str(cursor.fetchall())


# -- a form that comes in too late, without script --------------------------------------------------


def test_a_form_that_comes_in_too_late_is_kept_and_sent_after_all(
    cast: Cast, case: Case, clock: Any, logged_in: Enter
) -> None:
    browser, before = logged_in(cast.bram), Note.objects.count()
    fields = {"submission": str(uuid.uuid4()), "body": WORDS}
    clock.shift(15 * MINUTE)
    answer = browser.post(notes_of(case), fields | {"csrfmiddlewaretoken": "x"})
    assert (answer.status_code, answer["Location"]) == (302, f"{LOG_IN}?next={PAGE}")
    assert Note.objects.count() == before
    assert WORDS not in stored()
    again = logged_in(cast.bram)
    html = again.get(PAGE).content.decode()
    assert WORDS in html
    assert f'action="{notes_of(case)}"' in html
    assert f'name="submission" value="{fields["submission"]}"' in html
    text = KeptText.objects.get()
    sent = again.post(notes_of(case), fields | {"kept": str(text.pk)})
    assert sent.status_code == 302
    assert Note.objects.get(case=case).body == WORDS
    assert KeptText.objects.count() == 0
    assert not DataKey.objects.filter(pk=text.data_key_id).exists()


def test_somebody_who_logs_in_is_led_to_their_text(cast: Cast, clock: Any, at: dt.datetime) -> None:
    keep(cast.tom, "/mijn/", at, body=WORDS)
    for user, place in ((cast.lisa, "/start/"), (cast.tom, PAGE)):
        answer = Client().post(LOG_IN, {"login": user.email, "password": PASSWORD})
        assert answer["Location"] == place


def test_the_sent_form_that_is_not_right_comes_back_with_its_text(
    cast: Cast, case: Case, clock: Any, at: dt.datetime, logged_in: Enter
) -> None:
    keep(cast.bram, notes_of(case), at, body=WORDS)
    answer = logged_in(cast.bram).post(
        notes_of(case), {"body": WORDS, "submission": "x" * 40, "kept": str(KeptText.objects.get().pk)}
    )
    assert answer.status_code == 200
    assert WORDS in answer.content.decode()
    assert KeptText.objects.count() == 0


def test_a_refused_form_stays_kept(cast: Cast, case: Case, clock: Any, at: dt.datetime, logged_in: Enter) -> None:
    keep(cast.karin, notes_of(case), at, body=WORDS)
    answer = logged_in(cast.karin).post(notes_of(case), {"body": WORDS, "kept": str(KeptText.objects.get().pk)})
    assert answer.status_code == 404
    assert KeptText.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/loket/nemen/", {"do": "take"}),
        ("/account/sessies/", {"others": "yes and more than one word"}),
        ("/account/uitloggen/", {"body": WORDS}),
        (LOG_IN, {"login": "wie@nabij.example", "password": WORDS}),
        ("/volgen/", {"reference": "NB-2222-2222", "phrase": WORDS}),
        ("/nergens/", {"body": WORDS}),
        ("/loket/nemen/", {"password": WORDS, "code": WORDS, "phrase": WORDS, "csrfmiddlewaretoken": WORDS}),
    ],
)
def test_what_is_no_text_of_a_form_is_not_kept(
    cast: Cast, clock: Any, logged_in: Enter, path: str, data: dict[str, str]
) -> None:
    browser = logged_in(cast.samira)
    clock.shift(15 * MINUTE)
    browser.post(path, data)
    assert KeptText.objects.count() == 0


def test_a_form_without_a_right_token_is_not_kept(cast: Cast, case: Case, clock: Any, logged_in: Enter) -> None:
    key = logged_in(cast.bram).cookies[site.SESSION_COOKIE_NAME].value
    clock.shift(15 * MINUTE)
    forger = Client(enforce_csrf_checks=True)
    forger.cookies[site.SESSION_COOKIE_NAME] = key
    assert forger.post(notes_of(case), {"body": WORDS}).status_code == 403
    assert KeptText.objects.count() == 0


# -- with script ------------------------------------------------------------------------------------


def say(browser: Client, path: str, rows: Any) -> int:
    answer = browser.post(KEEP, {"path": path, "answers": json.dumps(rows)}, headers={"X-Background": "yes"})
    return int(answer.status_code)


def test_the_script_keeps_what_stands_in_a_form_before_and_after_the_end(
    cast: Cast, case: Case, clock: Any, logged_in: Enter
) -> None:
    browser, rows = logged_in(cast.bram), [["body", "Verslag", ["a"]], ["kind", "", ["file"]]]
    clock.shift(13 * MINUTE)
    assert say(browser, notes_of(case), rows) == 201
    clock.shift(2 * MINUTE)
    rows[0][2] = ["ab"]
    assert say(browser, notes_of(case), rows) == 201
    text = kept.of_user(cast.bram, dt.datetime.now(dt.UTC))
    assert [(one.path, one.answers[0]) for one in text] == [(notes_of(case), Answer("body", ("ab",), "Verslag"))]
    assert browser.get("/meldingen/").status_code == 302
    assert KeptText.objects.count() == DataKey.objects.filter(pk=KeptText.objects.get().data_key_id).count() == 1


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("", [["body", "Verslag", ["a"]]]),
        ("//elders.example/", [["body", "Verslag", ["a"]]]),
        ("https://elders.example/", [["body", "Verslag", ["a"]]]),
        ("/account/inloggen/", [["body", "Verslag", ["a"]]]),
        ("/vraag/", [["body", "Verslag", ["a"]]]),
        ("/loket/" + "a" * 200, [["body", "Verslag", ["a"]]]),
        ("/loket/", []),
        ("/loket/", 7),
        ("/loket/", [["body", "Verslag"]]),
        ("/loket/", [["body", "Verslag", [" "]]]),
        ("/loket/", [["password", "Wachtwoord", ["a"]]]),
        ("/loket/", [["body", "Verslag", ["a" * 100_001]]]),
        ("/loket/", [[f"field{number}", "Veld", ["a"]] for number in range(201)]),
    ],
)
def test_nonsense_is_not_kept_and_breaks_nothing(cast: Cast, logged_in: Enter, path: str, rows: Any) -> None:
    assert say(logged_in(cast.samira), path, rows) == 200
    assert KeptText.objects.count() == 0


def test_who_was_not_logged_in_keeps_nothing(cast: Cast, clock: Any, at: dt.datetime, logged_in: Enter) -> None:
    rows = [["body", "Verslag", ["a"]]]
    assert say(Client(), "/loket/", rows) == 404
    browser = logged_in(cast.samira)
    clock.shift(15 * MINUTE)
    disable_user(cast.samira, by=cast.actor("els"), at=at)
    assert say(browser, "/loket/", rows) == 404
    assert KeptText.objects.count() == 0


def test_staying_renews_and_forgets_what_was_kept_of_the_page(
    cast: Cast, case: Case, clock: Any, logged_in: Enter
) -> None:
    browser, json_please = logged_in(cast.bram), {"Accept": "application/json"}
    clock.shift(13 * MINUTE)
    assert browser.get("/account/sessies/over/", headers={"X-Background": "yes"}).json()["seconds"] == 120
    say(browser, notes_of(case), [["body", "Verslag", ["a"]]])
    say(browser, "/zaken/", [["body", "Verslag", ["a"]]])
    answer = browser.post("/account/sessies/blijf/", {"path": notes_of(case)}, headers=json_please)
    assert answer.json()["seconds"] == 900
    assert list(KeptText.objects.values_list("path", flat=True)) == ["/zaken/"]
    clock.shift(14 * MINUTE)
    assert browser.get("/meldingen/").status_code == 200
    assert browser.post("/account/sessies/blijf/")["Location"] == "/start/"


def test_a_session_that_ended_says_so_to_the_script(cast: Cast, clock: Any, logged_in: Enter) -> None:
    browser = logged_in(cast.bram)
    clock.shift(15 * MINUTE)
    assert browser.get("/account/sessies/over/", headers={"X-Background": "yes"}).status_code == 204
    assert browser.post("/account/sessies/blijf/").status_code == 302
    assert Client().get("/account/sessies/over/").status_code == 302


def test_a_page_can_notice_that_somebody_else_is_logged_in(cast: Cast, clock: Any, logged_in: Enter) -> None:
    first, again, other = logged_in(cast.bram), logged_in(cast.bram), logged_in(cast.ilse)
    told = [browser.get("/account/sessies/over/").json()["who"] for browser in (first, again, other)]
    assert told[0] == told[1] != told[2]
    assert f'data-who="{told[0]}"' in first.get("/account/sessies/").content.decode()


def test_a_page_of_somebody_else_keeps_nothing_here(cast: Cast, case: Case, logged_in: Enter) -> None:
    """The token of a page is of the log-in that it was made in."""
    browser = Client(enforce_csrf_checks=True)
    first = logged_in(cast.tom)
    browser.cookies[site.SESSION_COOKIE_NAME] = first.cookies[site.SESSION_COOKIE_NAME].value
    html = browser.get("/account/sessies/").content.decode()
    token = html.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    fields = {"path": "/mijn/", "answers": json.dumps([["body", "Bericht", ["a"]]]), "csrfmiddlewaretoken": token}
    assert browser.post(KEEP, fields).status_code == 201
    browser.post("/account/uitloggen/", {"csrfmiddlewaretoken": token})
    html = browser.get(LOG_IN).content.decode()
    own = html.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    entered = browser.post(LOG_IN, {"login": cast.lisa.email, "password": PASSWORD, "csrfmiddlewaretoken": own})
    assert entered.status_code == 302
    assert browser.post(KEEP, fields).status_code == 403
    assert KeptText.objects.count() == 0


def test_a_colleague_without_a_factor_yet_is_not_taken_for_gone(cast: Cast, clock: Any) -> None:
    browser = Client()
    browser.force_login(cast.samira)
    assert browser.get("/account/sessies/over/").json()["seconds"] == 900
    assert browser.get("/account/sessies/").status_code == 302


def test_a_colleagues_password_alone_neither_plants_nor_destroys_text(
    cast: Cast, case: Case, clock: Any, logged_in: Enter
) -> None:
    """Also not after its limit, by staying, by logging out or by leaving at once."""
    own = [["body", "Verslag", ["het eigen verslag"]]]
    assert say(logged_in(cast.samira), "/loket/", own) == 201

    def weak() -> Client:
        browser = Client()
        browser.force_login(cast.samira)
        browser.get("/account/sessies/over/")
        return browser

    thief = weak()
    assert say(thief, "/loket/", [["body", "Verslag", ["iets heel anders"]]]) == 404
    thief.post("/account/sessies/blijf/", {"path": ["/loket/"]})
    thief.post("/account/uitloggen/")
    weak().get("/snel-weg/")
    thief = weak()
    clock.shift(15 * MINUTE)
    assert say(thief, "/loket/", [["body", "Verslag", ["iets heel anders"]]]) == 404
    thief.post(notes_of(case), {"body": "iets heel anders dan dat"})
    (found,) = kept.of_user(cast.samira, timezone.now())
    assert [answer.values for answer in found.answers] == [("het eigen verslag",)]


@pytest.mark.parametrize("path", ["/mijn/?\x00", "/mijn/mee/\x00abc/", "/mijn/\x00"])
def test_a_path_with_a_character_that_no_database_can_hold_is_not_kept(cast: Cast, logged_in: Enter, path: str) -> None:
    assert say(logged_in(cast.tom), path, [["body", "Bericht", ["een lang verhaal"]]]) == 200


# -- whose it is, and its end -----------------------------------------------------------------------


def test_nobody_else_sees_sends_or_throws_away_a_text(
    cast: Cast, case: Case, clock: Any, at: dt.datetime, logged_in: Enter
) -> None:
    keep(cast.bram, notes_of(case), at, body=WORDS)
    number, other = str(KeptText.objects.get().pk), logged_in(cast.ilse)
    assert WORDS not in other.get(PAGE).content.decode()
    assert other.post(PAGE, {"throw": number}).status_code == 404
    other.post("/meldingen/gelezen/", {"kept": number})
    other.post("/account/uitloggen/")
    assert KeptText.objects.count() == 1


def test_throwing_away_takes_the_key_along(cast: Cast, clock: Any, at: dt.datetime, logged_in: Enter) -> None:
    keep(cast.bram, "/zaken/", at, body=WORDS)
    keep(cast.bram, "/mijn/", at, body=WORDS)
    first, second = KeptText.objects.order_by("path")
    browser, keys = logged_in(cast.bram), DataKey.objects.count()
    assert browser.post(PAGE, {"throw": str(first.pk)})["Location"] == PAGE
    assert browser.post(PAGE, {"throw": str(first.pk)}).status_code == 404
    assert browser.post(PAGE, {"throw": str(second.pk)})["Location"] == "/start/"
    assert DataKey.objects.count() == keys - 2


@pytest.mark.parametrize("number", ["", "x", "none", "00000000-0000-0000-0000-000000000000"])
def test_throwing_away_nothing_is_refused(cast: Cast, logged_in: Enter, number: str) -> None:
    assert logged_in(cast.bram).post(PAGE, {"throw": number}).status_code == 404


@pytest.mark.parametrize("way", ["/account/uitloggen/", "/snel-weg/"])
def test_who_logs_out_or_leaves_at_once_is_done_with_it(
    cast: Cast, clock: Any, at: dt.datetime, logged_in: Enter, way: str
) -> None:
    keep(cast.tom, "/mijn/", at, body=WORDS)
    browser = logged_in(cast.tom)
    browser.get(way) if "weg" in way else browser.post(way)
    assert KeptText.objects.count() == 0


def test_it_is_kept_a_day_to_the_second(cast: Cast, clock: Any, at: dt.datetime) -> None:
    keep(cast.tom, "/mijn/", at, body=WORDS)
    nearly, over = at + kept.KEPT_FOR - dt.timedelta(seconds=1), at + kept.KEPT_FOR
    assert (len(kept.of_user(cast.tom, nearly)), kept.sweep(nearly)) == (1, 0)
    assert (kept.of_user(cast.tom, over), kept.has_some(cast.tom.pk, over)) == ([], False)
    assert kept.sweep(over) == 1
    assert KeptText.objects.count() == 0


def test_keeping_is_in_the_audit_without_the_text(cast: Cast, clock: Any, at: dt.datetime) -> None:
    keep(cast.tom, "/mijn/", at, body=WORDS)
    line = AuditEvent.objects.get(action="text.kept")
    assert (line.actor_kind, line.object_id, line.basis, line.part) == ("system", str(cast.tom.pk), "", "")


def test_a_text_copied_to_another_row_cannot_be_read(cast: Cast, clock: Any, at: dt.datetime) -> None:
    keep(cast.tom, "/mijn/", at, body=WORDS)
    keep(cast.tom, "/zaken/", at, body="Iets anders dan dat.")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_kepttext SET fields = (SELECT fields FROM accounts_kepttext WHERE path = '/mijn/')"
        )
    with pytest.raises(Exception, match="kepttext"):
        kept.of_user(cast.tom, at)

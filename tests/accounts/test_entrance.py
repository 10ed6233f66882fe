"""The way in for everybody: known and unknown addresses get the same answer; letters say nothing; away is said."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import entrance
from accounts.entrance import know_addresses
from accounts.models import AuditEvent, Membership, Notice, User
from desk.demo.organisation import PASSWORD
from tests.factories.cast import Cast
from tests.mailbox import Mailbox

LOGIN, ASK, FILL = "/account/inloggen/", "/account/inloggen/code/", "/account/inloggen/code/invullen/"
NEW, ADDRESS = "/account/nieuw/", "/account/adres/"
FORGOT, FORGOT_CODE = "/account/wachtwoord/vergeten/", "/account/wachtwoord/vergeten/code/"
CHOOSE = "/account/wachtwoord/vergeten/kiezen/"
LONG = "een lange zin van mij alleen"
CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def browser(language: str = "nl") -> Client:
    return Client(headers={"accept-language": language})


def code_in(letter: Any) -> str:
    found = CODE.search(letter.body)
    assert found is not None, letter.body
    return found.group()


def bare(answer: Any, address: str) -> bytes:
    """The page without what must differ: the token of the form and the address that was typed."""
    return TOKEN.sub(b"", answer.content).replace(address.encode(), b"@")


@pytest.fixture
def letters(settings: Any) -> list[Any]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


KNOWN, UNKNOWN = "tom@thuis.example", "abc@thuis.example"
ASKING = {
    "log in by code": (ASK, {}, FILL),
    "sign up": (NEW, {"password1": LONG}, ADDRESS),
    "sign up without password": (NEW, {}, ADDRESS),
    "forgotten": (FORGOT, {}, FORGOT_CODE),
}


@pytest.mark.parametrize("what", ASKING)
def test_a_known_and_an_unknown_address_look_the_same(cast: Cast, letters: list[Any], what: str) -> None:
    """Same status, same page to the byte, same number of letters, of the same shape; also after a wrong code."""
    path, more, then = ASKING[what]
    seen = {}
    for address in (KNOWN, UNKNOWN):
        client = browser()
        first, sent = client.post(path, {"email": address} | more), len(letters)
        page, wrong = client.get(then), client.post(then, {"code": "BBBB-BBBB"})
        seen[address] = [
            (first.status_code, first["Location"], dict(first.cookies["__Host-session"]) | {"expires": ""}),
            (page.status_code, bare(page, address)),
            (wrong.status_code, bare(wrong, address)),
            sent,
        ]
        letters.clear()
    assert seen[KNOWN] == seen[UNKNOWN]
    assert seen[KNOWN][3] == 1


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(cast: Cast, letters: list[Any]) -> None:
    answers = []
    for address in (KNOWN, UNKNOWN):
        answer = browser().post(LOGIN, {"login": address, "password": "niet het wachtwoord"})
        answers.append((answer.status_code, bare(answer, address)))
    assert answers[0] == answers[1]
    assert "horen niet bij elkaar" in answers[0][1].decode()


@pytest.mark.parametrize("what", ["sign up", "log in by code", "forgotten"])
def test_the_work_is_comparable(cast: Cast, letters: list[Any], what: str, settings: Any, monkeypatch: Any) -> None:
    """The slow part, hashing a password, is done as often for a known address as for an unknown one."""
    hashed: list[str] = []
    from django.contrib.auth import hashers

    real = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher, "encode", lambda self, *args: (hashed.append("x"), real(self, *args))[1]
    )
    path, more, _then = ASKING[what]
    counts = []
    for address in (KNOWN, UNKNOWN):
        hashed.clear()
        browser().post(path, {"email": address} | more)
        counts.append(len(hashed))
    assert counts[0] == counts[1] == (1 if what == "sign up" else 0)


def test_signing_up_gives_an_account_without_any_role(cast: Cast, letters: list[Any]) -> None:
    client = browser("en")
    client.post(f"{NEW}?next=/mijn/", {"email": "Nieuw@Thuis.example", "password1": LONG})
    user = User.objects.get(email="nieuw@thuis.example")
    assert client.get("/mijn/")["Location"].startswith(LOGIN)
    assert (user.language, user.check_password(LONG), user.name) == ("en", True, "")
    answer = client.post(ADDRESS, {"code": code_in(letters[0]).lower().replace("-", " ")})
    assert answer["Location"] == "/mijn/"
    assert client.get("/mijn/").status_code == 200
    assert not Membership.objects.filter(user=user).exists()
    assert client.get("/loket/").status_code == 404
    assert EmailAddress.objects.get(user=user).verified


def test_signing_up_without_a_password_and_choosing_one_later(cast: Cast, letters: list[Any]) -> None:
    client = browser()
    client.post(NEW, {"email": "nieuw@thuis.example"})
    client.post(ADDRESS, {"code": code_in(letters[0])})
    user = User.objects.get(email="nieuw@thuis.example")
    assert not user.has_usable_password()
    assert client.get("/account/wachtwoord/")["Location"] == "/account/wachtwoord/kiezen/"
    assert client.post("/account/wachtwoord/kiezen/", {"password1": "kort"}).context["form"].errors["password1"]
    client.post("/account/wachtwoord/kiezen/", {"password1": LONG})
    user.refresh_from_db()
    assert user.check_password(LONG)
    assert Notice.objects.filter(user=user, kind="security.changed").count() == 2


BAD_SIGN_UPS = [
    {}, {"email": "geen adres"}, {"email": "a@b\x00.nl"}, {"email": "x" * 300 + "@thuis.example"},
    {"email": "goed@thuis.example", "password1": "kort"},
    {"email": "goed@thuis.example", "password1": "goed@thuis.example"},
    {"email": "a@b.nl\nBcc: c@d.nl"},
]  # fmt: skip


@pytest.mark.parametrize("fields", BAD_SIGN_UPS)
def test_bad_input_is_told_next_to_the_field_and_kept(db: None, letters: list[Any], fields: dict[str, str]) -> None:
    answer = browser().post(NEW, fields)
    assert answer.status_code == 200 and answer.context["form"].errors
    assert "Fout: " in answer.content.decode() and letters == []
    assert answer.context["form"]["email"].value() == fields.get("email")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("kort", "te kort"),
        ("1q2w3e4r5t6y", "Veel mensen"),
        ("goed@thuis.example", "lijkt te veel op je adres"),
    ],
)
def test_what_is_wrong_with_a_password_is_said_in_the_language_of_the_page(db: None, password: str, words: str) -> None:
    answer = browser().post(NEW, {"email": "goed@thuis.example", "password1": password})
    assert any(words in error for error in answer.context["form"].errors["password1"])


def test_logging_in_by_code(cast: Cast, letters: list[Any]) -> None:
    client = browser()
    client.post(f"{ASK}?next=/mijn/", {"email": KNOWN})
    answer = client.post(f"{FILL}?next=/mijn/", {"code": code_in(letters[0])})
    assert answer["Location"] == "/mijn/" and client.get("/mijn/").status_code == 200
    assert AuditEvent.objects.get(action="entrance.logged_in").part == "code"


def test_a_code_is_bound_to_its_browser(cast: Cast, letters: list[Any]) -> None:
    one, other = browser(), browser()
    one.post(ASK, {"email": KNOWN})
    other.post(ASK, {"email": KNOWN})
    assert other.post(FILL, {"code": code_in(letters[0])}).status_code == 200
    assert browser().post(FILL, {"code": code_in(letters[0])})["Location"] == ASK


@pytest.mark.parametrize(("minutes", "works"), [(9.9, True), (10.1, False)])
def test_a_code_lasts_ten_minutes(cast: Cast, letters: list[Any], at: dt.datetime, minutes: float, works: bool) -> None:
    for path, then, data in ((ASK, FILL, {}), (NEW, ADDRESS, {"password1": LONG}), (FORGOT, FORGOT_CODE, {})):
        letters.clear()
        with time_machine.travel(at, tick=False) as clock:
            client = browser()
            client.post(path, {"email": KNOWN if path != NEW else UNKNOWN} | data)
            clock.shift(dt.timedelta(minutes=minutes))
            answer = client.post(then, {"code": code_in(letters[0])})
        assert answer.status_code == 302
        assert (answer["Location"] not in {LOGIN, ASK}) is works


def test_three_wrong_codes_end_it(cast: Cast, letters: list[Any]) -> None:
    client = browser()
    client.post(ASK, {"email": KNOWN})
    answers = [client.post(FILL, {"code": "BBBB-BBBB"}).status_code for _try in range(3)]
    assert answers == [200, 200, 302]
    assert client.post(FILL, {"code": code_in(letters[0])})["Location"] == ASK
    assert AuditEvent.objects.filter(action="entrance.refused", part="code", outcome="denied").count() == 3


def test_another_address_can_be_tried_at_once(cast: Cast, letters: list[Any]) -> None:
    client = browser()
    client.post(ASK, {"email": "tpm@thuis.example"})
    assert client.get(LOGIN)["Location"] == FILL
    assert client.post("/account/uitloggen/?next=/account/inloggen/")["Location"] == LOGIN
    assert client.get(LOGIN).status_code == 200


def test_staff_who_log_in_by_code_still_need_their_factor(cast: Cast, letters: list[Any]) -> None:
    client = browser()
    client.post(ASK, {"email": "samira@nabij.example"})
    assert client.post(FILL, {"code": code_in(letters[0])})["Location"] == "/account/inloggen/controle/"
    assert client.get("/loket/")["Location"].startswith(LOGIN)


def test_a_forgotten_password_passes_no_factor_and_logs_nobody_in(cast: Cast, letters: list[Any]) -> None:
    client = browser()
    client.post(FORGOT, {"email": "samira@nabij.example"})
    assert client.post(FORGOT_CODE, {"code": code_in(letters[0])})["Location"] == CHOOSE
    assert client.post(CHOOSE, {"password1": "kort"}).context["form"].errors["password1"]
    assert client.post(CHOOSE, {"password1": LONG})["Location"] == "/account/wachtwoord/vergeten/klaar/"
    assert client.get("/loket/")["Location"].startswith(LOGIN)
    assert client.post(LOGIN, {"login": "samira@nabij.example", "password": LONG})["Location"].endswith("/controle/")
    assert Notice.objects.filter(user=cast.samira, kind="security.changed", channel="email").count() == 1


def test_nobody_keeps_a_door_open_by_signing_up_with_somebody_elses_address(db: None, letters: list[Any]) -> None:
    """A stranger signs up with her address and a password; when she comes in by code, it is worth nothing."""
    browser().post(NEW, {"email": "eva@thuis.example", "password1": LONG})
    user = User.objects.get(email="eva@thuis.example")
    letters.clear()
    own = browser()
    own.post(ASK, {"email": "eva@thuis.example"})
    own.post(FILL, {"code": code_in(letters[0])})
    assert own.get("/mijn/").status_code == 200
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert browser().post(LOGIN, {"login": user.email, "password": LONG}).status_code == 200


@pytest.mark.parametrize(("language", "words"), [("nl", "Typ deze code"), ("en", "Type this code")])
def test_letters_are_neutral_in_both_forms_and_in_the_persons_language(
    cast: Cast, letters: list[Any], language: str, words: str
) -> None:
    User.objects.filter(pk=cast.tom.pk).update(language=language)
    browser("nl" if language == "en" else "en").post(ASK, {"email": KNOWN})
    letter, (html, kind) = letters[0], letters[0].alternatives[0]
    assert letter.subject == {"nl": "Er is een bericht voor je", "en": "There is a message for you"}[language]
    assert words in letter.body and words in html and kind == "text/html"
    assert code_in(letter) in html and f'lang="{language}"' in html
    said = (letter.subject + letter.body + html).lower()
    assert not [word for word in ("nabij", "defensie", "defence", "maatschappelijk", "inlog", "hulp") if word in said]


def test_too_many_letters_to_one_address_wait(cast: Cast, letters: list[Any]) -> None:
    for path in (ASK, FORGOT, NEW, ASK, FORGOT, ASK):
        answer = browser().post(path, {"email": KNOWN})
    assert "probeer het dan opnieuw" in answer.content.decode()
    assert len(letters) == 5
    for path in (ASK, FORGOT, NEW, ASK, FORGOT, ASK):
        other = browser().post(path, {"email": UNKNOWN})
    assert bare(other, UNKNOWN) == bare(answer, KNOWN)


@pytest.mark.parametrize("path", [ASK, FORGOT, NEW])
def test_a_mail_server_that_is_away_is_said_and_nothing_is_kept(cast: Cast, settings: Any, path: str) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    client = browser()
    answer = client.post(path, {"email": "eva@thuis.example"} | ({"password1": LONG} if path == NEW else {}))
    page = answer.content.decode()
    assert answer.status_code == 503 and "We kunnen nu geen mail sturen" in page and "Probeer het opnieuw" in page
    assert LONG not in page
    assert ('value="eva@thuis.example"' in page) is (path != NEW)
    assert not User.objects.filter(email="eva@thuis.example").exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert browser().post(path, {"email": "eva@thuis.example"}).status_code == 302


@pytest.mark.parametrize("mood", ["refuse", "reject", "hang_up"])
def test_a_mail_server_that_will_not_take_it_is_said_too(cast: Cast, settings: Any, mood: str) -> None:
    box = Mailbox().start()
    box.mood, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = mood, box.port, False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    try:
        client = browser()
        assert client.post(ASK, {"email": KNOWN}).status_code == 503
        box.mood = "accept"
        assert client.post(ASK, {"email": KNOWN})["Location"] == FILL
        assert len(box.letters) == 1
    finally:
        box.stop()


def test_changing_the_address_counts_after_the_code_and_both_addresses_hear_it(
    cast: Cast, logged_in: Callable[..., Client], letters: list[Any]
) -> None:
    client, fields = logged_in(cast.tom), {"action_add": "1", "email": "tom.nieuw@thuis.example"}
    assert client.post("/account/e-mail/", fields)["Location"] == ADDRESS
    cast.tom.refresh_from_db()
    assert cast.tom.email == KNOWN and letters[0].to == ["tom.nieuw@thuis.example"]
    client.post(ADDRESS, {"code": code_in(letters[0])})
    cast.tom.refresh_from_db()
    assert cast.tom.email == "tom.nieuw@thuis.example"
    assert list(EmailAddress.objects.filter(user=cast.tom).values_list("email", "verified")) == [
        ("tom.nieuw@thuis.example", True)
    ]
    old = Notice.objects.get(kind="security.address")
    assert old.params == {"to": KNOWN}
    assert Notice.objects.filter(kind="security.changed", user=cast.tom).count() == 2


def test_an_address_of_somebody_else_is_no_different_until_its_owner_types_the_code(
    cast: Cast, logged_in: Callable[..., Client], letters: list[Any]
) -> None:
    pages = []
    for address in ("lisa@thuis.example", UNKNOWN):
        client = logged_in(cast.tom)
        first = client.post("/account/e-mail/", {"action_add": "1", "email": address})
        pages.append((first.status_code, first["Location"], bare(client.get(ADDRESS), address), len(letters)))
        letters.clear()
    assert pages[0] == pages[1]


def test_a_code_again_for_who_has_no_password(db: None, at: dt.datetime, letters: list[Any]) -> None:
    user = User.objects.create_user("iris@thuis.example")
    know_addresses([user])
    with time_machine.travel(at, tick=False) as clock:
        client = browser()
        client.post(ASK, {"email": user.email})
        client.post(FILL, {"code": code_in(letters[0])})
        clock.shift(dt.timedelta(minutes=6))
        again = "/account/controle/code/?next=%2Faccount%2Fe-mail%2F"
        assert client.get("/account/e-mail/")["Location"] == again
        letters.clear()
        assert client.get(again).status_code == 200 and letters == []
        client.post(again, {"send": "1"})
        assert client.post(again, {"code": "BBBB-BBBB"}).context["form"].errors["code"]
        answer = client.post(again, {"code": code_in(letters[0])})
        assert answer["Location"] == "/account/e-mail/" and client.get("/account/e-mail/").status_code == 200


def test_an_account_that_nobody_proved_goes_after_a_day(cast: Cast, letters: list[Any], at: dt.datetime) -> None:
    with time_machine.travel(at, tick=False):
        browser().post(NEW, {"email": "eva@thuis.example", "password1": LONG})
        proved = browser()
        proved.post(NEW, {"email": "ada@thuis.example"})
        proved.post(ADDRESS, {"code": code_in(letters[1])})
    before = User.objects.count()
    User.objects.exclude(email="eva@thuis.example").update(last_login=None, date_joined=at - dt.timedelta(days=9))
    assert entrance.forget_unproved(at + dt.timedelta(days=1)) == 0
    assert entrance.forget_unproved(at + dt.timedelta(days=1, seconds=1)) == 1
    assert entrance.forget_unproved(at + dt.timedelta(days=2)) == 0
    assert User.objects.count() == before - 1 and not User.objects.filter(email="eva@thuis.example").exists()
    assert AuditEvent.objects.get(action="entrance.forgotten").actor_kind == "system"


def test_asking_for_pages_keeps_no_session_and_writes_nothing(db: None) -> None:
    for path in (LOGIN, ASK, NEW, FORGOT):
        with CaptureQueriesContext(connection) as queries:
            client = browser()
            assert client.get(path).status_code == 200
        assert len(queries) == 0 and "__Host-session" not in client.cookies


def test_what_is_typed_is_not_kept_in_the_session_in_clear(cast: Cast, letters: list[Any]) -> None:
    client = browser()
    client.post(NEW, {"email": UNKNOWN, "password1": LONG})
    assert LONG not in str(dict(SessionStore(client.cookies["__Host-session"].value)))


def test_a_password_that_was_right_once_is_refused_for_a_closed_account(cast: Cast) -> None:
    User.objects.filter(pk=cast.tom.pk).update(is_active=False)
    answer = browser().post(LOGIN, {"login": KNOWN, "password": PASSWORD})
    assert answer["Location"] == "/account/gesloten/"


def test_who_is_under_16_is_told_that_they_need_no_account() -> None:
    page = Client().get(NEW).content.decode()
    assert "Ben je jonger dan 16?" in page
    assert "Bel ons, of vraag of we je terugbellen." in page and f'href="{reverse("intake")}"' in page

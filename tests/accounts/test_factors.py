"""Second factors: who needs one, codes that work once, secrets that nobody can read, and the last one that stays."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import factors, vault
from accounts.entrance import know_addresses
from accounts.factors import code_of
from accounts.models import AuditEvent, Membership, Notice, User
from desk.checks import every_pattern
from desk.demo.organisation import PASSWORD, SECRET
from tests.doors import give_passkey
from tests.factories.cast import Cast
from tests.factories.passkey import SoftKey
from tests.world import prove

Browser = Callable[..., Client]
LOGIN, FACTOR = "/account/inloggen/", "/account/inloggen/controle/"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def clock(at: dt.datetime) -> Any:
    with time_machine.travel(at, tick=False) as moving:
        yield moving


def weak(user: User) -> Client:
    """Somebody who logged in by password alone, before a second factor was asked."""
    client = Client(headers={"accept-language": "nl"})
    client.force_login(user)
    session = client.session
    prove(session, user)
    session["account_authentication_methods"][0]["method"] = "password"
    session.save()
    return client


def half_way(name: str = "samira") -> Client:
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "nl"})
    answer = client.post(LOGIN, {"login": f"{name}@nabij.example", "password": PASSWORD})
    assert answer["Location"] == FACTOR
    return client


@pytest.fixture
def fresh_hand(cast: Cast) -> User:
    """A new colleague without a factor."""
    user = User.objects.create_user("nieuw@nabij.example", PASSWORD, name="Nieuwe Collega")
    know_addresses([user])
    Membership.objects.create(user=user, team=cast.teams["desk"], role="desk_worker", starts_on=cast.at.date())
    return user


def test_a_password_alone_opens_nothing_for_staff(cast: Cast, clock: Any) -> None:
    client = half_way()
    assert client.get("/loket/")["Location"].startswith(LOGIN)
    answer = client.post(FACTOR, {"code": code_of(SECRET)})
    assert (answer.status_code, answer["Location"]) == (302, "/start/")
    assert client.get("/loket/").status_code == 200
    line = AuditEvent.objects.get(action="entrance.logged_in")
    assert (line.part, line.actor_name) == ("password,totp", "Samira El Amrani")


def test_a_colleague_keeps_the_menu_on_their_own_pages_once_they_are_all_in(
    cast: Cast, logged_in: Callable[..., Client]
) -> None:
    for browser, menu in ((logged_in(cast.samira), True), (weak(cast.samira), False), (logged_in(cast.tom), False)):
        assert ('<header class="rail' in browser.get(reverse("mfa_index")).content.decode()) is menu


@pytest.mark.parametrize("code", ["", "000000", "not a code", "\x00", "１２３４５６", "9" * 500])
def test_a_wrong_code_is_told_next_to_the_field(cast: Cast, clock: Any, code: str) -> None:
    answer = half_way().post(FACTOR, {"code": code})
    assert answer.status_code == 200 and "Fout: " in answer.content.decode()
    assert answer.context["form"].errors["code"]


def test_a_code_works_once_also_when_the_cache_is_emptied(cast: Cast, clock: Any) -> None:
    code = code_of(SECRET)
    assert half_way().post(FACTOR, {"code": code}).status_code == 302
    cache.clear()
    again = half_way()
    assert "is al gebruikt" in again.post(FACTOR, {"code": code}).content.decode()
    clock.shift(30)
    assert again.post(FACTOR, {"code": code}).status_code == 200
    assert again.post(FACTOR, {"code": code_of(SECRET)}).status_code == 302


@pytest.mark.parametrize(("seconds", "right"), [(0, True), (59, True), (60, False), (-30, True), (-31, False)])
def test_a_code_counts_in_its_own_half_minute_and_those_beside_it(
    cast: Cast, at: dt.datetime, seconds: int, right: bool
) -> None:
    with time_machine.travel(at, tick=False):
        code = code_of(SECRET)
    with time_machine.travel(at + dt.timedelta(seconds=seconds), tick=False):
        assert factors.use_code(cast.samira, SECRET, code) is right


def test_once_a_code_was_used_an_earlier_one_is_of_no_use(cast: Cast, clock: Any) -> None:
    earlier = code_of(SECRET)
    clock.shift(30)
    assert factors.use_code(cast.samira, SECRET, code_of(SECRET))
    assert not factors.use_code(cast.samira, SECRET, earlier)


def test_one_colleagues_code_is_no_use_to_another_once_used(cast: Cast, clock: Any) -> None:
    """The demo gives all the same secret; each counts by themselves."""
    assert factors.use_code(cast.samira, SECRET, code_of(SECRET))
    assert factors.use_code(cast.joost, SECRET, code_of(SECRET))
    assert not factors.use_code(cast.samira, SECRET, code_of(SECRET))


def test_the_database_holds_no_clear_secret(cast: Cast, logged_in: Browser) -> None:
    browser = logged_in(cast.tom)
    page = browser.get("/account/beveiliging/app/")
    secret = page.context["form"].secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        kept = " ".join(row[0] for row in cursor.fetchall())
    kept += json.dumps(dict(SessionStore(browser.cookies["__Host-session"].value)))
    assert SECRET not in kept and secret not in kept
    browser.post("/account/beveiliging/app/", {"code": code_of(secret)})
    row = Authenticator.objects.get(user=cast.tom, type="totp")
    assert secret not in row.data["secret"] and factors.unseal(row.data["secret"]) == secret
    seed = Authenticator.objects.get(user=cast.tom, type="recovery_codes").data["seed"]
    assert len(factors.unseal(seed)) == 80


def test_a_sealed_secret_is_for_one_purpose_and_cannot_be_changed(settings: Any) -> None:
    sealed = vault.seal_secret("second factor", SECRET)
    assert vault.unseal_secret("second factor", sealed) == SECRET
    for wrong in (sealed[:-4] + "AAA=", "nokey:" + sealed.partition(":")[2], SECRET, ""):
        with pytest.raises(vault.CannotRead):
            vault.unseal_secret("second factor", wrong)
    with pytest.raises(vault.CannotRead):
        vault.unseal_secret("something else", sealed)
    settings.SECRET_KEY = "x" * 60
    assert vault.unseal_secret("second factor", sealed) == SECRET
    settings.VAULT_KEYS = {"new": b"n" * 32} | settings.VAULT_KEYS
    assert vault.unseal_secret("second factor", sealed) == SECRET
    assert vault.seal_secret("second factor", SECRET).startswith("new:")


OPEN_TO_ALL = {"public"}


def test_staff_without_a_factor_reach_enrolment_and_the_door_only(fresh_hand: User) -> None:
    """Every address of the site, by GET and POST: public, on the way to a factor, or sent there."""
    browser = weak(fresh_hand)
    reached, seen = set(), 0
    for path, pattern in every_pattern():
        view = pattern.callback
        if "<" in path or view.access in OPEN_TO_ALL:
            continue
        for send in (browser.get, browser.post):
            answer = send(f"/{path}")
            seen += 1
            if answer.status_code == 302 and answer["Location"] == "/account/beveiliging/":
                continue
            reached.add(pattern.name)
    assert reached == {
        "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "reauthenticate_code",
        "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "own_factor_reset", "session_stay", "session_left",
    }  # fmt: skip
    assert seen > 60
    assert browser.get("/").status_code == 200


def test_off_shift_and_former_colleagues(cast: Cast, at: dt.datetime) -> None:
    """The night worker by day is staff too; who left is a client like anyone."""
    assert weak(cast.nadia).get("/mijn/")["Location"].startswith("/account/controle/stap/")
    Membership.objects.filter(user=cast.bram).update(ends_on=at.date() - dt.timedelta(days=1))
    with time_machine.travel(at, tick=False):
        assert weak(cast.bram).get("/mijn/").status_code == 200


def test_a_session_from_before_the_factor_is_asked_for_it_and_cannot_add_another(cast: Cast, clock: Any) -> None:
    browser = weak(cast.samira)
    assert browser.get("/loket/")["Location"] == "/account/controle/stap/?next=%2Floket%2F"
    for path in ("/account/beveiliging/app/", "/account/beveiliging/sleutel/"):
        assert browser.get(path)["Location"].startswith("/account/controle/stap/")
    assert browser.get("/account/controle/")["Location"].startswith("/account/controle/stap/")
    browser.post("/account/controle/stap/?next=/loket/", {"code": code_of(SECRET)})
    assert browser.get("/loket/").status_code == 200


def test_a_strong_session_costs_no_query(cast: Cast, logged_in: Browser, django_assert_num_queries: Any) -> None:
    strong, plain = logged_in(cast.samira), logged_in(cast.tom)
    for browser, path in ((strong, "/meldingen/"), (plain, "/meldingen/")):
        with connection.execute_wrapper(_no_factor_query):
            assert browser.get(path).status_code == 200


def _no_factor_query(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert "mfa_authenticator" not in sql
    return execute(sql, params, many, context)


def test_enrolment_with_an_app_gives_recovery_codes_once(fresh_hand: User, clock: Any) -> None:
    browser = weak(fresh_hand)
    page = browser.get("/account/beveiliging/")
    assert "Voeg eerst een toegangssleutel of een app toe" in page.content.decode()
    secret = browser.get("/account/beveiliging/app/").context["form"].secret
    answer = browser.post("/account/beveiliging/app/", {"code": "000000"})
    assert answer.context["form"].secret == secret
    answer = browser.post("/account/beveiliging/app/", {"code": code_of(secret)})
    assert answer["Location"] == "/account/beveiliging/herstelcodes/"
    assert browser.get("/loket/").status_code == 200
    assert "Laat mijn codes zien" in browser.get("/account/beveiliging/herstelcodes/").content.decode()
    shown = browser.post("/account/beveiliging/herstelcodes/").context["unused_codes"]
    assert len(set(shown)) == 10 and all(len(code) == 8 for code in shown)
    for send in (browser.get, browser.post):
        assert not any(code in send("/account/beveiliging/herstelcodes/").content.decode() for code in shown)
    clock.shift(30)
    other = Client()
    other.post(LOGIN, {"login": fresh_hand.email, "password": PASSWORD})
    assert other.post(FACTOR, {"code": shown[3]}).status_code == 302
    third = Client()
    third.post(LOGIN, {"login": fresh_hand.email, "password": PASSWORD})
    assert third.post(FACTOR, {"code": shown[3]}).status_code == 200


def test_the_code_that_enrolled_does_not_log_in(fresh_hand: User, clock: Any) -> None:
    browser = weak(fresh_hand)
    code = code_of(browser.get("/account/beveiliging/app/").context["form"].secret)
    browser.post("/account/beveiliging/app/", {"code": code})
    other = Client()
    other.post(LOGIN, {"login": fresh_hand.email, "password": PASSWORD})
    assert other.post(FACTOR, {"code": code}).status_code == 200


def add_passkey(browser: Client, key: SoftKey, name: str = "Mijn telefoon") -> Any:
    options = browser.get("/account/beveiliging/sleutel/").context["js_data"]["creation_options"]
    made = key.create(json.loads(json.dumps(options)))
    return browser.post("/account/beveiliging/sleutel/", {"name": name, "credential": json.dumps(made)})


def passkey_login(browser: Client, key: SoftKey) -> Any:
    options = browser.get("/account/inloggen/sleutel/", headers={"accept": "application/json"}).json()
    credential = key.get(options["request_options"])
    return browser.post("/account/inloggen/sleutel/", {"credential": json.dumps(credential)})


def local(client: Client) -> Client:
    client.defaults["SERVER_NAME"] = "localhost"
    return client


def test_a_passkey_is_added_and_logs_in_alone(fresh_hand: User) -> None:
    browser, key = local(weak(fresh_hand)), SoftKey()
    assert add_passkey(browser, key)["Location"] == "/account/beveiliging/herstelcodes/"
    assert browser.get("/loket/").status_code == 200
    other = local(Client())
    answer = passkey_login(other, key)
    assert (answer.status_code, answer["Location"]) == (302, "/start/")
    assert other.get("/loket/").status_code == 200
    assert Notice.objects.filter(user=fresh_hand, kind="security.changed", channel="email").count() == 1


def test_a_passkey_that_asked_for_no_finger_or_pin_is_refused(fresh_hand: User) -> None:
    browser = local(weak(fresh_hand))
    answer = add_passkey(browser, SoftKey(verified=False))
    assert answer.status_code == 200 and answer.context["form"].errors
    assert not Authenticator.objects.filter(user=fresh_hand).exists()


@pytest.mark.parametrize("origin", [("evil.example", "https"), ("localhost.evil.example", "https")])
def test_a_passkey_of_another_site_is_refused(fresh_hand: User, origin: tuple[str, str]) -> None:
    browser, key = local(weak(fresh_hand)), SoftKey()
    add_passkey(browser, key)
    key.origin = f"{origin[1]}://{origin[0]}"
    assert passkey_login(local(Client()), key)["Location"] == LOGIN


def test_an_unknown_or_replayed_passkey_is_told_at_the_door(fresh_hand: User, cast: Cast) -> None:
    key = SoftKey()
    add_passkey(local(weak(fresh_hand)), key)
    stranger, door = SoftKey(), local(Client(headers={"accept-language": "nl"}))
    stranger.user = key.user
    assert passkey_login(door, stranger)["Location"] == LOGIN
    assert "kennen we hier niet" in door.get(LOGIN).content.decode()
    options = door.get("/account/inloggen/sleutel/", headers={"accept": "application/json"}).json()
    answer = json.dumps(key.get(options["request_options"]))
    assert door.post("/account/inloggen/sleutel/", {"credential": answer})["Location"] == "/start/"
    assert local(Client()).post("/account/inloggen/sleutel/", {"credential": answer})["Location"] == LOGIN


KNOWN_SHAPE = '{"id":"AA","rawId":"AA","type":"public-key","response":%s}'
NONSENSE = [
    "", "x", "[]", "1", "null", "{}", '{"id": 1}', "[" * 5000, '{"a": "\\ud800"}', '{"response":{"userHandle":5}}',
    KNOWN_SHAPE % '"x"', KNOWN_SHAPE % "{}", KNOWN_SHAPE % ('{"userHandle":"' + "A" * 9000 + '"}'),
    KNOWN_SHAPE % '{"clientDataJSON":"AA","authenticatorData":"AA","signature":"AA","userHandle":"AA"}',
    KNOWN_SHAPE % '{"clientDataJSON":"e30","attestationObject":"AA"}',
]  # fmt: skip


@pytest.mark.parametrize("credential", NONSENSE)
def test_nonsense_for_a_passkey_is_no_failure(cast: Cast, credential: str) -> None:
    give_passkey(cast.vera, "sleutel")
    door = local(Client())
    door.get("/account/inloggen/sleutel/", headers={"accept": "application/json"})
    assert door.post("/account/inloggen/sleutel/", {"credential": credential}).status_code == 302
    second = half_way("vera")
    second.get(FACTOR)
    assert second.post(FACTOR, {"credential": credential}).status_code == 200
    own = local(weak(User.objects.create_user("x@thuis.example", PASSWORD)))
    own.get("/account/beveiliging/sleutel/")
    assert own.post("/account/beveiliging/sleutel/", {"credential": credential, "name": "x"}).status_code == 200


def test_staff_keep_their_last_factor_and_clients_need_none(cast: Cast, logged_in: Browser, clock: Any) -> None:
    staff = logged_in(cast.samira)
    assert "Dit is je laatste" in staff.get("/account/beveiliging/app/weg/").content.decode()
    staff.post("/account/beveiliging/app/weg/")
    assert Authenticator.objects.filter(user=cast.samira).count() == 1
    key = give_passkey(cast.samira, "sleutel")
    staff.post("/account/beveiliging/app/weg/")
    assert list(Authenticator.objects.filter(user=cast.samira, type__in=factors.REAL)) == [key]
    staff.post(f"/account/beveiliging/sleutel/{key.pk}/weg/")
    assert Authenticator.objects.filter(pk=key.pk).exists()
    own = give_passkey(cast.tom, "sleutel")
    client = logged_in(cast.tom)
    session = client.session
    session["account_authentication_methods"][0]["method"] = "mfa"
    session.save()
    client.post(f"/account/beveiliging/sleutel/{own.pk}/weg/")
    assert not Authenticator.objects.filter(user=cast.tom).exists()


def test_somebody_elses_passkey_does_not_exist(cast: Cast, logged_in: Browser) -> None:
    key = give_passkey(cast.vera, "sleutel")
    browser = logged_in(cast.samira)
    for tail in ("", "weg/"):
        for send in (browser.get, browser.post):
            assert send(f"/account/beveiliging/sleutel/{key.pk}/{tail}", {"name": "x"}).status_code == 404
    assert AuditEvent.objects.filter(action="factor.opened", outcome="denied").count() == 4
    key.refresh_from_db()
    assert key.data["name"] == "sleutel"


def test_a_passkey_gets_another_name(cast: Cast, logged_in: Browser) -> None:
    key = give_passkey(cast.vera, "sleutel")
    browser, page = logged_in(cast.vera), f"/account/beveiliging/sleutel/{key.pk}/"
    assert browser.post(page, {"name": "x" * 61}).context["form"].errors["name"]
    assert browser.post(page, {"name": "  Blauwe\u202e  sleutel\n"})["Location"] == "/account/beveiliging/"
    key.refresh_from_db()
    assert key.data["name"] == "Blauwe sleutel"


@pytest.mark.parametrize(("minutes", "asked"), [(4.9, False), (5.1, True)])
def test_what_matters_asks_again_after_five_minutes(
    cast: Cast, logged_in: Browser, clock: Any, minutes: float, asked: bool
) -> None:
    for user, ask in ((cast.samira, "/account/controle/stap/"), (cast.tom, "/account/controle/")):
        browser = logged_in(user)
        clock.shift(dt.timedelta(minutes=minutes))
        for name in ("account_email", "account_change_password", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
            for send in (browser.get, browser.post):
                answer = send(reverse(name))
                sent = (
                    answer.status_code == 302
                    and answer["Location"] == f"{ask}?next={reverse(name).replace('/', '%2F')}"
                )
                assert sent is asked, (name, answer.status_code, answer.get("Location"))


def test_asked_again_with_the_password_and_sent_on(cast: Cast, logged_in: Browser, clock: Any) -> None:
    browser = logged_in(cast.tom)
    clock.shift(6 * MINUTE)
    assert browser.post("/account/controle/?next=/account/e-mail/", {"password": "fout"}).status_code == 200
    answer = browser.post("/account/controle/?next=/account/e-mail/", {"password": PASSWORD})
    assert answer["Location"] == "/account/e-mail/"
    assert browser.get("/account/e-mail/").status_code == 200
    clock.shift(6 * MINUTE)
    answer = browser.post("/account/controle/?next=https://evil.example/", {"password": PASSWORD})
    assert answer["Location"] == "/start/"

"""Guessing costs time, everybody's guesses together too; it never locks anybody out."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts import throttle
from accounts.entrance import know_addresses
from accounts.models import AuditEvent, Throttle, User
from accounts.throttle import FAR, NEAR, admit, forgive, keys, near

HERE, THERE = "192.0.2.1", "192.0.2.2"
SECOND = dt.timedelta(seconds=1)
AT_ONCE = 40
RIGHT = "een lange zin die klopt"


def waits(rows: throttle.Keys, at: dt.datetime, times: int) -> list[float]:
    return [admit(rows, at).total_seconds() for _try in range(times)]


def test_five_tries_are_free_and_then_each_wait_is_longer(db: None, at: dt.datetime) -> None:
    rows = near("password", "tom@thuis.example", HERE)
    assert waits(rows, at, 7) == [0, 0, 0, 0, 0, 5, 5]
    for wait in (5, 10, 20, 40, 80, 160, 300, 300):
        assert admit(rows, at + dt.timedelta(seconds=wait) - SECOND) == SECOND
        at += dt.timedelta(seconds=wait)
        assert admit(rows, at) == dt.timedelta()


def test_success_gives_all_tries_back(db: None, at: dt.datetime) -> None:
    rows = keys("password", "tom@thuis.example", HERE)
    assert waits(rows, at, 5) == [0] * 5
    forgive(rows)
    assert waits(rows, at, 5) == [0] * 5


def test_somebody_elsewhere_holds_the_owner_up_for_seconds_only(db: None, at: dt.datetime) -> None:
    """Guessing from everywhere slows everyone down a little, and shuts nobody out."""
    for number in range(200):
        at += admit(keys("password", "samira@nabij.example", f"198.51.100.{number}"), at)
        admit(keys("password", "samira@nabij.example", f"198.51.100.{number}"), at)
    own = keys("password", "samira@nabij.example", HERE)
    assert admit(own, at) == FAR.longest
    assert admit(own, at + FAR.longest) == dt.timedelta()


def test_another_account_or_another_kind_of_try_is_not_held_up(db: None, at: dt.datetime) -> None:
    waits(keys("password", "tom@thuis.example", HERE), at, 9)
    assert admit(keys("password", "lisa@thuis.example", HERE), at) == dt.timedelta()
    assert admit(keys("factor", "tom@thuis.example", HERE), at) == dt.timedelta()


def test_one_household_counts_as_one_place(db: None, at: dt.datetime) -> None:
    assert near("x", "a", "2001:db8:1:2::3") == near("x", "a", "2001:db8:1:2:ffff::9")
    assert near("x", "a", "2001:db8:1:2::3") != near("x", "a", "2001:db8:1:3::3")
    assert near("x", "a", "::ffff:192.0.2.1") == near("x", "a", HERE)
    assert near("x", "a", "no address") != near("x", "a", HERE)


def test_an_emptied_cache_changes_nothing_and_no_address_is_kept(db: None, at: dt.datetime) -> None:
    rows = keys("password", "tom@thuis.example", HERE)
    waits(rows, at, 5)
    cache.clear()
    assert admit(rows, at) == NEAR.first
    kept = " ".join(Throttle.objects.values_list("key", flat=True))
    assert HERE not in kept and "tom" not in kept and len(kept) == 64 * 2 + 1


def test_after_a_day_it_is_forgotten(db: None, at: dt.datetime) -> None:
    rows, day = near("password", "tom@thuis.example", HERE), dt.timedelta(days=1)
    waits(rows, at, 8)
    assert throttle.forget_old(at + day) == 0
    assert admit(rows, at + day + SECOND) == dt.timedelta()
    assert Throttle.objects.get().failures == 1
    assert throttle.forget_old(at + 3 * day) == 1


@pytest.mark.parametrize(
    ("proxies", "passed", "place"),
    [
        (0, "", HERE),
        (0, "203.0.113.9", HERE),  # nobody of ours wrote that
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "made up, 203.0.113.9", "203.0.113.9"),
        (2, "made up, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "", HERE),
    ],
)
def test_only_our_own_proxies_say_where_somebody_is(settings: object, proxies: int, passed: str, place: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=HERE, **({"HTTP_X_FORWARDED_FOR": passed} if passed else {}))
    assert throttle.place_of(request) == place


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "Wacht 1 seconde"), (89.2, "Wacht 90 seconden"), (91, "Wacht 2 min")]
)
def test_the_wait_is_said_in_words(seconds: float, words: str) -> None:
    assert throttle.wait_words(dt.timedelta(seconds=seconds)).startswith(words)


def together(what: Callable[[int], object]) -> list[object]:
    """Forty at the same moment, each on a connection of its own. The clock stands still, however slow the machine."""
    gate, got = threading.Barrier(AT_ONCE), []

    def one(number: int) -> None:
        gate.wait(30)
        try:
            got.append(what(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(AT_ONCE)]
    with time_machine.travel(timezone.now(), tick=False):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    return got


def test_forty_at_once_get_no_further_than_forty_after_each_other(committed_db: None, at: dt.datetime) -> None:
    found = together(lambda number: admit(keys("code", "one", HERE), at))
    assert len(found) == AT_ONCE
    assert found.count(dt.timedelta()) == NEAR.free
    assert sorted(Throttle.objects.values_list("failures", flat=True)) == [NEAR.free, NEAR.free]


def test_forty_wrong_passwords_at_once_are_looked_at_five_times(committed_db: None) -> None:
    user = User.objects.create_user("tom@thuis.example", RIGHT)
    know_addresses([user])

    def guess(number: int) -> str:
        answer = Client(headers={"accept-language": "nl"}).post(
            "/account/inloggen/", {"login": user.email, "password": f"fout {number}"}
        )
        return "waits" if "probeer het dan opnieuw" in answer.content.decode() else f"{answer.status_code}"

    found = together(guess)
    assert (found.count("200"), found.count("waits")) == (NEAR.free, AT_ONCE - NEAR.free)
    assert AuditEvent.objects.filter(action="entrance.refused", part="password").count() == NEAR.free


def test_forty_wrong_codes_at_once_in_one_browser(committed_db: None) -> None:
    """The number of tries that allauth keeps in the session is read by all of them at once; ours is not."""
    user = User.objects.create_user("tom@thuis.example")
    know_addresses([user])
    first = Client(headers={"accept-language": "nl"})
    first.post("/account/inloggen/code/", {"email": user.email})
    cookie = first.cookies["__Host-session"].value

    def guess(number: int) -> str:
        browser = Client(headers={"accept-language": "nl"})
        browser.cookies["__Host-session"] = cookie
        answer = browser.post("/account/inloggen/code/invullen/", {"code": f"BBBB-{number:04}"})
        return "waits" if "probeer het dan opnieuw" in answer.content.decode() else "looked at"

    found = together(guess)
    assert len(found) == AT_ONCE
    row = Throttle.objects.get(key__in=near("code", cookie, "127.0.0.1"))
    assert row.failures <= NEAR.free
    assert AuditEvent.objects.filter(action="entrance.refused", part="code").count() <= NEAR.free + found.count("waits")
    assert timezone.now() - row.last_at < dt.timedelta(minutes=1)

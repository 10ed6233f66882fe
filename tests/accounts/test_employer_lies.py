"""A provider that lies, in one way at a time, lets nobody in; whatever it says, the page is calm."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.factories.cast import Cast
from tests.oidc.faulty import Liar, lying
from tests.oidc.visitor import FAILED, START, leave, refusals, tie, who


@pytest.fixture
def liar(settings: Any) -> Iterator[Liar]:
    with lying() as found:
        settings.OIDC = found.employer()
        yield found


NOW = int(time.time())


@pytest.mark.parametrize(
    ("claims", "fault", "why"),
    [
        ({"nonce": "another"}, "", "nonce"),
        ({"nonce": None}, "", "nonce"),
        ({"exp": NOW - 60, "iat": NOW - 600}, "", "expired"),
        ({"exp": None}, "", "token"),
        ({"iat": NOW + 3600}, "", "token"),
        ({"aud": "another"}, "", "aud"),
        ({"aud": ["nabij", "another"]}, "", "azp"),
        ({"azp": "another"}, "", "azp"),
        ({"iss": "https://elders.example"}, "", "iss"),
        ({"sub": ""}, "", "sub"),
        ({"sub": "x" * 192}, "", "sub"),
        ({"sub": 7}, "", "token"),
        ({}, "signature", "signature"),
        ({}, "none", "algorithm"),
        ({}, "hs256", "algorithm"),
        ({}, "kid", "key"),
        ({}, "garbage", "token"),
        ({}, "no token", "no_token"),
        ({}, "userinfo", "userinfo"),
    ],
)
def test_a_lie_lets_nobody_in(cast: Cast, liar: Liar, claims: dict[str, Any], fault: str, why: str) -> None:
    tie(cast.tom)
    browser = Client()
    back = liar.code_for(leave(browser))
    liar.claims, liar.fault = claims, fault
    assert browser.get(back)["Location"] == FAILED
    assert who(browser) is None
    assert refusals() == [why]


def test_the_liar_tells_the_truth_once(cast: Cast, liar: Liar) -> None:
    """So that the refusals above are for the lie and for nothing else."""
    tie(cast.tom)
    browser = Client()
    assert browser.get(liar.code_for(leave(browser)))["Location"] == "/start/"
    assert who(browser) == cast.tom


@pytest.mark.parametrize("fault", ["issuer", "nonsense", "empty", "500"])
def test_nonsense_about_itself_is_a_calm_page(cast: Cast, liar: Liar, fault: str) -> None:
    browser = Client()
    back = liar.code_for(leave(browser))
    liar.fault = fault
    assert browser.post(START)["Location"] == FAILED
    assert browser.get(back)["Location"] == FAILED


def test_a_log_in_of_long_ago_does_not_do(cast: Cast, liar: Liar, settings: Any) -> None:
    tie(cast.tom)
    settings.OIDC = liar.employer(max_age=600)
    for auth_time, place in ((NOW - 3600, FAILED), (None, FAILED), (int(time.time()), "/start/")):
        browser = Client()
        url = leave(browser)
        assert parse_qs(urlsplit(url).query)["max_age"] == ["600"]
        liar.claims = {"auth_time": auth_time}
        assert browser.get(liar.code_for(url))["Location"] == place
    assert refusals() == ["auth_time", "auth_time"]


def test_an_answer_of_another_issuer_is_refused(cast: Cast, liar: Liar) -> None:
    tie(cast.tom)
    browser = Client()
    back = liar.code_for(leave(browser))
    assert browser.get(f"{back}&iss=https%3A%2F%2Felders.example")["Location"] == FAILED

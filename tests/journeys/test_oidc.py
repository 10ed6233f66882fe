"""Logging in with the employer in a real browser, through the provider's own page and back, under our strict policy."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.client import press, words
from tests.journeys.site import Site
from tests.oidc.provider import PEOPLE, SECRET, Provider

pytestmark = pytest.mark.long

TIE = """
from allauth.socialaccount.models import SocialAccount
from accounts.models import User
SocialAccount.objects.create(user=User.objects.get(email="samira@nabij.example"), provider="%s", uid="emp-2")
"""
CLAIMS = """
[[role]]
claim = "groups"
value = "west"
team = "regional-west"
role = "regional_worker"
"""


@pytest.fixture(scope="module")
def employed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Provider]]:
    """A site whose people can log in with their employer; Samira has tied hers."""
    site = Site(tmp_path_factory.mktemp("site"))
    provider = Provider(tmp_path_factory.mktemp("provider"), site.url).start()
    table = site.folder / "claims.toml"
    table.write_text(CLAIMS)
    site.given |= {
        "NABIJ_OIDC_ISSUER": provider.issuer,
        "NABIJ_OIDC_CLIENT_SECRET": SECRET,
        "NABIJ_OIDC_NEW_ACCOUNTS": "yes",
        "NABIJ_OIDC_CLAIMS": str(table),
    }
    try:
        site.start("web server")
        site.python(TIE % provider.issuer)
        yield site, provider
    finally:
        provider.stop()
        site.stop()


@pytest.fixture
def visit(chromium: Browser, employed: tuple[Site, Provider]) -> Iterator[Callable[..., Page]]:
    """A fresh browser at the log-in page; nothing may be refused by the policy on the way."""
    contexts, refused = [], []

    def make(locale: str = "nl-NL") -> Page:
        context = chromium.new_context(locale=locale)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None)
        page.goto(employed[0].url + "/account/inloggen/")
        return page

    yield make
    for context in contexts:
        context.close()
    assert refused == []


def log_in(page: Page, number: str, *, factor: bool = False) -> Page:
    """Our button, their page, and back."""
    press(page.locator("form.employer-login button"))
    assert "Inloggen bij je werkgever" in words(page)
    page.fill("[name=login]", number)
    if factor:
        page.check("[name=factor]")
    with page.expect_navigation(url="http://127.0.0.1:*/**"):
        page.click("button[value=in]")
    page.wait_for_load_state()
    return page


def test_a_colleague_who_used_a_pass_is_at_work_at_once(visit: Callable[..., Page]) -> None:
    page = log_in(visit(), "emp-2", factor=True)
    assert page.url.endswith("/loket/")
    assert "Samira El Amrani" in words(page)


def test_a_colleague_who_used_no_pass_is_asked_for_our_factor(visit: Callable[..., Page]) -> None:
    page = log_in(visit(), "emp-2")
    assert page.url.endswith("/account/inloggen/controle/")
    page.goto(page.url.replace("/account/inloggen/controle/", "/loket/"))
    assert "/account/" in page.url


def test_someone_new_has_an_account_without_a_role_and_a_role_by_a_claim(
    visit: Callable[..., Page], employed: tuple[Site, Provider]
) -> None:
    site, provider = employed
    page = log_in(visit(), "emp-1")
    assert page.url.endswith("/mijn/")
    answer = page.goto(site.url + "/overnemen/")
    assert answer.status == 404
    provider.say(PEOPLE | {"emp-1": PEOPLE["emp-1"] | {"groups": ["west"]}})
    assert log_in(visit(), "emp-1", factor=True).url.endswith("/overnemen/")
    provider.say(PEOPLE)
    assert log_in(visit(), "emp-1", factor=True).url.endswith("/mijn/")


def test_stopping_there_leads_back_and_a_provider_that_is_away_is_said(
    visit: Callable[..., Page], employed: tuple[Site, Provider]
) -> None:
    page = visit("en-GB")
    press(page.locator("form.employer-login button"))
    with page.expect_navigation(url="**/account/inloggen/"):
        page.click("button[value=stop]")
    employed[1].stop()
    press(page.locator("form.employer-login button"))
    assert "Logging in did not work" in words(page)
    press(page.locator("main .actions a"))
    assert page.url.endswith("/account/inloggen/")
    employed[1].start()

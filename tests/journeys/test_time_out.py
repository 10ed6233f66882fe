"""Two minutes before the end: a warning that keeps the text, in a real browser with and without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.client import press, words
from tests.journeys.site import Site
from tests.journeys.staff import Worker

pytestmark = pytest.mark.long

WORDS = "Ik sprak haar vandaag. Ze slaapt weer beter."
AGE = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
for row in Session.objects.all():
    store = SessionStore(row.session_key)
    if "use" in store:
        store["use"] = store["use"] | {"seen": store["use"]["seen"] - %d}
        store.save()
"""


def an_age_passes(site: Site, page: Page, seconds: int) -> None:
    """On the server all sessions are that much longer unused; in the browser the clock runs on."""
    site.python(AGE % seconds)
    page.clock.fast_forward(seconds * 1000)


@pytest.fixture
def typing(worker: Callable[[str], Worker], whole_site: Site) -> Page:
    """Arie, who changes the name of a unit and is called away."""
    arie = worker("arie")
    arie.page.clock.install()
    arie.go("/organisatie/blad/branches/nieuw/")
    arie.page.fill("[name=name_nl]", WORDS)
    return arie.page


def test_somebody_who_is_still_there_stays(typing: Page, whole_site: Site) -> None:
    dialog = typing.locator("dialog#time-out")
    expect(dialog).to_be_hidden()
    an_age_passes(whole_site, typing, 13 * 60 + 5)
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Over 2 minuten sluiten we af. Je tekst is bewaard.", use_inner_text=True)
    assert dialog.get_attribute("role") == "alertdialog"
    expect(typing.locator(":focus")).to_have_text("Blijf")
    assert whole_site.count("SELECT count(*) FROM accounts_kepttext") == 1
    typing.clock.fast_forward(60_000)
    expect(dialog.locator("[data-say]")).to_have_text("Nog één minuut.")
    press_without_leaving(typing)
    expect(dialog).to_be_hidden()
    expect(typing.locator(":focus")).to_have_attribute("name", "name_nl")
    assert typing.input_value("[name=name_nl]") == WORDS
    assert whole_site.count("SELECT count(*) FROM accounts_kepttext") == 0
    an_age_passes(whole_site, typing, 12 * 60)
    expect(dialog).to_be_hidden()


def press_without_leaving(page: Page) -> None:
    with page.expect_response("**/account/sessies/blijf/"):
        page.keyboard.press("Enter")


def test_somebody_who_has_gone_finds_an_empty_page_and_later_the_text(
    typing: Page, whole_site: Site, worker: Callable[[str], Worker]
) -> None:
    an_age_passes(whole_site, typing, 13 * 60 + 5)
    expect(typing.locator("dialog#time-out")).to_be_visible()
    with typing.expect_navigation(url="**/account/inloggen/**"):
        an_age_passes(whole_site, typing, 2 * 60)
    assert WORDS not in typing.content()
    assert "next=%2Forganisatie%2Fblad%2Fbranches%2Fnieuw%2F" in typing.url
    other = worker("bram")
    assert WORDS not in other.go("/account/bewaard/")
    with pytest.raises(AssertionError, match="We hebben je tekst bewaard"):  # and not where log_in wants to be
        Worker(typing, whole_site.url, "arie").log_in()
    assert WORDS in words(typing)
    press(typing.locator("main button", has_text="Verstuur het nu"))
    assert typing.input_value("[name=name_nl]") == WORDS
    assert whole_site.count("SELECT count(*) FROM accounts_kepttext") == 0

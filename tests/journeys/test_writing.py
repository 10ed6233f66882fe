"""A note that keeps itself, in a real browser: while typing, in two tabs, and after the session has ended."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.client import press, words
from tests.journeys.site import Site
from tests.journeys.staff import Worker
from tests.journeys.test_time_out import AGE

pytestmark = pytest.mark.long

MINE = "Tom kwam binnen met een lach."
MORE = " Hij sliep goed."
OTHER = "Een heel andere tekst."


@pytest.fixture
def bram(worker: Callable[[str], Worker]) -> Worker:
    """At his own case that has no notes yet."""
    found = worker("bram")
    found.go("/zaken/")
    found.page.locator("tbody a.ref").last.click()
    found.page.locator("a[href$='/verslagen/']").click()
    return found


def begin(page: Page) -> None:
    press(page.locator("a[href='?new=1#write']").first)


def type_in(page: Page, text: str) -> None:
    """As somebody types, and then waits a moment."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("[name=body]").press_sequentially(text)


def test_what_is_typed_is_kept_and_two_tabs_lose_nothing(bram: Worker) -> None:
    page, path = bram.page, bram.page.url
    begin(page)
    type_in(page, MINE)
    expect(page.locator("#kept-line")).to_contain_text("Bewaard om")
    type_in(page, MORE)
    second = page.context.new_page()
    second.goto(path)
    assert "Je begon aan een dossierverslag." in words(second)
    begin(second)
    assert second.input_value("[name=body]") == MINE + MORE
    second.fill("[name=body]", "")
    type_in(second, OTHER)  # it began with what the first one kept, so it may go on with it
    expect(second.locator("#kept-line")).to_contain_text("Bewaard om")
    type_in(page, " En nu?")
    expect(page.locator("#kept-other")).to_contain_text(OTHER)
    assert page.input_value("[name=body]") == f"{MINE}{MORE} En nu?"
    press(page.locator("button[name=over]"))
    page.goto(path + "?new=1")
    assert page.input_value("[name=body]") == f"{MINE}{MORE} En nu?"
    press(page.locator("button[name=do][value=save]"))
    assert MINE in words(page) and "Je begon aan" not in words(page)


def test_after_the_end_of_a_session_the_text_is_still_there(bram: Worker, whole_site: Site) -> None:
    page = bram.page
    begin(page)
    whole_site.python(AGE % 7200)
    with page.expect_navigation(url="**/account/inloggen/**"):
        page.fill("[name=body]", MINE)
    with pytest.raises(AssertionError, match="We hebben je tekst bewaard"):
        bram.log_in()
    assert MINE in words(page)
    press(page.get_by_role("button", name="Gooi het weg"))


def test_it_is_kept_without_a_pause_and_on_the_way_out(bram: Worker) -> None:
    page, path = bram.page, bram.page.url
    begin(page)
    page.locator("[name=body]").press_sequentially("Dit gaat maar door. " * 4, delay=90)  # never two seconds at rest
    expect(page.locator("#kept-line")).to_contain_text("Bewaard om", timeout=1000)
    page.locator("[name=body]").press_sequentially("En weg.")
    press(page.get_by_role("link", name="Plan en doelen"))
    page.goto(path + "?new=1")
    assert page.input_value("[name=body]") == "Dit gaat maar door. " * 4 + "En weg."
    press(page.locator("button[name=do][value=save]"))


def test_a_message_that_is_not_kept_is_asked_about_before_it_is_left(bram: Worker) -> None:
    page, asked = bram.page, []
    press(page.get_by_role("link", name="Berichten", exact=False).first)
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("[name=body]").press_sequentially("Dag Tom")
    page.get_by_role("link", name="Plan en doelen").click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"] and page.input_value("[name=body]") == "Dag Tom"
    press(page.locator("[data-unsaved] button[type=submit]"))
    assert asked == ["beforeunload"] and "Dag Tom" in words(page)

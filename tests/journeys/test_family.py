"""Tom lets Max look along, in both languages, with JavaScript and without; and stops it while Max has the page open."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.client import EN, NL, press, words
from tests.journeys.records import Records
from tests.journeys.site import Site
from tests.journeys.staff import Worker
from tests.journeys.test_partner import reference_of

YES = {NL: "Ja, ik kijk mee", EN: "Yes, look along"}
NAMED = {NL: "Je bent genoemd als contactpersoon van Tommie.", EN: "You are named as contact person for Tommie."}
GONE = {NL: "Deze pagina bestaat niet", EN: "This page does not exist"}


@pytest.mark.parametrize(("language", "script"), [(NL, True), (EN, False)])
def test_invited_let_in_and_withdrawn_while_the_page_is_open(
    language: str, script: bool, whole_site: Site, records: Records, open_page: Callable[..., Page]
) -> None:
    reference = reference_of(records, "tom@thuis.example")
    tom = someone("tom", open_page(script=script), whole_site, language)
    max_ = someone("max", open_page(script=script), whole_site, language)
    link, code = invites(tom, reference)
    page = accepts(max_, link, code, language)
    assert NAMED[language] in words(max_.page)
    assert reference not in words(max_.page)
    withdraws(tom, reference)
    answer = max_.page.reload()
    assert answer is not None and answer.status == 404
    assert GONE[language] in words(max_.page)
    assert max_.status(page) == max_.status("/mijn/mee/00000000-0000-0000-0000-000000000001/") == 404
    assert max_.status(link) == 404
    assert not [letter for letter in whole_site.mailbox.letters if "max@thuis.example" in str(letter)]


def someone(name: str, page: Page, site: Site, language: str) -> Worker:
    """Logged in, and reading in this language."""
    page.context.add_cookies(
        [{"name": "__Host-language", "value": language, "url": site.url.replace("http:", "https:")}]
    )
    return Worker(page, site.url, name).log_in("thuis")


def invites(tom: Worker, reference: str) -> tuple[str, str]:
    """The form, the warning, and then the link and the code."""
    page = tom.page
    tom.go(f"/mijn/{reference}/mee/nieuw/")
    page.fill("[name=name]", "Max")
    page.fill("[name=called]", "Tommie")
    page.check("[name=scope][value=messages]")
    page.check("[name=way][value=link]")
    press(page.locator("main form .actions button"))
    assert "Max" in page.locator("h1").inner_text()
    press(page.locator(".interrupt button"))
    link = page.locator("p.mono").inner_text().replace("\n", "")
    return link.removeprefix(tom.url), page.locator(".receipt .ref").inner_text()


def accepts(guest: Worker, link: str, code: str, language: str) -> str:
    """First a wrong code, then the right one, then yes; returns the page."""
    page = guest.page
    seen = guest.go(link)
    assert "Tommie" not in seen and "Max" not in page.locator("main").inner_text()
    for typed in ("0000 0000", code):
        page.fill("[name=code]", typed)
        press(page.locator("main form .actions button"))
    assert "Tommie" in words(page)
    press(page.get_by_role("button", name=YES[language]))
    return page.url.removeprefix(guest.url)


def withdraws(tom: Worker, reference: str) -> None:
    tom.go(f"/mijn/{reference}/mee/")
    press(tom.page.locator("article h2 a", has_text="Max"))
    press(tom.page.locator("button[name=do][value=withdraw]"))

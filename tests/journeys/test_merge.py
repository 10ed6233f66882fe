"""Somebody asks twice: the desk puts both together, finds that it was a mistake, and takes them apart; and later they
come back without telling it again."""

from collections.abc import Callable

import pytest

from tests.journeys.client import EN, NL, Client, Request, Sent, press, words
from tests.journeys.records import Records
from tests.journeys.site import Site
from tests.journeys.staff import Worker

STORIES = {
    NL: ("Mijn leidinggevende kleineert me.", "Ik vroeg het eerder al, maar nu met mijn nummer erbij."),
    EN: ("My manager belittles me.", "I asked before, and now I add my number."),
}
WHY = "Zelfde stem, en ze noemde beide kenmerken."


@pytest.mark.parametrize(("language", "script"), [(NL, True), (EN, False)])
def test_a_merge_and_its_undo_and_coming_back(
    whole_site: Site, records: Records, client: Callable[..., Client], worker: Callable[[str], Worker],
    language: str, script: bool,
) -> None:  # fmt: skip
    noor, again = (client(language, script=script) for _time in range(2))
    first, second = noor.ask(_request(language, 0)), again.ask(_request(language, 1))
    samira = worker("samira")
    the_desk_puts_them_together(samira, first, second, records)
    either_page_still_opens(noor, again, first, second)
    it_was_a_mistake(samira, first, second, records)
    it_ends_and_she_comes_back(samira, noor, first, records)


def _request(language: str, number: int) -> Request:
    return Request(STORIES[language][number], ("conflict",), name="Noor", phone="06 00 00 00 21", channels=("phone",))


def the_desk_puts_them_together(samira: Worker, first: Sent, second: Sent, records: Records) -> None:
    """First that it is one person, with the reason; then which of the two goes on. Both stories stand on one page."""
    samira.go(f"/zaken/{first.reference}/zelfde-persoon/")
    samira.page.fill("[name=reference]", second.reference)
    samira.page.fill("[name=reason]", WHY)
    samira.page.check("[name=sure]")
    press(samira.page.locator("section[aria-labelledby=add] .actions button"))
    press(samira.page.locator(f"a[href$='/samen/{second.reference}/']"))
    samira.page.check(f"[name=stays][value='{first.reference}']")
    samira.page.fill("[name=reason]", WHY)
    samira.page.check("[name=sure]")
    press(samira.page.locator("main form .actions button").first)
    assert samira.page.url.endswith(f"/zaken/{first.reference}/")
    assert f"Ook {second.reference}" in words(samira.page)
    assert records.case(second.reference, "c.state, c.outcome") == ("closed", "merged")
    samira.go(f"/zaken/{second.reference}/")
    assert samira.page.url.endswith(f"/zaken/{first.reference}/")


def either_page_still_opens(noor: Client, again: Client, first: Sent, second: Sent) -> None:
    """Her two pages stay hers; the one that went says where it goes on, and nothing of the other."""
    noor.follow(first)
    assert first.promise in noor.look()
    again.follow(second)
    page = again.look()
    assert again.say("We gaan verder met de andere", "We go on with the other one") in page
    assert first.reference not in page and again.page.locator("a[href$='/weer/']").count() == 0


def it_was_a_mistake(samira: Worker, first: Sent, second: Sent, records: Records) -> None:
    """Taken apart, the second is where it was, as if nothing had happened."""
    samira.go(f"/zaken/{first.reference}/samen/{second.reference}/")
    press(samira.page.locator(".interrupt button"))
    assert f"Ook {second.reference}" not in samira.go(f"/zaken/{first.reference}/")
    assert records.case(second.reference, "c.state, c.outcome, c.closed_at") == ("submitted", "", None)
    assert samira.open(second.reference)


def it_ends_and_she_comes_back(samira: Worker, noor: Client, first: Sent, records: Records) -> None:
    """Solved at the desk; some days later it is not over: one button, no story, a new promise."""
    samira.open(first.reference)
    samira.do("take")
    samira.assess()
    samira.open(first.reference)
    samira.record_attempt("spoken")
    samira.open(first.reference)
    samira.solve("Samen een brief opgesteld.")
    assert records.state(first.reference) == "closed"
    noor.look()
    press(noor.page.locator("a[href$='/weer/']"))
    press(noor.page.locator("main form .actions button").first)
    assert records.state(first.reference) == "submitted"
    assert noor.step() == noor.say("Ontvangen", "Received") and noor.promise()
    assert STORIES[noor.language][0] in samira.open(first.reference)

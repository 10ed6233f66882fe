"""What people do to a site without meaning harm, or meaning it: twice, at once, too late, too long, and too often."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page

from tests.journeys.client import EN, NL, Client, Request, press, words
from tests.journeys.records import Records
from tests.journeys.site import Site
from tests.journeys.staff import Worker
from tests.mailbox import eventually

PLAIN = Request("Hoe vraag ik zorgverlof aan?", ("question",), unit="90 Fictief Bataljon")
INTAKES = "SELECT count(*) FROM cases_intake"
NOTATIONS = (
    "0612345678", "06-12345678", "06 12 34 56 78", "+31 6 12345678", "0031612345678", "(06) 12.34.56.78",
)  # fmt: skip


@pytest.mark.parametrize("script", [True, False])
def test_sending_twice_going_back_and_sending_again_is_one_request(
    whole_site: Site, client: Callable[..., Client], script: bool
) -> None:
    before = whole_site.count(INTAKES)
    iris = client(NL, script=script)
    iris.answer(PLAIN)
    iris.page.locator("#intake button[name=send]").dblclick(no_wait_after=True)
    iris.page.wait_for_selector(".receipt .ref")
    first = iris.received()
    iris.page.reload()  # the browser sends the form again
    assert iris.received() == first
    go_back(iris.page)
    assert iris.send() == first
    assert whole_site.count(INTAKES) == before + 1


def back(page: Page) -> None:
    with suppress(Error):  # the page may be gone before it answers
        page.evaluate("history.back()")


def go_back(page: Page) -> None:
    """Back to the page before; a browser that wants the form sent again for that, gets it."""
    back(page)
    page.wait_for_timeout(500)
    if page.locator("#intake button[name=send]").count() == 0:
        page.reload()
    page.wait_for_selector("#intake button[name=send]")


def test_a_stale_page_of_the_desk_keeps_what_was_typed(
    records: Records, client: Callable[..., Client], worker: Callable[[str], Worker]
) -> None:
    iris, samira = client(EN, script=False), worker("samira")
    sent = iris.ask(PLAIN)
    samira.open(sent.reference)
    samira.do("take")
    samira.choose_outcome("solved_at_desk")
    samira.page.fill("[name=decide-note]", "Formulier gestuurd en uitgelegd.")
    iris.follow(sent)
    iris.add("My sister needs it too.")
    samira.send_decision()
    assert records.state(sent.reference) == "in_triage"
    assert "Formulier gestuurd en uitgelegd." in words(samira.page) and "Iemand heeft" in words(samira.page)
    press(samira.page.locator("main form button.btn-primary"))
    assert records.case(sent.reference, "c.state, c.outcome") == ("closed", "solved_at_desk")
    assert "Formulier gestuurd en uitgelegd." in samira.go(f"/zaken/{sent.reference}/")


def test_two_workers_accept_at_once(whole_site: Site, records: Records, worker: Callable[[str], Worker]) -> None:
    reference = str(
        whole_site.sql(
            "SELECT c.reference FROM cases_case c JOIN referrals_referral r ON r.case_id = c.id JOIN accounts_team t"
            " ON t.id = r.to_team_id WHERE r.state = 'offered' AND t.code = 'regional-west' LIMIT 1"
        )[0][0]
    )
    both = [worker("bram"), worker("ilse")]
    buttons = []
    for one in both:
        assert one.card(reference)
        card = one.page.locator(f"section[aria-labelledby=list-offered] article:has-text('{reference}')")
        card.locator("[name=read]").check()
        buttons.append(card.locator("button[type=submit]"))
    for button in buttons:
        button.click(no_wait_after=True)
    for one in both:
        one.page.wait_for_url(lambda url: "?region=1" not in url)
    winner = records.owner(reference)
    lost = next(one for one in both if not winner.lower().startswith(one.name))
    won = next(one for one in both if one is not lost)
    assert won.page.url.endswith(f"/zaken/{reference}/")
    assert f"{winner} heeft deze zaak al" in words(lost.page)
    assert lost.status(f"/zaken/{reference}/") == 404
    assert records.audit(reference).count("referral.accepted") == 1


@pytest.mark.parametrize("way", ["button", "button without script", "hidden link", "three times shift"])
def test_leaving_at_once_leaves_nothing_behind(whole_site: Site, client: Callable[..., Client], way: str) -> None:
    iris = client(NL, script="without" not in way)
    sent = iris.ask(PLAIN)
    iris.follow(sent)
    sessions = whole_site.count("SELECT count(*) FROM django_session")
    leave(iris.page, way)
    iris.page.wait_for_url("http://localhost:*/health/live")
    assert eventually(lambda: whole_site.count("SELECT count(*) FROM django_session") == sessions - 1)
    assert [cookie["name"] for cookie in iris.page.context.cookies(iris.url)] == []
    back(iris.page)
    iris.page.wait_for_timeout(700)
    seen = words(iris.page)
    assert sent.reference not in seen and "zorgverlof" not in seen and sent.phrase not in seen
    iris.page.goto(f"{iris.url}/volgen/aanvraag/")
    assert iris.page.url == f"{iris.url}/volgen/"


def leave(page: Page, way: str) -> None:
    """Quick exit, by one of its ways."""
    if way == "hidden link":
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.locator("a.skip[data-exit]").evaluate("link => link === document.activeElement")
        page.keyboard.press("Enter")
    elif way == "three times shift":
        for _press in range(3):
            page.keyboard.press("Shift")
    else:
        page.locator("#exit").click()


def test_who_is_logged_in_and_leaves_at_once_is_logged_out(whole_site: Site, open_page: Callable[..., Page]) -> None:
    lisa = Worker(open_page(), whole_site.url, "lisa").log_in("thuis")
    assert lisa.page.locator("article").count() >= 1
    leave(lisa.page, "three times shift")
    lisa.page.wait_for_url("http://localhost:*/health/live")
    lisa.go("/mijn/")
    assert "/account/inloggen/" in lisa.page.url


def test_odd_words_are_kept_and_too_long_ones_are_told_beside_the_field(
    client: Callable[..., Client], worker: Callable[[str], Worker]
) -> None:
    iris = client(NL, script=False)
    iris.answer(Request("Hallo \x00 مرحبا 🙂 <b>vet</b> {{ 7 }}", unit="Onbekende sectie 😀"))
    change_contact(iris)
    iris.page.fill("[name=name]", "é" * 300)
    iris.go_on()
    assert "180 tekens te lang" in iris.page.locator(".field-error").inner_text()
    assert iris.page.input_value("[name=name]") == "é" * 300
    iris.page.fill("[name=name]", "مريم 🙂\x00")
    iris.go_on()
    sent = iris.send()
    seen = worker("samira").open(sent.reference)
    for kept in ("مرحبا 🙂 <b>vet</b> {{ 7 }}", "مريم 🙂", "Onbekende sectie 😀"):
        assert kept in seen


def change_contact(iris: Client) -> None:
    """From the page with all answers back to question 7."""
    press(iris.page.locator("button[name=change][value=contact]").first)


def test_a_phone_number_in_any_notation(client: Callable[..., Client]) -> None:
    iris = client(NL, script=True)
    iris.answer(Request("Bel mij.", channels=("phone",), phone="088 000 00 15"))
    for written in NOTATIONS:
        change_contact(iris)
        iris.page.fill("[name=phone]", written)
        iris.go_on()
        assert "06 12 34 56 78" in words(iris.page), written
    change_contact(iris)
    iris.page.fill("[name=phone]", "bel maar")
    iris.go_on()
    assert "Vul een telefoonnummer in" in iris.page.locator(".field-error").inner_text()
    assert iris.page.input_value("[name=phone]") == "bel maar"


def test_after_five_wrong_tries_one_waits_and_is_never_locked_out(
    whole_site: Site, records: Records, client: Callable[..., Client]
) -> None:
    iris = client(EN, script=False)
    sent = iris.ask(PLAIN)
    for _try in range(5):
        iris.try_phrase(sent.reference, "these-are-not-the-right-words")
        assert "do not belong together" in words(iris.page)
    iris.fill_in(sent.reference, sent.phrase)
    whole_site.sql("UPDATE accounts_throttle SET last_at = now()")  # a slow machine may have waited long enough
    press(iris.page.locator("main form .actions button"))
    assert "then try again" in words(iris.page) and iris.page.url == f"{iris.url}/volgen/"
    time.sleep(5.1)
    iris.follow(sent)
    assert records.audit(sent.reference)[1:] == ["denied follow.refused"] * 5 + ["follow.opened", "case.viewed"]

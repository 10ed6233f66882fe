"""The desk is always open: a night with a sleeping first line, a caller who cannot read, an e-mail, a swap.

One site for all four, which can send text messages and looks into a mailbox.

The night is last Saturday's: with the ticker and the scheduler at rest the request is taken in and the sweeps are run
with its moments, as in test_accident.py. The worker that delivers lives now, and so does the tap: for that the second
in line gets a shift that covers this moment, and the calls are brought to it.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Page

from tests.gateway import Gateway
from tests.imap import Imap
from tests.journeys.client import NL, Client, Sent, press, words
from tests.journeys.records import Records
from tests.journeys.site import Site, running
from tests.journeys.staff import Worker
from tests.journeys.test_accident import STEPS, last_saturday_night, sweep, taken_in
from tests.letters import DESK, letter
from tests.mailbox import eventually

KINDS = """
    SELECT t.kind, t.facts FROM cases_timelineentry t JOIN cases_case c ON c.id = t.case_id
    WHERE c.reference = %s AND t.kind LIKE 'alert%%' ORDER BY t.at, t.id
"""
QUARTER, HALF_HOUR = 15, 30
MARA = "mirre@buiten.example"
STORY = "Mijn sergeant schreeuwt elke dag tegen me. Ik durf niet meer naar de kazerne."
ROSTER = "/organisatie/rooster/"
ON_SHIFT = """
    INSERT INTO accounts_shift (team_id, user_id, position, starts_at, ends_at)
    SELECT t.id, u.id, 9, now() - interval '1 minute', least(now() + interval '2 hours', (
        SELECT min(starts_at) FROM accounts_shift WHERE user_id = u.id AND starts_at > now()
    )) FROM accounts_team t, accounts_user u
    WHERE t.code = 'desk' AND u.email = 'samira@nabij.example' ON CONFLICT DO NOTHING
"""
RUNNING = """
    SELECT u.email, s.starts_at, s.ends_at FROM accounts_shift s JOIN accounts_user u ON u.id = s.user_id
    WHERE s.position = %s AND s.team_id = (SELECT id FROM accounts_team WHERE code = 'desk')
    AND s.ends_at > now() - interval '30 minutes' AND s.starts_at <= now() ORDER BY s.starts_at
"""
TOLD = """
    SELECT 1 FROM accounts_notice n JOIN accounts_user u ON u.id = n.user_id
    WHERE u.email = %s AND n.kind = 'swap.answered' AND n.channel = 'email' AND n.sent_at IS NOT NULL
"""
MINE = """
    SELECT s.id, s.position FROM accounts_shift s JOIN accounts_user u ON u.id = s.user_id
    WHERE u.email = 'samira@nabij.example' AND s.starts_at <= now() AND s.ends_at > now()
"""


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    found = Gateway().start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def imap() -> Iterator[Imap]:
    server = Imap().start()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def whole_site(tmp_path_factory: pytest.TempPathFactory, gateway: Gateway, imap: Imap) -> Iterator[Site]:
    """A site of these tests' own, with every channel."""
    given = {
        "NABIJ_SMS_URL": f"{gateway.url}/send", "NABIJ_IMAP_HOST": "127.0.0.1", "NABIJ_IMAP_PORT": str(imap.port),
        "NABIJ_IMAP_TLS": "none", "NABIJ_IMAP_USER": DESK, "NABIJ_IMAP_PASSWORD": "geheim", "NABIJ_IMAP_SECONDS": "5",
    }  # fmt: skip
    with running(tmp_path_factory.mktemp("open"), **given) as site:
        yield site


@pytest.fixture
def at_rest(whole_site: Site) -> Iterator[None]:
    """Nothing happens by itself for the length of a test."""
    for part in ("ticker", "scheduler"):
        whole_site.parts[part].stop()
    yield
    for part in ("ticker", "scheduler"):
        whole_site.part(part)


def texts_about(reference: str, site: Site, gateway: Gateway) -> list[str]:
    """Every text message about a request, whatever else the site sends: its alert stands in their links."""
    alerts = site.sql(
        "SELECT a.id::text FROM cases_alert a JOIN cases_case c ON c.id = a.case_id WHERE c.reference = %s", reference
    )
    sent = [json.loads(asked.body) for asked in gateway.asked]
    return [body["text"] for body in sent if "/w/" in body["text"] and (_alert_in(body["text"]),) in alerts]


def _alert_in(text: str) -> str:
    return str(UUID(bytes=base64.urlsafe_b64decode(text.rstrip("/").rsplit("/", 1)[-1])[:16]))


@pytest.mark.usefixtures("at_rest")
def test_past_a_sleeping_first_line(
    whole_site: Site, records: Records, gateway: Gateway, open_page: Callable[..., Page],
    worker: Callable[[str], Worker],
) -> None:  # fmt: skip
    site, night = whole_site, last_saturday_night()
    reference, handler, _promised = taken_in(site, night)
    assert handler == "AFTER_HOURS_LINE"
    assert eventually(lambda: len(texts_about(reference, site, gateway)) == 1, 60)
    assert site.sql(STEPS, reference) == [("nadia@nabij.example", "duty_1")]
    sweep(site, night.replace(minute=30 + QUARTER - 1))
    assert len(site.sql(STEPS, reference)) == 1
    sweep(site, night.replace(minute=30 + QUARTER))
    assert site.sql(STEPS, reference)[1:] == [("otto@nabij.example", "duty_2")]
    assert eventually(lambda: len(texts_about(reference, site, gateway)) == 2, 60)
    message = texts_about(reference, site, gateway)[-1]
    assert re.fullmatch(r"Er is iets voor je op de wachtpagina\. " + re.escape(site.url) + r"/w/\S+/", message)
    otto_taps(site, records, reference, message.split()[-1], open_page(script=False))
    sweep(site, night.replace(minute=30 + HALF_HOUR - 1))
    assert len(site.sql(STEPS, reference)) == 2
    he_calls(worker("otto"), reference)
    the_chain_is_told(site, reference)


def otto_taps(site: Site, records: Records, reference: str, link: str, phone: Page) -> None:
    """Opening the link does nothing, as when a program looks at it; the button does, once, without a log-in."""
    records.put_on_shift("otto")
    site.sql(
        "UPDATE cases_alertstep SET at = now() WHERE alert_id IN (SELECT id FROM cases_alert WHERE case_id ="
        " (SELECT id FROM cases_case WHERE reference = %s))",
        reference,
    )
    phone.goto(link)
    assert "Er is iets voor je" in words(phone)
    assert reference not in phone.content()
    assert records.state(reference) == "submitted"
    press(phone.locator("form button"))
    assert "Je bent ermee bezig" in words(phone)
    assert (records.owner(reference), records.state(reference)) == ("Otto Blom", "in_triage")
    phone.goto(link)
    assert "Niets te doen" in words(phone)


def he_calls(otto: Worker, reference: str) -> None:
    """The number stands on the duty page under what to avoid; the clock runs until he has spoken with him."""
    otto.page.goto(otto.url + "/wacht/")
    card = otto.page.locator(f"section[aria-labelledby='mine-{reference}']")
    assert "Naam van het loket niet noemen" in card.inner_text()
    assert card.locator("a[href^='tel:']").count() == 1
    press(card.locator("button[value='no_answer']"))
    assert "Geprobeerd om" in card.inner_text()
    press(card.locator("button[value='spoken']"))
    assert f"/loket/{reference}/" in otto.page.url


def the_chain_is_told(site: Site, reference: str) -> None:
    """Everything that was tried, in order, on the timeline of the request."""
    told = site.sql(KINDS, reference)
    assert [kind for kind, _facts in told].count("alert_raised") == 2
    assert [kind for kind, _facts in told][-1] == "alert_acknowledged"
    sent = {(facts["by_way"], facts["how"]) for kind, facts in told if kind == "alert_sent"}
    assert sent == {("email", ""), ("sms", "")}


def test_a_caller_who_cannot_read(
    records: Records, client: Callable[..., Client], worker: Callable[[str], Worker]
) -> None:
    samira = worker("samira")
    samira.go("/loket/")
    press(samira.page.get_by_role("link", name="Aanvraag invoeren"))
    she_fills_in_what_he_says(samira)
    given = she_reads_it_out(samira)
    assert records.case(given.reference, "i.channel, i.story IS NOT NULL") == ("phone", True)
    the_letter_says_no_words(samira, given)
    samira.open(given.reference)
    samira.do("take")
    assert "Ik kan niet lezen." in words(samira.page)
    helper = client(NL, script=False)  # at home somebody types what he remembers
    helper.follow(given)
    assert given.reference in words(helper.page)


def she_fills_in_what_he_says(samira: Worker) -> None:
    """One page, danger first; no e-mail is asked."""
    page = samira.page
    for name, value in (
        ("danger", "no"), ("channel", "phone"), ("on_behalf", "self"), ("language", "nl"), ("requester", "self"),
        ("situation", "at_home"), ("topics", "conflict"), ("channels", "phone"), ("wish", "none"),
    ):  # fmt: skip
        page.locator(f"[name={name}][value={value}]").check(force=True)
    for name, text in (("story", STORY), ("name", "Noor"), ("phone", "06-00000012")):
        page.fill(f"[name={name}]", text)
    needs = page.locator("[name=accessibility_needs]")
    if not needs.is_visible():
        page.locator("details:has([name=accessibility_needs]) > summary").click()
    needs.fill("Ik kan niet lezen.")
    press(page.locator("button[name=do][value=fill]"))


def she_reads_it_out(samira: Worker) -> Sent:
    """Nothing is kept before he says that it is right; then he hears the reference and six words."""
    page = samira.page
    assert STORY in words(page)
    press(page.locator("button[name=do][value=send]"))
    assert page.locator(".receipt").count() == 0  # not without the tick
    page.check("[name=read_out]")
    press(page.locator("button[name=do][value=send]"))
    phrase = page.locator("p.phrase").inner_text()
    assert len(phrase.split("-")) == 6
    return Sent(page.locator(".receipt p.ref").inner_text(), phrase, "")


def the_letter_says_no_words(samira: Worker, given: Sent) -> None:
    press(samira.page.get_by_role("link", name="Brief ter bevestiging"))
    said = samira.page.locator(".letter").inner_text()
    assert given.reference in said and given.phrase not in said and "sergeant" not in said


def test_a_mail_becomes_a_case_and_its_reply_joins(
    whole_site: Site, imap: Imap, records: Records, worker: Callable[[str], Worker]
) -> None:
    site = whole_site
    story = "Ik slaap slecht sinds de oefening en ik wil graag met iemand praten."
    imap.put(letter(story, sender=f"Mara <{MARA}>", subject="Kan iemand helpen?"))
    received = eventually(lambda: site.mailbox.to(MARA), 60)
    assert received, site.parts["ticker"].last_words()
    reference = site.sql(
        "SELECT reference FROM cases_intake WHERE channel = 'email' ORDER BY sent_at DESC LIMIT 1"
    )[0][0]  # fmt: skip
    assert (received[0].subject, reference in received[0].text) == ("Er is een bericht voor je", True)
    assert "slaap" not in received[0].text + received[0].html
    assert eventually(lambda: imap.lying() == 0, 60)  # it is taken away once it was read

    samira = worker("samira")
    assert story in samira.open(reference)
    samira.do("take")
    samira.write(reference, "Wanneer kan ik je bellen?")
    news = eventually(lambda: site.mailbox.to(MARA)[1:], 60)
    assert "bellen" not in news[0].text
    answer = "Dinsdag na tienen.\n\nOp wo 11 mrt 2026 om 10:15 schreef Loket <loket@nabij.example>:\n> Er is nieuws"
    imap.put(letter(answer, sender=f"Mara <{MARA}>", subject="Re: Er is een bericht voor je", In_Reply_To=news[0].id))
    imap.put(letter(answer, sender="Iemand <ander@buiten.example>", subject=f"Re: {reference}"))
    assert eventually(
        lambda: records.case(reference, "(SELECT count(*) FROM cases_message WHERE case_id = c.id)")[0] == 2, 60
    )
    thread = samira.go(f"/zaken/{reference}/berichten/")
    assert "Dinsdag na tienen." in thread
    assert "schreef Loket" not in thread
    eventually(
        lambda: site.count("SELECT count(*) FROM mailroom_mail WHERE because = 'stranger' AND folder <> 'demo'"), 60
    )
    waiting = samira.go("/loket/post/")
    assert "Noemt een zaak, maar komt van een adres dat we daar niet kennen" in waiting
    assert site.health()["mailbox"] == "ok"


def test_a_swap_during_a_running_shift(whole_site: Site, records: Records, worker: Callable[[str], Worker]) -> None:
    whole_site.sql(ON_SHIFT)  # by night she would have none
    (shift, place), *_ = whole_site.sql(MINE)
    samira, els = worker("samira"), worker("els")
    she_asks(samira, shift)
    nothing_has_changed(whole_site, place)
    he_says_yes(els)
    it_is_theirs_from_that_minute(whole_site, place)
    both_know(whole_site, samira, shift)


def she_asks(samira: Worker, shift: int) -> None:
    """From the roster, for the rest of the shift; what is left of it is filled in already."""
    samira.go(ROSTER)
    press(samira.page.locator(f"a[href='{ROSTER}{shift}/ruil/']"))
    samira.page.select_option("[name=to]", label="Els Koning")
    press(samira.page.locator("main form .actions button"))
    assert "De dienst is van jou totdat die ja zegt" in words(samira.page)


def nothing_has_changed(site: Site, place: int) -> None:
    assert [row[0] for row in site.sql(RUNNING, place)] == ["samira@nabij.example"]


def he_says_yes(els: Worker) -> None:
    """The question that is about now stands first."""
    assert "Samira El Amrani vraagt je deze dienst over te nemen" in els.go(ROSTER)
    press(els.page.locator("button[name=answer][value=agree]").first)
    assert "Deze dienst is nu van jou" in words(els.page)


def it_is_theirs_from_that_minute(site: Site, place: int) -> None:
    """Split in two that adjoin: no moment with two, and none with nobody."""
    before, after = site.sql(RUNNING, place)
    assert (before[0], after[0]) == ("samira@nabij.example", "els@nabij.example")
    assert before[2] == after[1]


def both_know(site: Site, samira: Worker, shift: int) -> None:
    """By mail, which has gone out; and the roster no longer offers her this shift."""
    for name in ("samira", "els"):
        assert eventually(lambda name=name: site.sql(TOLD, f"{name}@nabij.example"))
    samira.go(ROSTER)
    assert samira.page.locator(f"a[href='{ROSTER}{shift}/ruil/']").count() == 0

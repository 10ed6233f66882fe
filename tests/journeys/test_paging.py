"""A Saturday-night accident that climbs past a sleeping first line, by text message, to the one who taps.

With the ticker and the scheduler at rest the request is taken in and the sweeps are run with moments of last Saturday,
as in test_accident.py. The worker that delivers lives now, and so does the tap: for that the second in line gets a
shift that covers this moment, and the calls are brought to it.
"""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.gateway import Gateway
from tests.journeys.client import press, words
from tests.journeys.records import Records
from tests.journeys.site import Site, running
from tests.journeys.staff import Worker
from tests.journeys.test_accident import STEPS, last_saturday_night, sweep, taken_in
from tests.mailbox import eventually

KINDS = """
    SELECT t.kind, t.facts FROM cases_timelineentry t JOIN cases_case c ON c.id = t.case_id
    WHERE c.reference = %s AND t.kind LIKE 'alert%%' ORDER BY t.at, t.id
"""
QUARTER, HALF_HOUR = 15, 30


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    found = Gateway().start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def whole_site(tmp_path_factory: pytest.TempPathFactory, gateway: Gateway) -> Iterator[Site]:
    """A site of its own that can send text messages."""
    with running(tmp_path_factory.mktemp("paging"), NABIJ_SMS_URL=f"{gateway.url}/send") as site:
        yield site


def texts(gateway: Gateway) -> list[str]:
    return [json.loads(asked.body)["text"] for asked in gateway.asked]


def test_past_a_sleeping_first_line(
    whole_site: Site, records: Records, gateway: Gateway, open_page: Callable[..., Page],
    worker: Callable[[str], Worker],
) -> None:  # fmt: skip
    site, night = whole_site, last_saturday_night()
    for part in ("ticker", "scheduler"):
        site.parts[part].stop()
    before = len(texts(gateway))
    reference, handler, _promised = taken_in(site, night)
    assert handler == "AFTER_HOURS_LINE"
    assert eventually(lambda: len(texts(gateway)) == before + 1)
    assert site.sql(STEPS, reference) == [("nadia@nabij.example", "duty_1")]
    sweep(site, night.replace(minute=30 + QUARTER - 1))
    assert len(site.sql(STEPS, reference)) == 1
    sweep(site, night.replace(minute=30 + QUARTER))
    assert site.sql(STEPS, reference)[1:] == [("otto@nabij.example", "duty_2")]
    assert eventually(lambda: len(texts(gateway)) == before + 2)
    message = texts(gateway)[-1]
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

"""At night to the office for small deployments, and to a chaplain: in a browser, from the question to the answer.

On a site of its own whose desk is closed now. What nobody ever gets is in test_referral_destinations.py, at 03:00.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.journeys.client import EN, NL, Client, Request, Sent, press, words
from tests.journeys.records import Records
from tests.journeys.site import Site, running
from tests.journeys.staff import Worker

UNIT = "A-compagnie, 90 Fictief Bataljon"
STORIES = {
    NL: "Ik zit alleen op een kleine post. Mijn verlof is weer uitgesteld en thuis loopt het vast.",
    EN: "I am alone at a small post. My leave was put off again and things go wrong at home.",
}
SUMMARY = "Verlof uitgesteld, problemen thuis. Wil weten wat er kan."
OFFICE, NIGHT_OF_CHAPLAINS, NIGHT_OF_OFFICE = "Bureau Individuele Uitzendingen", "088 000 00 30", "088 000 00 20"
IN_BOTH = [(NL, True), (EN, False)]


@pytest.fixture(scope="module")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("night")) as site:
        said = site.python("from tests.journeys import night; night.falls()")
        assert said.splitlines()[-1] == "false"
        yield site


@pytest.mark.parametrize(("language", "script"), IN_BOTH)
def test_a_soldier_on_a_small_deployment_is_helped_by_the_office(
    whole_site: Site, records: Records, client: Callable[..., Client], worker: Callable[[str], Worker],
    language: str, script: bool,
) -> None:  # fmt: skip
    sven, nadia = client(language, script=script), worker("nadia")
    sent = sven.ask(
        Request(
            STORIES[language], situation="small_deployment", unit=UNIT, name="Sven Dam", channels=("portal",)
        )
    )  # fmt: skip
    assert records.case(sent.reference, "i.proposal, i.handler_now") == ("BIU", "AFTER_HOURS_LINE")
    assert NIGHT_OF_OFFICE in words(sven.page)
    sven.follow(sent)
    nadia_asks_the_office(nadia, sent)
    sven.look()
    sven.approve(SUMMARY, SUMMARY)
    assert records.referral(sent.reference, "r.state, r.destination") == ("offered", "BIU")
    assert OFFICE in sven.look() or sven.language == EN
    the_office_accepts(worker, sent, records)
    assert sven.contact() == "Nadia Haddad"
    assert sven.step() == sven.say("Doorgegeven aan Wies Bos", "Passed on to Wies Bos")


def nadia_asks_the_office(nadia: Worker, sent: Sent) -> None:
    """The page says that the office is closed now, and who helps till then."""
    nadia.go(f"/loket/{sent.reference}/")
    nadia.do("take")
    nadia.go(f"/loket/{sent.reference}/")
    nadia.assess(danger="no")
    page = nadia.go(f"/loket/{sent.reference}/?outcome=refer")
    assert "Tot dan blijft het loket de eerste die helpt" in page
    nadia.page.get_by_role("radio", name=OFFICE).first.check()
    nadia.page.fill("[name=decide-note]", SUMMARY)
    nadia.page.check("[name=decide-consent][value=ask]")
    nadia.send_decision()


def the_office_accepts(worker: Callable[[str], Worker], sent: Sent, records: Records) -> None:
    """One of the office; for a worker of a region it does not exist."""
    bram, wies = worker("bram"), worker("wies")
    assert bram.card(sent.reference) == ""
    assert SUMMARY in wies.card(sent.reference)
    wies.accept(sent.reference)
    assert (records.state(sent.reference), records.owner(sent.reference)) == ("accepted", "Wies Bos")
    assert "Sven Dam" in wies.go(f"/zaken/{sent.reference}/")
    assert bram.status(f"/zaken/{sent.reference}/") == 404


@pytest.mark.parametrize(("language", "script"), IN_BOTH)
def test_who_wants_a_chaplain_at_night_hears_at_once_whom_to_call(
    whole_site: Site, records: Records, client: Callable[..., Client], worker: Callable[[str], Worker],
    language: str, script: bool,
) -> None:  # fmt: skip
    mila, nadia = client(language, script=script), worker("nadia")
    mila.page.goto(f"{mila.url}/wegen/chaplain/")
    assert NIGHT_OF_CHAPLAINS in words(mila.page)
    sent = mila.ask(Request(STORIES[language], unit=UNIT, name="Mila Dam", wish="chaplain"))
    assert records.case(sent.reference, "i.proposal") == ("CHAPLAIN",)
    assert NIGHT_OF_CHAPLAINS in words(mila.page)
    nadia_tells_her_whom_to_call(nadia, sent)
    assert records.case(sent.reference, "c.state, c.outcome") == ("closed", "chaplain")
    mila.follow(sent)
    assert NIGHT_OF_CHAPLAINS in words(mila.page)
    assert mila.say("Je kunt altijd bellen", "You can call at any time") in words(mila.page)
    nothing_travelled(whole_site, worker, sent)


def nadia_tells_her_whom_to_call(nadia: Worker, sent: Sent) -> None:
    """The numbers stand on her own page too; a note that she types is not kept."""
    assert NIGHT_OF_CHAPLAINS in nadia.go("/wacht/")
    nadia.go(f"/loket/{sent.reference}/")
    nadia.do("take")
    nadia.go(f"/loket/{sent.reference}/")
    nadia.assess(danger="no")
    nadia.go(f"/loket/{sent.reference}/")
    nadia.choose_outcome("chaplain")
    note = nadia.page.locator("[name=decide-note]")
    if note.count():
        note.fill("Wil praten over schuld.")
    press(nadia.page.locator("form:has([name=do][value=decide]) button[type=submit]").first)


def nothing_travelled(site: Site, worker: Callable[[str], Worker], sent: Sent) -> None:
    """No hand-over, no note; the chaplain of her own battalion sees nothing, and hears nothing."""
    of_case = "FROM {} WHERE case_id = (SELECT id FROM cases_case WHERE reference = %s)"
    for table in ("referrals_referral", "cases_note"):
        assert site.count(f"SELECT count(*) {of_case.format(table)}", sent.reference) == 0
    pieter = worker("pieter")
    assert pieter.status(f"/zaken/{sent.reference}/") == 404
    assert pieter.status("/overnemen/") == 404

"""A case that the first worker cannot take, and finds its way all the same, to a warm hand-over in which the client
reads at every step who is there for them."""

from collections.abc import Callable

import pytest

from tests.journeys.client import EN, NL, Client, Request, Sent, press, words
from tests.journeys.records import Records, day
from tests.journeys.site import Site
from tests.journeys.staff import Worker
from tests.mailbox import eventually

UNIT = "A-compagnie, 90 Fictief Bataljon"
STORIES = {NL: "Mijn sergeant en ik praten niet meer.", EN: "My sergeant and I no longer speak."}
SUMMARY = "Er wordt niet meer gepraat in de groep. Wil een gesprek met iemand van buiten."
SAMIRA, ILSE = "Samira El Amrani", "Ilse Çelik"
UNTIL_THEY_MET = (
    f"Tot jullie elkaar hebben gesproken, is {SAMIRA} er voor je.",
    f"Until you two have met, {SAMIRA} is there for you."
)  # fmt: skip


@pytest.mark.parametrize(("language", "script"), [(NL, True), (EN, False)])
def test_declined_offered_to_another_accepted_and_handed_over_warmly(
    whole_site: Site, records: Records, client: Callable[..., Client], worker: Callable[[str], Worker],
    language: str, script: bool,
) -> None:  # fmt: skip
    tess, samira = client(language, script=script), worker("samira")
    sent = she_asks_and_is_called(tess, samira)
    bram = worker("bram")
    bram_knows_her(bram, samira, tess, sent, records)
    ilse = worker("ilse")
    ilse_takes_it(ilse, samira, tess, sent, records)
    nobody_else_has_it(bram, samira, sent, records)
    they_plan_a_talk_of_three(samira, ilse, tess, sent)
    they_meet(ilse, tess, sent, records, whole_site)
    they_go_on(ilse, tess, sent, records)


def she_asks_and_is_called(tess: Client, samira: Worker) -> Sent:
    sent = tess.ask(
        Request(
            STORIES[tess.language], ("conflict",), unit=UNIT, name="Tess Bos", phone="06 00 00 00 31",
            channels=("phone", "visit"),
        )
    )  # fmt: skip
    samira.open(sent.reference)
    samira.do("take")
    samira.assess(danger="no")
    samira.open(sent.reference)
    samira.record_attempt("spoken", "Wil iemand van buiten de groep.")
    tess.follow(sent)
    return sent


def bram_knows_her(bram: Worker, samira: Worker, tess: Client, sent: Sent, records: Records) -> None:
    """He gives it back because he knows her. From then on it does not exist for him, and he is not proposed again."""
    samira.open(sent.reference)
    samira.refer("Regioteam West", SUMMARY, spoken=sent.phrase, alone="Bram de Wit")
    assert tess.contact() == SAMIRA
    assert SUMMARY in bram.card(sent.reference)
    article = bram.page.locator(f"section[aria-labelledby=list-offered] article:has-text('{sent.reference}')")
    press(article.locator("a[href$='/teruggeven/']"))
    bram.page.check("[name=reason][value=conflict]")
    press(bram.page.locator("main form .actions button").first)
    assert records.referral(sent.reference, "r.state, r.return_reason") == ("returned", "conflict")
    assert records.state(sent.reference) == "in_triage"
    assert bram.card(sent.reference) == ""
    assert bram.status(f"/zaken/{sent.reference}/") == 404
    samira.open(sent.reference)
    samira.choose_outcome("refer")
    proposed = words(samira.page)
    assert "Ilse Çelik (Regioteam West)" in proposed or "1 hulpverlener" in proposed  # the only one left of the team
    assert "Bram de Wit (Regioteam West)" not in proposed


def ilse_takes_it(ilse: Worker, samira: Worker, tess: Client, sent: Sent, records: Records) -> None:
    """The next one is a person by name, warmly; the client says yes herself this time."""
    assert tess.contact() == SAMIRA
    samira.open(sent.reference)
    samira.refer(ILSE, SUMMARY, warm=True, alone="Regioteam West")
    assert records.referral(sent.reference, "r.state, r.offered_at") == ("awaiting_consent", None)
    assert ilse.card(sent.reference) == ""
    tess.look()
    tess.approve(SUMMARY, SUMMARY)
    assert records.referral(sent.reference, "r.state, r.consent") == ("offered", "in_portal")
    assert SUMMARY in ilse.card(sent.reference)
    ilse.accept(sent.reference)
    assert (records.state(sent.reference), records.owner(sent.reference)) == ("accepted", ILSE)
    tess.look()
    assert tess.step() == tess.say("Doorgegeven aan Ilse Çelik", "Passed on to Ilse Çelik")


def nobody_else_has_it(bram: Worker, samira: Worker, sent: Sent, records: Records) -> None:
    assert bram.status(f"/zaken/{sent.reference}/") == 404
    assert samira.status(f"/zaken/{sent.reference}/berichten/") == 403
    rows = "SELECT count(*) FROM cases_caseaccess a WHERE a.case_id = c.id AND a.ends_at IS NULL"
    assert records.case(sent.reference, f"({rows} AND a.reason = 'referral')") == (1,)


def they_plan_a_talk_of_three(samira: Worker, ilse: Worker, tess: Client, sent: Sent) -> None:
    """Ilse has the case; until the three have met, Samira is the one contact person, for everybody who looks."""
    assert tess.contact() == SAMIRA
    assert tess.say(*UNTIL_THEY_MET) in words(tess.page)
    planned = samira.plan_talk(sent.reference, day(1), "Kamp Duinzicht, gebouw 3")
    assert SAMIRA in planned and "Het gesprek met z’n drieën" in planned and "Kamp Duinzicht, gebouw 3" in planned
    assert "Kamp Duinzicht, gebouw 3" in tess.look()
    assert tess.contact() == SAMIRA
    assert f"{SAMIRA}. {ILSE}" in ilse.go(f"/zaken/{sent.reference}/overdracht/")


def they_meet(ilse: Worker, tess: Client, sent: Sent, records: Records, site: Site) -> None:
    """The talk was held: from then on Ilse is there for her. It takes none of the five conversations."""
    site.sql(
        "UPDATE cases_session SET starts_at = starts_at - interval '2 days'"
        " WHERE case_id = (SELECT id FROM cases_case WHERE reference = %s)", sent.reference,
    )  # fmt: skip
    ilse.say_how_it_went(sent.reference, 30)
    assert eventually(lambda: records.case(sent.reference, "c.primary_contact_id = c.owner_id") == (True,))
    assert tess.contact() == ILSE
    assert tess.say(*UNTIL_THEY_MET) not in words(tess.page)
    held = "SELECT count(*) FROM cases_session s JOIN cases_case c ON c.id = s.case_id WHERE c.reference = %s"
    assert site.count(f"{held} AND s.state = 'held' AND s.track_id IS NULL", sent.reference) == 1


def they_go_on(ilse: Worker, tess: Client, sent: Sent, records: Records) -> None:
    """The first conversation with whoever helps now stands on her page."""
    ilse.plan(sent.reference, day(1), place="Kamp Duinzicht, gebouw 5")
    assert records.state(sent.reference) == "active"
    assert "Kamp Duinzicht, gebouw 5" in tess.look()
    assert tess.step() == tess.say("Afspraak gepland", "Appointment planned")
    assert tess.contact() == ILSE

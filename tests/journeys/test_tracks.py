"""A burn-out: short-term help up to its last place, a coach who is looked up first, what the employer hears, and a talk
with the manager that somebody neutral leads.

Ilse helps; the client reads along in both languages. Els looks Ilse up in the register, because nobody coaches before.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.client import EN, NL, Client, Request, Sent, press, words
from tests.journeys.records import Records, day
from tests.journeys.site import Site
from tests.journeys.staff import Worker

ILSE = "Ilse Çelik"
UNIT = "B-compagnie, 90 Fictief Bataljon"
STORIES = {
    NL: "Ik ben opgebrand. Ik slaap niet meer en weet niet of dit werk nog bij me past.",
    EN: "I am burnt out. I do not sleep any more and do not know whether this work still suits me.",
}
SUMMARY = "Is opgebrand en twijfelt over het werk. Wil eerst rust, dan verder kijken."
OUTLINE = "Er zijn vijf tot negen gesprekken met een coach, over de loopbaan."
SECRET = "Twijfelt aan de leidinggevende."


@pytest.mark.parametrize(("language", "script"), [(NL, False), (EN, True)])
def test_from_short_term_help_into_coaching(
    whole_site: Site, records: Records, client: Callable[..., Client], worker: Callable[[str], Worker],
    open_page: Callable[..., Page], language: str, script: bool,
) -> None:  # fmt: skip
    whole_site.sql(
        "DELETE FROM accounts_registration r USING accounts_user u WHERE u.id = r.user_id AND u.name = %s", ILSE
    )
    noor = client(language, script=script)
    sent = noor.ask(Request(STORIES[language], ("stress",), unit=UNIT, name="Noor", channels=("portal", "visit")))
    ilse = worker("ilse")
    it_comes_to_ilse(worker("samira"), ilse, sent, records)
    noor.follow(sent)
    five_conversations(ilse, noor, sent, whole_site)
    nobody_coaches_without_a_check(ilse, worker("els"), sent)
    coaching_begins(ilse, noor, sent)
    the_employer_hears_what_she_approved(ilse, noor, sent)
    a_talk_led_by_karin(ilse, noor, worker("karin"), Worker(open_page(), whole_site.url, "max").log_in("thuis"), sent)
    assert "Coaching, 0 van 5 tot 9" in decide(ilse, sent, "coaching", "Verder na het gesprek.", "career")
    ilse.plan(sent.reference, day(9))
    it_ends(ilse, noor, sent, whole_site, records)


def it_comes_to_ilse(samira: Worker, ilse: Worker, sent: Sent, records: Records) -> None:
    samira.open(sent.reference)
    samira.do("take")
    samira.assess(danger="no")
    samira.record_attempt("spoken", "Rustig gesproken.")
    samira.open(sent.reference)
    samira.refer("Regioteam West", SUMMARY, spoken=sent.phrase, alone="Ilse Çelik")
    ilse.accept(sent.reference)
    assert (records.state(sent.reference), records.owner(sent.reference)) == ("accepted", ILSE)


def five_conversations(ilse: Worker, noor: Client, sent: Sent, site: Site) -> None:
    """At the fourth both read that it is time to look ahead; the sixth is refused, and the decision page opens."""
    for back in (40, 33, 26, 19):
        ilse.record_held(sent.reference, day(-back))
    assert "Er is nog één plek." in ilse.go(f"/zaken/{sent.reference}/hulp/")
    ahead = ("Bij gesprek 4 van maximaal 5", "At conversation 4 of at most 5")
    assert noor.say(*ahead) in noor.look()
    ilse.record_held(sent.reference, day(-12))
    assert "zesde gesprek" in ilse.record_held(sent.reference, day(-5))
    assert held(site, sent) == {"short_term_help": 5}
    press(ilse.page.locator("#ways-on a[href*='step=coaching']"))
    assert ilse.page.locator("[name=step][value=coaching]").is_checked()


def held(site: Site, sent: Sent) -> dict[str, int]:
    """Conversations that count, by kind of help."""
    rows = site.sql(
        "SELECT t.kind, count(*) FROM cases_session s JOIN cases_track t ON t.id = s.track_id"
        " JOIN cases_case c ON c.id = s.case_id WHERE c.reference = %s AND s.state = 'held' AND s.minutes >= 15"
        " GROUP BY t.kind", sent.reference,
    )  # fmt: skip
    return dict(rows)


def decide(ilse: Worker, sent: Sent, step: str, reason: str, focus: str = "") -> str:
    ilse.go(f"/zaken/{sent.reference}/hulp/")
    ilse.page.check(f"[name=step][value={step}]")
    if focus:
        ilse.page.check(f"[name=focus][value={focus}]")
    ilse.page.fill("[name=reason]", reason)
    press(ilse.page.locator("#decide .actions button"))
    return words(ilse.page)


def nobody_coaches_without_a_check(ilse: Worker, els: Worker, sent: Sent) -> None:
    """Ilse may not, and keeps what she typed; Els looks her up, with the day."""
    refused = decide(ilse, sent, "coaching", SECRET, "career")
    assert "geen registratie als coach van Ilse Çelik" in refused
    assert ilse.page.input_value("[name=reason]") == SECRET
    els.go("/organisatie/mensen/?q=Ilse")
    press(els.page.locator("main table a", has_text="Ilse").first)
    press(els.page.locator("section[aria-labelledby=registered] a", has_text="Registratie invoeren"))
    els.page.fill("[name=register]", "NOBCO")
    els.page.fill("[name=number]", "77-123")
    els.page.check("[name=as_coach]")
    press(els.page.locator("main form .actions button").first)
    assert "NOBCO 77-123" in words(els.page)


def coaching_begins(ilse: Worker, noor: Client, sent: Sent) -> None:
    """The counter starts again, a gap that is short is said, and Noor reads what changed and no reason."""
    assert "Coaching, 0 van 5 tot 9" in decide(ilse, sent, "coaching", SECRET, "career")
    ilse.plan(sent.reference, day(2))
    ilse.plan(sent.reference, day(7))
    assert "5 dagen na het vorige; 14 tot 21 is gewoon" in words(ilse.page)
    assert "nummer 77-123, nagekeken op" in ilse.go(f"/zaken/{sent.reference}/")
    assert noor.say("Coaching, 0 van 5 tot 9", "Coaching, 0 of 5 to 9") in noor.look()
    noor.page.goto(f"{noor.url}/volgen/aanvraag/verloop/")
    history = words(noor.page)
    assert noor.say("Hulp gestart: coaching (loopbaan)", "Help started: coaching (career)") in history
    assert SECRET not in history and "77-123" not in history


def the_employer_hears_what_she_approved(ilse: Worker, noor: Client, sent: Sent) -> None:
    """The very text, read first, with a yes; then Ilse writes down to which role she gave it."""
    ilse.go(f"/zaken/{sent.reference}/werkgever/")
    ilse.page.fill("[name=text]", OUTLINE)
    press(ilse.page.locator("section[aria-labelledby=write] .actions button"))
    assert ilse.page.locator("section[aria-labelledby=pass]").count() == 0
    noor.look()
    press(noor.page.locator("section[aria-labelledby=outline] a.btn-primary"))
    assert OUTLINE in words(noor.page)
    press(noor.page.locator("button[name=answer][value=yes]"))
    ilse.go(f"/zaken/{sent.reference}/werkgever/")
    ilse.page.check("[name=to][value=manager]")
    press(ilse.page.locator("section[aria-labelledby=pass] .actions button"))
    noor.page.reload()
    assert noor.say("Doorgegeven aan: leidinggevende", "Passed on to the manager") in words(noor.page)


def a_talk_led_by_karin(ilse: Worker, noor: Client, karin: Worker, manager: Worker, sent: Sent) -> None:
    """Nothing stays planned; both say yes by their own door, read one text and sign it. Karin opens no file, and the
    manager reads of no case."""
    for _time in range(2):
        cancel_first(ilse, sent)
    ask_both(ilse, sent)
    karin.go("/samen/")
    press(karin.page.locator("main table a").first)
    link = karin.page.locator("section[aria-labelledby=other] .mono").inner_text()
    press(karin.page.locator("button[name=do][value=code]"))
    code = karin.page.locator("section[aria-labelledby=about] .banner strong").inner_text()
    manager.page.goto(link)
    assert "Noor" not in words(manager.page)
    manager.page.fill("[name=code]", code)
    press(manager.page.locator("main form .actions button").first)
    assert "Een gesprek met Noor" in words(manager.page)
    press(manager.page.locator("button[name=do][value=agree]"))
    noor.look()
    press(noor.page.locator("a[href$='/samen/']").first)
    press(noor.page.locator("button[name=do][value=agree]"))
    one_text_that_both_sign(karin, noor, manager)
    assert karin.status(f"/zaken/{sent.reference}/") == 404
    assert sent.reference not in words(manager.page) and "NB-" not in words(manager.page)


def cancel_first(ilse: Worker, sent: Sent) -> None:
    ilse.go(f"/zaken/{sent.reference}/gesprekken/")
    press(ilse.page.locator("section[aria-labelledby=all] a", has_text="Afzeggen of wijzigen").first)
    ilse.page.check("[name=state][value=cancelled]")
    press(ilse.page.locator("main form .actions button").first)


def ask_both(ilse: Worker, sent: Sent) -> None:
    ilse.go(f"/zaken/{sent.reference}/samen/")
    ilse.page.fill("[name=name]", "Max Hartog")
    ilse.page.check("[name=relation][value=manager]")
    ilse.page.fill("[name=email]", "max@thuis.example")
    ilse.page.fill("[name=subject]", "Hoe we weer samen werken.")
    ilse.page.select_option("[name=leader]", label="Karin Postma")
    ilse.page.check("[name=wanted]")
    press(ilse.page.locator("section[aria-labelledby=ask] .actions button"))
    assert "Karin Postma leidt het" in words(ilse.page)


def one_text_that_both_sign(karin: Worker, noor: Client, manager: Worker) -> None:
    karin.page.goto(karin.page.url)
    press(karin.page.locator("a[href$='/tekst/']"))
    karin.page.fill("[name=text]", "Elke maandag tien minuten overleg.")
    press(karin.page.locator("main form .actions button").first)
    one = karin.page.url
    for page in (noor.page, manager.page):
        page.reload()
        assert "Elke maandag tien minuten overleg." in words(page)
        press(page.locator("button[name=do][value=sign]"))
    karin.page.goto(f"{one}einde/")
    karin.page.check("[name=ending][value=signed]")
    press(karin.page.locator("main form .actions button").first)
    assert "Er is een afspraak die allebei tekenden" in words(karin.page)


def it_ends(ilse: Worker, noor: Client, sent: Sent, site: Site, records: Records) -> None:
    """What is planned stands in the way of ending the help; closing the case cancels it and leaves nothing open."""
    assert "Er staat nog een gesprek gepland." in decide(ilse, sent, "pause", "Even rust.")
    ilse.close(sent.reference, "helped", "Weer aan het werk.")
    assert records.state(sent.reference) == "closed"
    open_rows = (
        "SELECT (SELECT count(*) FROM cases_track t WHERE t.case_id = c.id AND t.ended_at IS NULL)"
        " + (SELECT count(*) FROM cases_session s WHERE s.case_id = c.id AND s.state = 'planned')"
        " FROM cases_case c WHERE c.reference = %s"
    )
    assert site.count(open_rows, sent.reference) == 0
    assert held(site, sent) == {"short_term_help": 5}
    assert noor.say("Je zaak is afgesloten", "Your case is closed") in noor.look()

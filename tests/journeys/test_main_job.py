"""AC-02, from the first click to the last mail: a soldier's conflict, referred to the own unit's worker, and closed.

Everything runs on the clock of this moment; only the planned conversation is moved into the past by hand, because
nobody waits a day for it.
"""

from collections.abc import Callable

import pytest

from tests.journeys.client import EN, NL, Client, Request, Sent, words
from tests.journeys.records import Records, day, letter_words
from tests.journeys.site import Site
from tests.journeys.staff import Worker
from tests.mailbox import eventually

UNIT = "A-compagnie, 90 Fictief Bataljon"
STORIES = {
    NL: "Sinds de nieuwe commandant er is loopt het niet. Hij maakt me belachelijk voor de groep.",
    EN: "Since the new commander arrived things go wrong. He ridicules me in front of the group.",
}
SUMMARY = "Wordt voor de groep belachelijk gemaakt en slaapt slecht. Wil een gesprek."
BETTER = "Wordt voor de groep belachelijk gemaakt en slaapt slecht. Wil een gesprek buiten de kazerne."
SECRETS = ("commandant", "commander", "bataljon", "belachelijk", "ridicule", "conflict", "ruzie", "Karels", "slaapt")
ACTS = [
    "intake.received", "follow.opened", "case.taken", "case.danger", "case.attempt",
    "referral.proposed", "referral.consent", "referral.offered", "case.referred", "referral.accepted", "case.accepted",
    "denied case.work:messages", "denied case.view:overview",
    "track.started", "session.session_planned", "case.active", *["session.session_held"] * 5,
    "message.sent", "message.sent", "note.written", "note.written", "case.closed", "after_care.planned",
]  # fmt: skip


@pytest.mark.parametrize(("language", "script"), [(NL, True), (EN, False)])
def test_a_soldiers_conflict(
    whole_site: Site, records: Records, client: Callable[..., Client], worker: Callable[[str], Worker],
    language: str, script: bool,
) -> None:  # fmt: skip
    sem, samira = client(language, script=script), worker("samira")
    address = f"reader-{language}@thuis.example"
    sent = he_asks(sem, records, address)
    the_desk_reads_and_calls(samira, sem, sent, records)
    he_approves_a_summary(samira, sem, sent, records)
    bram = worker("bram")
    his_own_worker_accepts(bram, sem, sent, records)
    the_desk_sees_no_more(samira, worker("ilse"), sent)
    they_talk(bram, sem, sent, records, whole_site)
    they_write(bram, sem, sent)
    it_is_closed(bram, sem, sent, records)
    nothing_was_told_to_anybody_else(sem, records, sent, address)


def he_asks(sem: Client, records: Records, address: str) -> Sent:
    """The wizard, the confirmation, the first mail, and the same promise on his own page."""
    sent = sem.ask(
        Request(
            STORIES[sem.language], ("conflict",), unit=UNIT, name="Sem Karels", phone="06 00 00 00 11", email=address,
            channels=("phone", "email", "portal", "visit"), yes=("safe_to_email",),
        )
    )  # fmt: skip
    state, urgency, proposal, overlay, unit = records.case(
        sent.reference,
        "c.state, c.urgency, i.proposal, i.overlay, (SELECT name FROM accounts_unit u WHERE u.id = c.unit_id)",
    )
    assert (state, urgency, proposal, overlay, unit) == ("submitted", "soon", "DESK", "NONE", UNIT)
    assert len(records.letters_to(address, 1)) == 1
    sem.follow(sent)
    assert sem.step() == sem.say("Ontvangen", "Received")
    assert sem.promise() == sent.promise
    return sent


def the_desk_reads_and_calls(samira: Worker, sem: Client, sent: Sent, records: Records) -> None:
    """Samira takes it and keeps her assessment: he reads who looks at it, under the same promise, until she calls."""
    assert STORIES[sem.language] in samira.open(sent.reference)
    samira.do("take")
    samira.assess(danger="no")
    assert (records.state(sent.reference), records.owner(sent.reference)) == ("in_triage", "Samira El Amrani")
    sem.look()
    assert (sem.step(), sem.promise()) == (sem.say("We kijken ernaar", "We are looking at it"), sent.promise)
    samira.open(sent.reference)
    samira.record_attempt("spoken", "Wil graag iemand buiten de lijn.")
    assert records.case(sent.reference, "c.first_contact_at IS NOT NULL, c.urgency") == (True, "soon")
    assert sent.promise not in sem.look()


def he_approves_a_summary(samira: Worker, sem: Client, sent: Sent, records: Records) -> None:
    """Nothing travels before his yes; what travels are his own corrected words."""
    samira.open(sent.reference)
    samira.refer("Regioteam West", SUMMARY, alone="Bram de Wit")
    assert records.referral(sent.reference, "r.state, r.match_step, r.offered_at") == (
        "awaiting_consent",
        "parent",
        None,
    )
    sem.look()
    sem.approve(SUMMARY, BETTER)
    assert sem.say("Regioteam West", "Bram de Wit") in words(sem.page)
    assert records.referral(sent.reference, "r.state, r.consent") == ("offered", "in_portal")
    assert records.state(sent.reference) == "referred"


def his_own_worker_accepts(bram: Worker, sem: Client, sent: Sent, records: Records) -> None:
    """Bram reads the approved words and why he was asked; without the tick he gets nothing."""
    card = bram.card(sent.reference)
    assert BETTER in card and "90 Fictief Bataljon" in card
    bram.accept(sent.reference, read=False)
    assert records.state(sent.reference) == "referred"
    bram.accept(sent.reference)
    assert bram.page.url.endswith(f"/zaken/{sent.reference}/")
    assert (records.state(sent.reference), records.owner(sent.reference)) == ("accepted", "Bram de Wit")
    sem.look()
    assert sem.step() == sem.say("Doorgegeven aan Bram de Wit", "Passed on to Bram de Wit")


def the_desk_sees_no_more(samira: Worker, colleague: Worker, sent: Sent) -> None:
    """The desk keeps the status and the contact details; a colleague of Bram's sees nothing at all."""
    assert BETTER not in samira.go(f"/zaken/{sent.reference}/")
    assert samira.status(f"/zaken/{sent.reference}/berichten/") == 403
    assert colleague.status(f"/zaken/{sent.reference}/") == 404


def they_talk(bram: Worker, sem: Client, sent: Sent, records: Records, site: Site) -> None:
    """One planned conversation and four more; the sixth is refused, with three ways on."""
    bram.plan(sent.reference, day(1), place="Kamp Duinzicht, gebouw 12")
    assert records.state(sent.reference) == "active"
    assert "Kamp Duinzicht, gebouw 12" in sem.look()
    assert sem.step() == sem.say("Afspraak gepland", "Appointment planned")
    site.sql(
        "UPDATE cases_session SET starts_at = starts_at - interval '2 days'"
        " WHERE case_id = (SELECT id FROM cases_case WHERE reference = %s)", sent.reference,
    )  # fmt: skip
    bram.say_how_it_went(sent.reference, 50)
    for back in (5, 4, 3, 2):
        bram.record_held(sent.reference, day(-back))
    refused = bram.record_held(sent.reference, day(-6))
    assert "zesde gesprek" in refused and bram.page.locator("#ways-on li").count() == 3
    held = "SELECT count(*) FROM cases_session s JOIN cases_case c ON c.id = s.case_id WHERE c.reference = %s"
    assert site.count(f"{held} AND s.state = 'held' AND s.track_id IS NOT NULL", sent.reference) == 5
    assert site.count(held, sent.reference) == 5
    assert bram.go(f"/zaken/{sent.reference}/gesprekken/") and bram.page.locator("#plan").count() == 0
    assert sem.say("Gesprek 5 van maximaal 5", "Conversation 5 of at most 5") in sem.look()


def they_write(bram: Worker, sem: Client, sent: Sent) -> None:
    """A message each way; he reads by when he has an answer."""
    sem.write("Kan het gesprek volgende keer bij mij thuis?")
    assert sem.page.locator("#write .hint strong").count() == 1
    assert "Kan het gesprek volgende keer bij mij thuis?" in bram.go(f"/zaken/{sent.reference}/berichten/")
    bram.write(sent.reference, "Dat kan. Ik bel je om een dag te kiezen.")
    assert "Dat kan. Ik bel je om een dag te kiezen." in sem.look()
    assert sem.page.locator("#write .hint strong").count() == 0


def it_is_closed(bram: Worker, sem: Client, sent: Sent, records: Records) -> None:
    """A file note that he can read, a working note that is gone, and the end in plain words."""
    bram.note(sent.reference, "Besproken wat hij zelf kan doen.")
    bram.note(sent.reference, "Niet vergeten: bemiddeling.", own=True)
    bram.close(sent.reference, "helped", "Hij kan zelf verder.")
    assert records.case(sent.reference, "c.state, c.outcome") == ("closed", "helped")
    page = sem.look()
    assert (
        sem.say("Je zaak is afgesloten", "Your case is closed") in page and sem.page.locator("#write form").count() == 0
    )
    sem.page.goto(f"{sem.url}/volgen/aanvraag/verslagen/")
    assert "Besproken wat hij zelf kan doen." in words(sem.page)
    assert "bemiddeling" not in words(sem.page)


def nothing_was_told_to_anybody_else(sem: Client, records: Records, sent: Sent, address: str) -> None:
    """Neutral mails to the client, the worker and nobody else; every step and every look is in the audit."""
    assert records.everything_delivered(sent.reference)
    told = records.told(sent.reference)
    ilse = sem.language == NL  # the team was asked then, else Bram alone; nobody else of it heard more
    assert {to for _kind, to in told} - {"ilse@nabij.example"} == {
        "client",
        "samira@nabij.example",
        "bram@nabij.example",
    }
    assert [kind for kind, to in told if to == "ilse@nabij.example"] == ["referral.offered"] * ilse
    assert [kind for kind, to in told if to == "client"] == ["client.received"] + ["client.news"] * 5
    letters = records.letters_to(address, 6)
    assert {letter.subject for letter in letters} == {
        sem.say("Er is een bericht voor je", "There is a message for you")
    }
    assert not [letter for letter in letters if sent.reference in letter_words(letter)]
    for letter in records.site.mailbox.letters:
        assert [word for word in SECRETS if word.lower() in letter_words(letter).lower()] == []
    assert records.viewers(sent.reference) == {"Samira El Amrani", "Bram de Wit"}
    assert eventually(lambda: "case.contact_person" in records.audit(sent.reference))
    acts = [act for act in records.audit(sent.reference) if not act.endswith(".viewed")]
    assert acts.count("case.contact_person") == 1  # once they had met, by the clock: somewhere in what follows
    by_the_clock = {"case.contact_person", "step.late"}  # the second for the talk that was moved into the past
    assert [act for act in acts if act not in by_the_clock] == ACTS

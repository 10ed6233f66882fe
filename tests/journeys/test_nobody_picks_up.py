"""A request that nobody picks up: a reminder at half time, back at the desk at the deadline, calm words for the client.

The terms are counted in opening hours, so the due moments are moved by hand; everything else is done by the site's own
ticker, scheduler and worker.
"""

from collections.abc import Callable

from tests.journeys.client import NL, Client, Request, Sent, words
from tests.journeys.records import Records, letter_words
from tests.journeys.site import Site
from tests.journeys.staff import Worker
from tests.mailbox import eventually

ADDRESS = "amber@thuis.example"
STORY = "Ik ken de maatschappelijk werker bij ons op de kazerne. Ik wil graag bij haar een afspraak."
SUMMARY = "Wil een afspraak met de maatschappelijk werker van het eigen onderdeel."
MOVED = """
    UPDATE referrals_referral SET {changes}
    WHERE state = 'offered' AND case_id = (SELECT id FROM cases_case WHERE reference = %s)
"""
TEAM = {"bram@nabij.example", "ilse@nabij.example"}


def test_a_request_that_nobody_picks_up_comes_back(
    whole_site: Site, records: Records, client: Callable[..., Client], worker: Callable[[str], Worker]
) -> None:
    amber, samira, bram = client(NL, script=True), worker("samira"), worker("bram")
    sent = she_asks(amber, records)
    it_is_offered(samira, bram, sent, records)
    old_page = open_card(bram, sent)
    half_of_the_time_has_passed(whole_site, records, sent)
    all_of_the_time_has_passed(whole_site, records, sent)
    she_reads_it_calmly(amber, sent, records)
    bram.page.goto(old_page)
    assert "De tijd om te antwoorden is voorbij" in words(bram.page)
    assert bram.card(sent.reference) == ""
    the_desk_goes_on(samira, amber, sent, records)


def she_asks(amber: Client, records: Records) -> Sent:
    """She knows whom she wants (R4), so that is what is proposed."""
    sent = amber.ask(
        Request(
            STORY, ("question",), unit="90 Fictief Bataljon", name="Amber", channels=("phone", "email"),
            phone="06 00 00 00 14", email=ADDRESS, yes=("safe_to_email",), wish="own_worker",
        )
    )  # fmt: skip
    assert records.case(sent.reference, "i.proposal, c.urgency") == ("REGIONAL_DIRECT", "routine")
    return sent


def it_is_offered(samira: Worker, bram: Worker, sent: Sent, records: Records) -> None:
    """The summary is approved by phone, so it goes at once; it stands on the board and in the inbox of the team."""
    samira.open(sent.reference)
    samira.do("take")
    samira.record_attempt("spoken")
    samira.refer("Regioteam West", SUMMARY, spoken=sent.phrase)
    assert records.state(sent.reference) == "referred"
    assert records.referral(sent.reference, "r.state, r.consent, r.match_step") == ("offered", "by_phone", "unit")
    assert SUMMARY in bram.card(sent.reference)
    assert told(records, sent, "referral.offered") == TEAM


def open_card(bram: Worker, sent: Sent) -> str:
    """The page of the one hand-over, which he leaves open."""
    bram.card(sent.reference)
    card = bram.page.locator(f"article:has-text('{sent.reference}') form").first
    return f"{bram.url}{card.get_attribute('action')}"


def told(records: Records, sent: Sent, kind: str) -> set[str]:
    """Who got a mail of this kind, once nothing waits to be sent any more."""
    assert records.everything_delivered(sent.reference)
    return {to for what, to in records.told(sent.reference) if what == kind}


def half_of_the_time_has_passed(site: Site, records: Records, sent: Sent) -> None:
    """Everybody who can answer is reminded, once."""
    site.sql(MOVED.format(changes="remind_at = now()"), sent.reference)
    assert eventually(lambda: records.referral(sent.reference, "r.reminded_at")[0])
    assert told(records, sent, "referral.reminder") == TEAM
    assert records.referral(sent.reference, "r.state") == ("offered",)


def all_of_the_time_has_passed(site: Site, records: Records, sent: Sent) -> None:
    """Back at the desk by itself; whoever has it there is told, and so is the client."""
    site.sql(MOVED.format(changes="due_at = now()"), sent.reference)
    assert eventually(lambda: records.state(sent.reference) == "in_triage")
    assert records.referral(sent.reference, "r.state, r.answered_by_id") == ("expired", None)
    assert "samira@nabij.example" in told(records, sent, "referral.back")
    reminders = [to for kind, to in records.told(sent.reference) if kind == "referral.reminder"]
    assert sorted(reminders) == sorted(TEAM)


def she_reads_it_calmly(amber: Client, sent: Sent, records: Records) -> None:
    """Nothing went wrong in her eyes: we look for another worker, and the desk is still there for her."""
    assert len(records.letters_to(ADDRESS, 2)) == 2
    assert not [letter for letter in records.site.mailbox.to(ADDRESS) if "kazerne" in letter_words(letter)]
    amber.follow(sent)
    assert amber.step() == "We zoeken een andere hulpverlener"
    assert "Samira El Amrani" in words(amber.page)
    for alarm in ("verlopen", "mislukt", "fout", "niemand"):
        assert alarm not in amber.page.locator("main").inner_text().lower()


def the_desk_goes_on(samira: Worker, amber: Client, sent: Sent, records: Records) -> None:
    """It is among what came back; the desk solves it after all."""
    samira.go("/loket/?queue=returned")
    samira.open(sent.reference)
    samira.solve("Zelf een afspraak voor haar gemaakt.", otherwise="Niemand van het team antwoordde.")
    assert records.case(sent.reference, "c.state, c.outcome") == ("closed", "solved_at_desk")
    assert "Je zaak is afgesloten" in amber.look()

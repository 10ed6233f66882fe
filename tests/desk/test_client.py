"""The client's own pages, by log-in and by reference and pass-phrase: promises, people, and nothing internal."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent
from cases import actions, appointments, messages, notes
from cases.enums import CaseOutcome, CaseState, EntryKind, NoteKind
from cases.following import KEY
from cases.models import Case, Message, TimelineEntry
from cases.moments import before_words
from referrals.actions import accept
from referrals.enums import Consent, Destination, MatchStep, ReferralState
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.referrals import make_referral
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
TAILS = ("", "verhaal/", "bereiken/", "verloop/", "wie-keek/", "verslagen/", "stoppen/")
CANARIES = ("KANARIE-WERK", "KANARIE-POGING", "KANARIE-TERUG", "KANARIE-URGENTIE", "KANARIE-UITKOMST")
SKIPPED = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "SET LOCAL", 'INSERT INTO "accounts_auditevent"')


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast around this very moment, because pages read the clock."""
    return make_cast(timezone.localtime())


def mine(case: Case, tail: str = "") -> str:
    return f"/mijn/{case.reference}/{tail}"


def follow(case: Case) -> Client:
    """A browser in which someone gave the reference and the pass-phrase."""
    browser = Client()
    session = browser.session
    session[KEY] = {"id": str(case.pk), "advice": False, "at": timezone.now().isoformat()}
    session.save()
    browser.cookies["__Host-session"] = session.session_key
    return browser


def words(browser: Client, path: str) -> str:
    response = browser.get(path, headers={"accept-language": "en"})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def busy(cast: Cast) -> Case:
    """An accepted case with something internal in every corner."""
    case, by, at, hour = make_accepted(cast, client="tom"), cast.actor("bram"), cast.at, dt.timedelta(hours=1)
    notes.write(case, "Kop\n\nDit mag je lezen.", kind=NoteKind.FILE, by=by, at=at)
    notes.write(case, "KANARIE-WERK", kind=NoteKind.WORKING, by=by, at=at)
    actions.log_attempt(case, way="phone", outcome="spoken", note="KANARIE-POGING", by=by, at=at, reason="x")
    for kind, text in ((EntryKind.RETURNED, "KANARIE-TERUG"), (EntryKind.URGENCY_CHANGED, "KANARIE-URGENTIE")):
        TimelineEntry(case=case, at=at, kind=kind, by=cast.samira, text=text, for_client=True).save(force_insert=True)
    appointments.record_contact(case, starts_at=at - hour, minutes=45, way="phone", by=by, at=at)
    appointments.plan_session(case, starts_at=at + 50 * hour, way="phone", place="Kamer 12", by=by, at=at)
    messages.send(case, submission_id=uuid.uuid4(), body="Tot dan.", by=by, at=at)
    return case


def test_no_page_shows_anything_internal(cast: Cast, logged_in: LogIn) -> None:
    case = busy(cast)
    actions.close(case, outcome=CaseOutcome.HELPED, note="KANARIE-UITKOMST", by=cast.actor("bram"), at=cast.at)
    again = busy_again(cast)
    account, follower = logged_in(cast.tom), follow(again)
    pages = [words(account, mine(row, tail)) for row in (case, again) for tail in TAILS]
    pages += [words(follower, f"/volgen/aanvraag/{tail}") for tail in TAILS] + [words(account, "/mijn/")]
    assert [canary for canary in CANARIES for page in pages if canary in page] == []
    assert "Dit mag je lezen." in "".join(pages)


def busy_again(cast: Cast) -> Case:
    """The same person's next case, still open."""
    return busy(cast)


@pytest.mark.parametrize("tail", TAILS)
def test_only_the_client_opens_it(cast: Cast, logged_in: LogIn, tail: str) -> None:
    case = make_accepted(cast, client="tom")
    assert logged_in(cast.tom).get(mine(case, tail)).status_code == 200
    for who in ("lisa", "max", "bram", "samira", "els", "vera", "arie"):
        assert logged_in(cast.users[who]).get(mine(case, tail)).status_code in {403, 404}
    assert Client().get(mine(case, tail)).status_code == 302
    assert Client().get(f"/volgen/aanvraag/{tail}")["Location"] == "/volgen/"


def test_a_relative_sees_only_their_own_case(cast: Cast, logged_in: LogIn) -> None:
    his, hers = make_accepted(cast, client="tom"), make_case(cast, client="lisa", owner=None, state=CaseState.SUBMITTED)
    page = words(logged_in(cast.lisa), "/mijn/")
    assert hers.reference in page and his.reference not in page
    assert logged_in(cast.lisa).get(mine(his)).status_code == 404
    assert words(follow(hers), "/volgen/aanvraag/").count(his.reference) == 0


def test_staff_who_ask_for_help_see_their_own_case_as_clients(cast: Cast, logged_in: LogIn) -> None:
    own, work = make_accepted(cast, client="samira"), make_accepted(cast, owner="samira", client="tom")
    browser = logged_in(cast.samira)
    page = words(browser, "/mijn/")
    assert own.reference in page and work.reference not in page
    assert browser.get(mine(work)).status_code in {403, 404}
    browser.post(mine(own), {"body": "Van mij", "submission": str(uuid.uuid4())})
    assert Message.objects.get(case=own).sender is None


def test_the_promise_is_the_same_on_every_page(cast: Cast, logged_in: LogIn) -> None:
    from django.utils import translation

    case = make_case(cast, client="tom", owner=None, state=CaseState.SUBMITTED)
    with translation.override("en"):
        promise = f"You hear from us {before_words(case.intake.promised_at, cast.at)}"
    Case.objects.filter(pk=case.pk).update(first_contact_due_at=cast.at)
    browser = logged_in(cast.tom)
    for page in (words(browser, "/mijn/"), words(browser, mine(case)), words(follow(case), "/volgen/aanvraag/")):
        assert promise in page


def test_person_counter_and_next_conversation(cast: Cast, logged_in: LogIn) -> None:
    page = words(logged_in(cast.tom), mine(busy(cast)))
    assert "Your own contact person" in page and "Bram de Wit" in page
    assert "Conversation 1 of at most 5" in page and "Conversation 2 with Bram de Wit" in page and "Kamer 12" in page
    assert 'aria-current="step"' in page


def test_until_they_have_met_the_page_says_who_reads_the_messages(cast: Cast, logged_in: LogIn) -> None:
    case = make_case(cast, client="tom", primary_contact=cast.samira)
    desk, worker = f"Messages with {cast.samira.name}", f"Messages with {cast.bram.name}"
    by_number, by_message = "You reach them through this number.", "or with a message here."
    browsers = ((logged_in(cast.tom), mine(case)), (follow(case), "/volgen/aanvraag/"))
    for browser, address in browsers:
        page = words(browser, address)
        assert desk in page and by_message in page
    accept(make_referral(cast, case), read=True, by=cast.actor("bram"), at=cast.at)
    for browser, address in browsers:
        page = words(browser, address)
        assert worker in page and desk not in page
        assert by_number in page and by_message not in page
    Case.objects.filter(pk=case.pk).update(primary_contact=cast.bram)
    for browser, address in browsers:
        page = words(browser, address)
        assert worker in page and by_message in page
    Case.objects.filter(pk=case.pk).update(primary_contact=cast.samira, is_quiet=True)
    for browser, address in browsers:
        page = words(browser, address)
        assert desk not in page and worker not in page and by_message not in page


def test_who_can_see_it_and_who_looked(cast: Cast, logged_in: LogIn) -> None:
    case = busy(cast)
    logged_in(cast.bram).get(f"/zaken/{case.reference}/")
    logged_in(cast.ilse).get(f"/zaken/{case.reference}/")
    page = words(logged_in(cast.tom), mine(case, "wie-keek/"))
    assert "<strong>Bram de Wit</strong><br>helps you" in page and "Regional social worker" in page
    assert "sees only how far it is and how to reach you" in page and "Ilse" not in page
    assert "Last viewed: Bram de Wit" in words(logged_in(cast.tom), mine(case))


def test_the_clients_own_looks_are_in_the_audit_and_not_in_the_list(cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(cast, client="tom")
    words(logged_in(cast.tom), mine(case)), words(follow(case), "/volgen/aanvraag/")
    kinds = list(AuditEvent.objects.filter(case_id=case.pk, action="case.viewed").values_list("actor_kind", flat=True))
    assert sorted(kinds) == ["follower", "user"]
    assert "Nobody has looked yet." in words(logged_in(cast.tom), mine(case, "wie-keek/"))


def test_a_message_by_follower_twice_is_one(cast: Cast) -> None:
    case = make_accepted(cast)
    browser, sent = follow(case), {"body": "Mag het later?", "submission": str(uuid.uuid4())}
    for _twice in range(2):
        assert browser.post("/volgen/aanvraag/", sent).status_code == 302
    message = messages.of_case(case)[0]
    assert (message.body, message.sender, Message.objects.count()) == ("Mag het later?", None, 1)
    assert "You have an answer by" in words(browser, "/volgen/aanvraag/")


def test_an_empty_or_long_message_keeps_what_was_typed(cast: Cast) -> None:
    browser, long = follow(make_accepted(cast)), "lang " * 1000
    for body in ("", long):
        answer = browser.post("/volgen/aanvraag/", {"body": body, "submission": str(uuid.uuid4())})
        assert answer.status_code == 200 and answer.context["form"].errors["body"]
    assert "lang lang" in answer.content.decode() and not Message.objects.exists()


def test_adding_to_the_story(cast: Cast) -> None:
    case = make_case(cast, state=CaseState.WAITING_CLIENT, waiting_until=cast.at + dt.timedelta(days=3))
    browser, sent = follow(case), {"text": "Het is erger.", "submission": str(uuid.uuid4())}
    assert browser.post("/volgen/aanvraag/verhaal/", sent).status_code == 302
    case.refresh_from_db()
    page = words(browser, "/volgen/aanvraag/verhaal/")
    assert case.state == CaseState.IN_TRIAGE and "Het is erger." in page and "Ik heb ruzie met mijn sergeant." in page


def test_changing_how_to_reach_them_counts_at_once(cast: Cast) -> None:
    case = make_accepted(cast)
    browser = follow(case)
    form = browser.get("/volgen/aanvraag/bereiken/").context["form"]
    assert (form.initial["phone"], form.initial["channels"], form.initial["safe_to_email"]) == (
        "06 00 00 00 11",
        ["phone"],
        "no",
    )
    sent = {"channels": ["email"], "email": "nieuw@thuis.example", "safe_to_email": "yes"}
    assert browser.post("/volgen/aanvraag/bereiken/", sent).status_code == 302
    case = Case.objects.select_related("person__data_key", "person__contact").get(pk=case.pk)
    assert (case.person.email, case.person.contact.channels) == ("nieuw@thuis.example", ["email"])
    assert case.person.contact.safe_to_email is True


def test_withdrawing_asks_first_and_says_how_to_come_back(cast: Cast, logged_in: LogIn) -> None:
    case, browser = busy(cast), logged_in(cast.tom)
    assert "Do you want to stop your request?" in words(browser, mine(case, "stoppen/"))
    assert Case.objects.get(pk=case.pk).is_open
    assert browser.post(mine(case, "stoppen/")).status_code == 302
    page = words(browser, mine(case))
    assert "You withdrew your request." in page and "It is not over" in page and 'name="body"' not in page


@pytest.mark.parametrize("outcome", [outcome for outcome in CaseOutcome])
def test_every_outcome_is_said_in_plain_words(cast: Cast, outcome: str) -> None:
    case = make_case(cast, state=CaseState.CLOSED, outcome=outcome, closed_at=cast.at)
    page = words(follow(case), "/volgen/aanvraag/")
    assert "Your case is closed" in page and "You are always welcome" in page
    assert "Passed on" not in page


def test_a_summary_that_waits_is_asked_for(cast: Cast, logged_in: LogIn) -> None:
    case = make_case(cast, client="tom")
    referral = Referral(
        case=case, destination=Destination.DESK, to_user=cast.bram, state=ReferralState.AWAITING_CONSENT,
        match_step=MatchStep.UNIT, consent=Consent.ASKED, created_by=cast.samira, created_at=cast.at,
        urgency=case.urgency, urgency_rank=case.urgency_rank,
    )  # fmt: skip
    referral.save(force_insert=True)
    by_account, by_phrase = f"/samenvatting/{case.reference}/", "/volgen/aanvraag/samenvatting/"
    for browser, path, link in (
        (logged_in(cast.tom), mine(case), by_account),
        (logged_in(cast.tom), "/mijn/", by_account),
        (follow(case), "/volgen/aanvraag/", by_phrase),
    ):
        assert f'href="{link}"' in words(browser, path)


@pytest.mark.parametrize("tail", TAILS)
def test_twelve_queries_at_most(cast: Cast, logged_in: LogIn, tail: str) -> None:
    case, browser = busy(cast), logged_in(cast.tom)
    with CaptureQueriesContext(connection) as asked:
        browser.get(mine(case, tail))
    assert len([query for query in asked.captured_queries if not query["sql"].startswith(SKIPPED)]) <= 12


def test_the_list_costs_the_same_with_one_and_with_thirty(cast: Cast, logged_in: LogIn) -> None:
    browser, costs = logged_in(cast.tom), []
    for number in (1, 29):
        for _case in range(number):
            make_accepted(cast, client="tom")
        with CaptureQueriesContext(connection) as asked:
            browser.get("/mijn/")
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 12


def test_a_confidential_adviser_is_named_while_it_is_open(cast: Cast, logged_in: LogIn) -> None:
    case = make_case(cast, client="tom", topics=("work.conflict", "work.unsafe_behaviour"))
    told = "You can also talk to a confidential adviser (vertrouwenspersoon)."
    for browser, path in ((logged_in(cast.tom), mine(case)), (follow(case), "/volgen/aanvraag/")):
        assert told in words(browser, path)
    Case.objects.filter(pk=case.pk).update(state=CaseState.CLOSED, outcome=CaseOutcome.HELPED, closed_at=cast.at)
    assert told not in words(logged_in(cast.tom), mine(case))

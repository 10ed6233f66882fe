"""The client's say: reading, correcting, approving and refusing what would travel."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actors import follower
from accounts.models import AuditEvent, Notice
from cases.enums import CaseState, EntryKind, Urgency
from cases.models import Case, TimelineEntry
from referrals import actions, cards
from referrals.models import Referral
from tests.factories.cases import PHRASE, make_case
from tests.factories.cast import Cast
from tests.factories.referrals import SUMMARY, make_referral, to_worker

Browser = Callable[..., Client]
OWN = "Ruzie met mijn sergeant. Ik wil liever naar een andere groep."


@pytest.fixture(autouse=True)
def stopped_clock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Views live at the cast's moment."""
    monkeypatch.setattr(timezone, "now", lambda: cast.at)
    yield


def asked(cast: Cast, **fields: Any) -> Referral:
    """A summary that waits for Tom, who has an account."""
    return make_referral(cast, by_phone=False, client="tom", **fields)


def address(referral: Referral) -> str:
    return reverse("referral_consent", args=[referral.case.reference])


def following(cast: Cast, referral: Referral) -> Client:
    """A browser that gave the reference and pass-phrase of this case."""
    browser = Client()
    session = browser.session
    session["follow"] = {"id": str(referral.case_id), "advice": False, "at": cast.at.isoformat()}
    session.save()
    browser.cookies["__Host-session"] = session.session_key
    return browser


def test_the_client_reads_the_exact_summary_and_to_whom_it_goes(cast: Cast, logged_in: Browser) -> None:
    referral = asked(cast, to=to_worker(cast, "ilse"))
    text = logged_in(cast.tom).get(address(referral)).content.decode()
    assert text.count(SUMMARY) == 2
    assert "<strong>Ilse Çelik</strong>" in text
    assert "Samira El Amrani" in text and "Je eigen maatschappelijk werker helpt je." in text
    event = AuditEvent.objects.get(action="case.viewed", part="summary to approve")
    assert (event.actor_id, event.case_id) == (str(cast.tom.pk), referral.case_id)


def test_a_yes_offers_it_at_once(cast: Cast, logged_in: Browser) -> None:
    referral = asked(cast)
    answer = logged_in(cast.tom).post(
        address(referral), {"asked": referral.pk, "summary": SUMMARY.replace("\n", "\r\n"), "answer": "yes"}
    )
    assert (answer.status_code, answer.url) == (302, reverse("my_case", args=[referral.case.reference]))
    referral.refresh_from_db()
    assert (referral.state, referral.consent, referral.summary) == ("offered", "in_portal", SUMMARY)
    entry = TimelineEntry.objects.get(kind=EntryKind.CONSENT_GIVEN)
    assert (entry.by, entry.by_client, entry.facts) == (None, True, {"consent": "in_portal", "changed": False})
    assert TimelineEntry.objects.get(kind=EntryKind.REFERRED).by_client is False


def test_the_clients_own_words_are_what_travels(cast: Cast, logged_in: Browser) -> None:
    referral = asked(cast)
    logged_in(cast.tom).post(address(referral), {"asked": referral.pk, "summary": OWN, "answer": "yes"})
    referral.refresh_from_db()
    assert (referral.summary, Case.objects.get(pk=referral.case_id).summary) == (OWN, OWN)
    assert TimelineEntry.objects.get(kind=EntryKind.CONSENT_GIVEN).facts["changed"] is True
    text = logged_in(cast.bram).get("/overnemen/").content.decode()
    assert OWN in text
    assert SUMMARY not in text


@pytest.mark.parametrize(("ticked", "travels"), [("on", True), ("", False)])
def test_how_to_reach_the_client_travels_when_they_let_it(
    cast: Cast, logged_in: Browser, ticked: str, travels: bool
) -> None:
    referral = asked(cast)
    sent = {"asked": referral.pk, "summary": SUMMARY, "answer": "yes", "contact": ticked}
    logged_in(cast.tom).post(address(referral), sent)
    row = cards.handed(Referral.objects.for_card().get())
    card = cards.offered(row, {}, cast.at, cast.actor("bram"))
    assert (row.share_contact, cards.way_line(row) in card.lines) == (travels, travels)


def test_a_follower_approves_without_an_account(cast: Cast) -> None:
    referral = make_referral(cast, by_phone=False)
    browser = following(cast, referral)
    assert SUMMARY in browser.get(address(referral)).content.decode()
    answer = browser.post(address(referral), {"asked": referral.pk, "summary": SUMMARY, "answer": "yes"})
    assert (answer.status_code, answer.url) == (302, reverse("follow_case"))
    referral.refresh_from_db()
    assert referral.state == "offered"
    assert AuditEvent.objects.get(action="referral.consent").actor_kind == "follower"


def test_a_no_passes_nothing_on_and_the_desk_hears_it(cast: Cast, logged_in: Browser) -> None:
    referral = asked(cast)
    answer = logged_in(cast.tom).post(address(referral), {"asked": referral.pk, "answer": "no", "note": "Liever Els."})
    assert answer.status_code == 302
    referral.refresh_from_db()
    assert (referral.state, referral.consent, referral.offered_at) == ("refused", "refused", None)
    assert Case.objects.get(pk=referral.case_id).state == CaseState.IN_TRIAGE
    told = Notice.objects.filter(kind="referral.refused", channel="inbox").values_list("user__name", flat=True)
    assert sorted(told) == ["Joost Verkerk", "Samira El Amrani"]
    assert TimelineEntry.objects.get(kind=EntryKind.CONSENT_REFUSED).text == "Liever Els."
    assert not Notice.objects.filter(kind="referral.offered").exists()


@pytest.mark.parametrize("words", ["", "   ", "x" * 1501])
def test_an_empty_or_endless_summary_is_asked_again_with_what_was_typed(
    cast: Cast, logged_in: Browser, words: str
) -> None:
    referral = asked(cast)
    answer = logged_in(cast.tom).post(address(referral), {"asked": referral.pk, "summary": words, "answer": "yes"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'href="#id_summary"' in text
    assert words.strip() in text
    referral.refresh_from_db()
    assert referral.state == "awaiting_consent"


def test_a_yes_to_an_older_summary_does_not_count(cast: Cast, logged_in: Browser) -> None:
    old = asked(cast)
    actions.withdraw(old, by=cast.actor("samira"), at=cast.at)
    new = make_referral(cast, old.case, by_phone=False, summary="Een andere samenvatting.")
    text = (
        logged_in(cast.tom).post(address(old), {"asked": old.pk, "summary": SUMMARY, "answer": "yes"}).content.decode()
    )
    assert "Een andere samenvatting." in text
    new.refresh_from_db()
    assert new.state == "awaiting_consent"


def test_after_the_answer_the_page_stays_calm(cast: Cast, logged_in: Browser) -> None:
    referral = asked(cast)
    browser = logged_in(cast.tom)
    sent = {"asked": referral.pk, "summary": SUMMARY, "answer": "yes"}
    browser.post(address(referral), sent)
    for answer in (browser.get(address(referral)), browser.post(address(referral), sent)):
        assert answer.status_code == 200
        assert SUMMARY not in answer.content.decode()
    assert Referral.objects.count() == 1


@pytest.mark.parametrize("name", ["lisa", "samira", "bram", "els", "max", "vera"])
def test_nobody_else_can_say_yes_for_the_client(cast: Cast, logged_in: Browser, name: str) -> None:
    referral = asked(cast)
    browser = logged_in(cast.users[name])
    sent = {"asked": referral.pk, "summary": SUMMARY, "answer": "yes"}
    assert browser.get(address(referral)).status_code in {403, 404}
    assert browser.post(address(referral), sent).status_code in {403, 404}
    referral.refresh_from_db()
    assert referral.state == "awaiting_consent"
    assert AuditEvent.objects.filter(outcome="denied", case_id=referral.case_id).count() == 2


def test_a_follower_of_another_case_is_refused_and_a_stranger_is_asked_to_log_in(cast: Cast) -> None:
    referral = make_referral(cast, by_phone=False)
    other = make_referral(cast, by_phone=False)
    assert following(cast, other).get(address(referral)).status_code == 404
    answer = Client().get(address(referral))
    assert (answer.status_code, answer.url) == (302, reverse("follow"))


def test_what_may_not_be_offered_yet_waits_and_the_desk_is_told(cast: Cast) -> None:
    referral = asked(cast)
    Case.objects.filter(pk=referral.case_id).update(urgency=Urgency.EMERGENCY, urgency_rank=0)
    done = actions.approve_summary(referral, by=follower(referral.case_id), at=cast.at)
    assert (done.state, done.consent) == ("awaiting_consent", "in_portal")
    assert actions.waiting_for(done.case) is None
    assert actions.approved_for(done.case) == referral
    assert Notice.objects.filter(kind="referral.approved", channel="inbox").count() == 2
    with pytest.raises(actions.NotNow):
        actions.offer(referral, by=cast.actor("samira"), at=cast.at)
    Case.objects.filter(pk=referral.case_id).update(first_contact_at=cast.at)
    offered = actions.offer(referral, by=cast.actor("samira"), at=cast.at)
    assert (offered.urgency, offered.due_at) == ("emergency", cast.at + dt.timedelta(hours=2))


def test_by_phone_the_desk_records_who_heard_the_yes(cast: Cast) -> None:
    referral = asked(cast)
    done = actions.approve_by_phone(referral, phrase=PHRASE, by=cast.actor("joost"), at=cast.at)
    assert (done.state, done.consent, done.consent_recorded_by) == ("offered", "by_phone", cast.joost)
    assert actions.approve_by_phone(referral, phrase=PHRASE, by=cast.actor("joost"), at=cast.at).state == "offered"
    with pytest.raises(actions.NotNow):
        actions.refuse_summary(referral, by=follower(referral.case_id), at=cast.at)


def test_a_no_by_phone_names_who_recorded_it(cast: Cast) -> None:
    done = actions.refuse_summary(asked(cast), by=cast.actor("samira"), at=cast.at)
    assert (done.consent, done.consent_recorded_by) == ("refused", cast.samira)


def test_what_waits_is_found_for_a_list_in_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    referral = asked(cast)
    other = make_case(cast)
    with django_assert_num_queries(1):
        assert actions.asked_in([referral.case, other]) == {referral.case_id}
    assert actions.waiting_for(other) is None


def test_a_follower_answers_at_an_address_without_the_reference(cast: Cast) -> None:
    referral, here = asked(cast), reverse("follow_consent")
    assert Client().get(here)["Location"] == reverse("follow")
    browser = following(cast, referral)
    assert SUMMARY in browser.get(here).content.decode()
    answer = browser.post(here, {"asked": referral.pk, "summary": SUMMARY, "answer": "yes"})
    assert answer["Location"] == reverse("follow_case")
    referral.refresh_from_db()
    assert (here, referral.state) == ("/volgen/aanvraag/samenvatting/", "offered")

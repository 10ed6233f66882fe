"""Passing on without the client's yes: who may, why, and who sees that it was done."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent, Notice
from accounts.permissions import Refused
from cases import actions as case_actions
from cases import handback
from cases.enums import AttemptOutcome, CaseState, ContactWay, EntryKind, Overlay
from cases.models import Case, TimelineEntry
from desk import handover
from referrals import actions, handed, introducing, overriding
from referrals.enums import HandOver
from referrals.models import Referral
from referrals.offering import seers_of_offer
from tests.factories.cast import Cast
from tests.factories.referrals import SUMMARY, make_referral, to_worker

LogIn = Callable[..., Client]
WHY = "Zij kan niet antwoorden en moet vannacht worden gezien."
UNSAFE = "Haar partner leest mee op haar telefoon."


pytestmark = pytest.mark.usefixtures("clock")


def asked(cast: Cast, **fields: Any) -> Referral:
    return make_referral(cast, by_phone=False, client="tom", **fields)


def override(cast: Cast, referral: Referral, **rest: Any) -> Referral:
    return overriding.override(referral, **({"reason": WHY, "by": cast.actor("els"), "at": cast.at} | rest))


def test_a_coordinator_passes_on_and_the_privacy_officer_hears_it_at_once(cast: Cast) -> None:
    referral = asked(cast)
    for _again in range(2):
        done = override(cast, referral)
    assert (done.state, done.consent, done.overridden_by) == ("offered", "overridden", cast.els)
    assert Case.objects.get(pk=referral.case_id).state == CaseState.REFERRED
    told = Notice.objects.get(kind="consent.overridden", channel="inbox")
    assert (told.user, told.path) == (cast.vera, "/doorgegeven/zonder-ja/")
    assert AuditEvent.objects.filter(action="consent.overridden", case_id=referral.case_id).count() == 1
    line = TimelineEntry.objects.get(kind=EntryKind.HAND_OVER)
    assert (line.for_client, line.facts["what"]) == (True, "override")


@pytest.mark.parametrize("name", ["samira", "bram", "tom", "vera", "arie"])
def test_nobody_else_may(cast: Cast, name: str) -> None:
    referral = asked(cast)
    with pytest.raises(Refused):
        override(cast, referral, by=cast.actor(name))
    referral.refresh_from_db()
    assert referral.state == "awaiting_consent"


@pytest.mark.parametrize("reason", ["", "   ", "Kort.", "x" * 19, "Te kort  " + " " * 20])
def test_it_takes_a_real_reason(cast: Cast, reason: str) -> None:
    referral = asked(cast)
    with pytest.raises(actions.NeedsReason):
        override(cast, referral, reason=reason)
    referral.refresh_from_db()
    assert (referral.state, Notice.objects.filter(kind="consent.overridden").count()) == ("awaiting_consent", 0)


def test_a_no_of_the_client_is_not_passed_over(cast: Cast) -> None:
    referral = asked(cast)
    actions.refuse_summary(referral, by=cast.actor("tom"), at=cast.at)
    with pytest.raises(actions.NotNow):
        override(cast, referral)


def test_an_emergency_is_spoken_to_first(cast: Cast) -> None:
    referral = asked(cast)
    Case.objects.filter(pk=referral.case_id).update(overlay=Overlay.EMERGENCY, first_contact_at=None)
    with pytest.raises(actions.NotNow):
        override(cast, referral)


def test_where_telling_is_not_safe_the_client_reads_nothing_of_it(cast: Cast) -> None:
    referral = asked(cast)
    done = override(cast, referral, untold=UNSAFE)
    assert str(done.untold_reason) == UNSAFE
    shown = TimelineEntry.objects.filter(case=referral.case_id, for_client=True).values_list("kind", flat=True)
    assert not {EntryKind.HAND_OVER, EntryKind.REFERRED} & set(shown)
    case = Case.objects.select_related("data_key").get(pk=referral.case_id)
    assert seers_of_offer(handed.pending(case)) == []


@pytest.mark.parametrize("before", ["told", "nobody", "first"])
def test_nor_that_a_worker_said_yes_until_they_have_met(cast: Cast, logged_in: LogIn, before: str) -> None:
    """No news of it, and no step; who can see the case is never held back."""
    referral = asked(cast)
    if before == "told":  # of an earlier one
        actions.approve_summary(referral, by=cast.actor("tom"), at=cast.at)
        actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
        case = handback.hand_back(referral.case, reason="Past niet.", by=cast.actor("bram"), at=cast.at)
        referral = make_referral(cast, case, by_phone=False, by="els", why="Bram past niet.")
    contact = None if before == "nobody" else cast.samira
    Case.objects.filter(pk=referral.case_id).update(primary_contact=contact)
    browser, mine = logged_in(cast.tom), f"/mijn/{referral.case.reference}/"
    override(cast, referral, untold=UNSAFE)
    assert "We hebben een hulpverlener gevraagd" not in browser.get(mine).content.decode()
    news = Notice.objects.filter(user=cast.tom).count()
    actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
    for page in (mine, "/mijn/"):
        shown = browser.get(page).content.decode()
        assert before == "nobody" or "Samira" in shown
        assert "hoogstens 5" not in shown
        assert ("We kijken ernaar" in shown, "Doorgegeven aan" in shown) == (True, False)
    assert before == "told" or "Bram" not in browser.get(f"{mine}verloop/").content.decode()
    assert Notice.objects.filter(user=cast.tom).count() == news
    case = Case.objects.get(pk=referral.case_id)
    facts = {"way": ContactWay.PHONE, "outcome": AttemptOutcome.SPOKEN}
    case_actions.log_attempt(case, by=cast.actor("bram"), at=cast.at + dt.timedelta(minutes=5), **facts)
    assert introducing.settle(referral, cast.at + dt.timedelta(minutes=6))
    assert "Doorgegeven aan Bram de Wit" in browser.get(mine).content.decode()


@pytest.mark.parametrize("to", ["ilse", None])
def test_nor_that_their_worker_left_before_they_met(cast: Cast, logged_in: LogIn, to: str | None) -> None:
    referral = asked(cast, to=to_worker(cast, "bram"))
    Case.objects.filter(pk=referral.case_id).update(primary_contact=cast.samira)
    override(cast, referral, untold=UNSAFE)
    actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
    before = Notice.objects.filter(user=cast.tom).count()
    handover.stop(cast.bram, {"cases": cast.users[to] if to else None}, by=cast.actor("els"), at=cast.at)
    browser, mine = logged_in(cast.tom), f"/mijn/{referral.case.reference}/"
    assert "Doorgegeven aan" not in browser.get(mine).content.decode()
    lines = browser.get(f"{mine}verloop/").content.decode()
    assert ("Ilse" in lines, "Bram" in lines) == (False, False)
    assert Notice.objects.filter(user=cast.tom).count() == before


@pytest.mark.parametrize("kind", [HandOver.TRANSFER, HandOver.CONSULTATION])
def test_nor_are_they_asked_anything_on_their_page_before_they_heard_of_their_worker(
    cast: Cast, kind: HandOver
) -> None:
    """A yes by voice is another thing: then they were spoken to."""
    referral = override(cast, asked(cast), untold=UNSAFE)
    actions.accept(referral, read=True, by=cast.actor("bram"), at=cast.at)
    case = Case.objects.select_related("data_key").get(pk=referral.case_id)
    ends = cast.at + dt.timedelta(days=7) if kind == HandOver.CONSULTATION else None
    terms = actions.Terms(kind, reason="Zij weet hier meer van.", ends_at=ends)
    to, by = to_worker(cast, "ilse"), cast.actor("bram")
    asks: dict[str, Any] = {
        "destination": "REGIONAL_DIRECT",
        "summary": SUMMARY,
        "terms": terms,
        "by": by,
        "at": cast.at,
    }
    before = Notice.objects.filter(user=cast.tom).count()
    with pytest.raises(actions.NotNow, match="nog niet gehoord"):
        actions.propose(case, to, **asks)
    assert (Notice.objects.filter(user=cast.tom).count(), Case.objects.get(pk=case.pk).is_quiet) == (before, True)
    spoken = actions.propose(case, to, by_phone=True, **asks)
    state = "awaiting_coordinator" if kind == HandOver.TRANSFER else "offered"  # handed over before
    assert (spoken.state, Case.objects.get(pk=case.pk).is_quiet) == (state, False)


def test_the_page_keeps_what_was_typed_and_passes_on(cast: Cast, logged_in: LogIn) -> None:
    referral = asked(cast)
    browser, here = logged_in(cast.els), f"/zaken/{referral.case.reference}/doorgeven/{referral.pk}/zonder-ja/"
    assert here in browser.get(f"/loket/{referral.case.reference}/").content.decode()
    page = browser.post(here, {"reason": WHY, "told": "no", "untold": " "}).content.decode()
    assert WHY in page
    assert Referral.objects.get().state == "awaiting_consent"
    answer = browser.post(here, {"reason": WHY, "told": "no", "untold": UNSAFE})
    assert answer["Location"] == f"/loket/{referral.case.reference}/"
    assert Referral.objects.get().state == "offered"
    assert browser.get(here).status_code == 302
    assert logged_in(cast.samira).get(here).status_code == 404


def test_the_privacy_officer_reads_why_and_nothing_of_the_case(cast: Cast, logged_in: LogIn) -> None:
    referral = override(cast, asked(cast), untold=UNSAFE)
    page = logged_in(cast.vera).get("/doorgegeven/zonder-ja/").content.decode()
    for words in (WHY, UNSAFE, "Els Koning", referral.case.reference):
        assert words in page
    assert str(referral.summary) not in page
    assert AuditEvent.objects.filter(action="override.viewed", case_id=referral.case_id).count() == 1
    for name in ("els", "samira", "bram", "arie", "tom"):
        assert logged_in(cast.users[name]).get("/doorgegeven/zonder-ja/").status_code == 404


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_costs_the_same_with_many(
    cast: Cast, logged_in: LogIn, django_assert_max_num_queries: Any, many: int
) -> None:
    for _number in range(many):
        override(cast, make_referral(cast, by_phone=False))
    browser = logged_in(cast.vera)
    browser.get("/doorgegeven/zonder-ja/")
    with django_assert_max_num_queries(12):
        assert len(browser.get("/doorgegeven/zonder-ja/").context["page"].object_list) == many


def test_a_team_without_room_makes_way_for_a_colleague_by_the_same_override(cast: Cast) -> None:
    """What could not wait for the client's yes cannot wait for it now either."""
    first = override(cast, asked(cast), untold=UNSAFE)
    case = give_back(cast, first, "bram")
    second = Referral.objects.pending().get(case=case)
    assert (case.state, second.state, second.to_user) == (CaseState.REFERRED, "offered", cast.ilse)
    assert (second.consent, second.overridden_by) == ("overridden", cast.els)
    assert (str(second.override_reason), str(second.untold_reason)) == (WHY, UNSAFE)


def test_who_may_not_hear_of_it_is_not_asked_either(cast: Cast) -> None:
    """For another than who was overridden for, the client would be asked; where telling is not safe, the desk looks."""
    first = override(cast, asked(cast, to=to_worker(cast, "bram")), untold=UNSAFE)
    case = give_back(cast, first, "bram")
    assert case.state == CaseState.IN_TRIAGE
    assert not Referral.objects.pending().filter(case=case).exists()
    shown = TimelineEntry.objects.filter(case=case, for_client=True).values_list("kind", flat=True)
    assert list(shown) == [EntryKind.CONSENT_ASKED]  # of the first time


@pytest.mark.parametrize("ends", ["taken back", "not answered"])
def test_that_it_came_back_is_not_told_either(cast: Cast, ends: str) -> None:
    done = override(cast, asked(cast), untold=UNSAFE)
    if ends == "taken back":
        actions.withdraw(done, by=cast.actor("els"), at=cast.at)
    else:
        assert done.due_at and actions.expire_due(done.due_at) == 1
    shown = TimelineEntry.objects.filter(case=done.case_id, for_client=True).values_list("kind", flat=True)
    assert not {EntryKind.RETURNED, EntryKind.EXPIRED} & set(shown)


def give_back(cast: Cast, referral: Referral, by: str) -> Case:
    when = {"by": cast.actor(by), "at": cast.at + dt.timedelta(hours=1)}
    actions.return_to_desk(referral, reason="no_capacity", note="", **when)
    return Case.objects.get(pk=referral.case_id)

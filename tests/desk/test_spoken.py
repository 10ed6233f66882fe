"""A yes by voice at the desk counts with the pass-phrase of the client, which is never shown and cannot be tried on."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEvent
from cases.enums import CaseState
from referrals import actions, voice
from referrals.models import Referral
from tests.desk.test_triage_page import decided, fresh, page_of
from tests.factories.cases import PHRASE, make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral

LogIn = Callable[..., Client]
DUTCH = {"accept-language": "nl"}


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.samira)


def test_asking_on_the_website_and_then_a_yes_by_phone(desk: Client, cast: Cast) -> None:
    case = make_case(cast)
    key = desk.get(page_of(case, "?outcome=refer")).context["decide"].found[0].key
    desk.post(
        page_of(case), decided(case, "refer", destination="REGIONAL_DIRECT", to=key, note="Spanning.", consent="ask")
    )
    page = desk.get(page_of(case, "?outcome=refer"), headers=DUTCH).content.decode()
    assert "Wacht op het ja van de cliënt" in page
    said = {"do": "approve", "asked": Referral.objects.get().pk}
    for phrase, words in (("", "Typ de zes woorden die de cliënt zegt."), ("fiets fiets", "Dit is niet de wachtzin")):
        page = desk.post(page_of(case), said | {"phrase": phrase}, headers=DUTCH).content.decode()
        assert words in page and "fiets fiets" not in page
        assert (fresh(case).state, Referral.objects.get().consent) == (CaseState.IN_TRIAGE, "asked")
    desk.post(page_of(case), said | {"phrase": PHRASE})
    assert (fresh(case).state, Referral.objects.get().consent) == (CaseState.REFERRED, "by_phone")


def test_a_wrong_phrase_records_nothing_but_the_try(cast: Cast) -> None:
    referral = make_referral(cast, by_phone=False)
    for phrase in ("", "fiets fiets", PHRASE[:-5]):
        with pytest.raises(voice.NotHeard):
            actions.approve_by_phone(referral, phrase=phrase, by=cast.actor("samira"), at=cast.at)
    referral.refresh_from_db()
    assert (referral.state, referral.consent, referral.consent_at) == ("awaiting_consent", "asked", None)
    refused = AuditEvent.objects.filter(action="voice.refused", case_id=referral.case_id)
    assert {(event.outcome, event.actor_id) for event in refused} == {("denied", str(cast.samira.pk))}


def test_trying_takes_longer_each_time_and_holds_up_no_colleague(cast: Cast) -> None:
    referral, minute = make_referral(cast, by_phone=False), dt.timedelta(minutes=10)
    for _number in range(5):
        with pytest.raises(voice.NotHeard):
            actions.approve_by_phone(referral, phrase="fiets", by=cast.actor("samira"), at=cast.at)
    with pytest.raises(voice.NotHeard):  # not even the right one, for a while
        actions.approve_by_phone(referral, phrase=PHRASE, by=cast.actor("samira"), at=cast.at)
    done = actions.approve_by_phone(referral, phrase=PHRASE, by=cast.actor("joost"), at=cast.at)
    assert done.state == "offered"
    other = make_referral(cast, by_phone=False)
    assert (
        actions.approve_by_phone(other, phrase=PHRASE, by=cast.actor("samira"), at=cast.at + minute).consent
        == "by_phone"
    )

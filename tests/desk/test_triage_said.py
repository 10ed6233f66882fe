"""What the page of one request says: who is next, why it came back, and where what is wrong is read first."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.translation import override

from desk.templatetags.nabij import long_moment
from referrals import actions as hand_over
from referrals.models import Referral
from tests.desk.test_triage_page import decided, page_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_come_back, make_referral

ENGLISH = {"accept-language": "en"}


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(cast: Cast, logged_in: Callable[..., Client]) -> Client:
    return logged_in(cast.samira)


def test_who_passes_it_on_reads_who_is_next_and_by_when(desk: Client, cast: Cast) -> None:
    told = []
    for case in (make_case(cast), make_come_back(cast)):
        key = desk.get(page_of(case, "?outcome=refer")).context["decide"].found[0].key
        sent = decided(case, "refer", destination="REGIONAL_DIRECT", to=key, note="Spanning.", consent="ask")
        [said] = desk.post(page_of(case), sent, headers=ENGLISH, follow=True).context["messages"]
        with override("en"):
            told.append((str(said), long_moment(Referral.objects.filter(case=case).latest("created_at").due_at)))
    (client, moment), (coordinator, later) = told
    assert client.endswith(f": the client reads the summary now, and has until {moment} to answer.")
    assert coordinator.endswith(f": the coordinator decides first, by {later}.")


def test_what_came_back_says_why_beside_the_note(desk: Client, cast: Cast, at: dt.datetime) -> None:
    referral = make_referral(cast)
    hand_over.return_to_desk(referral, reason="other_help", note="Na de zomer weer.", by=cast.actor("bram"), at=at)
    page = desk.get(page_of(referral.case), headers=ENGLISH).content.decode()
    assert "Returned to the desk: Other help fits better. Na de zomer weer." in page


def test_an_attempt_that_comes_back_begins_at_what_is_wrong(desk: Client, cast: Cast) -> None:
    page = desk.post(page_of(make_case(cast)), {"do": "attempt"}).content.decode()
    assert "data-error-summary" in page
    addresses = re.findall(r'action="([^"]*)"', page)
    assert addresses and not [one for one in addresses if "#" in one]  # a part of the page would take the focus

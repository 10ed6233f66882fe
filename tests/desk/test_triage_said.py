"""What the page of one request says: who is next, why it came back, and where what is wrong is read first."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.translation import override

from accounts.models import AuditEvent
from cases import actions, closing, confidentiality, merging, plan
from cases.models import Case
from cases.models.plan import Goal
from desk import request_page
from desk.templatetags.nabij import long_moment
from referrals import actions as hand_over
from referrals.models import Referral
from tests.desk.counting import queries_of
from tests.desk.test_triage_page import DUTCH, assessed, decided, fresh, page_of
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
        [said] = desk.post(page_of(case), sent, headers={"accept-language": "en"}, follow=True).context["messages"]
        with override("en"):
            told.append((str(said), long_moment(Referral.objects.filter(case=case).latest("created_at").due_at)))
    (client, moment), (coordinator, later) = told
    assert client.endswith(f": the client reads the summary now, and has until {moment} to answer.")
    assert coordinator.endswith(f": the coordinator decides first, by {later}.")


def test_what_came_back_says_why_beside_the_note(desk: Client, cast: Cast, at: dt.datetime) -> None:
    referral = make_referral(cast)
    hand_over.return_to_desk(referral, reason="other_help", note="Na de zomer weer.", by=cast.actor("bram"), at=at)
    page = desk.get(page_of(referral.case), headers={"accept-language": "en"}).content.decode()
    assert "Returned to the desk: Other help fits better. Na de zomer weer." in page


def test_an_attempt_that_comes_back_begins_at_what_is_wrong(desk: Client, cast: Cast) -> None:
    page = desk.post(page_of(make_case(cast)), {"do": "attempt"}).content.decode()
    assert "data-error-summary" in page
    addresses = re.findall(r'action="([^"]*)"', page)
    assert addresses and not [one for one in addresses if "#" in one]  # a part of the page would take the focus


def test_what_the_client_added_stays_however_much_was_tried_since(desk: Client, cast: Cast, at: dt.datetime) -> None:
    case, by = make_case(cast), cast.actor("samira")
    actions.client_added(case, "Het is nu erger.", by=by, at=at)
    for number in range(request_page.LONGEST_LOG + 1):
        moment = at + dt.timedelta(minutes=number)
        actions.log_attempt(case, way="portal", outcome="no_answer", reason="Zo.", by=by, at=moment)
    assert "Het is nu erger." in desk.get(page_of(case)).content.decode()


def test_what_was_told_in_a_request_that_was_put_together_stands_here_too(
    desk: Client, cast: Cast, at: dt.datetime
) -> None:
    by = cast.actor("samira")
    gone, stays = make_case(cast, story="Mijn zoon slaapt niet."), make_case(cast)
    actions.client_added(gone, "En hij eet niet.", by=by, at=at)
    row = merging.merge(gone, stays, reason="Zelfde persoon.", by=by, at=at)
    found = queries_of(lambda: desk.get(page_of(stays)))
    assert len(found) <= 12, "\n".join(found)
    page = desk.get(page_of(stays), headers=DUTCH).content.decode()
    for words in (f"Ook {gone.reference}", "Mijn zoon slaapt niet.", "En hij eet niet."):
        assert words in page
    assert AuditEvent.objects.filter(case_id=gone.pk, action="case.viewed", part="triage").exists()
    merging.undo(row, by=by, at=at)
    assert "Mijn zoon slaapt niet." not in desk.get(page_of(stays)).content.decode()


def test_an_assessment_of_a_colleagues_request_says_so_and_keeps_what_was_typed(desk: Client, cast: Cast) -> None:
    case = make_case(cast, owner="joost")
    answer = desk.post(page_of(case), assessed(case, urgency="urgent", reason="huilt erg"), headers=DUTCH)
    page = answer.content.decode()
    assert "huilt erg" in page and "Neem hem eerst over." in page
    assert fresh(case).urgency == case.urgency


def test_closing_a_case_that_came_back_asks_what_came_of_each_goal(desk: Client, cast: Cast) -> None:
    case = make_come_back(cast)
    Case.objects.filter(pk=case.pk).update(state="accepted", owner=cast.bram)
    confidentiality.explain(case, on=cast.at.date(), by=cast.actor("bram"), at=cast.at)
    plan.make(case, [Goal("", "Weer slapen")], talks=3, ends_when="Klaar.", number=0, by=cast.actor("bram"), at=cast.at)
    Case.objects.filter(pk=case.pk).update(state="in_triage", owner=cast.samira)
    case.refresh_from_db()
    page = desk.get(page_of(case, "?outcome=solved_at_desk"), headers={"accept-language": "en"}).content.decode()
    assert "What came of each goal?" in page and "Weer slapen" in page
    sent = decided(case, "solved_at_desk", note="Gebeld.", otherwise="Zo is het goed.")
    again = desk.post(page_of(case), sent, headers={"accept-language": "en"})
    assert again.status_code == 200 and list(again.context["decide"].errors) == ["goal_0"]
    desk.post(page_of(case), sent | {"decide-goal_0": "partly"})
    [ending] = closing.endings_of(Case.objects.get(pk=case.pk))
    assert ending.results == {"Weer slapen": "partly"}

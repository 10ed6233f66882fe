"""What the desk must not forget: a case whose worker left, and a summary that nobody answered."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.actors import follower
from accounts.models import User
from cases import messages
from cases.enums import AccessReason
from cases.models import Case, Message
from cases.permissions import grant
from desk import today
from referrals.models import Referral
from tests.desk.counting import queries_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral
from tests.factories.work import make_accepted

DUTCH = {"accept-language": "nl"}


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(cast: Cast, logged_in: Callable[..., Client]) -> Client:
    return logged_in(cast.samira)


def test_a_case_of_a_worker_who_left_is_shown_and_can_be_taken_back(desk: Client, cast: Cast) -> None:
    case = make_accepted(cast)
    link = f"/loket/{case.reference}/terughalen/"
    assert link not in desk.get("/loket/").content.decode()
    assert "werkt hier nog" in desk.get(link, headers=DUTCH).content.decode()
    User.objects.filter(pk=cast.bram.pk).update(is_active=False)
    assert f'href="{link}"' in desk.get("/loket/").content.decode()
    assert f"{cast.bram.name} werkt hier niet meer" in desk.get(link, headers=DUTCH).content.decode()
    assert "Schrijf op waarom" in desk.post(link, {"reason": ""}, headers=DUTCH).content.decode()
    assert desk.post(link, {"reason": "Uit dienst."})["Location"] == f"/loket/{case.reference}/"
    assert Case.objects.get(pk=case.pk).owner == cast.samira
    assert desk.get(f"/loket/{case.reference}/").status_code == 200


@pytest.mark.parametrize("reason", ["", "Sneller."])
def test_a_case_of_a_worker_who_is_here_is_not_said_to_be_of_one_who_left(
    desk: Client, cast: Cast, reason: str
) -> None:
    link = f"/loket/{make_accepted(cast).reference}/terughalen/"
    page = desk.post(link, {"reason": reason}, headers=DUTCH).content.decode()
    assert "werkt hier nog. Vraag" in page and "werkt hier niet meer" not in page
    assert reason in page


def test_a_summary_that_the_client_left_unanswered_comes_back(desk: Client, cast: Cast) -> None:
    words, referral = "Cliënt heeft niet gereageerd op de samenvatting: bel", make_referral(cast, by_phone=False)
    assert words not in desk.get("/loket/", headers=DUTCH).content.decode()
    Referral.objects.filter(pk=referral.pk).update(due_at=cast.at)
    assert words in desk.get("/loket/", headers=DUTCH).content.decode()


def test_a_message_to_the_desk_is_found_from_today_and_from_the_request(desk: Client, cast: Cast) -> None:
    case = make_case(cast)
    thread, page = f'href="/zaken/{case.reference}/berichten/"', f"/loket/{case.reference}/"
    assert "De cliënt krijgt uiterlijk" not in desk.get(page, headers=DUTCH).content.decode()
    messages.send(case, submission_id=uuid.uuid4(), body="Hoe nu?", by=follower(case.pk), at=cast.at)
    assert thread in desk.get("/loket/", headers=DUTCH).content.decode()
    request = desk.get(page, headers=DUTCH).content.decode()
    assert thread in request and "De cliënt krijgt uiterlijk" in request
    assert "Hoe nu?" in desk.get(f"/zaken/{case.reference}/berichten/", headers=DUTCH).content.decode()


def test_a_promised_answer_at_risk_stands_out_at_the_desk_and_among_ones_cases(
    desk: Client, cast: Cast, logged_in: Callable[..., Client]
) -> None:
    browsers = {"/loket/": desk, "/zaken/": logged_in(cast.bram)}
    for case in (make_case(cast), make_accepted(cast)):
        messages.send(case, submission_id=uuid.uuid4(), body="?", by=follower(case.pk), at=cast.at)
    seen = {path: browser.get(path, headers=DUTCH).content.decode() for path, browser in browsers.items()}
    assert "Antwoord de cliënt" in seen["/loket/"]
    assert "Antwoord de cliënt snel" not in seen["/loket/"] and "Antwoord snel" not in seen["/zaken/"]
    Message.objects.update(at_risk_at=cast.at)
    seen = {path: browser.get(path, headers=DUTCH).content.decode() for path, browser in browsers.items()}
    assert "Antwoord de cliënt snel" in seen["/loket/"] and "Antwoord snel" in seen["/zaken/"]


def ask(case: Case, *, at_risk: bool) -> None:
    messages.send(case, submission_id=uuid.uuid4(), body="Hoe nu?", by=follower(case.pk), at=case.sent_at)
    if at_risk:
        Message.objects.filter(case=case).update(at_risk_at=case.sent_at)


def test_a_promise_at_risk_with_a_worker_is_shown_without_a_word_of_it(desk: Client, cast: Cast) -> None:
    case, quiet, blocked = (make_accepted(cast) for _ in range(3))
    for one in (case, quiet, blocked):
        ask(one, at_risk=one != quiet)
    grant(blocked, reason=AccessReason.BLOCKED, user_id=cast.samira.pk, at=cast.at)
    page = desk.get("/loket/", headers=DUTCH)
    lines = [line for line in page.context["today"] if line.kind == today.THEIRS]
    assert [(line.reference, line.url) for line in lines] == [(case.reference, f"/zaken/{case.reference}/")]
    assert "De cliënt wacht op antwoord van de hulpverlener" in page.content.decode()
    assert "Hoe nu?" not in page.content.decode() and "Hoe nu?" not in desk.get(lines[0].url).content.decode()
    assert desk.get(f"/zaken/{case.reference}/berichten/").status_code == 403
    Message.objects.filter(case=case).update(answered_at=cast.at)
    assert today.THEIRS not in [line.kind for line in desk.get("/loket/").context["today"]]


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_beside_today_is_exact(desk: Client, cast: Cast, count: int) -> None:
    for _ in range(count):
        ask(make_accepted(cast), at_risk=True)
        ask(make_case(cast), at_risk=False)
        make_case(cast, next_action_at=cast.at)
    page = desk.get("/loket/")
    assert page.context["today_count"] == 3 * count
    assert len(page.context["today"]) == 3 * min(count, today.MOST)
    assert len(queries_of(lambda: desk.get("/loket/"))) <= 12


def test_what_does_not_fit_under_today_stands_on_a_page_of_its_own(
    desk: Client, cast: Cast, logged_in: Callable[..., Client]
) -> None:
    number = today.PER_PAGE + 1
    for _ in range(number):
        make_case(cast, next_action_at=cast.at)
    for _ in range(today.MOST):
        ask(make_case(cast), at_risk=True)
    for _ in range(today.MOST + 1):
        make_referral(cast)
    page = desk.get("/loket/", headers=DUTCH)
    links = {more.url: more.count for part in ("more", "more_offers") for more in page.context[part]}
    assert links == {"/loket/vandaag/bekijken/": number, "/loket/vandaag/overname/": today.MOST + 1}
    for link, count in links.items():
        assert f'<a href="{link}">Alle {count}: ' in page.content.decode()
        assert desk.get(link).context["page"].paginator.count == count
    shown = [desk.get("/loket/vandaag/bekijken/", {"page": n}).context["page"].object_list for n in (1, 2)]
    assert [len(lines) for lines in shown] == [today.PER_PAGE, 1]
    assert len({line.reference for lines in shown for line in lines}) == number
    assert len(queries_of(lambda: desk.get("/loket/vandaag/bekijken/"))) <= 12
    for nothing, who in (("stil", cast.samira), ("onzin", cast.els), ("bekijken", cast.bram)):
        assert logged_in(who).get(f"/loket/vandaag/{nothing}/").status_code == 404
    assert logged_in(cast.els).get("/loket/vandaag/stil/").status_code == 200


def test_every_kind_has_its_page(cast: Cast, logged_in: Callable[..., Client]) -> None:
    assert today.due(cast.actor("els"), cast.at).keys() == today.SLUGS.keys()
    for slug in today.SLUGS.values():
        assert logged_in(cast.els).get(f"/loket/vandaag/{slug}/").status_code == 200

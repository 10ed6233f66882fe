"""Nobody is asked again for what is known: unit, contact and story (R25, WCAG 3.3.7). Every form that could is here."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases import confidentiality, plan
from cases.enums import AccessReason
from cases.models import Case, CaseAccess
from cases.models.plan import Goal
from desk import conversation, snapshot, wizard
from tests.desk.test_client import follow
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted


@pytest.fixture
def cast(db: None, tmp_path: Any, settings: Any) -> Cast:
    """The cast around this very moment, and the snapshot that the request form reads."""
    settings.SNAPSHOT_FILE = tmp_path / "snapshot.json"
    made = make_cast(timezone.localtime())
    snapshot.write(made.at)
    return made


def state_of(answer: Any, browser: Client) -> wizard.State:
    """What the page carries along."""
    holder = browser.cookies[wizard.COOKIE].value if wizard.COOKIE in browser.cookies else ""
    return wizard.unseal(answer.context["state"], timezone.now(), holder)


def knows(state: wizard.State) -> tuple[list[str], list[str], list[str]]:
    """Unit, name and number, as they stand in the form."""
    contact = state.typed["contact"]
    return state.typed.get("unit", {}).get("unit", []), contact.get("name", []), contact.get("phone", [])


@pytest.mark.parametrize("way", ["account", "case", "follower"])
def test_who_asks_again_finds_unit_and_contact_filled_in(cast: Cast, logged_in: Any, way: str) -> None:
    case = make_case(cast, client="tom")
    browser = follow(case) if way == "follower" else logged_in(cast.tom)
    paths = {"account": "/mijn/nieuw/", "case": f"/mijn/{case.reference}/nieuw/", "follower": "/volgen/aanvraag/nieuw/"}
    answer = browser.get(paths[way])
    state = state_of(answer, browser)
    assert knows(state) == ([case.unit.name], ["Tom Jansen"], ["06 00 00 00 11"])
    assert "Log dan eerst in" not in answer.content.decode()


def test_what_is_filled_in_stands_in_the_questions(cast: Cast, logged_in: Any) -> None:
    case = make_case(cast, client="tom")
    browser = logged_in(cast.tom)
    state = state_of(browser.get("/mijn/nieuw/"), browser)
    for step, field, words in (("unit", "unit", case.unit.name), ("contact", "phone", "06 00 00 00 11")):
        form = conversation.show(state, step, seen=snapshot.read(), at=timezone.now()).form
        assert form is not None and form[field].value() == words


def test_an_account_without_a_request_gives_name_and_address(cast: Cast, logged_in: Any) -> None:
    browser = logged_in(cast.max)
    state = state_of(browser.get("/mijn/nieuw/"), browser)
    assert (state.typed["contact"], "unit" in state.typed) == (
        {"name": [cast.max.name], "email": [cast.max.email]}, False,
    )  # fmt: skip


def test_the_form_without_a_log_in_says_that_one_helps(cast: Cast) -> None:
    answer = Client().get("/vraag/")
    assert "/mijn/nieuw/" in answer.content.decode()
    assert Client().get("/mijn/nieuw/").url.startswith("/account/inloggen/")


def test_another_persons_answers_are_never_filled_in(cast: Cast, logged_in: Any) -> None:
    case = make_case(cast, client="tom")
    assert logged_in(cast.lisa).get(f"/mijn/{case.reference}/nieuw/").status_code == 404
    browser = logged_in(cast.samira)
    assert "06 00 00 00 11" not in str(state_of(browser.get("/mijn/nieuw/"), browser).typed)


def test_the_desk_enters_another_request_with_what_is_known(cast: Cast, logged_in: Any) -> None:
    case, browser = make_case(cast), logged_in(cast.samira)
    assert f"/loket/nieuw/?van={case.reference}" in browser.get(f"/loket/{case.reference}/").content.decode()
    page = browser.get(f"/loket/nieuw/?van={case.reference}").content.decode()
    assert [words in page for words in ("Tom Jansen", "06 00 00 00 11", case.unit.name)] == [True] * 3
    assert browser.get("/loket/nieuw/?van=NB-2222-2222").status_code == 404


def test_the_desk_does_not_see_who_someone_is_that_it_may_not_know(cast: Cast, logged_in: Any) -> None:
    case = make_case(cast)
    CaseAccess.objects.create(case=case, user=cast.samira, reason=AccessReason.BLOCKED, starts_at=cast.at)
    assert logged_in(cast.samira).get(f"/loket/nieuw/?van={case.reference}").status_code == 404


def test_forms_of_staff_begin_with_what_the_client_told(cast: Cast, logged_in: Any) -> None:
    told = "Ruzie met de sergeant. Wil rust en een gesprek."
    desk = logged_in(cast.samira)
    back = make_case(cast, summary=told)
    assert told in desk.get(f"/loket/{back.reference}/?outcome=refer").content.decode()
    case, bram = make_accepted(cast), logged_in(cast.bram)
    by = cast.actor("bram")
    confidentiality.explain(case, on=timezone.localdate(cast.at), by=by, at=cast.at)
    assert told in bram.get(f"/zaken/{case.reference}/plan/analyse/").content.decode()
    plan.make(case, [Goal("", "Slapen")], talks=3, ends_when="Als ik slaap.", number=0, by=by, at=cast.at)
    page = bram.get(f"/zaken/{case.reference}/plan/wijzigen/").content.decode()
    assert ('value="Slapen"' in page, "Als ik slaap." in page) == (True, True)


def test_forms_of_the_client_begin_with_their_last_answers(cast: Cast, logged_in: Any) -> None:
    case: Case = make_accepted(cast, client="tom")
    browser = logged_in(cast.tom)
    for tail, words in (("bereiken/", "06 00 00 00 11"), ("samengevat/", "Ruzie met de sergeant.")):
        assert words in browser.get(f"/mijn/{case.reference}/{tail}").content.decode()

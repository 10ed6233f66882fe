"""After the help has ended: the client comes back, says how it was, or wants no call; the desk calls once."""

import datetime as dt
import html
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.actors import follower
from accounts.models import DataKey
from cases import actions, after_calls, closing, confidentiality, evaluation, marks, plan
from cases.closing import Goodbye
from cases.enums import CaseState
from cases.models import AfterCare, Alert, Case, EvaluationAnswer, Plan, TimelineEntry
from cases.models.plan import Goal
from desk import snapshot
from tests.desk.counting import queries_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.endings import DAY, closed_by_bram, with_bram
from tests.world import follower_session

LogIn = Callable[..., Client]
SAID = {"heard": "4", "quick": "3", "helped": "2", "told_once": "1"}


@pytest.fixture
def cast(db: None) -> Cast:
    """Everyone, on shift now: pages read the clock."""
    cast = make_cast(timezone.localtime())
    snapshot.write(cast.at)
    return cast


@pytest.fixture
def tom(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.users["tom"], headers={"accept-language": "nl"})


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def due(cast: Cast, **answers: Any) -> AfterCare:
    """A call that is due now."""
    case = closed_by_bram(cast, cast.at - 44 * DAY, calls=True, **answers)
    return AfterCare.objects.get(case=case)


def with_marks(cast: Cast, case: Case, *given: tuple[int, int]) -> Plan:
    """Two goals, with the client's marks at the start and at the end."""
    at = cast.at - 50 * DAY
    confidentiality.explain(case, on=at.date(), by=cast.actor("bram", at), at=at)
    goals = [Goal("", "Weer zes uur slapen"), Goal("", "Weten wat mogelijk is")]
    made = plan.make(case, goals, talks=4, ends_when="Als het gaat.", number=0, by=cast.actor("bram", at), at=at)
    for moment, numbers in zip(("start", "end"), given, strict=True):
        said = {goal.id: mark for goal, mark in zip(made.goals, numbers, strict=True)}
        marks.give(case, moment, said, by=follower(case.pk), at=at)
    return made


def test_it_is_not_over_and_need_not_be_told_again(cast: Cast, tom: Client) -> None:
    case = closed_by_bram(cast, cast.at - 100 * DAY, client="tom", urgency="urgent", story="Alles van toen.")
    assert "Het is nog niet over" in text(tom.get(f"/mijn/{case.reference}/"))
    sent = {"text": "Ik denk weer aan zelfmoord.", "submission": str(uuid.uuid4())}
    for _time in range(2):
        assert tom.post(f"/mijn/{case.reference}/weer/", sent).url == f"/mijn/{case.reference}/"
    case.refresh_from_db()
    assert (case.state, case.owner) == (CaseState.SUBMITTED, None)
    assert TimelineEntry.objects.filter(case=case, kind="added").count() == 1
    assert Alert.objects.filter(case=case).count() == 1
    page = text(tom.get(f"/mijn/{case.reference}/"))
    assert "Je zaak is afgesloten" not in page and "Je hoort van ons" in page
    assert "Alles van toen." in text(tom.get(f"/mijn/{case.reference}/verhaal/"))


def test_words_are_not_needed(cast: Cast, tom: Client) -> None:
    case = make_case(cast, client="tom")
    actions.withdraw(case, by=cast.actor("tom"), at=cast.at)
    assert tom.post(f"/mijn/{case.reference}/weer/", {"submission": str(uuid.uuid4())}).status_code == 302
    assert Case.objects.get(pk=case.pk).is_open


def test_whoever_follows_without_an_account_comes_back_too(cast: Cast) -> None:
    case = make_case(cast)
    actions.close(case, outcome="solved_at_desk", note="Uitgelegd.", by=cast.actor("samira"), at=cast.at)
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = follower_session(case.intake, cast.at)
    sent = {"submission": str(uuid.uuid4())}
    assert browser.post("/volgen/aanvraag/weer/", sent).url == "/volgen/aanvraag/"
    assert Case.objects.get(pk=case.pk).state == CaseState.SUBMITTED
    assert browser.get("/volgen/aanvraag/").status_code == 200


def test_a_client_turns_the_call_off(cast: Cast, tom: Client) -> None:
    row = due(cast, client="tom")
    address = f"/mijn/{row.case.reference}/nabellen/"
    assert "bellen we je één keer" in text(tom.get(f"/mijn/{row.case.reference}/"))
    assert tom.get(address).status_code == 200 and AfterCare.objects.open().exists()
    assert tom.post(address).status_code == 302
    assert AfterCare.objects.get().state == "off"


def test_a_client_wants_no_call_long_before_the_help_ends(cast: Cast, tom: Client) -> None:
    case = with_bram(cast, cast.at, client="tom")
    address = f"/mijn/{case.reference}/nabellen/"
    assert f'href="{address}"' in text(tom.get(f"/mijn/{case.reference}/bereiken/"))
    assert "Zullen we je niet bellen?" in text(tom.get(address))
    assert tom.post(address).status_code == 302
    assert "Na de hulp bellen we je niet." in text(tom.get(f"/mijn/{case.reference}/bereiken/"))
    assert Case.objects.get(pk=case.pk).person.no_call_after


def test_a_client_changes_their_mind_about_the_call(cast: Cast, tom: Client) -> None:
    row = due(cast, client="tom")
    page, address = f"/mijn/{row.case.reference}/", f"/mijn/{row.case.reference}/nabellen/"
    tom.post(address)
    assert f'href="{address}"' in text(tom.get(page))
    assert "Jullie mogen me toch bellen" in text(tom.get(address)) and not AfterCare.objects.open().exists()
    for _time in range(2):
        assert tom.post(address, {"may_call": "1"}).url == page
    assert (AfterCare.objects.get().pk, AfterCare.objects.get().state) == (row.pk, "open")
    assert "Je zei dat we je toch mogen nabellen" in text(tom.get(f"{page}verloop/"))
    after_calls.called(
        row.case, "goes_well", note="", by=cast.actor("samira"), at=cast.at, calendar=snapshot.read().calendar,
        reason="Hij vroeg erom.",
    )  # fmt: skip
    tom.post(address)
    assert "toch bellen" not in text(tom.get(address)) and "toch bellen" not in text(tom.get(page))
    assert "voorbij" in text(tom.post(address, {"may_call": "1"}, follow=True))


def test_four_questions_once_without_a_name(cast: Cast, tom: Client) -> None:
    case = closed_by_bram(cast, cast.at - 4 * DAY, client="tom")
    address = f"/mijn/{case.reference}/ervaring/"
    assert "niets te beantwoorden" in text(tom.get(address))
    evaluation.ask_due(cast.at)
    assert "Hoe was het?" in text(tom.get(f"/mijn/{case.reference}/"))
    wrong = tom.post(address, {"heard": "9", "words": "Fijn."})
    assert set(wrong.context["form"].errors) == {"heard", "quick", "helped", "told_once"}
    assert "Fijn." in text(wrong)
    for _time in range(2):
        assert tom.post(address, SAID | {"words": "Fijn."}).status_code == 302
    assert EvaluationAnswer.objects.count() == 1


def test_the_list_of_the_desk_names_nobody(cast: Cast, logged_in: LogIn) -> None:
    row = due(cast)
    page = text(logged_in(cast.samira, headers={"accept-language": "nl"}).get("/loket/terugbellen/"))
    assert row.case.reference in page and "Tom Jansen" not in page
    assert row.case.reference in text(logged_in(cast.samira).get("/loket/"))


def test_one_call_with_the_number_and_not_the_file(cast: Cast, logged_in: LogIn) -> None:
    row, desk = due(cast, story="Dit is geheim."), logged_in(cast.samira, headers={"accept-language": "nl"})
    address = f"/loket/nabellen/{row.pk}/"
    page = text(desk.get(address))
    assert "Tom Jansen" in page and "06 00 00 00 11" in page.replace("&nbsp;", " ") and "geheim" not in page
    assert desk.get(f"/zaken/{row.case.reference}/verslagen/").status_code == 403
    assert set(desk.post(address, {}).context["form"].errors) == {"submission", "outcome"}
    number = str(uuid.uuid4())
    again = desk.post(address, {"outcome": "wants_help", "submission": number})
    assert list(again.context["form"].errors) == ["note"]
    done = desk.post(address, {"outcome": "wants_help", "note": "Slaapt slecht.", "submission": number})
    assert done.url == "/loket/terugbellen/"
    assert Case.objects.get(pk=row.case_id).state == CaseState.SUBMITTED
    assert desk.post(address, {"outcome": "wants_help", "note": "x", "submission": number}).status_code == 302
    assert AfterCare.objects.get(pk=row.pk).attempts == 1
    assert desk.post(address, {"outcome": "goes_well", "submission": str(uuid.uuid4())}).status_code == 404


def test_the_call_asks_the_mark_of_each_goal_and_the_client_sees_three(
    cast: Cast, tom: Client, logged_in: LogIn
) -> None:
    case = with_bram(cast, cast.at - 60 * DAY, client="tom")
    with_marks(cast, case, (3, 2), (7, 8))
    bram = cast.actor("bram", cast.at - 44 * DAY)
    closing.close(case, outcome="helped", by=bram, at=cast.at - 44 * DAY, goodbye=Goodbye(calls=True))
    address, desk = f"/loket/nabellen/{AfterCare.objects.get().pk}/", logged_in(cast.samira)
    page = desk.get(address)
    assert "Weer zes uur slapen" in text(page) and "Weten wat mogelijk is" in text(page)
    sent = {"outcome": "goes_well", "submission": str(uuid.uuid4()), "mark_1": "9", "number": "4"}
    wrong = desk.post(address, sent | {"mark_1": "11"})
    assert list(wrong.context["form"].errors) == ["mark_1"]
    assert desk.post(address, sent).url == "/loket/terugbellen/"
    first, second = plan.results_of(case)
    assert (first.follow_up, first.marks["follow_up"].by, second.follow_up) == (9, cast.samira, None)
    seen = text(tom.get(f"/mijn/{case.reference}/plan/"))
    assert 'aria-label="Cijfers van 0 tot 10: aan het begin 3, aan het eind 7, een tijd later 9"' in seen
    assert "opgeschreven door Samira" in seen


def test_marks_that_the_client_gave_meanwhile_stand_beside_those_of_the_call(cast: Cast, logged_in: LogIn) -> None:
    case = with_bram(cast, cast.at - 60 * DAY, client="tom")
    made = with_marks(cast, case, (3, 2), (7, 8))
    bram = cast.actor("bram", cast.at - 44 * DAY)
    closing.close(case, outcome="helped", by=bram, at=cast.at - 44 * DAY, goodbye=Goodbye(calls=True))
    address, desk = f"/loket/nabellen/{AfterCare.objects.get().pk}/", logged_in(cast.samira)
    sent = {"outcome": "goes_well", "submission": str(uuid.uuid4()), "mark_1": "9", "mark_2": "9", "number": "4"}
    marks.give(case, "follow_up", {made.goals[1].id: 6}, by=follower(case.pk), at=cast.at)
    page = desk.post(address, sent)
    assert (page.status_code, [(row.label, row.now, row.mine) for row in page.context["both"]]) == (
        409, [("Weer zes uur slapen", "", "9")],
    )  # fmt: skip
    assert AfterCare.objects.get().is_open
    assert desk.post(address, sent | {"number": "5"}).status_code == 302
    assert [result.follow_up for result in plan.results_of(case)] == [9, 6]


@pytest.mark.parametrize("name", ["bram", "karin", "vera", "tom"])
def test_others_call_nobody(cast: Cast, logged_in: LogIn, name: str) -> None:
    row = due(cast)
    browser = logged_in(cast.users[name])
    assert (browser.get(f"/loket/nabellen/{row.pk}/").status_code, AfterCare.objects.get().state) == (404, "open")


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_stays_within_its_queries(cast: Cast, logged_in: LogIn, rows: int) -> None:
    for _number in range(rows):
        due(cast)
    desk = logged_in(cast.samira)
    desk.get("/loket/terugbellen/")
    for address in ("/loket/terugbellen/", f"/loket/nabellen/{AfterCare.objects.latest('pk').pk}/"):
        found = queries_of(lambda address=address: desk.get(address))
        assert len(found) <= 12, "\n".join(found)
    assert len(after_calls.to_call(cast.actor("samira"), cast.at)) == rows


def test_the_coordinator_reads_whole_quarters_only(cast: Cast, logged_in: LogIn) -> None:
    month = (cast.at.date().replace(day=1) - dt.timedelta(days=100)).replace(day=1)
    els = logged_in(cast.users["els"], headers={"accept-language": "nl"})
    assert "Nog niets te tonen" in text(els.get("/organisatie/ervaringen/"))
    for _number in range(10):
        row = EvaluationAnswer(data_key=DataKey.objects.make(), month=month, heard=4, quick=3, helped=3, told_once=2)
        row.words = "Ga zo door."
        row.save(force_insert=True)
    page = text(els.get("/organisatie/ervaringen/"))
    assert "Ga zo door." in page and "3,0" in page
    assert "/organisatie/ervaringen/" in text(els.get("/organisatie/"))
    for name in ("samira", "bram", "arie", "vera"):
        assert logged_in(cast.users[name]).get("/organisatie/ervaringen/").status_code == 404

"""The tab "Plan and goals", explaining confidentiality, and the summary that is read first."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actors import follower
from cases import agreed, confidentiality, plan, summaries
from cases.enums.plan import Side
from cases.models import AgreedAction, Analysis, Case, Explained, Message, Plan, SummaryRead
from cases.models.plan import Goal
from tests.desk.counting import queries_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

GOALS = {"goal_1": "Weer slapen", "goal_2": "", "goal_3": "", "talks": "4", "ends_when": "Als het weer gaat."}
PAGES = ("case_plan", "case_plan_change", "case_analysis", "case_marks", "case_explained", "case_summary")


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast around this very moment, because pages read the clock."""
    return make_cast(timezone.localtime())


@pytest.fixture
def browser(cast: Cast, logged_in: Any) -> Client:
    return logged_in(cast.bram)


def day(days: int = 0) -> str:
    """Some days from today, as a browser sends it."""
    return f"{timezone.localdate() + dt.timedelta(days=days)}"


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_accepted(cast)


def url(name: str, case: Case, *more: Any) -> str:
    return reverse(name, args=[case.reference, *more])


def explain(case: Case, cast: Cast) -> None:
    confidentiality.explain(case, on=timezone.localdate(cast.at), by=cast.actor("bram"), at=cast.at)


def make(case: Case, cast: Cast, count: int = 1) -> Plan:
    goals = [Goal("", f"Doel {number}") for number in range(count)]
    return plan.make(case, goals, talks=3, ends_when="Klaar.", number=0, by=cast.actor("bram"), at=cast.at)


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_the_worker_and_for_nobody_else(
    cast: Cast, browser: Client, case: Case, logged_in: Any, name: str
) -> None:
    assert browser.get(url(name, case)).status_code == 200
    assert logged_in(cast.ilse).get(url(name, case)).status_code == 404
    assert logged_in(cast.samira).get(url(name, case)).status_code == 403


def test_until_it_is_explained_every_page_says_so(cast: Cast, browser: Client, case: Case) -> None:
    text = "De geheimhouding en de grenzen ervan zijn nog niet uitgelegd."
    assert text in browser.get(url("case_notes", case)).content.decode()
    answer = browser.post(url("case_plan_change", case), GOALS)
    assert "Leg eerst de geheimhouding" in answer.content.decode()
    answer = browser.post(
        url("case_explained", case), {"on": day(), "questions": "Hoort mijn baas dit?", "submission": uuid.uuid4()}
    )  # fmt: skip
    assert answer.url == url("case_plan", case)
    assert Explained.objects.get().questions == "Hoort mijn baas dit?"
    assert text not in browser.get(url("case_notes", case)).content.decode()


@pytest.mark.parametrize("when", [1, -9, "ooit", "", "0001-01-01"])
def test_a_day_that_cannot_be_stays_at_its_field(browser: Client, case: Case, when: int | str) -> None:
    fields = {"on": day(when) if isinstance(when, int) else when, "words": "Zo gezegd.", "submission": uuid.uuid4()}
    answer = browser.post(url("case_explained", case), fields)
    assert (answer.status_code, "on" in answer.context["form"].errors) == (200, True)
    assert "Zo gezegd." in answer.content.decode()


def test_the_same_form_twice_explains_once(browser: Client, case: Case) -> None:
    fields = {"on": day(), "submission": uuid.uuid4()}
    for _time in range(2):
        assert browser.post(url("case_explained", case), fields).status_code == 302
    assert Explained.objects.count() == 1


def test_the_first_analysis_begins_with_what_the_client_told(cast: Cast, browser: Client, case: Case) -> None:
    explain(case, cast)
    answer = browser.get(url("case_analysis", case))
    assert answer.context["form"]["demand"].value() == "Ruzie met de sergeant. Wil rust en een gesprek."
    answer = browser.post(url("case_analysis", case), {"demand": "Rust", "number": "0"})
    assert (answer.url, Analysis.objects.get().demand) == (url("case_plan", case), "Rust")


def test_two_tabs_keep_both_analyses(cast: Cast, browser: Client, case: Case) -> None:
    explain(case, cast)
    for words, number in (("Eerst", "0"), ("Daarna", "1")):
        browser.post(url("case_analysis", case), {"demand": words, "number": number})
    answer = browser.post(url("case_analysis", case), {"demand": "Het mijne", "number": "1"})
    assert (answer.context["saved"].demand, answer.context["form"]["demand"].value()) == ("Daarna", "Het mijne")
    answer = browser.post(url("case_analysis", case), {"demand": "Samen", "number": "2"})
    assert (answer.status_code, Analysis.objects.latest("number").demand) == (302, "Samen")


def test_a_plan_over_http_and_its_conflict(cast: Cast, browser: Client, case: Case) -> None:
    explain(case, cast)
    assert browser.post(url("case_plan_change", case), GOALS | {"number": "0"}).status_code == 302
    assert browser.post(url("case_plan_change", case), GOALS | {"number": "1", "talks": "2"}).status_code == 302
    answer = browser.post(url("case_plan_change", case), GOALS | {"number": "1", "goal_2": "Praten"})
    page = answer.content.decode()
    assert (answer.context["saved"].talks, "Praten" in page, "Zo is het nu bewaard" in page) == (2, True, True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"goal_1": ""}, "goal_1"), ({"talks": "99"}, "talks"), ({"talks": "x"}, "talks"), ({"number": "-1"}, "number"),
     ({"ends_when": " "}, "ends_when"), ({"goal_3": "x" * 201}, "goal_3")],
)  # fmt: skip
def test_a_wrong_plan_stays_at_its_field(
    cast: Cast, browser: Client, case: Case, wrong: dict[str, str], field: str
) -> None:
    explain(case, cast)
    answer = browser.post(url("case_plan_change", case), GOALS | wrong)
    assert (answer.status_code, field in answer.context["form"].errors, Plan.objects.count()) == (200, True, 0)


def test_marks_that_the_worker_types_are_kept_as_that(cast: Cast, browser: Client, case: Case) -> None:
    explain(case, cast)
    make(case, cast)
    answer = browser.post(url("case_marks", case), {"moment": "start", "mark_1": "4"})
    assert answer.status_code == 302
    assert [(one.start, one.marks["start"].by) for one in plan.results_of(case)] == [(4, cast.bram)]
    page = browser.get(url("case_plan", case)).content.decode()
    assert ('aria-label="Cijfers van 0 tot 10: aan het begin 4"' in page, "opgeschreven door Bram" in page) == (
        True,
        True,
    )


def test_two_tabs_with_marks_keep_both(cast: Cast, browser: Client, case: Case) -> None:
    explain(case, cast)
    make(case, cast)
    typed = {"moment": "start", "number": "0"}
    assert browser.post(url("case_marks", case), typed | {"mark_1": "4"}).status_code == 302
    page = browser.post(url("case_marks", case), typed | {"mark_1": "6"})
    shown = [(row.now, row.mine) for row in page.context["both"]]
    assert (page.status_code, shown, page.context["form"]["number"].value()) == (409, [("4", "6")], "1")
    assert browser.post(url("case_marks", case), typed | {"mark_1": "6", "number": "1"}).status_code == 302
    assert plan.results_of(case)[0].start == 6


@pytest.mark.parametrize("mark", ["11", "-1", "vier", ""])
def test_a_mark_outside_the_scale_is_asked_again(cast: Cast, browser: Client, case: Case, mark: str) -> None:
    explain(case, cast)
    make(case, cast)
    answer = browser.post(url("case_marks", case), {"moment": "start", "mark_1": mark})
    assert answer.context["form"].errors["mark_1"] == ["Kies een cijfer van 0 tot en met 10."]


def test_what_was_agreed_is_added_once_ticked_and_dropped(cast: Cast, browser: Client, case: Case) -> None:
    explain(case, cast)
    fields = {"who": "worker", "words": "Bellen", "by_day": day(2), "submission": uuid.uuid4()}
    for _time in range(2):
        assert browser.post(url("case_plan", case), fields).status_code == 302
    row = AgreedAction.objects.get()
    for do, done, dropped in (("done", True, False), ("undone", False, False), ("drop", False, True)):
        browser.post(url("case_agreed", case, row.pk), {"do": do})
        row.refresh_from_db()
        assert (row.done_at is not None, row.dropped_at is not None) == (done, dropped)
    assert agreed.of_case(case) == []


def test_a_day_in_the_past_or_far_away_is_asked_again(cast: Cast, browser: Client, case: Case) -> None:
    explain(case, cast)
    for days in (-1, 900):
        fields = {"who": "client", "words": "Bellen", "by_day": day(days), "submission": uuid.uuid4()}
        answer = browser.post(url("case_plan", case), fields)
        assert ("by_day" in answer.context["form"].errors, "Bellen" in answer.content.decode()) == (True, True)


def test_something_of_another_case_is_not_there(cast: Cast, browser: Client, case: Case) -> None:
    other = make_accepted(cast, owner="ilse")
    confidentiality.explain(other, on=timezone.localdate(cast.at), by=cast.actor("ilse"), at=cast.at)
    row = agreed.add(other, who=Side.CLIENT, words="x", by_day=None, by=cast.actor("ilse"), at=cast.at)
    assert browser.post(url("case_agreed", case, row.pk), {"do": "done"}).status_code == 404
    assert browser.get(url("case_agreed", case, row.pk)).status_code == 405


def test_a_yes_to_an_older_plan_is_not_counted(cast: Cast, browser: Client, case: Case) -> None:
    explain(case, cast)
    old = make(case, cast)
    plan.make(case, old.goals, talks=4, ends_when="Klaar.", number=1, by=cast.actor("bram"), at=cast.at)
    for given in (str(old.pk), "onzin", ""):
        browser.post(url("case_plan_agreed", case), {"plan": given})
    assert not Plan.objects.exclude(agreed_at=None).exists()


def test_before_contact_the_summary_is_read_and_nothing_typed_is_lost(cast: Cast, browser: Client, case: Case) -> None:
    made = summaries.correct(case, "In mijn woorden.", number=1, by=follower(case.pk), at=cast.at)
    for name in ("case_messages", "case_sessions", "case_attempt"):
        page = browser.get(url(name, case)).content.decode()
        assert ("In mijn woorden." in page, "Ik heb het gelezen" in page) == (True, True)
    typed = {"body": "Hoe gaat het? <b>", "submission": str(uuid.uuid4()), "reason": "Zij vroeg erom."}
    answer = browser.post(url("case_messages", case), typed)
    assert answer.context["typed"] == [{"name": name, "value": value} for name, value in typed.items()]
    answer = browser.post(url("case_messages", case), typed | {"summary_read": str(made.pk)})
    assert (answer.status_code, Message.objects.get().body) == (302, typed["body"])
    assert SummaryRead.objects.get().user == cast.bram
    assert "Ik heb het gelezen" not in browser.get(url("case_sessions", case)).content.decode()


def test_one_click_leads_to_the_page_that_was_asked(cast: Cast, browser: Client, case: Case) -> None:
    made = summaries.correct(case, "In mijn woorden.", number=1, by=follower(case.pk), at=cast.at)
    answer = browser.post(url("case_sessions", case), {"summary_read": str(made.pk)})
    assert (answer.status_code, answer.url) == (302, url("case_sessions", case))


def test_a_tick_of_an_older_version_or_of_nonsense_asks_again(cast: Cast, browser: Client, case: Case) -> None:
    old = summaries.correct(case, "Oud.", number=1, by=follower(case.pk), at=cast.at)
    summaries.correct(case, "Nieuw.", number=2, by=follower(case.pk), at=cast.at)
    for given in (str(old.pk), "onzin"):
        answer = browser.post(url("case_messages", case), {"summary_read": given})
        assert (answer.status_code, "Nieuw." in answer.content.decode()) == (200, True)
    assert not SummaryRead.objects.exists()


def test_who_only_has_the_contact_details_is_not_shown_the_summary(
    cast: Cast, browser: Client, case: Case, logged_in: Any
) -> None:
    summaries.correct(case, "In mijn woorden.", number=1, by=follower(case.pk), at=cast.at)
    page = logged_in(cast.samira).get(url("case_attempt", case))
    assert (page.status_code, "In mijn woorden." in page.content.decode()) == (200, False)


@pytest.mark.parametrize("count", [1, 30])
def test_twelve_queries_at_most(cast: Cast, browser: Client, case: Case, count: int) -> None:
    explain(case, cast)
    for number in range(count):
        goals = [Goal("", f"Doel {place}") for place in range(3)]
        plan.make(case, goals, talks=3, ends_when=f"{number}", number=number, by=cast.actor("bram"), at=cast.at)
        agreed.add(case, who=Side.CLIENT, words="x", by_day=None, by=cast.actor("bram"), at=cast.at)
        summaries.correct(case, f"{number}", number=number + 1, by=follower(case.pk), at=cast.at)
    for name in PAGES:
        assert len(queries_of(lambda name=name: browser.get(url(name, case)))) <= 12, name


def test_at_the_desk_there_is_nothing_to_plan_yet(cast: Cast, logged_in: Any) -> None:
    case, desk = make_case(cast), logged_in(cast.samira)
    page = desk.get(url("case_plan", case)).content.decode()
    assert ("Maak het plan" in page, "nog niet uitgelegd." in page and "Leg het uit" in page) == (False, False)
    assert desk.post(url("case_explained", case), {"on": day(), "submission": uuid.uuid4()}).status_code == 200


def test_a_file_is_asked_again_after_reading_and_the_message_waits_for_it(
    cast: Cast, browser: Client, case: Case
) -> None:
    made = summaries.correct(case, "In mijn woorden.", number=1, by=follower(case.pk), at=cast.at)
    file = SimpleUploadedFile("brief.txt", b"Beste Tom,")
    typed = {"body": "Zie de brief.", "submission": str(uuid.uuid4()), "reason": "In overleg."}
    asked = browser.post(url("case_messages", case), typed | {"attached": file}).context["typed"]
    again = {one["name"]: one["value"] for one in asked} | {"summary_read": str(made.pk)}
    answer = browser.post(url("case_messages", case), again)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["attached"])
    assert answer.context["form"]["body"].value() == "Zie de brief."
    assert not Message.objects.exists()
    assert browser.post(url("case_messages", case), typed).status_code == 302

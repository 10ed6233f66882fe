"""The client's own plan, marks, summary and what stays between us; by log-in and by reference and pass-phrase."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Notice
from cases import agreed, analysis, confidentiality, notes, plan, summaries
from cases.enums import NoteKind
from cases.enums.plan import Side
from cases.models import Case, Plan, SummaryVersion
from cases.models.plan import Goal
from desk.checks import every_pattern
from tests.desk.counting import queries_of
from tests.desk.test_client import follow
from tests.factories.cast import Cast, make_cast
from tests.factories.referrals import make_referral
from tests.factories.work import make_accepted

TAILS = ("plan/", "plan/cijfers/", "samengevat/", "geheimhouding/", "nieuw/")


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast around this very moment, because pages read the clock."""
    return make_cast(timezone.localtime())


@pytest.fixture
def case(cast: Cast) -> Case:
    """Tom's, with Bram; explained, planned and agreed on."""
    made, by, at = make_accepted(cast, client="tom"), cast.actor("bram"), cast.at
    confidentiality.explain(made, on=timezone.localdate(at), questions="Hoort mijn baas dit?", by=by, at=at)
    analysis.write(made, {"demand": "RUST"}, number=0, by=by, at=at)
    plan.make(made, [Goal("", "Slapen"), Goal("", "Praten")], talks=4, ends_when="Klaar.", number=0, by=by, at=at)
    return made


def own(case: Case, tail: str = "") -> str:
    return f"/mijn/{case.reference}/{tail}"


def plan_of(case: Case) -> Plan:
    return Plan.objects.get(case=case)


@pytest.mark.parametrize("tail", TAILS)
def test_only_the_client_opens_these_pages(cast: Cast, case: Case, logged_in: Any, tail: str) -> None:
    assert logged_in(cast.tom).get(own(case, tail)).status_code == 200
    assert follow(case).get(f"/volgen/aanvraag/{tail}").status_code == 200
    for name in ("lisa", "bram", "samira", "els"):
        assert logged_in(cast.users[name]).get(own(case, tail)).status_code == 404
    assert Client().get(f"/volgen/aanvraag/{tail}").url == "/volgen/"


def test_the_case_page_asks_for_the_yes_and_says_who_explained_it(cast: Cast, case: Case, logged_in: Any) -> None:
    browser = logged_in(cast.tom)
    page = browser.get(own(case)).content.decode()
    assert ("Is dit jouw plan?" in page, "Uitgelegd door Bram de Wit" in page) == (True, True)
    answer = browser.post(own(case, "plan/ja/"), {"plan": str(plan_of(case).pk)})
    assert (answer.url, plan_of(case).agreed_how) == (own(case, "plan/"), "in_portal")
    page = browser.get(own(case)).content.decode()
    assert ("Is dit jouw plan?" in page, "Je zei er ja tegen" in page) == (False, True)


def test_a_follower_gives_marks_and_changes_them(cast: Cast, case: Case) -> None:
    browser = follow(case)
    for marks, expected in ((("3", "0"), [3, 0]), (("4", ""), [4, 0])):
        fields = {"moment": "start", "mark_1": marks[0], "mark_2": marks[1]}
        assert browser.post("/volgen/aanvraag/plan/cijfers/", fields).url == "/volgen/aanvraag/plan/"
        assert [result.start for result in plan.results_of(case)] == expected
    assert (
        browser.post("/volgen/aanvraag/plan/cijfers/?moment=end", {"moment": "end", "mark_1": "10"}).status_code == 302
    )
    page = browser.get("/volgen/aanvraag/plan/").content.decode()
    assert 'aria-label="Cijfers van 0 tot 10: aan het begin 4, aan het eind 10"' in page


@pytest.mark.parametrize(
    "fields", [{"moment": "end", "mark_1": "3"}, {"moment": "x", "mark_1": "3"}, {"moment": "start"}]
)
def test_marks_that_cannot_be_are_refused_calmly(case: Case, fields: dict[str, str]) -> None:
    answer = follow(case).post("/volgen/aanvraag/plan/cijfers/", fields)
    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert [result.marks for result in plan.results_of(case)] == [{}, {}]


def test_the_client_ticks_what_is_theirs_only(cast: Cast, case: Case, logged_in: Any) -> None:
    by, browser = cast.actor("bram"), logged_in(cast.tom)
    mine, theirs = (
        agreed.add(case, who=who, words=f"{who}", by_day=None, by=by, at=cast.at) for who in (Side.CLIENT, Side.WORKER)
    )
    assert browser.post(own(case, f"plan/afspraak/{mine.pk}/"), {"do": "done"}).status_code == 302
    assert browser.post(own(case, f"plan/afspraak/{theirs.pk}/"), {"do": "done"}).status_code == 403
    assert browser.post(own(case, f"plan/afspraak/{uuid.uuid4()}/"), {"do": "done"}).status_code == 404
    assert {row.words: row.done_at is not None for row in agreed.of_case(case)} == {"client": True, "worker": False}


def test_correcting_the_summary_tells_the_worker(cast: Cast, case: Case, logged_in: Any) -> None:
    browser = logged_in(cast.tom)
    form = browser.get(own(case, "samengevat/")).context["form"]
    fields = {"text": f"{form['text'].value()} En ik wil rust.", "number": form["number"].value()}
    assert browser.post(own(case, "samengevat/"), fields).url == own(case, "samengevat/")
    case.refresh_from_db()
    assert case.summary.endswith("En ik wil rust.")
    assert Notice.objects.filter(kind="case.summary", user=cast.bram, channel="inbox").count() == 1
    page = browser.get(own(case, "samengevat/")).content.decode()
    assert ("Versie 2" in page, "Versie 1" in page, "Geschreven door jou" in page) == (True, True, True)


def test_two_tabs_of_the_client_keep_both_texts(cast: Cast, case: Case, logged_in: Any) -> None:
    browser = logged_in(cast.tom)
    browser.post(own(case, "samengevat/"), {"text": "Eerst", "number": "1"})
    answer = browser.post(own(case, "samengevat/"), {"text": "Daarna", "number": "1"})
    assert (answer.context["saved"].text, answer.context["form"]["text"].value()) == ("Eerst", "Daarna")
    assert answer.context["form"]["number"].value() == 2


@pytest.mark.parametrize("text", ["", "   ", "x" * 1501])
def test_no_words_or_too_many_stay_at_their_field(case: Case, text: str) -> None:
    answer = follow(case).post("/volgen/aanvraag/samengevat/", {"text": text, "number": "1"})
    assert ("text" in answer.context["form"].errors, SummaryVersion.objects.exists()) == (True, False)


def test_a_summary_that_waits_for_a_yes_is_answered_first(cast: Cast) -> None:
    case = make_referral(cast, by_phone=False).case
    browser = follow(case)
    page = browser.get("/volgen/aanvraag/samengevat/").content.decode()
    assert ("Een samenvatting wacht op je antwoord" in page, 'name="text"' in page) == (True, False)
    browser.post("/volgen/aanvraag/samengevat/", {"text": "Toch maar zo.", "number": "1"})
    assert [row.approved_at for row in summaries.versions(case)] == [None]


def test_the_file_has_the_analysis_and_never_a_working_note(cast: Cast, case: Case, logged_in: Any) -> None:
    notes.write(case, "GEHEUGENSTEUN", kind=NoteKind.WORKING, by=cast.actor("bram"), at=cast.at)
    browser = logged_in(cast.tom)
    pages = "".join(browser.get(own(case, tail)).content.decode() for tail in ("", "verslagen/", *TAILS))
    assert ("RUST" in pages, "GEHEUGENSTEUN" in pages) == (True, False)


def test_they_keep_reading_the_words_that_they_heard(cast: Cast, case: Case, logged_in: Any) -> None:
    confidentiality.publish("NIEUW NL", "NEW EN", number=1, by=cast.actor("els"), at=cast.at)
    page = logged_in(cast.tom).get(own(case, "geheimhouding/")).content.decode()
    assert ("NIEUW NL" in page, "Hoort mijn baas dit?" in page) == (False, True)
    other = make_accepted(cast, client="lisa")
    assert "NIEUW NL" in logged_in(cast.lisa).get(own(other, "geheimhouding/")).content.decode()


@pytest.mark.parametrize("tail", ["", *TAILS])
def test_twelve_queries_at_most(cast: Cast, case: Case, logged_in: Any, tail: str) -> None:
    for number in range(30):
        summaries.correct(case, f"{number}", number=number + 1, by=cast.actor("tom"), at=cast.at)
        agreed.add(case, who=Side.CLIENT, words="x", by_day=None, by=cast.actor("bram"), at=cast.at)
    browser = logged_in(cast.tom)
    assert len(queries_of(lambda: browser.get(own(case, tail)))) <= 12


def test_the_coordinator_keeps_the_words_in_versions(cast: Cast, logged_in: Any) -> None:
    path, els = "/organisatie/geheimhouding/", logged_in(cast.els)
    start = els.get(path).context["form"]
    assert "je leidinggevende hoort niets" in start["text_nl"].value().lower()
    fields = {"text_nl": "Kort.", "text_en": "Short.", "number": start["number"].value()}
    assert els.post(path, fields).url == path
    assert confidentiality.present_text().number == 2
    answer = els.post(path, fields | {"text_en": "Other."})
    assert ("Other." in answer.content.decode(), confidentiality.present_text().text_en) == (True, "Short.")
    assert els.post(path, fields | {"text_nl": ""}).context["form"].errors
    assert [logged_in(cast.users[name]).get(path).status_code for name in ("samira", "bram", "arie")] == [404] * 3


def test_no_page_stands_in_the_place_of_another() -> None:
    paths = [path for path, pattern in every_pattern() if pattern.name]
    assert sorted({path for path in paths if paths.count(path) > 1}) == []

"""The pages around the end of a case: for whom, what they show, and what is refused."""

import datetime as dt
import html
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases import merging, notes
from cases.enums import AccessReason, CaseState, NoteKind
from cases.forms.ending import CloseForm
from cases.models import AfterCare, Case, CaseAccess, Ending, Merge, TimelineEntry
from cases.permissions import grant
from tests.desk.counting import queries_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.endings import closed_by_bram, with_bram

LogIn = Callable[..., Client]
TAILS = ("stukken/", "plan/", "taken/", "berichten/", "verslagen/")


@pytest.fixture
def cast(db: None) -> Cast:
    """Everyone, on shift now: pages read the clock."""
    return make_cast(timezone.localtime())


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_closing_says_what_goes_and_keeps_the_clients_words(cast: Cast, logged_in: LogIn) -> None:
    case, bram = with_bram(cast, cast.at), logged_in(cast.bram, headers={"accept-language": "nl"})
    notes.write(case, "Eigen.", kind=NoteKind.WORKING, by=cast.actor("bram"), at=cast.at)
    page = text(bram.get(f"/zaken/{case.reference}/afsluiten/"))
    assert "1 werkaantekening verdwijnt" in page and "?own=1" in page
    sent = {
        "outcome": "helped", "note": "Klaar.", "takes_along": "Dat praten helpt.", "afterwards": "call",
        "call_on": (cast.at + dt.timedelta(days=30)).date().isoformat(),
    }  # fmt: skip
    wrong = bram.post(f"/zaken/{case.reference}/afsluiten/", sent | {"call_on": "2020-01-01"})
    assert list(wrong.context["form"].errors) == ["call_on"]
    assert bram.post(f"/zaken/{case.reference}/afsluiten/", sent).status_code == 302
    row = AfterCare.objects.get(case=case)
    assert (row.call_from - cast.at).days in {29, 30}
    page = text(bram.get(f"/zaken/{case.reference}/"))
    assert all(words in page for words in ("Dat praten helpt.", "Klaar.", "Weer openen", "Het loket belt één keer"))


def test_goals_are_asked_only_when_there_are_goals(cast: Cast) -> None:
    sent = {"outcome": "helped", "afterwards": "ask", "goal_0": "reached"}
    form = CloseForm(sent, at=cast.at, goals=["Weer slapen", "Het gesprek voeren"])
    assert list(form.errors) == ["goal_1"]
    form = CloseForm(sent | {"goal_1": "partly"}, at=cast.at, goals=["Weer slapen", "Het gesprek voeren"])
    assert form.is_valid() and form.goodbye.results == {"Weer slapen": "reached", "Het gesprek voeren": "partly"}
    assert not [name for name in CloseForm(at=cast.at).fields if name.startswith("goal")]


def test_the_worker_opens_it_again_for_themselves(cast: Cast, logged_in: LogIn) -> None:
    case, bram = closed_by_bram(cast, cast.at), logged_in(cast.bram)
    address = f"/zaken/{case.reference}/heropenen/"
    assert list(bram.post(address, {"to": "worker"}).context["form"].errors) == ["reason"]
    assert bram.post(address, {"to": "worker", "reason": "Belde."}).url == f"/zaken/{case.reference}/"
    assert Case.objects.get(pk=case.pk).state == CaseState.ACCEPTED
    assert Ending.objects.filter(case=case).count() == 1


def test_given_to_the_desk_the_worker_goes_to_their_own_list(cast: Cast, logged_in: LogIn) -> None:
    case = closed_by_bram(cast, cast.at)
    answer = logged_in(cast.bram).post(f"/zaken/{case.reference}/heropenen/", {"to": "desk", "reason": "Belde."})
    assert answer.url == "/zaken/"
    assert Case.objects.get(pk=case.pk).state == CaseState.SUBMITTED


@pytest.mark.parametrize("tail", ["heropenen/", "splitsen/", "nabellen/", "samen/{other}/"])
@pytest.mark.parametrize("name", ["karin", "vera", "tom"])
def test_others_find_nothing(cast: Cast, logged_in: LogIn, tail: str, name: str) -> None:
    case, other = with_bram(cast, cast.at), make_case(cast)
    address = f"/zaken/{case.reference}/{tail.format(other=other.reference)}"
    browser = logged_in(cast.users[name])
    assert (browser.get(address).status_code, browser.post(address, {}).status_code) == (404, 404)


def test_who_may_work_on_one_only_does_not_put_them_together(cast: Cast, logged_in: LogIn) -> None:
    case, other = with_bram(cast, cast.at), make_case(cast)
    address = f"/zaken/{case.reference}/samen/{other.reference}/"
    assert logged_in(cast.bram).get(address).status_code == 404
    sent = {"stays": other.reference, "reason": "x", "sure": "on"}
    CaseAccess.objects.filter(case=case, reason=AccessReason.DESK).update(scope="contact")
    assert logged_in(cast.samira).post(address, sent).status_code == 403
    assert not Merge.objects.exists()


def test_together_and_apart(cast: Cast, logged_in: LogIn) -> None:
    gone, stays = make_case(cast, story="Uit de eerste."), make_case(cast, story="Uit de tweede.")
    desk, address = logged_in(cast.samira, headers={"accept-language": "nl"}), "/zaken/{}/samen/{}/"
    here = address.format(gone.reference, stays.reference)
    assert set(desk.post(here, {}).context["form"].errors) == {"stays", "reason", "sure"}
    answer = desk.post(here, {"stays": stays.reference, "reason": "Zelfde nummer.", "sure": "on"})
    assert answer.url == f"/zaken/{stays.reference}/"
    page = text(desk.get(answer.url))
    assert f"Ook {gone.reference}" in page and "Uit de eerste." in page
    assert desk.get(f"/zaken/{gone.reference}/").url == f"/zaken/{stays.reference}/"
    assert "Zelfde nummer." in text(desk.get(here))
    assert desk.post(here, {"stays": gone.reference}).url == f"/zaken/{stays.reference}/"
    assert Case.objects.get(pk=gone.pk).outcome == "merged"
    for _time in range(2):
        assert desk.post(here, {"undo": "1"}).status_code == 302
    assert Case.objects.get(pk=gone.pk).state == CaseState.IN_TRIAGE
    assert "Uit de eerste." not in text(desk.get(f"/zaken/{stays.reference}/"))


def test_who_sees_only_the_one_that_stays_reads_nothing_of_the_other(cast: Cast, logged_in: LogIn) -> None:
    gone, stays = make_case(cast, story="Uit de eerste."), with_bram(cast, cast.at)
    merging.merge(gone, stays, reason="Zelfde stem.", by=cast.actor("samira"), at=cast.at)
    grant(stays, reason=AccessReason.DEPUTY, user_id=cast.karin.pk, at=cast.at, ends_at=cast.at + dt.timedelta(days=1))
    page = text(logged_in(cast.karin).get(f"/zaken/{stays.reference}/"))
    assert not any(words in page for words in (gone.reference, "Uit de eerste.", "Zelfde stem.", "samengevoegd"))


def test_splitting_shows_what_the_client_holds_on_to(cast: Cast, logged_in: LogIn) -> None:
    case, desk = make_case(cast), logged_in(cast.samira)
    address, number = f"/zaken/{case.reference}/splitsen/", str(uuid.uuid4())
    assert set(desk.post(address, {"submission": number}).context["form"].errors) == {"topic", "words", "agreed"}
    sent = {"topic": "private.money", "words": "Schulden.", "agreed": "on", "submission": number}
    for _time in range(2):
        page = desk.post(address, sent)
    new = Case.objects.exclude(pk=case.pk).get()
    assert new.reference in text(page) and page.context["phrase"] in text(page)
    assert len(page.context["phrase"].split("-")) == 6
    wrong = desk.post(address, sent | {"topic": "nothing.known", "submission": str(uuid.uuid4())})
    assert list(wrong.context["form"].errors) == ["topic"]


def test_no_call_for_a_client_who_does_not_want_it(cast: Cast, logged_in: LogIn) -> None:
    case, bram = closed_by_bram(cast, cast.at, calls=True), logged_in(cast.bram)
    address = f"/zaken/{case.reference}/nabellen/"
    assert bram.get(address).status_code == 200 and AfterCare.objects.open().exists()
    assert bram.post(address).url == f"/zaken/{case.reference}/"
    assert not AfterCare.objects.open().exists()
    other = with_bram(cast, cast.at, person=case.person)
    form = bram.get(f"/zaken/{other.reference}/afsluiten/").context["form"]
    assert "call_on" not in form.fields and form.initial["afterwards"] == "ask"


def test_no_call_is_said_in_the_middle_of_the_help_and_seen_in_the_case(cast: Cast, logged_in: LogIn) -> None:
    case, bram = with_bram(cast, cast.at), logged_in(cast.bram, headers={"accept-language": "nl"})
    address, wish = f"/zaken/{case.reference}/nabellen/", "De cliënt wil niet nagebeld worden"
    assert f'href="{address}"' in bram.get(f"/zaken/{case.reference}/betrokkenen/").content.decode()
    assert wish not in bram.get(f"/zaken/{case.reference}/").content.decode()
    for _time in range(2):
        assert bram.post(address).url == f"/zaken/{case.reference}/"
    assert wish in bram.get(f"/zaken/{case.reference}/").content.decode()
    form = bram.get(f"/zaken/{case.reference}/afsluiten/").context["form"]
    assert form.initial["afterwards"] == "ask"


@pytest.mark.parametrize("rows", [1, 30])
def test_documents_plan_and_tasks_of_what_was_put_together_are_a_click_away(
    cast: Cast, logged_in: LogIn, rows: int
) -> None:
    stays, by, desk = make_case(cast), cast.actor("samira"), logged_in(cast.samira)
    made = [merging.merge(make_case(cast), stays, reason="Zelfde.", by=by, at=cast.at) for _number in range(rows)]
    gone = made[0].case.reference
    for tail in TAILS:
        desk.get(f"/zaken/{stays.reference}/{tail}")
        found = queries_of(lambda tail=tail: desk.get(f"/zaken/{stays.reference}/{tail}"))
        assert len(found) <= 12, "\n".join([tail, *found])
        address = f'href="/zaken/{gone}/{tail}"'
        assert tail == "plan/" or address in desk.get(f"/zaken/{stays.reference}/{tail}").content.decode()
        assert address in desk.get(f"/zaken/{stays.reference}/").content.decode()
        assert 'enctype="multipart/form-data"' not in desk.get(f"/zaken/{gone}/{tail}").content.decode()
    merging.undo(made[0], by=by, at=cast.at)
    assert gone not in desk.get(f"/zaken/{stays.reference}/{TAILS[0]}").content.decode()
    assert logged_in(cast.users["ilse"]).get(f"/zaken/{gone}/{TAILS[0]}").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_pages_stay_within_twelve_queries(cast: Cast, logged_in: LogIn, rows: int) -> None:
    """Of a case that was opened again as often, with as many requests put together with it."""
    stays, at, by = make_case(cast), cast.at, cast.actor("samira")
    for number in range(rows):
        merging.merge(make_case(cast), stays, reason="Zelfde.", by=by, at=at - dt.timedelta(minutes=number))
        Ending(case=stays, at=at, outcome="helped").save(force_insert=True)
    Case.objects.filter(pk=stays.pk).update(reopened_at=at)
    grant(stays, reason=AccessReason.DESK, user_id=cast.samira.pk, at=at, source="x")
    desk, other = logged_in(cast.samira), make_case(cast)
    desk.get(f"/zaken/{stays.reference}/")
    for tail in ("", "?page=2", "heropenen/", "splitsen/", f"samen/{other.reference}/", "nabellen/"):
        found = queries_of(lambda tail=tail: desk.get(f"/zaken/{stays.reference}/{tail}"))
        assert len(found) <= 12, "\n".join([tail, *found])
    assert TimelineEntry.objects.filter(kind="merged").count() == 2 * rows

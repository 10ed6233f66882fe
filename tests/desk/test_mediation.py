"""The pages of a talk that somebody neutral leads, by all three doors."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEvent
from cases import mediation, mediation_door
from cases.enums.mediation import Side
from cases.models import Case, Mediation, MediationNote, Party
from tests.cases.test_mediation import agreed, begin
from tests.factories.cast import Cast
from tests.factories.work import make_accepted
from tests.world import let_in

LogIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _now(at: dt.datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_accepted(cast, client="tom")


def answers(cast: Cast, **changed: str) -> dict[str, Any]:
    return {
        "name": "Piet Sterk", "relation": "manager", "email": "piet@werk.example", "phone": "", "called": "Tom",
        "subject": "Samen verder.", "leader": cast.karin.pk, "wanted": "on",
        "submission": "3f1de2a8-0f4e-4a57-9f0b-5b8f0e6d1c33", **changed,
    }  # fmt: skip


def test_the_worker_asks_both_once(cast: Cast, case: Case, logged_in: LogIn) -> None:
    browser, url = logged_in(cast.bram), f"/zaken/{case.reference}/samen/"
    for _time in range(2):
        assert browser.post(url, answers(cast)).status_code == 302
    assert Mediation.objects.count() == 1
    page = browser.get(url).content.decode()
    assert "Karin Postma leidt het" in page and "Samen verder" not in page


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"email": ""}, "Geef een e-mailadres of een telefoonnummer"),
        ({"email": "geen"}, "Vul een e-mailadres in"),
        ({"phone": "niet"}, "Vul een telefoonnummer in"),
        ({"wanted": ""}, "Vraag het eerst aan de cliënt"),
        ({"leader": "999999"}, "Deze persoon kan het nu niet leiden"),
        ({"subject": " "}, "Schrijf in één zin op waarover het gaat"),
    ],
)
def test_bad_input_is_said_beside_the_field_and_kept(
    cast: Cast, case: Case, logged_in: LogIn, changed: dict[str, str], error: str
) -> None:
    answer = logged_in(cast.bram).post(f"/zaken/{case.reference}/samen/", answers(cast, **changed))
    page = answer.content.decode()
    assert answer.status_code == 200 and error in page and "Piet Sterk" in page
    assert not Mediation.objects.exists()


@pytest.mark.parametrize("name", ["samira", "ilse", "arie", "tom"])
def test_nobody_else_asks_for_it(cast: Cast, case: Case, logged_in: LogIn, name: str) -> None:
    answer = logged_in(cast.users[name]).post(f"/zaken/{case.reference}/samen/", answers(cast))
    assert answer.status_code in {403, 404}
    assert not Mediation.objects.exists()


def test_the_client_says_yes_by_the_own_door_and_signs_what_was_read(cast: Cast, case: Case, logged_in: LogIn) -> None:
    found = begin(case, cast)
    tom, url = logged_in(cast.tom), f"/mijn/{case.reference}/samen/"
    assert "Piet Sterk" in tom.get(url).content.decode()
    tom.post(url, {"do": "agree"})
    mediation.agree(mediation.sides(found)[Side.OTHER], by=cast.actor("karin"), at=cast.at, told=True)
    leader = logged_in(cast.karin)
    leader.post(f"/samen/{found.pk}/tekst/", {"text": "Elke week overleg.", "version": "0"})
    tom.post(url, {"do": "sign", "version": "7"})
    for nonsense in ("geen", "9" * 5000, "²"):
        assert tom.post(url, {"do": "sign", "version": nonsense}).status_code == 302
    assert Party.objects.get(side="client").signed_version is None
    tom.post(url, {"do": "sign", "version": "1"})
    assert Party.objects.get(side="client").signed_version == 1


def test_who_has_no_computer_signs_by_voice_what_was_read_out(cast: Cast, case: Case, logged_in: LogIn) -> None:
    found, leader = begin(case, cast), logged_in(cast.karin)
    for party in mediation.sides(found).values():
        mediation.agree(party, by=cast.actor("karin"), at=cast.at, told=True)
    leader.post(f"/samen/{found.pk}/tekst/", {"text": "Elke week overleg.", "version": "0"})
    said = f"/samen/{found.pk}/gezegd/other/"
    assert said in leader.get(f"/samen/{found.pk}/").content.decode()
    for version in ("7", "geen", "9" * 5000):
        leader.post(said, {"do": "sign", "version": version})
        assert Party.objects.get(side="other").signed_version is None
    assert logged_in(cast.bram).post(said, {"do": "sign", "version": "1"}).status_code == 404
    for _again in range(2):
        leader.post(said, {"do": "sign", "version": "1"})
    assert Party.objects.get(side="other").signed_version == 1
    assert AuditEvent.objects.filter(action="mediation.signed", actor_id=str(cast.karin.pk)).count() == 1


def test_what_is_asked_stands_on_the_clients_page_until_it_is_answered(
    cast: Cast, case: Case, logged_in: LogIn
) -> None:
    tom, asks = logged_in(cast.tom), "Er wordt je iets gevraagd."
    page = f"/mijn/{case.reference}/"
    assert asks not in tom.get(page).content.decode()
    found = begin(case, cast)
    assert asks in tom.get(page).content.decode()
    for side in Side:
        mediation.agree(mediation.sides(found)[side], by=cast.actor("karin"), at=cast.at, told=True)
    seen = tom.get(page).content.decode()
    assert asks not in seen and f"{page}samen/" in seen
    assert "Is dat niet genoeg?" not in seen and "0 gesprekken" not in seen
    logged_in(cast.karin).post(f"/samen/{found.pk}/tekst/", {"text": "Elke week overleg.", "version": "0"})
    assert asks in tom.get(page).content.decode()
    tom.post(f"{page}samen/", {"do": "sign", "version": "1"})
    assert asks not in tom.get(page).content.decode()


def test_the_other_one_comes_in_and_never_reads_of_a_case(cast: Cast, case: Case) -> None:
    found = begin(case, cast)
    code = mediation_door.new_code(found, by=cast.actor("karin"), at=cast.at)
    url = f"/gesprek/{mediation_door.link_of(Party.objects.get(side='other'))}/"
    lisa = let_in(Client(), cast.lisa)
    before = lisa.get(url).content.decode()
    assert "Tom" not in before and "Hoe we samen" not in before
    assert "Deze code klopt niet" in lisa.post(url, {"code": "0000 0000"}).content.decode()
    assert lisa.post(url, {"code": code}).url == f"/mijn/samen/{found.pk}/"
    page = lisa.get(f"/mijn/samen/{found.pk}/").content.decode()
    assert "Tom Jansen" in page
    for secret in (case.reference, "NB-", "Ruzie met de sergeant", "Bram"):
        assert secret not in page
    assert let_in(Client(), cast.fenna).get(url).status_code == 404
    assert let_in(Client(), cast.fenna).get(f"/mijn/samen/{found.pk}/").status_code == 404
    assert "Een gesprek dat Karin Postma leidt" in lisa.get("/mijn/").content.decode()


def test_a_new_code_is_made_by_its_button_alone(cast: Cast, case: Case, logged_in: LogIn) -> None:
    found = begin(case, cast)
    karin, url = logged_in(cast.karin), f"/samen/{found.pk}/"
    for answer in (karin.get(url), karin.get(url, {"do": "code"}), karin.post(url), karin.post(url, {"do": "x"})):
        assert (answer.status_code, answer.context["code"]) == (200, "")
    assert logged_in(cast.bram).post(url, {"do": "code"}).status_code == 404
    assert not Party.objects.get(side="other").code_hash
    code = karin.post(url, {"do": "code"}).context["code"]
    assert code and Party.objects.get(side="other").code_hash
    assert code not in karin.get(url).content.decode()


def test_a_private_note_is_read_by_the_leader_alone(cast: Cast, case: Case, logged_in: LogIn) -> None:
    found = agreed(case, cast)
    Party.objects.filter(side="other").update(user=cast.lisa)
    number = "3f1de2a8-0f4e-4a57-9f0b-5b8f0e6d1c44"
    note = {"about": "client", "body": "Is bang voor ontslag.", "submission": number}
    for _time in range(2):
        logged_in(cast.karin).post(f"/samen/{found.pk}/notitie/", note)
    assert MediationNote.objects.count() == 1
    assert "bang voor ontslag" in logged_in(cast.karin).get(f"/samen/{found.pk}/").content.decode()
    for name, url in (
        ("tom", f"/mijn/{case.reference}/samen/"), ("lisa", f"/mijn/samen/{found.pk}/"),
        ("bram", f"/zaken/{case.reference}/samen/"), ("bram", f"/zaken/{case.reference}/"),
    ):  # fmt: skip
        assert "bang voor ontslag" not in logged_in(cast.users[name]).get(url).content.decode()


def test_two_tabs_of_the_leader_lose_no_text(cast: Cast, case: Case, logged_in: LogIn) -> None:
    found = agreed(case, cast)
    browser, url = logged_in(cast.karin), f"/samen/{found.pk}/tekst/"
    browser.post(url, {"text": "Eerste tekst.", "version": "0"})
    page = browser.post(url, {"text": "Tweede tekst.", "version": "0"}).content.decode()
    assert "Eerste tekst." in page and "Tweede tekst." in page
    browser.post(url, {"text": "Tweede tekst.", "version": "1"})
    assert Mediation.objects.get().agreement == "Tweede tekst."


def test_the_code_is_shown_once(cast: Cast, case: Case, logged_in: LogIn) -> None:
    found = begin(case, cast)
    browser, url = logged_in(cast.karin), f"/samen/{found.pk}/"
    assert "Zeg deze code aan de telefoon" in browser.post(url, {"do": "code"}).content.decode()
    assert "Zeg deze code" not in browser.get(url).content.decode()
    assert AuditEvent.objects.filter(action="mediation.viewed", part="leader").count() == 2


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_of_a_leader_asks_as_much_for_thirty(
    cast: Cast, logged_in: LogIn, rows: int, django_assert_max_num_queries: Any
) -> None:
    for _number in range(rows):
        begin(make_accepted(cast), cast)
    browser = logged_in(cast.karin)
    browser.get("/samen/")
    with django_assert_max_num_queries(12):
        page = browser.get("/samen/").content.decode()
    assert page.count("Hoe we samen verder werken.") == rows

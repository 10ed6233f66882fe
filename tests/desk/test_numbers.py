"""Whom a client can call by themselves, on every page that says so; and the kinds of destination at triage."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from cases.enums import CaseOutcome, CaseState
from cases.models import Case
from desk import snapshot, triage
from desk.numbers import ways_of, ways_to
from referrals.destinations import HANDED_OVER, SHOWN, TABLE
from referrals.models import Referral, SmtRole
from tests.desk.counting import queries_of
from tests.desk.test_triage_page import decided, page_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.reach import DAY, make_reach, write_snapshot

LogIn = Callable[..., Client]
ENGLISH = {"accept-language": "en"}
CHAPLAIN, SMT, BIU = "CHAPLAIN", "SMT", "BIU"


@pytest.fixture(autouse=True)
def clock(at: dt.datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False), translation.override("en"):
        yield


@pytest.fixture
def ways(cast: Cast, settings: Any, tmp_path: Path, at: dt.datetime) -> None:
    """A chaplain for everyone and one of the battalion, its team, and the office."""
    make_reach("Anne Wester", world_view_en="Protestant", world_view_nl="Protestants")
    make_reach("Pieter Zomer", unit=cast.units["90bat"], day_number="088 000 00 34")
    make_reach("SMT 90", destination=SMT, unit=cast.units["90bat"], day_number="088 000 00 35")
    make_reach("Bureau", destination=BIU, day_number="088 000 00 36")
    make_reach("Heleen Maas", destination="COMPANY_DOCTOR", day_number="088 000 00 37")
    write_snapshot(settings, tmp_path, at)


@pytest.fixture
def desk(ways: None, cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.samira)


def of_proposal(cast: Cast, proposal: str, **fields: Any) -> Case:
    case = make_case(cast, **fields)
    case.intake.proposal = proposal  # as read along with the case; a request itself is never changed
    return case


def names(found: Any) -> list[str]:
    return [way.facts.name for way in found]


def words(browser: Client, path: str) -> str:
    response = browser.get(path, headers=ENGLISH)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_nearest_first_by_the_snapshot(ways: None, cast: Cast, at: dt.datetime) -> None:
    assert names(ways_to(CHAPLAIN, cast.units["90bat-a"].pk, at)) == ["Pieter Zomer", "Anne Wester"]
    assert names(ways_to(CHAPLAIN, cast.units["inkoop"].pk, at)) == ["Anne Wester"]
    assert names(ways_to(SMT, None, at)) == []
    assert queries_of(lambda: ways_to(CHAPLAIN, cast.units["90bat-a"].pk, at)) == []


def test_a_client_can_go_where_it_was_proposed_and_to_a_chaplain_once_chosen(
    ways: None, cast: Cast, at: dt.datetime
) -> None:
    assert names(ways_of(of_proposal(cast, BIU), at)) == ["Bureau"]
    assert names(ways_of(of_proposal(cast, "DESK"), at)) == []
    closed = {"state": CaseState.CLOSED, "closed_at": at}
    assert names(ways_of(of_proposal(cast, BIU, outcome=CaseOutcome.SOLVED_AT_DESK, **closed), at)) == []
    chosen = of_proposal(cast, BIU, outcome=CaseOutcome.CHAPLAIN, **closed)
    assert names(ways_of(chosen, at)) == ["Pieter Zomer", "Anne Wester"]


def test_the_public_pages_say_whom_to_call_without_a_query(ways: None) -> None:
    visitor = Client()
    assert queries_of(lambda: visitor.get("/wegen/chaplain/")) == []
    page = words(visitor, "/wegen/chaplain/")
    assert page.index("Anne Wester") < page.index("The chaplain of your unit") < page.index("Pieter Zomer")
    assert "Protestant" in page and "tel:+31880000031" in page
    mission = words(visitor, "/wegen/on-mission/")
    assert "SMT 90" in mission and "Bureau" in mission and "Anne Wester" not in mission


def test_the_places_in_the_team_of_a_mission_are_those_of_the_coordinator(
    ways: None, settings: Any, tmp_path: Path, at: dt.datetime
) -> None:
    assert [str(role) for role in snapshot.read().arranged.places][2] == "Personnel officer"
    SmtRole.objects.filter(role="smt_hr_officer").update(role="specialist", name_en="Psychologist")
    write_snapshot(settings, tmp_path, at)
    page = words(Client(), "/wegen/on-mission/")
    assert "<li>Psychologist</li>" in page and "<li>Personnel officer</li>" not in page


def test_with_no_way_known_the_pages_are_as_before(db: None) -> None:
    assert "Whom you can call" not in words(Client(), "/wegen/chaplain/")
    assert "<li>Doctor</li>" in words(Client(), "/wegen/on-mission/")


def test_a_file_from_before_is_read(ways: None, settings: Any) -> None:
    import json

    body = json.loads(settings.SNAPSHOT_FILE.read_text())
    del body["reaches"], body["smt_roles"], body["branch_offices"]
    settings.SNAPSHOT_FILE.write_text(json.dumps(body))
    seen = snapshot.read()
    assert seen.reaches == () and len(seen.arranged.places) == 4


def test_who_is_on_duty_can_offer_a_chaplain_at_once(desk: Client) -> None:
    page = words(desk, "/wacht/")
    assert "Who wants to talk to a chaplain" in page and "Anne Wester" in page


@pytest.mark.parametrize("code", SHOWN)
def test_every_kind_says_what_travels_and_who_has_it(desk: Client, cast: Cast, code: str) -> None:
    page = words(desk, page_of(make_case(cast), f"?outcome=refer&to={code}"))
    rule = TABLE[code]
    for said in (rule.label, str(rule.about), rule.travels_words, rule.ownership, str(rule.client_reads)):
        assert said.replace("'", "&#x27;") in page, said
    assert ('name="decide-note"' in page) == (code in HANDED_OVER)


def test_a_kind_that_gets_no_case_shows_the_ways(desk: Client, cast: Cast) -> None:
    page = words(desk, page_of(make_case(cast), "?outcome=refer&to=COMPANY_DOCTOR"))
    assert "Heleen Maas" in page and "The client chooses a chaplain" not in page
    page = words(desk, page_of(make_case(cast), "?outcome=refer&to=CHAPLAIN"))
    assert "Pieter Zomer" in page and "The client chooses a chaplain" in page
    assert "No number is known" in words(desk, page_of(make_case(cast), "?outcome=refer&to=REINTEGRATION"))


@pytest.mark.parametrize("code", ["CHAPLAIN", "COMPANY_DOCTOR", "PREVENTION_OFFICER", "OUTSIDE", "DESK", "x" * 300, ""])
def test_nothing_is_sent_to_a_kind_that_gets_no_case(desk: Client, cast: Cast, code: str) -> None:
    case = make_case(cast)
    key = str(cast.teams["chaplaincy"].pk)
    sent = decided(case, "refer", destination=code, to=key, note="BLIJFT", consent="phone")
    assert desk.post(page_of(case), sent).headers.get("Location", "") != "/loket/"
    assert not Referral.objects.exists()


def test_another_region_asks_for_the_reason_and_keeps_what_was_typed(desk: Client, cast: Cast) -> None:
    case = make_case(cast)
    key = str(cast.teams["regional-noord"].pk)
    answers = {"destination": "OTHER_REGION", "to": key, "note": "BLIJFT", "consent": "ask"}
    page = desk.post(page_of(case), decided(case, "refer", **answers), headers=ENGLISH)
    assert page.context["decide"].errors == {"otherwise": ["Write down why it goes outside the own region."]}
    assert "BLIJFT" in page.content.decode()
    assert desk.post(page_of(case), decided(case, "refer", otherwise="Kent hen.", **answers)).status_code == 302
    assert (Referral.objects.get().destination, str(Referral.objects.get().choice_reason)) == (
        "OTHER_REGION", "Kent hen.",
    )  # fmt: skip


def test_of_a_chaplain_only_the_choice_is_kept(ways: None, cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    what = triage.Decision(
        CaseOutcome.CHAPLAIN, note="Wil praten over schuld.", otherwise="Wil dat liever.", reason="Vroeg erom."
    )
    done = triage.decide(case, what, by=cast.actor("samira"), at=at)
    assert (done.outcome, str(done.outcome_note)) == ("chaplain", "")


def test_the_message_names_the_own_chaplain_first(ways: None, cast: Cast, at: dt.datetime) -> None:
    lines = triage.chaplains(make_case(cast), at).splitlines()
    assert lines[1].startswith("Pieter Zomer: 088 000 00 34.")
    assert lines[2].startswith(f"Protestant: Anne Wester: {DAY}.")


@pytest.mark.parametrize("code", SHOWN)
def test_the_page_of_each_kind_stays_within_its_queries(desk: Client, cast: Cast, code: str) -> None:
    case = make_case(cast)
    assert len(queries_of(lambda: desk.get(page_of(case, f"?outcome=refer&to={code}")))) <= 12

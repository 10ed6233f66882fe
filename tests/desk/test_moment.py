"""Trying out a moment: the line, who, and where a request would go; also in the nights of the clock change."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Shift
from desk import snapshot
from referrals import rules
from referrals.routing import Rule
from tests.factories.cast import Cast
from tests.factories.referrals import publish_rules

PAGE = "/organisatie/moment/"


@pytest.fixture
def els(cast: Cast, logged_in: Callable[..., Client], settings: Any, tmp_path: Path, at: dt.datetime) -> Any:
    settings.SNAPSHOT_FILE = tmp_path / "snapshot.json"
    with time_machine.travel(at, tick=False):
        snapshot.write(at)
        yield logged_in(cast.els, HTTP_ACCEPT_LANGUAGE="en")


def test_a_moment_with_a_request(els: Client) -> None:
    page = els.get(PAGE, {
        "at": "2026-03-15T03:10", "requester": "self", "situation": "unit_mission", "topic": "mission.during",
        "wish": "none", "danger": "no",
    })  # fmt: skip
    got, tried = page.context["route"], page.context["tried"]
    assert (got.to, got.handler_now, got.urgency) == ("SMT", "AFTER_HOURS_LINE", "soon")
    assert (tried.number, [turn.name for turn in tried.on_duty]) == ("088 000 00 20", ["Nadia Haddad", "Otto Blom"])
    text = page.content.decode()
    assert "The client is on a mission with their own unit." in text
    assert "Monday 16 March, 17:00" in text
    assert [rule.code for rule in page.context["fits"]] == ["unit-mission", "desk"]


def test_an_emergency_and_a_return_interview(els: Client) -> None:
    danger = els.get(PAGE, {"at": "2026-03-10T10:00", "danger": "yes"}).context["route"]
    back = els.get(PAGE, {
        "at": "2026-03-10T10:00", "situation": "just_back", "returned_month": "2025-12-01", "topic": "mission.return",
    }).context["route"]  # fmt: skip
    assert (danger.overlay, danger.urgency, danger.to) == ("EMERGENCY", "emergency", "DESK")
    assert (back.to, back.overlay) == ("RETURN_INTERVIEW", "NONE")


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-40T99:99", "0000-00-00", "\x00"])
def test_a_moment_that_is_none_gets_an_error_at_its_field(els: Client, typed: str) -> None:
    page = els.get(PAGE, {"at": typed})
    assert page.status_code == 200
    assert page.context["form"].errors["at"] == ["Enter a date and a time, for example 2026-12-24 16:59"]
    assert "route" not in page.context


@pytest.mark.parametrize("typed", ["9999-12-31T00:00", "0001-01-01T00:00", "1999-12-31T23:59", "2101-01-01T00:00"])
def test_the_years_have_bounds_and_the_page_tells_them(els: Client, typed: str) -> None:
    page = els.get(PAGE, {"at": typed})
    assert page.context["form"].errors["at"] == ["Look at the year again."]
    assert "from 2000 up to and including 2100" in page.content.decode()
    assert els.get(PAGE, {"at": "2100-12-31T23:59"}).context["route"].to == "DESK"


@pytest.mark.parametrize(
    ("again", "shift", "name"), [("", 2, "CEST"), ("first", 2, "CEST"), ("second", 1, "CET")]
)  # fmt: skip
def test_a_time_that_comes_twice_is_asked_about(els: Client, again: str, shift: int, name: str) -> None:
    page = els.get(PAGE, {"at": "2026-10-25T02:30", "again": again})
    tried = page.context["tried"].at
    assert (tried.utcoffset(), tried.tzname()) == (dt.timedelta(hours=shift), name)
    text = page.content.decode()
    assert (f"This is {name};" in text, "Which of the two?" in text) == (True, True)


@pytest.mark.parametrize("typed", ["2026-10-25T01:59", "2026-10-25T03:00", "2026-03-29T01:59", "2026-03-29T03:00"])
def test_other_times_of_those_nights_are_not_asked_about(els: Client, typed: str) -> None:
    page = els.get(PAGE, {"at": typed})
    assert f"{page.context['tried'].at:%Y-%m-%dT%H:%M}" == typed
    assert "Which of the two?" not in page.content.decode()


@pytest.mark.parametrize("typed", ["2026-03-29T02:00", "2026-03-29T02:59", "2027-03-28T02:30"])
def test_a_time_that_never_comes_is_refused(els: Client, typed: str) -> None:
    page = els.get(PAGE, {"at": typed})
    assert page.context["form"].errors["at"] == [
        "This time does not exist: that night the clock goes an hour ahead."
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "is_open"),
    [
        ("2026-03-10T16:59:59", True), ("2026-03-10T17:00:00", False), ("2026-03-10T07:59:59", False),
        ("2026-03-10T08:00:00", True), ("2026-04-27T12:00", False), ("2026-12-31T23:59", False),
    ],
)  # fmt: skip
def test_the_boundaries_of_a_day(els: Client, typed: str, is_open: bool) -> None:
    page = els.get(PAGE, {"at": typed})
    assert page.context["tried"].open is is_open
    assert page.context["route"].handler_now == ("DESK_LINE" if is_open else "AFTER_HOURS_LINE")


def test_the_rule_its_version_and_the_others_that_fit(els: Client, cast: Cast, at: dt.datetime) -> None:
    unit, part = cast.units["90bat"], cast.units["90bat-a"]
    publish_rules(
        at,
        own={"conditions": {"unit": [str(unit.pk)]}, "to": "CHAPLAIN"},
        late={"conditions": {"hours": ["open"]}, "to": "CHAPLAIN", "order": 56},
    )
    snapshot.write(at)
    page = els.get(PAGE, {"at": "2026-03-10T10:00", "unit": f" {part.name.upper()} "})
    got = page.context["route"]
    assert (got.rule, got.also, page.context["number"]) == ("own", ("late",), 2)
    text = " ".join(page.content.decode().split())
    assert ("Rule own, version 2." in text, "These fit too, but come later: late, desk." in text) == (True, True)
    wrong = els.get(PAGE, {"at": "2026-03-10T10:00", "unit": "Nergens"})
    assert wrong.context["form"].errors["unit"] == ["There is no unit with this name."]


def test_the_draft_can_be_tried(els: Client, cast: Cast, at: dt.datetime) -> None:
    assert "rules" not in els.get(PAGE).context["form"].fields
    by = cast.actor("els")
    rule = Rule("own", 0, {"topics": ["private.money"]}, "CHAPLAIN", "nl", "en", owner="Els")
    rules.save_rule(rule, code="", revision=rules.begin(by=by, at=at).revision, by=by, at=at)
    asked = {"at": "2026-03-10T10:00", "topic": "private.money"}
    assert [els.get(PAGE, asked | {"rules": rules}).context["route"].rule for rules in ("", "draft")] == ["desk", "own"]


def test_it_says_how_far_the_roster_goes(els: Client) -> None:
    assert "The roster is filled in until" in els.get(PAGE).content.decode()
    Shift.objects.all().delete()
    page = els.get(PAGE, {"at": "2026-03-10T10:00"})
    assert ("The roster is empty." in page.content.decode(), page.context["tried"].on_duty) == (True, [])


def test_it_can_be_found(els: Client) -> None:
    for address in ("/organisatie/", "/organisatie/blad/shifts/", "/organisatie/routering/"):
        assert f'href="{PAGE}"' in els.get(address).content.decode()


def test_it_stays_within_its_query_budget(els: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        els.get(PAGE, {"at": "2026-03-10T10:00", "unit": "90 Fictief Bataljon"})


def test_others_get_404(cast: Cast, els: Client, logged_in: Callable[..., Client]) -> None:
    for name in ("samira", "ilse", "arie", "vera", "tom"):
        assert logged_in(cast.users[name]).get(PAGE).status_code == 404

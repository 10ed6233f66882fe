"""The coordinator's routing rules: seen, changed, added, ended, tried; by nobody else."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEvent
from desk import snapshot
from referrals.models import RoutingRule
from tests.factories.cases import make_case
from tests.factories.cast import Cast

LIST = "/organisatie/routering/"
ADD = "/organisatie/routering/nieuw/"
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
RULE = {
    "order": "35", "code": "money-first", "to": "BIU", "because_nl": "Geld gaat voor.", "because_en": "Money first.",
    "source": "R18", "valid_from": "2026-03-10", "valid_until": "", "if_topics": ["private.money"],
}  # fmt: skip


@pytest.fixture
def els(cast: Cast, logged_in: Callable[..., Client], settings: Any, tmp_path: Path, at: dt.datetime) -> Any:
    settings.SNAPSHOT_FILE = tmp_path / "snapshot.json"
    with time_machine.travel(at, tick=False):
        yield logged_in(cast.els, **ENGLISH)


def rule(code: str) -> RoutingRule:
    return RoutingRule.objects.get(code=code)


def change(code: str) -> str:
    return f"{LIST}{rule(code).pk}/"


def test_the_rules_in_order_with_their_conditions_in_words(els: Client) -> None:
    page = els.get(LIST)
    assert [row["rule"].code for row in page.context["rules"]][:3] == [
        "commander-advice",
        "chaplain",
        "small-deployment",
    ]
    assert page.context["rules"][2]["when"] == [
        "Who asks: the person themselves",
        "The client is: on a small deployment or on an individual deployment",
    ]
    assert page.context["rules"][-1]["when"] == ["Every request that reaches this rule"]


def test_in_dutch(els: Client) -> None:
    page = els.get(LIST, headers={"accept-language": "nl"})
    assert page.context["rules"][1]["when"][1] == "Wil praten met: een geestelijk verzorger"
    assert "Routeringsregels" in page.content.decode()


def test_others_get_404_and_a_line_in_the_audit(cast: Cast, els: Client, logged_in: Callable[..., Client]) -> None:
    for name in ("samira", "ilse", "arie", "vera", "tom"):
        client = logged_in(cast.users[name])
        assert [client.get(LIST).status_code, client.get(ADD).status_code] == [404, 404]
        assert client.post(f"{change('desk')}einde/").status_code == 404
    denied = AuditEvent.objects.filter(outcome="denied", action="open:routing_rules")
    assert denied.count() == 5
    assert rule("desk").valid_until is None


def test_strangers_are_sent_to_the_log_in(db: None) -> None:
    assert Client().get(LIST).headers["Location"].startswith("/account/inloggen/")


def test_a_rule_is_added_audited_and_in_the_snapshot(els: Client) -> None:
    assert els.post(ADD, RULE).headers["Location"] == LIST
    added = rule("money-first")
    assert (added.order, added.conditions, added.to) == (35, {"topics": ["private.money"]}, "BIU")
    assert AuditEvent.objects.get(action="routing_rule.added").object_id == str(added.pk)
    assert "money-first" in [row.code for row in snapshot.read().rules]


def test_a_changed_rule_counts_at_once(els: Client) -> None:
    data = RULE | {"order": "50", "code": "own-worker", "to": "DESK", "valid_from": "2025-01-01"}
    data |= {"if_topics": [], "if_wish": ["own_worker"]}
    assert els.post(change("own-worker"), data).status_code == 302
    assert rule("own-worker").conditions == {"wish": ["own_worker"]}
    tried = els.get(LIST, {"at": "2026-03-10T10:00", "wish": "own_worker", "danger": "no"})
    assert (tried.context["route"].to, tried.context["route"].because_en) == ("DESK", "Money first.")
    assert "conditions" not in AuditEvent.objects.get(action="routing_rule.changed").part


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"order": "30"}, "order", "Another rule has this place in the same period."),
        ({"order": "70"}, "order", "Rule 60 decides everything before this one is asked. Choose a lower number."),
        ({"if_topics": []}, "order", "Without conditions this rule decides everything, so it must come last."),
        ({"valid_until": "2026-03-09"}, "valid_until", "The last day must not be before the first."),
        (
            {"if_topics": ["no.topic"]},
            "if_topics",
            "Select a valid choice. no.topic is not one of the available choices.",
        ),
        ({"because_nl": "x" * 301}, "because_nl", "Ensure this value has at most 300 characters (it has 301)."),
        ({"to": "MOON"}, "to", "Select a valid choice. MOON is not one of the available choices."),
        ({"order": "first"}, "order", "Enter a whole number."),
        ({"code": ""}, "code", "Fill in: Code"),
        ({"valid_from": "soon"}, "valid_from", "Enter a valid date."),
    ],
)
def test_a_mistake_stands_at_its_field_and_keeps_what_was_typed(
    els: Client, wrong: dict[str, Any], field: str, message: str
) -> None:
    page = els.post(ADD, RULE | wrong)
    assert page.status_code == 200
    assert page.context["form"].errors[field] == [message]
    assert "Money first." in page.content.decode()
    assert not RoutingRule.objects.filter(code="money-first").exists()


def test_the_same_name_from_the_same_day_is_refused_calmly(els: Client) -> None:
    page = els.post(ADD, RULE | {"code": "desk", "valid_from": "2025-01-01"})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert RoutingRule.objects.filter(code="desk").count() == 1


def test_ending_a_rule_lets_it_count_until_tonight(els: Client) -> None:
    assert els.get(f"{change('chaplain')}einde/").status_code == 405
    els.post(f"{change('chaplain')}einde/")
    assert rule("chaplain").valid_until == dt.date(2026, 3, 10)
    assert AuditEvent.objects.filter(action="routing_rule.ended").count() == 1
    assert next(row for row in snapshot.read().rules if row.code == "chaplain").valid_until == dt.date(2026, 3, 10)


def test_ending_twice_says_so(els: Client) -> None:
    els.post(f"{change('chaplain')}einde/")
    page = els.post(f"{change('chaplain')}einde/", follow=True)
    assert [str(message) for message in page.context["messages"]][-1] == "This rule has already ended."
    assert AuditEvent.objects.filter(action="routing_rule.ended").count() == 1


def test_a_rule_that_has_not_begun_is_removed(els: Client) -> None:
    els.post(ADD, RULE | {"valid_from": "2026-04-01"})
    els.post(f"{change('money-first')}einde/")
    assert not RoutingRule.objects.filter(code="money-first").exists()


def test_trying_a_rule_on_last_month_saves_nothing(els: Client, cast: Cast) -> None:
    make_case(cast, at=cast.at - dt.timedelta(days=3), topics=("private.money",))
    page = els.post(ADD, RULE | {"rehearse": "1"})
    text = page.content.decode()
    assert "With 1 request of the last month" in text
    assert "1 would go to Individual Deployments Office instead of Support desk" in text
    assert 'value="money-first"' in text
    assert not RoutingRule.objects.filter(code="money-first").exists()
    wrong = els.post(ADD, RULE | {"rehearse": "1", "order": ""})
    assert wrong.context["form"].errors["order"] == ["Fill in: Order"]
    assert wrong.context["rehearsal"] is None


def test_a_rule_that_does_not_exist_is_404(els: Client) -> None:
    assert els.get(f"{LIST}999999/").status_code == 404
    assert els.post(f"{LIST}999999/einde/").status_code == 404


def test_trying_a_moment(els: Client) -> None:
    page = els.get(LIST, {
        "at": "2026-03-15T03:10", "requester": "self", "situation": "unit_mission", "topic": "mission.during",
        "wish": "none", "danger": "no",
    })  # fmt: skip
    got, tried = page.context["route"], page.context["tried"]
    assert (got.to, got.handler_now, got.urgency) == ("SMT", "AFTER_HOURS_LINE", "soon")
    assert (tried.number, [turn.name for turn in tried.on_duty]) == ("088 000 00 20", ["Nadia Haddad", "Otto Blom"])
    text = page.content.decode()
    assert "The client is on a mission with their own unit." in text
    assert "Monday 16 March, 17:00" in text


def test_trying_an_emergency_and_a_return_interview(els: Client) -> None:
    danger = els.get(LIST, {"at": "2026-03-10T10:00", "danger": "yes"}).context["route"]
    back = els.get(LIST, {
        "at": "2026-03-10T10:00", "situation": "just_back", "returned_month": "2025-12-01", "topic": "mission.return",
    }).context["route"]  # fmt: skip
    assert (danger.overlay, danger.urgency, danger.to) == ("EMERGENCY", "emergency", "DESK")
    assert (back.to, back.overlay) == ("RETURN_INTERVIEW", "NONE")


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-40T99:99", "0000-00-00", "\x00"])
def test_a_moment_that_is_none_gets_an_error_at_its_field(els: Client, typed: str) -> None:
    page = els.get(LIST, {"at": typed})
    assert page.status_code == 200
    assert page.context["form"].errors["at"] == ["Enter a date and a time, for example 2026-12-24 16:59"]
    assert "route" not in page.context


def test_the_list_stays_within_its_query_budget(els: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        els.get(LIST, {"at": "2026-03-10T10:00"})
    assert json.loads(json.dumps(rule("desk").conditions)) == {}


@pytest.mark.parametrize("moment", ["9999-12-31T00:00", "0001-01-01T00:00"])
def test_a_moment_in_a_year_that_cannot_be_is_said(cast: Cast, logged_in: Callable[..., Client], moment: str) -> None:
    page = logged_in(cast.els).get(f"/organisatie/routering/?at={moment}", headers={"accept-language": "en"})
    assert (page.status_code, "Look at the year again." in page.content.decode()) == (200, True)

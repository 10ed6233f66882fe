"""Who is called by data: what may be kept, what counts when, and which steps are passed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from accounts.enums import Role
from accounts.models import AuditEvent, Membership, Notice, Shift
from cases.enums import CaseState, EntryKind, Urgency
from cases.models import Alert, PagingPolicy, TimelineEntry
from desk import paging, policies, sweeps
from desk.policies import Call, Outdated, Policy
from tests.factories.cases import make_case
from tests.factories.cast import Cast

LogIn = Callable[..., Client]
MINUTE = dt.timedelta(minutes=1)
PAGE = "/organisatie/oproepen/emergency/"
THERE = {"coordinator": 1, "everyone": 4}
ALL = ("email", "sms", "push")


def policy(*calls: tuple[str, int], repeat: int = 5, ways: tuple[str, ...] = ("email",)) -> Policy:
    return Policy(tuple(Call(who, n * MINUTE, ways) for who, n in calls), repeat * MINUTE)


def keep(cast: Cast, new: Policy, after: int = 0, urgency: str = Urgency.EMERGENCY) -> PagingPolicy:
    return policies.save(new, urgency, after=after, by=cast.actor("els"), at=cast.at)


def alerted(cast: Cast) -> Alert:
    case = make_case(cast, urgency=Urgency.EMERGENCY, state=CaseState.SUBMITTED, owner=None)
    alert = paging.raise_alert(case, by=paging.BY, at=cast.at)
    assert alert is not None
    return alert


def told(channel: str = "email") -> list[tuple[int, str]]:
    """Minutes after the first, and first name."""
    rows = Notice.objects.filter(kind="case.alert", channel=channel).order_by("created_at", "user__email")
    first = rows[0].created_at if rows else None
    return [((row.created_at - first) // MINUTE, row.user.email.split("@")[0]) for row in rows]


def sweep(cast: Cast, minutes: int) -> None:
    for minute in range(1, minutes + 1):
        paging.step_due(cast.at + minute * MINUTE)


def test_the_usual_ladder_is_a_policy_too(settings: Any) -> None:
    found = policies.usual(Urgency.EMERGENCY)
    assert [(call.who, call.minutes, call.channels) for call in found.calls] == [
        ("duty_1", 0, ("email",)), ("duty_2", 5, ("email",)), ("coordinator", 10, ("email",)),
    ]  # fmt: skip
    assert (found.repeat_minutes, found.number) == (5, 0)
    assert policies.usual(Urgency.SOON) is None
    settings.URGENCY_TERMS = {"emergency": {"alert_minutes": 3}}
    assert [call.minutes for call in policies.usual(Urgency.EMERGENCY).calls] == [0, 3, 6]


def test_a_version_decides_who_is_called_when_and_by_which_way(cast: Cast) -> None:
    keep(cast, policy(("duty_1", 0), ("coordinator", 2), ("everyone", 9), repeat=7, ways=("email", "sms")))
    alert = alerted(cast)
    sweep(cast, 17)
    everyone = ["joost", "nadia", "otto", "samira"]
    assert told() == [(0, "samira"), (2, "els"), *((9, name) for name in everyone), *((16, name) for name in everyone)]
    assert told("sms") == told() == told("inbox")
    assert told("push") == []
    alert.refresh_from_db()
    assert (alert.policy, alert.next_step_at) == (1, cast.at + 23 * MINUTE)


def test_an_alert_keeps_the_version_it_began_with(cast: Cast) -> None:
    keep(cast, policy(("duty_1", 0), ("coordinator", 2)))
    alerted(cast)
    keep(cast, policy(("duty_1", 0), ("everyone", 20)), after=1)
    sweep(cast, 3)
    assert told() == [(0, "samira"), (2, "els")]


def test_an_empty_step_is_passed_at_once_and_said(cast: Cast) -> None:
    keep(cast, policy(("duty_1", 0), ("duty_2", 5), ("coordinator", 10)))
    Shift.objects.all().delete()
    alert = alerted(cast)
    assert told() == [(0, "els")]
    lines = TimelineEntry.objects.filter(case=alert.case, kind=EntryKind.ALERT_SKIPPED)
    assert sorted(line.facts["rung"] for line in lines) == ["duty_1", "duty_2"]


def test_an_end_that_became_empty_is_everyone_at_the_desk(cast: Cast) -> None:
    keep(cast, policy(("duty_1", 0), ("coordinator", 5)))
    Shift.objects.all().delete()
    Membership.objects.filter(role=Role.COORDINATOR).delete()
    alerted(cast)
    assert [name for _minute, name in told()] == ["joost", "nadia", "otto", "samira"]


def test_a_team_can_be_called(cast: Cast) -> None:
    keep(cast, policy(("team:desk", 0), ("coordinator", 5)))
    alerted(cast)
    assert [name for _minute, name in told()] == ["els", "joost", "samira"]


@pytest.mark.parametrize(
    ("new", "mistakes"),
    [
        (policy(("duty_1", 0), ("coordinator", 5)), []),
        (policy(("everyone", 0)), []),
        (policy(), [(0, "who")]),
        (policy(("duty_1", 0)), [(0, "who")]),
        (policy(("duty_1", 1), ("coordinator", 5)), [(0, "minutes")]),
        (policy(("duty_1", 0), ("duty_2", 5), ("coordinator", 5)), [(2, "minutes")]),
        (policy(("duty_1", 0), ("duty_1", 5), ("coordinator", 6)), [(1, "who")]),
        (policy(("duty_1", 0), ("coordinator", 29)), []),
        (policy(("duty_1", 0), ("coordinator", 30)), [(1, "minutes")]),
        (policy(("duty_1", 0), ("coordinator", 5), ways=()), [(0, "ways"), (1, "ways")]),
    ],
)
def test_what_may_not_be(new: Policy, mistakes: list[tuple[int, str]]) -> None:
    found = policies.wrong(new, Urgency.EMERGENCY, THERE)
    assert [(one.place, one.part) for one in found] == mistakes


def test_an_end_without_anybody_may_not_be() -> None:
    found = policies.wrong(policy(("duty_1", 0), ("coordinator", 5)), Urgency.EMERGENCY, {"coordinator": 0})
    assert [(one.place, one.part) for one in found] == [(1, "who")]


def test_versions_are_kept_and_cannot_be_changed(cast: Cast) -> None:
    keep(cast, policy(("everyone", 0)))
    with pytest.raises(Outdated):
        keep(cast, policy(("coordinator", 0)))
    keep(cast, policy(("coordinator", 0)), after=1)
    assert [row.number for row in policies.versions(Urgency.EMERGENCY)] == [2, 1]
    assert AuditEvent.objects.filter(action="paging.changed", part="emergency").count() == 2
    for sentence in ("UPDATE cases_pagingpolicy SET repeat_minutes = 1", "DELETE FROM cases_pagingpolicy"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sentence)


def typed(**changed: Any) -> dict[str, Any]:
    return {
        "version": "0", "repeat_minutes": "6", "who_1": "duty_1", "minutes_1": "0", "ways_1": ["email"],
        "who_2": "coordinator", "minutes_2": "4", "ways_2": ["email"],
    } | changed  # fmt: skip


def test_the_coordinator_changes_it_on_a_page(cast: Cast, logged_in: LogIn) -> None:
    browser = logged_in(cast.els)
    assert browser.post(PAGE, typed())["Location"] == "/organisatie/oproepen/"
    found = policies.policy_of(Urgency.EMERGENCY)
    assert [(call.who, call.minutes) for call in found.calls] == [("duty_1", 0), ("coordinator", 4)]
    assert (found.repeat_minutes, found.number) == (6, 1)
    words = browser.get("/organisatie/oproepen/").content.decode()
    assert "na 4 minuten" in words
    assert "versie 1" in words
    assert policies.policy_of(Urgency.URGENT).number == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"minutes_2": "45"}, "Dit moet binnen de 30 minuten zijn die we beloven."),
        ({"minutes_2": ""}, "Vul in na hoeveel minuten."),
        ({"who_2": ""}, "De laatste stap moet de coördinator zijn"),
        ({"ways_1": []}, "Kies minstens één manier"),
        ({"who_1": "", "who_2": ""}, "Kies minstens één stap."),
        ({"who_1": "iemand"}, "Kies uit de lijst"),
        ({"version": "3"}, "Een collega heeft dit intussen veranderd"),
        ({"repeat_minutes": "0"}, 'value="4"'),
    ],
)
def test_mistakes_are_said_and_what_was_typed_stays(
    cast: Cast, logged_in: LogIn, changed: dict[str, Any], said: str
) -> None:
    answer = logged_in(cast.els).post(PAGE, typed(**changed))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert PagingPolicy.objects.count() == 0


@pytest.mark.parametrize(("who", "status"), [("els", 200), ("samira", 404), ("arie", 404), ("bram", 404)])
def test_only_the_coordinator_opens_it(cast: Cast, logged_in: LogIn, who: str, status: int) -> None:
    assert logged_in(cast.users[who]).get(PAGE).status_code == status
    assert logged_in(cast.users[who]).get("/organisatie/oproepen/").status_code == status


def test_what_alerts_nobody_has_no_policy(cast: Cast, logged_in: LogIn) -> None:
    assert logged_in(cast.els).get("/organisatie/oproepen/soon/").status_code == 404


@pytest.mark.parametrize("taken", [False, True])
def test_no_sweep_ever_closes_an_emergency(cast: Cast, taken: bool) -> None:
    """A year of every step of the sweeps: it is still open, and calls somebody as long as nobody spoke to them."""
    case = make_case(cast, urgency=Urgency.EMERGENCY, state=CaseState.SUBMITTED, owner=None)
    paging.raise_alert(case, by=paging.BY, at=cast.at)
    if taken:
        paging.acknowledge(case, by=cast.actor("samira"), at=cast.at)
    for days in (0, 1, 7, 60, 365):
        for name, step in sweeps.STEPS.items():
            if name != "delivery":
                step(cast.at + dt.timedelta(days=days, minutes=1))
    case.refresh_from_db()
    assert (case.state, case.outcome, case.is_open) == (CaseState.SUBMITTED, "", True)
    assert Alert.objects.filter(case=case, ended_at=None).exists()

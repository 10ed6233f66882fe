"""Alerts about a commander's question climb the same ladder as those about a case, without a file to write in."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEvent, Notice, Shift
from cases import advice as advices
from cases.enums import AdviceState, Urgency
from cases.models import Alert, CommanderAdvice, TimelineEntry
from desk import advice, paging
from tests.desk.test_advice import make_advice
from tests.desk.test_paging import MINUTE, sent, steps, told
from tests.factories.cast import Cast

LogIn = Callable[..., Client]


@pytest.fixture
def asked(cast: Cast, at: dt.datetime) -> CommanderAdvice:
    """An emergency."""
    return of_urgency(Urgency.EMERGENCY, cast, at)


def of_urgency(urgency: Urgency, cast: Cast, at: dt.datetime) -> CommanderAdvice:
    found = make_advice(cast, at, urgency)
    CommanderAdvice.objects.update(due_at=at + 30 * MINUTE)
    return CommanderAdvice.objects.select_related("intake__data_key").get(pk=found.pk)


def raised(asked: CommanderAdvice, at: dt.datetime) -> Alert:
    alert = paging.raise_alert(asked, by=paging.BY, at=at)
    assert alert is not None
    return alert


def test_every_rung_in_turn_and_the_coordinator_at_the_end(asked: CommanderAdvice, cast: Cast) -> None:
    raised(asked, cast.at)
    for minute in range(1, 16):
        paging.step_due(cast.at + minute * MINUTE)
    assert told() == ["samira", "joost", "els", "els"]
    assert TimelineEntry.objects.count() == 0


def test_an_urgent_one_goes_up_every_quarter(cast: Cast) -> None:
    raised(of_urgency(Urgency.URGENT, cast, cast.at), cast.at)
    for minute in (5, 14, 15, 29, 30):
        paging.step_due(cast.at + minute * MINUTE)
    assert told() == ["samira", "joost", "els"]


def test_an_empty_roster_reaches_the_coordinator_at_once(asked: CommanderAdvice, cast: Cast) -> None:
    Shift.objects.all().delete()
    alert = raised(asked, cast.at)
    assert told() == told("case.alert_gap") == ["els"]
    assert steps(alert) == [(0, "duty_1", True), (0, "duty_2", True), (0, "coordinator", False)]


def test_what_was_never_told_is_found_by_the_sweep(asked: CommanderAdvice, cast: Cast) -> None:
    assert [paging.step_due(cast.at), paging.step_due(cast.at)] == [0, 0]
    assert told() == ["samira"]


def test_taken_and_dropped_alerts_again_when_the_promise_is_broken(asked: CommanderAdvice, cast: Cast) -> None:
    raised(asked, cast.at)
    advice.take(asked, by=cast.actor("joost"), at=cast.at + MINUTE)
    assert paging.step_due(cast.at + 29 * MINUTE) == 0
    paging.step_due(cast.at + 30 * MINUTE)
    assert told() == ["samira", "samira"]


def test_taking_it_stops_the_reminders(asked: CommanderAdvice, cast: Cast) -> None:
    alert = raised(asked, cast.at)
    advice.take(asked, by=cast.actor("joost"), at=cast.at + MINUTE)
    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.next_step_at) == (cast.joost, None)
    assert AuditEvent.objects.get(action="alert.acknowledged").case_id is None
    assert sent(cast.at + MINUTE) == [("samira", "someone is on it")]


@pytest.mark.parametrize("how", ["answered", "passed on", "withdrawn"])
def test_what_is_handled_another_way_ends_it(asked: CommanderAdvice, cast: Cast, how: str) -> None:
    alert = raised(asked, cast.at)
    by, at = cast.actor("joost"), cast.at + MINUTE
    if how == "answered":
        advice.answer(asked, "Bel ze.", by=by, at=at)
    elif how == "passed on":
        advice.pass_on(asked, cast.teams["regional-west"], by=by, at=at)
    else:
        advices.withdraw(asked, by=by, at=at)
    alert.refresh_from_db()
    assert alert.ended_at == at
    assert [paging.step_due(cast.at + 5 * MINUTE), told()] == [0, ["samira"]]


def test_it_ends_by_itself_when_answered_elsewhere(asked: CommanderAdvice, cast: Cast) -> None:
    alert = raised(asked, cast.at)
    CommanderAdvice.objects.update(state=AdviceState.DONE, done_at=cast.at)
    assert paging.step_due(cast.at + 5 * MINUTE) == 1
    alert.refresh_from_db()
    assert alert.ended_at == cast.at + 5 * MINUTE


def test_the_button_on_the_page_of_duty(asked: CommanderAdvice, cast: Cast, logged_in: LogIn) -> None:
    raised(asked, cast.at)
    with time_machine.travel(cast.at + MINUTE, tick=False):
        browser = logged_in(cast.joost)
        page = browser.get("/wacht/").content.decode()
        address = f"/wacht/advies/{asked.reference}/"
        assert f'action="{address}"' in page
        assert browser.get(address).status_code == 405
        assert logged_in(cast.bram).post(address).status_code == 404
        assert logged_in(cast.joost).post(address).headers["Location"] == f"/loket/advies/{asked.reference}/"
        assert logged_in(cast.samira).post(address).headers["Location"] == "/wacht/"
    asked.refresh_from_db()
    assert (asked.taken_by, Alert.objects.get().acknowledged_by) == (cast.joost, cast.joost)


def test_at_night_it_is_on_the_page_of_whoever_is_on_shift(
    asked: CommanderAdvice, cast: Cast, logged_in: LogIn
) -> None:
    night = cast.at.replace(hour=20)
    raised(asked, night)
    with time_machine.travel(night + MINUTE, tick=False):
        assert asked.reference in logged_in(cast.nadia).get("/wacht/").content.decode()
    assert list(Notice.objects.values_list("user__email", flat=True).distinct()) == ["nadia@nabij.example"]

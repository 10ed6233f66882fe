"""Who has to call is told in time, once, whoever sweeps and however late."""

import datetime as dt

import pytest
from django.db import transaction

from accounts.actors import follower
from accounts.duty import load_calendar
from accounts.enums import Line, Role
from accounts.models import Absence, Membership, Notice
from cases import actions, callbacks, telephone
from cases.models import CallBack, CallBackHour
from cases.telephone import Event
from desk import calling, sweeps
from tests.factories.cases import make_case
from tests.factories.cast import Cast

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


def told(kind: str) -> list[str]:
    """Who has a line of this kind in the inbox, in order of time."""
    rows = Notice.objects.filter(kind=kind, channel="inbox").order_by("created_at", "user__name")
    return [row.user.name.split()[0] for row in rows.select_related("user")]


@pytest.fixture
def row(cast: Cast, at: dt.datetime) -> CallBack:
    return callbacks.agree(make_case(cast), at + HOUR, by=cast.actor("samira"), at=at)


def test_ten_minutes_before_who_is_on_duty_is_reminded_once(cast: Cast, row: CallBack, at: dt.datetime) -> None:
    calling.tell_due(at + 49 * MINUTE)
    assert told("call_back.soon") == []
    for _time in range(2):
        calling.tell_due(at + 50 * MINUTE)
    on_duty = [user.name.split()[0] for user in calling.on_duty(at + HOUR)]
    assert told("call_back.soon") == sorted(on_duty) != []


def test_who_took_it_is_reminded_and_nobody_else(cast: Cast, row: CallBack, at: dt.datetime) -> None:
    joost = cast.actor("joost")
    with transaction.atomic():
        callbacks.claim(callbacks.call_back_for(joost, row.pk, at, lock=True), by=joost, at=at)
    calling.tell_due(at + 55 * MINUTE)
    assert told("call_back.soon") == ["Joost"]


def away(cast: Cast, name: str, at: dt.datetime) -> None:
    Absence.objects.create(user=cast.users[name], first_day=at.date(), last_day=at.date(), entered_at=at)


@pytest.mark.parametrize("how", ["away", "left", "closed"])
def test_who_took_it_and_cannot_call_any_more_lets_go(cast: Cast, row: CallBack, at: dt.datetime, how: str) -> None:
    joost, samira = cast.actor("joost"), cast.actor("samira")
    with transaction.atomic():
        callbacks.claim(callbacks.call_back_for(joost, row.pk, at, lock=True), by=joost, at=at)
    if how == "away":
        away(cast, "joost", at)
    elif how == "left":
        cast.joost.memberships.update(ends_on=at.date() - dt.timedelta(days=1))
    else:
        cast.joost.is_active = False
        cast.joost.save()
    calling.tell_due(at + 55 * MINUTE)
    assert told("call_back.soon") == ["Samira"]
    with transaction.atomic():
        callbacks.claim(callbacks.call_back_for(samira, row.pk, at, lock=True), by=samira, at=at + 55 * MINUTE)


def test_a_coordinator_who_is_away_is_asked_only_when_all_are(cast: Cast, row: CallBack, at: dt.datetime) -> None:
    Membership.objects.create(
        user=cast.joost, team=cast.teams["desk"], role=Role.COORDINATOR, starts_on=dt.date(2026, 1, 1)
    )
    away(cast, "els", at)
    assert calling.coordinators(at) == [cast.joost]
    away(cast, "joost", at)
    assert set(calling.coordinators(at)) == {cast.els, cast.joost}


def test_a_call_that_was_missed_is_told_to_the_coordinator_once(cast: Cast, row: CallBack, at: dt.datetime) -> None:
    calling.tell_due(at + 90 * MINUTE - dt.timedelta(seconds=1))
    assert told("call_back.missed") == []
    for minutes in (90, 91, 600):
        calling.tell_due(at + minutes * MINUTE)
    assert told("call_back.missed") == ["Els"]


def test_a_late_sweep_tells_it_all_the_same(cast: Cast, row: CallBack, at: dt.datetime) -> None:
    calling.tell_due(at + 5 * HOUR)
    calling.tell_due(at + 5 * HOUR)
    assert (told("call_back.missed"), told("call_back.soon")) == (["Els"], [])


def test_who_was_not_reached_is_told_to_the_next_shift(cast: Cast, at: dt.datetime) -> None:
    actions.log_attempt(make_case(cast), way="phone", outcome="no_answer", by=cast.actor("samira"), at=at)
    later = at + 8 * HOUR
    calling.tell_due(later)
    night = sorted(user.name.split()[0] for user in calling.on_duty(later))
    assert told("call_back.soon") == night
    assert not set(night) & {"Samira", "Joost"}


def test_after_three_attempts_the_coordinator_is_asked(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    for hours in range(3):
        actions.log_attempt(case, way="phone", outcome="no_answer", by=cast.actor("samira"), at=at + hours * HOUR)
    calling.tell_due(at + 10 * HOUR)
    assert (told("call_back.used_up"), told("call_back.soon")) == (["Els"], [])


def test_a_missed_call_by_day_is_on_the_list_and_reminds_nobody(cast: Cast, at: dt.datetime) -> None:
    event = Event("one", "missed_call", Line.DESK, at, number="+31600000021")
    telephone.take_event(event, at=at, calendar=load_calendar())
    calling.tell_due(at)
    assert told("call_back.soon") == []
    calling.tell_due(at + HOUR)
    assert told("call_back.missed") == ["Els"]


def test_one_that_fails_does_not_stop_the_others(
    cast: Cast, row: CallBack, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = callbacks.agree(make_case(cast), at + HOUR, by=cast.actor("samira"), at=at)
    whole = calling._tell

    def fails(found: CallBack, moment: dt.datetime) -> None:
        if found.pk == row.pk:
            raise RuntimeError
        whole(found, moment)

    monkeypatch.setattr(calling, "_tell", fails)
    assert calling.tell_due(at + 55 * MINUTE) == 2
    other.refresh_from_db()
    row.refresh_from_db()
    assert (other.told_at, row.told_at) == (at + HOUR, None)
    monkeypatch.undo()
    calling.tell_due(at + 56 * MINUTE)
    row.refresh_from_db()
    assert row.told_at == at + HOUR


def test_the_sweep_does_it(cast: Cast, row: CallBack, at: dt.datetime) -> None:
    CallBackHour.objects.create(line=Line.DESK, weekday=2, hour=14, places=1)
    case = make_case(cast)
    callbacks.choose(case, at.replace(hour=14, minute=0), by=follower(case.pk), at=at, calendar=load_calendar())
    assert sweeps.run(at + 4 * HOUR, source="tick") == []
    assert told("call_back.missed") == ["Els"]

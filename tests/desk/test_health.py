"""What a monitor hears about the machinery."""

import datetime as dt
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import Notice
from desk import condition, sweeps
from desk.views import health

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_broker_answers", lambda: True)


def ready() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/health/ready")
    assert answer.headers["Content-Type"] == "application/json"
    return answer.status_code, answer.json()


def waiting(at: dt.datetime, **fields: Any) -> Notice:
    return Notice.objects.create(
        kind="test", dedupe_key=f"{at}", channel="email", created_at=at, available_at=at, **fields
    )


def test_live_asks_nobody() -> None:
    answer = Client(headers={"cookie": "__Host-session=stale"}).get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.usefixtures("broker")
def test_all_is_well(db: None, at: dt.datetime) -> None:
    sweeps.beat("tick", at - dt.timedelta(seconds=12))
    waiting(at - dt.timedelta(seconds=40))
    assert ready() == (
        200,
        {
            "status": "ok",
            "database": "ok",
            "broker": "ok",
            "mailbox": "off",
            "last_mail_seconds": None,
            "last_tick_seconds": 12,
            "oldest_undelivered_seconds": 40,
            "dead_notices": 0,
            "surge": False,
            "problems": [],
        },
    )


def test_broker_away_is_degraded_and_no_error(db: None, at: dt.datetime, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    sweeps.beat("worker", at)
    status, answer = ready()
    assert (status, answer["status"], answer["broker"], answer["problems"]) == (200, "degraded", "away", ["broker"])


@pytest.mark.usefixtures("broker")
@pytest.mark.parametrize(("age", "problems"), [(None, ["tick"]), (120, []), (121, ["tick"])])
def test_nobody_sweeps(db: None, at: dt.datetime, age: int | None, problems: list[str]) -> None:
    if age is not None:
        sweeps.beat("tick", at - dt.timedelta(seconds=age))
    status, answer = ready()
    assert (status, answer["last_tick_seconds"], answer["problems"]) == (200, age, problems)


@pytest.mark.usefixtures("broker")
def test_mail_that_does_not_get_out(db: None, at: dt.datetime) -> None:
    sweeps.beat("tick", at)
    waiting(at - dt.timedelta(minutes=6))
    waiting(at - dt.timedelta(days=2), finished_at=at, dead_at=at)
    _, answer = ready()
    assert (answer["oldest_undelivered_seconds"], answer["dead_notices"]) == (360, 1)
    assert answer["problems"] == ["delivery", "dead_notices"]


@pytest.mark.usefixtures("broker")
def test_a_step_that_failed_is_named(db: None, at: dt.datetime) -> None:
    sweeps.beat("tick", at)
    sweeps.beat("fail:alerts", at)
    assert ready()[1]["problems"] == ["alerts"]


@pytest.mark.usefixtures("broker")
def test_database_away_is_json_and_503(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(at: dt.datetime) -> condition.Condition:
        raise OperationalError("connection refused")

    monkeypatch.setattr(condition, "read", away)
    status, answer = ready()
    assert (status, answer["status"], answer["database"], answer["broker"]) == (503, "down", "away", "ok")
    assert (answer["last_tick_seconds"], answer["problems"]) == (None, ["database"])


def test_no_cookie_and_nothing_kept(db: None) -> None:
    answer = Client().get("/health/ready")
    assert answer.cookies == {}
    assert answer.headers["Cache-Control"] == "no-store"

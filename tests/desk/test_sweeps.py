"""Everything that happens by itself: each step alone, late, twice, and beside others."""

import datetime as dt
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from accounts.models import Heartbeat
from cases.enums import CaseState, EntryKind
from cases.models import Case, TimelineEntry
from desk import condition, sweeps, tasks, waiting
from desk.management.commands import tick
from tests.factories.cases import make_case
from tests.factories.cast import Cast

Steps = dict[str, Callable[[dt.datetime], Any]]
ADVISORY = """SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE locktype = 'advisory' AND datname = current_database()"""


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps that ran, instead of what they do."""
    ran: list[str] = []

    def stand_in(name: str) -> Callable[[dt.datetime], None]:
        return lambda moment: ran.append(name)

    for name in sweeps.STEPS:
        monkeypatch.setitem(sweeps.STEPS, name, stand_in(name))
    return ran


def breaks(at: dt.datetime) -> None:
    raise RuntimeError("broken")


def test_what_tells_people_comes_before_the_mail(db: None, at: dt.datetime, done: list[str]) -> None:
    assert sweeps.run(at, source="tick") == []
    assert done == list(sweeps.STEPS)
    assert done.index("delivery") > max(done.index(name) for name in ("alerts", "reminders", "referrals", "waiting"))


def loses_the_connection(at: dt.datetime) -> None:
    raise OperationalError("server closed the connection unexpectedly")


@pytest.mark.parametrize("usable", [True, False])
def test_a_lost_connection_is_no_failure_of_the_step(
    db: None, at: dt.datetime, done: list[str], monkeypatch: pytest.MonkeyPatch, usable: bool
) -> None:
    """It is told as such by /health/ready; the same error on a good connection is the step's own."""
    monkeypatch.setitem(sweeps.STEPS, "alerts", loses_the_connection)
    monkeypatch.setattr(connection, "is_usable", lambda: usable)
    assert sweeps.run(at, source="tick") == ["alerts"]
    assert Heartbeat.objects.filter(name="fail:alerts").exists() == usable


@pytest.mark.parametrize("name", list(sweeps.STEPS))
def test_one_failing_step_never_stops_the_others(
    db: None, at: dt.datetime, done: list[str], name: str, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setitem(sweeps.STEPS, name, breaks)
    with caplog.at_level(logging.ERROR, "desk.sweeps"):
        assert sweeps.run(at, source="tick") == [name]
    assert sorted([*done, name]) == sorted(sweeps.STEPS)
    assert condition.read(at + dt.timedelta(minutes=4)).failing == (name,)
    assert condition.read(at + dt.timedelta(minutes=6)).failing == ()
    assert f"sweep step {name} failed" in caplog.text


def test_heartbeat_never_turns_the_clock_back(db: None, at: dt.datetime, done: list[str]) -> None:
    assert condition.read(at).last_run is None
    sweeps.run(at, source="tick")
    sweeps.run(at - dt.timedelta(hours=1), source="tick")
    sweeps.run(at - dt.timedelta(seconds=20), source="worker")
    assert dict(Heartbeat.objects.values_list("name", "at")) == {"tick": at, "worker": at - dt.timedelta(seconds=20)}
    assert condition.read(at + dt.timedelta(seconds=7)).last_run == dt.timedelta(seconds=7)


def test_a_heartbeat_that_cannot_be_written_stops_nothing(
    db: None, at: dt.datetime, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(name: str, moment: dt.datetime) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(sweeps, "beat", away)
    assert sweeps.run(at, source="tick") == ["heartbeat"]
    assert len(done) == len(sweeps.STEPS)


def test_two_at_once_share_the_work(
    committed_db: None, at: dt.datetime, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, leave = threading.Event(), threading.Event()

    def slow(moment: dt.datetime) -> None:
        inside.set()
        assert leave.wait(10)
        done.append("slow alerts")

    monkeypatch.setitem(sweeps.STEPS, "alerts", slow)
    first = threading.Thread(target=lambda: (sweeps.run(at, source="worker"), connection.close()))
    first.start()
    assert inside.wait(10)
    assert sweeps.run(at, source="tick") == []
    assert done == [name for name in sweeps.STEPS if name != "alerts"]
    leave.set()
    first.join()
    assert done.count("delivery") == 2
    assert done.count("slow alerts") == 1


def test_the_lock_is_let_go(
    committed_db: None, at: dt.datetime, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sweeps.STEPS, "alerts", breaks)
    sweeps.run(at, source="tick")
    with connection.cursor() as cursor:
        cursor.execute(ADVISORY)
        assert cursor.fetchone() == (0,)


def test_real_steps_do_nothing_when_nothing_is_due(db: None, at: dt.datetime, settings: Any, tmp_path: Any) -> None:
    settings.SNAPSHOT_FILE = tmp_path / "snapshot.json"
    assert sweeps.run(at, source="tick") == []
    assert settings.SNAPSHOT_FILE.exists()


@pytest.fixture
def kept_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command renews its connection, which would end the transaction around a test."""
    monkeypatch.setattr(tick, "close_old_connections", lambda: None)
    monkeypatch.setattr(tick.connection, "close", lambda: None)


@pytest.mark.usefixtures("kept_connection")
def test_task_and_command_run_the_same(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sources: list[str] = []
    monkeypatch.setattr(sweeps, "run", lambda moment, source: sources.append(source) or [])
    tasks.sweep()
    call_command("tick")
    assert sources == ["worker", "tick"]


@pytest.mark.usefixtures("kept_connection")
def test_tick_says_which_steps_failed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "run", lambda moment, source: ["alerts", "delivery"])
    with pytest.raises(CommandError, match="These steps failed: alerts, delivery"):
        call_command("tick")


def test_tick_asks_for_a_second_at_least(db: None) -> None:
    with pytest.raises(CommandError, match="1 second or more"):
        call_command("tick", "--every", "0")


@pytest.mark.usefixtures("kept_connection")
def test_ticker_goes_on_after_a_failure(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([["heartbeat"], ["delivery"], []])
    stop = threading.Event()

    def run(moment: dt.datetime, source: str) -> list[str]:
        answer = next(answers)
        if not answer:
            stop.set()
        return answer

    monkeypatch.setattr(sweeps, "run", run)
    tick.keep_going(0, stop)
    assert list(answers) == []


@pytest.mark.parametrize(
    ("minutes", "state"), [(-1, CaseState.WAITING_CLIENT), (0, CaseState.SUBMITTED), (600, CaseState.SUBMITTED)]
)
def test_waiting_for_a_client_ends(cast: Cast, minutes: int, state: str) -> None:
    until = cast.at + dt.timedelta(days=3)
    case = make_case(cast, state=CaseState.WAITING_CLIENT, waiting_until=until, next_action_at=until)
    moment = until + dt.timedelta(minutes=minutes)
    assert waiting.end_due(moment) == waiting.end_due(moment) + (state == CaseState.SUBMITTED)
    case.refresh_from_db()
    assert case.state == state
    entries = TimelineEntry.objects.filter(case=case, kind=EntryKind.GIVEN_BACK)
    if state == CaseState.SUBMITTED:
        assert (case.owner, case.waiting_until, case.state_since) == (None, None, moment)
        assert entries.get().facts == {"because": "waiting_ended"}
    else:
        assert (case.owner, entries.count()) == (cast.samira, 0)


def test_one_case_that_cannot_move_does_not_hold_up_the_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = [
        make_case(cast, state=CaseState.WAITING_CLIENT, waiting_until=cast.at - dt.timedelta(hours=hours))
        for hours in (2, 1)
    ]
    real = waiting.move

    def move(case: Case, *args: Any, **options: Any) -> Case:
        if case.pk == first.pk:
            raise RuntimeError("cannot be read")
        return real(case, *args, **options)

    monkeypatch.setattr(waiting, "move", move)
    assert waiting.end_due(cast.at) == 1
    second.refresh_from_db()
    assert second.state == CaseState.SUBMITTED

"""Fixtures for every test: real databases, the cast, and clocks."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import translation

from tests import databases
from tests.factories.cast import Cast, make_cast
from tests.world import let_in

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Overrides pytest-django's: the owner migrates, the tests run as the site's role, which cannot empty tables."""
    with django_db_blocker.unblock():
        databases.make()
        yield
        databases.destroy()


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database with real commits, for threads and processes; remade afterwards."""
    with django_db_blocker.unblock():
        yield
        databases.remake()


@pytest.fixture(autouse=True)
def in_dutch() -> None:
    """Each test begins in Dutch, whatever language the last page of another test was in."""
    translation.activate("nl")


@pytest.fixture(autouse=True, scope="module")
def own_numbers() -> Iterator[None]:
    """What the tests of a module write for the public pages goes with them."""
    yield
    Path(settings.SNAPSHOT_FILE).unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def same_numbers() -> Iterator[None]:
    """What one test writes for the public pages is not read by the next one."""
    path = Path(settings.SNAPSHOT_FILE)
    before = path.read_bytes() if path.exists() else None
    yield
    if before is None:
        path.unlink(missing_ok=True)
    elif not path.exists() or path.read_bytes() != before:
        path.write_bytes(before)


@pytest.fixture
def at() -> dt.datetime:
    """Tuesday 10 March 2026, 10:15 in Amsterdam: the desk is open."""
    return dt.datetime(2026, 3, 10, 10, 15, tzinfo=AMSTERDAM)


@pytest.fixture
def clock(at: dt.datetime) -> Iterator[None]:
    """The clock stands still at ``at``."""
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def cast(db: None, at: dt.datetime) -> Cast:
    """Everyone who plays a part, on shift around ``at``."""
    return make_cast(at)


@pytest.fixture
def logged_in() -> Callable[..., Client]:
    """A browser in which someone has just logged in, colleagues with their second factor."""

    def log_in(user: object, **headers: str) -> Client:
        return let_in(Client(**headers), user)

    return log_in


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How much the permission matrix asked and found that it should not (SECURITY T1), what became of alerts, and what
    triage takes by keyboard."""
    told = [dict(report.user_properties) for report in terminalreporter.getreports("passed")]
    told += [dict(report.user_properties) for report in terminalreporter.getreports("failed")]
    asked = [one for one in told if "matrix calls" in one]
    if asked:
        calls, leaks = (sum(one[f"matrix {what}"] for one in asked) for what in ("calls", "leaks"))
        terminalreporter.write_line(f"permission matrix: {len(asked)} actors, {calls:,} calls, {leaks} leaks")
    paged = [one for one in told if "alerts raised" in one]
    if paged:
        words = ("raised", "delivered", "acknowledged", "lost", "duplicated")
        line = ", ".join(f"{sum(one[f'alerts {word}'] for one in paged)} {word}" for word in words)
        terminalreporter.write_line(f"alerts: {line}")
    for one in told:
        if "by keyboard" in one:
            terminalreporter.write_line(f"by keyboard: {one['by keyboard']}")

"""Fixtures for every test: real databases, the cast, and clocks."""

import datetime as dt
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.sessions import limits, opened
from tests import databases
from tests.factories.cast import Cast, make_cast

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


@pytest.fixture
def at() -> dt.datetime:
    """Tuesday 10 March 2026, 10:15 in Amsterdam: the desk is open."""
    return dt.datetime(2026, 3, 10, 10, 15, tzinfo=AMSTERDAM)


@pytest.fixture
def cast(db: None, at: dt.datetime) -> Cast:
    """Everyone who plays a part, on shift around ``at``."""
    return make_cast(at)


@pytest.fixture
def logged_in() -> Callable[..., Client]:
    """A browser in which someone has logged in."""

    def log_in(user: object, **headers: str) -> Client:
        client = Client(**headers)
        client.force_login(user)
        session = client.session
        limits.begin(session, timezone.now())
        session.save()
        opened.note(str(user.pk), session.session_key, agent="")
        return client

    return log_in

"""A real IMAP server, and a mailbox of the desk on it."""

import itertools
from collections.abc import Iterator

import pytest

from desk.mailroom.configuration import Mailbox
from tests.imap import Imap

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def imap() -> Iterator[Imap]:
    server = Imap().start()
    yield server
    server.remove()


@pytest.fixture
def user() -> str:
    """The name of a mailbox that no other test has."""
    return f"loket{next(_numbers)}@nabij.example"


@pytest.fixture
def box(imap: Imap, user: str, settings) -> Mailbox:
    settings.MAILBOX = imap.box(user)
    return settings.MAILBOX

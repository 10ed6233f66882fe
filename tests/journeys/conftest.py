"""A whole running site for the journeys, made once per test process."""

from collections.abc import Iterator

import pytest

from tests.journeys.site import Site, running


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """All of ``make run`` with its own servers, demo people and a mailbox. Do not break it: others use it."""
    with running(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(autouse=True)
def fresh_mailbox(request: pytest.FixtureRequest) -> None:
    """Each test starts with an empty mailbox that behaves."""
    if "whole_site" in request.fixturenames:
        mailbox = request.getfixturevalue("whole_site").mailbox
        mailbox.mood, mailbox.pause = "accept", 0.0
        mailbox.clear()

"""A whole running site for the journeys, made once per test process, and browsers to walk through it."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.client import NL, Client
from tests.journeys.records import Records
from tests.journeys.site import Site, running
from tests.journeys.staff import Worker
from tests.journeys.watch import Watch

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 20_000  # milliseconds a page may take on a busy machine

NO_SURGE = """
from django.utils import timezone
from accounts.actors import system
from cases import surge
surge.choose("off", reason="Many at once, on purpose", by=system("tests"), at=timezone.now())
"""
ROOM_FOR_ALL = """
from referrals.models import Capacity
Capacity.objects.filter(user__isnull=False).delete()
"""


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """All of ``make run`` with its own servers, demo people and a mailbox. Do not break it: others use it.

    So many requests in a few minutes are a surge, in which no automatic mail goes out: a coordinator chose that it is
    none. And so many cases in one week are more than fits a worker of the demo: nobody said how much fits.
    """
    with running(tmp_path_factory.mktemp("site")) as site:
        site.python(NO_SURGE + ROOM_FOR_ALL)
        yield site


@pytest.fixture(autouse=True)
def fresh_mailbox(request: pytest.FixtureRequest) -> None:
    """Each test starts with an empty mailbox that behaves."""
    if "whole_site" in request.fixturenames:
        mailbox = request.getfixturevalue("whole_site").mailbox
        mailbox.mood, mailbox.pause = "accept", 0.0
        mailbox.clear()


@pytest.fixture
def records(whole_site: Site) -> Records:
    """What the database of the site says. The pressing requests of the demo are out of the way: they ring nobody."""
    found = Records(whole_site)
    found.quiet_the_demo()
    return found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module. It ends with the module: its event loop bars the database to others."""
    path = os.environ.get("NABIJ_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, whole_site: Site) -> Iterator[Callable[..., Page]]:
    """Makes a browser of its own for somebody, with ``script`` or without. Afterwards nothing may have gone wrong in
    any of them: no error of ours, no script that fails, no request to anybody else."""
    contexts, watch = [], Watch(whole_site.url)

    def make(*, script: bool = True) -> Page:
        context = chromium.new_context(java_script_enabled=script, locale="nl-NL", timezone_id="Europe/Amsterdam")
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        return page

    yield make
    for context in contexts:
        context.close()
    assert watch.wrong == []


@pytest.fixture
def client(open_page: Callable[..., Page], whole_site: Site) -> Callable[..., Client]:
    """Someone who asks for help: ``client("en", script=False)``."""
    return lambda language=NL, *, script=True: Client(open_page(script=script), whole_site.url, language)


@pytest.fixture
def worker(open_page: Callable[..., Page], whole_site: Site) -> Callable[[str], Worker]:
    """Someone of the desk or a team, logged in: ``worker("samira")``."""
    return lambda name: Worker(open_page(), whole_site.url, name).log_in()

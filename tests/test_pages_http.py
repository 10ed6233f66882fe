"""Every page, for everybody, in both languages, over HTTP: who may open it, what it carries, what it costs."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Outcome
from accounts.models import AuditEvent
from tests import databases
from tests.pages import ANYONE, EVERYONE, PAGES, Page, Send, View, views
from tests.walk import Reader, Visitors, counted, open_page, untranslated, written
from tests.world import MOMENT, build

MOST_QUERIES = 12
LANGUAGES = ("nl", "en")
VIEWS = [pytest.param(view, id=view.label) for view in views()]
NO_SAMPLES = [pytest.param(view, id=view.label) for view in views() if view.page.whole and view.page.name != "gallery"]
WHOLE = [pytest.param(view, id=view.label) for view in views() if view.page.whole]
RETURNING = ("/account/inloggen/", "/volgen/")
OF_ALLAUTH = {"account_login", "account_logout"}  # send on whoever is in already, or is not in at all


@pytest.fixture(scope="module")
def visitors(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Visitors]:
    """The world, written once for this module, and the browsers of everyone in it."""
    with django_db_blocker.unblock(), time_machine.travel(MOMENT, tick=False):
        everyone = Visitors(build())
        for role in {*EVERYONE, *(view.role for view in views())}:
            everyone.browser(role)
        yield everyone
        databases.remake()


@pytest.fixture(autouse=True)
def _now(db: None, settings: Any) -> Iterator[None]:
    settings.DEMO = True
    with time_machine.travel(MOMENT, tick=False):
        yield


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", WHOLE)
def test_page_is_whole(view: View, language: str, visitors: Visitors) -> None:
    """A title, the right language, no trace in the browser, no style in the page, and nothing in the other language."""
    answer = open_page(visitors.browser(view.role, language), view.where(visitors.world))
    assert answer.status_code == view.status, answer.get("Location", "")
    html = answer.content.decode()
    assert f'<html lang="{language}">' in html
    assert re.search(r"<title>\s*\S+.*</title>", html, re.DOTALL)
    assert answer["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*src=)|\son[a-z]+=", html)
    assert untranslated(html, language) == []


@pytest.mark.parametrize("view", VIEWS)
def test_page_asks_little_and_writes_nothing(view: View, visitors: Visitors) -> None:
    """At most twelve queries; a page that is only looked at changes nothing but the audit."""
    browser, where = visitors.browser(view.role), view.where(visitors.world)
    with CaptureQueriesContext(connection) as queries:
        answer = open_page(browser, where)
    assert answer.status_code == view.status, answer.get("Location", "")
    if isinstance(where, Send):
        return
    assert len(counted(queries)) <= MOST_QUERIES, "\n".join(counted(queries))
    assert written(queries) == []


@pytest.mark.parametrize("view", NO_SAMPLES)
def test_page_works_without_script(view: View, visitors: Visitors) -> None:
    """Each form can be sent by a button of its own, and no button waits for a script."""
    html = open_page(visitors.browser(view.role), view.where(visitors.world)).content.decode()
    reader = Reader(html)
    dead = [
        tag for tag, given in reader.tags
        if tag == "button" and given.get("type") == "button" and "hidden" not in given
    ]  # fmt: skip
    assert dead == []
    forms = re.findall(r"<form\b.*?</form>", html, re.DOTALL)
    without = [form for form in forms if not re.search(r"<button|type=\"(submit|search)\"", form)]
    named = {given["form"] for tag, given in reader.tags if tag == "button" and "form" in given}
    assert [form for form in without if not any(f'id="{name}"' in form for name in named)] == []


@pytest.mark.parametrize("listed", [pytest.param(page, id=page.name) for page in PAGES])
def test_page_opens_for_its_roles_only(listed: Page, visitors: Visitors) -> None:
    """Everyone else finds nothing there and leaves a line in the audit, or is asked to log in first."""
    where = listed.at(visitors.world) if callable(listed.at) else listed.at
    wrong = {}
    for role in EVERYONE:
        before = AuditEvent.objects.filter(outcome=Outcome.DENIED).count()
        answer = open_page(visitors.browser(role), where)
        denied = AuditEvent.objects.filter(outcome=Outcome.DENIED).count() - before
        sent_away = answer.status_code == 302 and answer["Location"].startswith(RETURNING)
        if role in listed.roles:
            right = answer.status_code == 200 and not denied
        elif role == ANYONE or role.startswith("follower:"):
            right = sent_away or answer.status_code == 404 or listed.name in OF_ALLAUTH
        else:
            right = sent_away or (answer.status_code in {403, 404} and denied == 1) or answer.status_code == 302
        if not right:
            wrong[role] = (answer.status_code, answer.get("Location", ""), denied)
    assert wrong == {}

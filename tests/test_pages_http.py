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
ON_PAPER = {"case_paper": 20}
"""The whole file is read at once: a query for each part, however long it is."""
RETURNING = ("/account/inloggen/", "/volgen/", "/mijn/toevoegen/")
OF_ALLAUTH = re.compile("account_|mfa_")  # send on whoever is in already, or is not that far
SAMPLES = {"gallery"}  # its buttons show what a button looks like
STYLED = re.compile(r"\sstyle=|<style|<script(?![^>]*src=)|\son[a-z]+=")


@pytest.fixture(scope="module")
def visitors(django_db_setup: None, django_db_blocker: Any) -> Iterator[Visitors]:
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


def head_problems(answer: Any, language: str) -> list[str]:
    """What every page must carry: its language, a title, no trace in the browser, no way in for foreign script."""
    html = answer.content.decode()
    kept = {
        "html lang": f'<html lang="{language}">' in html,
        "title": bool(re.search(r"<title>\s*\S+.*</title>", html, re.DOTALL)),
        "no-store": answer["Cache-Control"] == "no-store",
        "policy": "default-src 'none'" in answer["Content-Security-Policy"],
        "no style or script in the page": not STYLED.search(html),
    }
    return [what for what, right in kept.items() if not right]


def form_problems(html: str) -> list[str]:
    """Forms that cannot be sent without a script, and buttons that do nothing without one."""
    reader = Reader(html)
    buttons = [given for tag, given in reader.tags if tag == "button"]
    dead = [str(given) for given in buttons if given.get("type") == "button" and "hidden" not in given]
    named = {given["form"] for given in buttons if "form" in given}
    forms = re.findall(r"<form\b.*?</form>", html, re.DOTALL)
    without = [form for form in forms if not re.search(r"<button|type=\"(submit|search)\"", form)]
    return dead + [form for form in without if not any(f'id="{name}"' in form for name in named)]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("view", [pytest.param(view, id=view.label) for view in views()])
def test_page_is_whole(view: View, language: str, visitors: Visitors) -> None:
    """Complete, in one language, usable without script, in twelve queries; looking changes nothing but the audit."""
    browser, where = visitors.browser(view.role, language), view.where(visitors.world)
    with CaptureQueriesContext(connection) as queries:
        answer = open_page(browser, where)
    assert answer.status_code == view.status, answer.get("Location", "")
    problems: dict[str, list[str]] = {}
    if view.page.whole:
        html = answer.content.decode()
        problems["head"] = head_problems(answer, language)
        problems["other language"] = untranslated(html, language)
        problems["without script"] = [] if view.page.name in SAMPLES else form_problems(html)
    if not isinstance(where, Send):
        problems["written"] = written(queries)
        most = ON_PAPER.get(view.page.name, MOST_QUERIES)
        problems["queries"] = counted(queries) if len(counted(queries)) > most else []
    assert {what: found for what, found in problems.items() if found} == {}


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
            right = sent_away or answer.status_code == 404 or OF_ALLAUTH.match(listed.name)
        else:
            right = sent_away or (answer.status_code in {403, 404} and denied == 1) or OF_ALLAUTH.match(listed.name)
        if not right:
            wrong[role] = (answer.status_code, answer.get("Location", ""), denied)
    assert wrong == {}

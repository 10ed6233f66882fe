"""Pages that do not open: colleagues keep their menu, nobody learns whether something is there."""

from collections.abc import Callable

import pytest
from django.test import Client

from cases import notes
from cases.enums import NoteKind
from cases.models import Case
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
ENGLISH = {"accept-language": "en"}
NOWHERE, NO_CASE = "/bestaat-niet/", "/zaken/NB-5QAV-YX92/"


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_accepted(cast)


def said(browser: Client, path: str, status: int, **headers: str) -> str:
    answer = browser.get(path, headers=ENGLISH | headers)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_colleague_keeps_the_menu_where_nothing_is(cast: Cast, logged_in: LogIn) -> None:
    page = said(logged_in(cast.samira), NO_CASE, 404)
    assert "<title>This page does not exist" in page
    assert 'class="rail' in page and "To my start page" in page
    assert "You can always call" not in page


def test_what_is_not_yours_reads_as_what_does_not_exist(cast: Cast, logged_in: LogIn) -> None:
    browser, other = logged_in(cast.bram), make_case(cast)
    pages = [said(browser, f"/zaken/{name}/", 404) for name in (other.reference, "NB-5QAV-YX92")]
    for page in pages:
        assert "is not right, or this is not with you (any more)." in page


def test_who_asks_for_help_reads_who_can_be_called(cast: Cast, logged_in: LogIn) -> None:
    asked = [(Client(), NOWHERE), (logged_in(cast.tom), NO_CASE), (logged_in(cast.samira), NOWHERE)]
    for browser, path in asked:  # an address of no page at all needs no database, and so knows nobody
        page = said(browser, path, 404)
        assert "You can always call" in page and 'class="rail' not in page and "To my start page" not in page


def test_what_may_not_be_done_is_said_inside_the_menu(cast: Cast, case: Case, logged_in: LogIn) -> None:
    note = notes.write(case, "Gesprek.", kind=NoteKind.FILE, by=cast.actor("samira"), at=cast.at)
    browser = logged_in(cast.bram)
    page = said(browser, f"/zaken/{case.reference}/verslagen/{note.pk}/", 403)
    assert "You cannot open this page" in page and 'class="rail' in page and "Gesprek" not in page
    part = said(browser, f"/zaken/{case.reference}/verslagen/{note.pk}/", 403, **{"HX-Request": "true"})
    assert 'class="rail' not in part  # a page fetched by itself has no room for a menu

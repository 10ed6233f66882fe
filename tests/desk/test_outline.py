"""The client reads what an employer would hear of coaching, and decides (R16)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from cases import outlines, tracks
from cases.enums.tracks import CoachingFocus, OutlineMoment, OutlineState, Recipient, TrackKind
from cases.following import KEY
from cases.models import Case, Outline
from tests.factories.cast import Cast, make_cast
from tests.factories.coaches import register
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
TEXT = "Er is coaching, vijf tot negen gesprekken."


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast around this very moment, because pages read the clock."""
    return make_cast(timezone.localtime())


@pytest.fixture
def row(cast: Cast) -> Outline:
    register(cast)
    case, by = make_accepted(cast, client="tom"), cast.actor("bram")
    tracks.start(case, TrackKind.COACHING, focus=CoachingFocus.CAREER, by=by, at=cast.at)
    return outlines.write(case, OutlineMoment.START, TEXT, by=by, at=cast.at)


def page(row: Outline, tail: str = "werkgever/") -> str:
    return f"/mijn/{row.case.reference}/{tail}"


def words(browser: Client, path: str) -> str:
    return " ".join(browser.get(path, headers={"accept-language": "en"}).content.decode().split())


def say(browser: Client, row: Outline, answer: str, path: str = "") -> int:
    return browser.post(path or page(row), {"outline": str(row.pk), "answer": answer}).status_code


def test_the_question_stands_on_their_page_until_it_is_answered(row: Outline, cast: Cast, logged_in: LogIn) -> None:
    tom = logged_in(cast.tom)
    assert "May your employer read this?" in words(tom, page(row, ""))
    assert TEXT in words(tom, page(row))
    assert say(tom, row, "yes") == 302
    row.refresh_from_db()
    assert row.state == OutlineState.APPROVED
    own = words(tom, page(row, ""))
    assert "May your employer read this?" not in own and "What your employer hears of your coaching" in own


@pytest.mark.parametrize(
    ("answers", "state"),
    [(["no"], "refused"), (["yes", "back"], "withdrawn"), (["yes", "yes"], "approved"), (["back"], "withdrawn")],
)
def test_what_they_say_counts(row: Outline, cast: Cast, logged_in: LogIn, answers: list[str], state: str) -> None:
    tom = logged_in(cast.tom)
    assert {say(tom, row, answer) for answer in answers} == {302}
    row.refresh_from_db()
    assert row.state == state


def test_too_late_is_said_calmly(row: Outline, cast: Cast, logged_in: LogIn) -> None:
    tom = logged_in(cast.tom)
    say(tom, row, "yes")
    outlines.pass_on(row, Recipient.PERSONNEL, by=cast.actor("bram"), at=cast.at + dt.timedelta(hours=1))
    assert say(tom, row, "back") == 200
    assert "Passed on to the personnel department" in words(tom, page(row))


def test_by_reference_and_pass_phrase_too(row: Outline) -> None:
    browser = Client()
    session = browser.session
    session[KEY] = {"id": str(row.case_id), "advice": False, "at": timezone.now().isoformat()}
    session.save()
    browser.cookies["__Host-session"] = session.session_key
    assert say(browser, row, "no", "/volgen/aanvraag/werkgever/") == 302
    row.refresh_from_db()
    assert row.state == OutlineState.REFUSED


@pytest.mark.parametrize("sent", [{}, {"outline": "x", "answer": "yes"}, {"answer": "yes"}, {"answer": "maybe"}])
def test_nonsense_changes_nothing(row: Outline, cast: Cast, logged_in: LogIn, sent: dict[str, str]) -> None:
    assert logged_in(cast.tom).post(page(row), {"outline": str(row.pk), **sent}).status_code in (
        {200} if sent.get("answer") != "yes" or "outline" in sent else {302}
    )
    row.refresh_from_db()
    assert row.state == (OutlineState.APPROVED if sent == {"answer": "yes"} else OutlineState.ASKED)


def test_nobody_else_answers(row: Outline, cast: Cast, logged_in: LogIn) -> None:
    for name in ("lisa", "bram", "samira"):
        assert say(logged_in(cast.users[name]), row, "yes") == 404
    other = make_accepted(cast, client="lisa")
    assert say(logged_in(cast.lisa), row, "yes", f"/mijn/{other.reference}/werkgever/") == 404
    row.refresh_from_db()
    assert row.state == OutlineState.ASKED
    assert Case.objects.count() == 2

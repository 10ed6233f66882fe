"""The page on which it is decided what comes now, and the outline for an employer as a worker sees it."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actors import follower
from cases import appointments, outlines, tracks
from cases.enums import CaseState, EntryKind
from cases.enums.tracks import CoachingFocus, OutlineMoment, OutlineState, TrackKind
from cases.models import Case, Outline, Session, TimelineEntry, Track
from tests.factories.cast import Cast, make_cast
from tests.factories.coaches import register
from tests.factories.work import make_accepted
from tests.walk import counted

LogIn = Callable[..., Client]
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast around this very moment, because pages read the clock."""
    return make_cast(timezone.localtime())


def address(case: Case, tail: str = "hulp/") -> str:
    return f"/zaken/{case.reference}/{tail}"


def hold(case: Case, cast: Cast, number: int) -> None:
    for hours in range(1, number + 1):
        appointments.record_contact(
            case, starts_at=cast.at - hours * HOUR, minutes=45, way="phone", by=cast.actor("bram"), at=cast.at
        )


def coach(case: Case, cast: Cast) -> Track:
    register(cast)
    by = cast.actor("bram")
    return tracks.start(case, TrackKind.COACHING, focus=CoachingFocus.TEAM, reason="Past.", by=by, at=cast.at)


def words(browser: Client, path: str) -> str:
    return " ".join(browser.get(path, headers={"accept-language": "en"}).content.decode().split())


def steps(answer: object) -> list[str]:
    return [str(step.value) for step in answer.context["steps"]]


@pytest.mark.parametrize(
    ("step", "to", "kind"),
    [("stop", "afsluiten/", "short_term_help"), ("refer", "teruggeven/?for=other", "short_term_help"),
     ("pause", "hulp/", "short_term_help"), ("coaching", "hulp/", "coaching")],
)  # fmt: skip
def test_at_five_it_is_decided_and_kept(cast: Cast, logged_in: LogIn, step: str, to: str, kind: str) -> None:
    register(cast)
    case, browser = make_accepted(cast), logged_in(cast.bram)
    hold(case, cast, 5)
    assert "Every place of this help is taken." in words(browser, address(case))
    for _again in range(2):
        answer = browser.post(address(case), {"step": step, "focus": "career", "reason": "Zo besproken."})
        assert (answer.status_code, answer["Location"]) == (302, address(case, to))
    track = tracks.latest(case)
    assert (track.kind, track.ended_at is None) == (kind, step == "coaching")
    ended = TimelineEntry.objects.get(case=case, kind=EntryKind.TRACK_ENDED)
    assert ended.facts == {"kind": "short_term_help", **({"next": step} if step == "coaching" else {"decision": step})}
    case.refresh_from_db()
    assert case.state == CaseState.ACTIVE


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "step"),
        ({"step": "magic"}, "step"),
        ({"step": "stop"}, "reason"),
        ({"step": "coaching", "reason": "Past."}, "focus"),
        ({"step": "coaching", "focus": "x", "reason": "Past."}, "focus"),
    ],
)
def test_bad_input_stays_at_its_field(cast: Cast, logged_in: LogIn, sent: dict[str, str], field: str) -> None:
    case = make_accepted(cast)
    hold(case, cast, 2)
    answer = logged_in(cast.bram).post(address(case), sent)
    assert answer.status_code == 200 and field in answer.context["form"].errors
    assert Track.objects.filter(case=case, ended_at=None).count() == 1


def test_who_is_no_coach_reads_why_and_where_to_go(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    hold(case, cast, 5)
    answer = browser.post(address(case), {"step": "coaching", "focus": "team", "reason": "Teamvragen."})
    page = answer.content.decode()
    assert "step" in answer.context["form"].errors and "Teamvragen." in page
    assert f'href="{address(case, "teruggeven/?for=coaching")}"' in page
    assert tracks.latest(case).kind == TrackKind.SHORT_TERM_HELP


def test_only_what_is_possible_can_be_chosen(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    assert steps(browser.get(address(case))) == ["coaching", "short_term_help"]
    hold(case, cast, 1)
    assert steps(browser.get(address(case))) == ["stop", "refer", "coaching", "pause"]
    coach(case, cast)
    assert steps(browser.get(address(case))) == ["stop", "refer", "short_term_help", "pause"]
    specialist = make_accepted(cast, owner="ruben")
    hold_by = cast.actor("ruben")
    appointments.record_contact(specialist, starts_at=cast.at - HOUR, minutes=30, way="phone", by=hold_by, at=cast.at)
    ruben = logged_in(cast.ruben)
    assert "refer" in steps(ruben.get(address(specialist)))
    answer = ruben.post(address(specialist), {"step": "refer", "reason": "Elders."})
    assert answer.url == address(specialist, "teruggeven/?for=other")
    assert ruben.get(answer.url).status_code == 200


def test_a_step_that_was_not_offered_is_refused(cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(cast)
    hold(case, cast, 5)
    coach(case, cast)
    answer = logged_in(cast.bram).post(address(case), {"step": "short_term_help", "reason": "Toch."})
    assert answer.status_code == 200 and tracks.latest(case).kind == TrackKind.COACHING


def test_no_help_runs_so_nothing_is_planned(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    hold(case, cast, 1)
    tracks.end(case, reason="Klaar.", by=cast.actor("bram"), at=cast.at)
    page = words(browser, address(case, "gesprekken/"))
    assert "No help runs now." in page and 'name="day"' not in page


def test_planning_close_to_the_last_one_warns(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    coach(case, cast)
    appointments.plan_session(case, starts_at=cast.at + DAY, way="phone", by=cast.actor("bram"), at=cast.at)
    day = (cast.at + 5 * DAY).date().isoformat()
    sent = {"day": day, "time": "10:00", "way": "phone", "minutes": "60", "submission": str(uuid.uuid4())}
    page = browser.post(address(case, "gesprekken/"), sent, follow=True, headers={"accept-language": "en"})
    assert Session.objects.filter(case=case).count() == 2
    assert page.content.decode().count("days after the one before; 14 to 21 is usual") == 2  # the line, and its row
    assert "Coaching, 0 of 5 to 9" in page.content.decode()


def test_the_lists_say_which_help_runs(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    hold(case, cast, 2)
    assert "Short, 2 of 5" in words(browser, "/zaken/")
    coach(case, cast)
    assert "Coaching, 0 of 5 to 9" in words(browser, "/zaken/")
    assert "Coaching, 0 of 5 to 9" in words(browser, address(case, ""))


def test_the_pages_cost_the_same_for_one_and_for_many(cast: Cast, logged_in: LogIn) -> None:
    case, browser, costs = make_accepted(cast), logged_in(cast.bram), []
    coach(case, cast)
    browser.get(address(case))
    for number in (1, 30):
        for index in range(number):
            Track.objects.create(case=case, kind="mediation", started_at=cast.at, ended_at=cast.at)
            Outline.objects.create(
                case=case, track=tracks.latest(case), moment="start", text=f"{index}", state=OutlineState.REFUSED,
                by=cast.bram, asked_at=cast.at,
            )  # fmt: skip
        for tail in ("hulp/", "werkgever/"):
            with CaptureQueriesContext(connection) as seen:
                assert browser.get(address(case, tail)).status_code == 200
            costs.append(len(counted(seen)))
    assert costs[:2] == costs[2:] and max(costs) <= 12


def test_an_outline_from_the_text_to_the_letter(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    coach(case, cast)
    path, number = address(case, "werkgever/"), str(uuid.uuid4())
    sent = {"moment": "start", "text": "Er is coaching.", "submission": number}
    assert [browser.post(path, sent).status_code for _again in range(2)] == [302, 302]
    row = Outline.objects.get(case=case)
    assert browser.post(path, {"outline": str(row.pk), "to": "manager"}).status_code == 200  # no yes yet
    outlines.answer(row, yes=True, by=follower(case.pk), at=cast.at)
    assert browser.post(path, {"outline": str(row.pk), "to": ""}).context["form"].errors
    assert browser.post(path, {"outline": str(row.pk), "to": "manager"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.passed_to) == (OutlineState.PASSED_ON, "manager")


def test_the_worker_takes_a_text_back(cast: Cast, logged_in: LogIn) -> None:
    case, browser = make_accepted(cast), logged_in(cast.bram)
    coach(case, cast)
    row = outlines.write(case, OutlineMoment.START, "Er is coaching.", by=cast.actor("bram"), at=cast.at)
    path = address(case, f"werkgever/{row.pk}/terug/")
    assert browser.get(path).status_code == 405
    assert browser.post(path).status_code == 302
    row.refresh_from_db()
    assert row.state == OutlineState.WITHDRAWN
    other = make_accepted(cast)
    assert browser.post(address(other, f"werkgever/{row.pk}/terug/")).status_code == 404


@pytest.mark.parametrize("tail", ["hulp/", "werkgever/"])
def test_the_desk_and_another_team_see_nothing_of_it(cast: Cast, logged_in: LogIn, tail: str) -> None:
    case = make_accepted(cast)
    assert logged_in(cast.samira).get(address(case, tail)).status_code == 403
    assert logged_in(cast.karin).get(address(case, tail)).status_code == 404

"""Who else has a case open: for who may open it, as long as the clock says, and for one query."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEvent
from accounts.sessions.middleware import BACKGROUND
from cases import presence
from cases.models import Case, CaseAccess, Presence
from desk import snapshot, sweeps
from tests.desk.counting import queries_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
SECONDS = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock(at: dt.datetime) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at, tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(cast: Cast) -> Case:
    snapshot.write(cast.at)
    return make_case(cast, client="tom")


def beat(browser: Client, case: Case, seen: str = "") -> str:
    answer = browser.post(f"/zaken/{case.reference}/erbij/", {"seen": seen}, headers={BACKGROUND: "yes"})
    return f"{answer.status_code} {answer.content.decode()}"


def test_a_colleague_sees_who_has_it_open_until_the_clock_says_no(
    cast: Cast, case: Case, logged_in: LogIn, clock: time_machine.Traveller
) -> None:
    joost, samira = logged_in(cast.joost), logged_in(cast.samira)
    assert "Joost" not in beat(joost, case)
    assert "Joost Verkerk heeft dit nu open." in beat(samira, case)
    assert beat(samira, case, seen="Joost Verkerk") == "204 "
    page = f"/loket/{case.reference}/"
    assert "Joost Verkerk heeft dit nu open." in samira.get(page).content.decode(), (
        "without script, as of when it was made"
    )
    clock.shift(presence.LASTS - SECONDS)
    assert "Joost" in samira.get(page).content.decode()
    clock.shift(SECONDS)
    assert "Joost Verkerk heeft" not in samira.get(page).content.decode()
    assert "Joost" not in beat(samira, case, seen="Joost Verkerk")


def test_two_are_named_together(cast: Cast, case: Case, logged_in: LogIn) -> None:
    for name in ("joost", "els"):
        beat(logged_in(cast.users[name]), case)
    assert "Els Koning, Joost Verkerk hebben dit nu open." in beat(logged_in(cast.samira), case)


def test_in_the_workspace_too(cast: Cast, logged_in: LogIn) -> None:
    case = make_accepted(cast)
    beat(logged_in(cast.els), case)
    assert (
        "Els Koning heeft dit nu open."
        in logged_in(cast.bram).get(f"/zaken/{case.reference}/berichten/").content.decode()
    )


@pytest.mark.parametrize("who", ["bram", "nadia", "vera", "arie", "tom", "lisa"])
def test_nobody_else_may_ask_and_nothing_is_kept(cast: Cast, case: Case, logged_in: LogIn, who: str) -> None:
    assert beat(logged_in(cast.users[who]), case).startswith("404 ")
    assert Presence.objects.count() == 0
    assert AuditEvent.objects.filter(outcome="denied").count() == 1


def test_who_is_kept_out_is_neither_told_nor_shown(cast: Cast, case: Case, logged_in: LogIn) -> None:
    CaseAccess.objects.create(case=case, user=cast.joost, reason="blocked", starts_at=cast.at)
    assert beat(logged_in(cast.joost), case).startswith("404 ")
    assert "Joost" not in beat(logged_in(cast.samira), case)


def test_the_client_never_reads_it(cast: Cast, case: Case, logged_in: LogIn) -> None:
    beat(logged_in(cast.samira), case)
    page = logged_in(cast.tom).get(f"/mijn/{case.reference}/").content.decode()
    assert "nu open" not in page and "erbij" not in page


def test_asking_costs_one_write_and_no_line_in_the_audit(cast: Cast, case: Case, logged_in: LogIn) -> None:
    browser = logged_in(cast.samira)
    beat(browser, case)
    before = AuditEvent.objects.count()
    asked = queries_of(lambda: beat(browser, case))
    assert [sql.split(" ")[0] for sql in asked if not sql.lstrip("(").startswith(("SELECT", "EXECUTE", "PREPARE"))] == [
        "INSERT"
    ]
    assert AuditEvent.objects.count() == before
    assert Presence.objects.count() == 1


def test_only_by_post(cast: Cast, case: Case, logged_in: LogIn) -> None:
    assert logged_in(cast.samira).get(f"/zaken/{case.reference}/erbij/").status_code == 405


def test_it_keeps_no_session_open(
    cast: Cast, case: Case, logged_in: LogIn, clock: time_machine.Traveller, settings: object
) -> None:
    browser = logged_in(cast.samira)
    for _minute in range(16):
        clock.shift(dt.timedelta(minutes=1))
        answer = browser.post(
            f"/zaken/{case.reference}/erbij/", {"seen": ""}, headers={BACKGROUND: "yes", "HX-Request": "true"}
        )
    assert answer.status_code == 204
    assert browser.get(f"/loket/{case.reference}/").status_code == 302


def test_what_is_over_is_swept(cast: Cast, case: Case, at: dt.datetime) -> None:
    presence.beat(case, by=cast.actor("samira"), at=at)
    presence.beat(case, by=cast.actor("joost"), at=at + 30 * SECONDS)
    assert sweeps.STEPS["presence"](at + presence.LASTS) == 1
    assert [row.user.name for row in Presence.objects.all()] == ["Joost Verkerk"]

"""A worker whom somebody looks at is held for a minute, so that two of the desk do not give the same worker a case."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from accounts.actors import actor_for
from cases.models import Case
from desk import snapshot, sweeps
from referrals import actions, considering, matching
from referrals.models import Considered, Coverage, Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.referrals.test_actions import at_the_same_moment

LogIn = Callable[..., Client]
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock(at: dt.datetime) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at, tick=False) as traveller:
        yield traveller


def serve(cast: Cast, *names: str) -> None:
    """These workers serve the unit of every case by name, the first one first."""
    Coverage.objects.all().delete()
    for name in names:
        Coverage.objects.create(user=cast.users[name], unit=cast.units["90bat-a"], starts_on=cast.at.date())


@pytest.fixture
def two(cast: Cast) -> tuple[Case, Case]:
    snapshot.write(cast.at)
    serve(cast, "bram", "ilse")
    return make_case(cast, owner="samira"), make_case(cast, owner="joost")


def look(browser: Client, case: Case) -> str:
    browser.post(f"/loket/{case.reference}/", {"do": "choose", "outcome": "refer"})
    return browser.get(f"/loket/{case.reference}/?outcome=refer").content.decode()


def ticked(page: str) -> str:
    """The worker that is chosen when the page opens."""
    start = page.rindex("<input", 0, page.index("checked", page.index('name="decide-to"')))
    return page[page.index('value="', start) + 7 :].split('"')[0].split("-")[-1]


def test_the_next_one_is_suggested_to_the_other(
    two: tuple[Case, Case], cast: Cast, logged_in: LogIn, clock: time_machine.Traveller
) -> None:
    samira, joost = logged_in(cast.samira), logged_in(cast.joost)
    assert ticked(look(samira, two[0])) == str(cast.bram.pk)
    page = look(joost, two[1])
    assert "Samira El Amrani bekijkt deze werker tot 10:16" in page
    assert ticked(page) == str(cast.ilse.pk)
    assert {(row.by, row.worker) for row in Considered.objects.all()} == {
        (cast.samira, cast.bram), (cast.joost, cast.ilse),
    }  # fmt: skip
    clock.shift(MINUTE)
    page = look(joost, two[1])
    assert ticked(page) == str(cast.bram.pk) and "bekijkt deze werker" not in page


def test_reading_the_page_holds_nobody(two: tuple[Case, Case], cast: Cast, logged_in: LogIn) -> None:
    logged_in(cast.samira).get(f"/loket/{two[0].reference}/?outcome=refer")
    assert Considered.objects.count() == 0


def test_choosing_another_worker_moves_it_and_leaving_ends_it(
    two: tuple[Case, Case], cast: Cast, logged_in: LogIn
) -> None:
    browser, address = logged_in(cast.samira), f"/loket/{two[0].reference}/wie/"
    look(browser, two[0])
    [_bram, ilse, *_rest] = matching.candidates(two[0], cast.at)
    said = browser.post(address, {"decide-to": ilse.key, "decide-destination": "REGIONAL_DIRECT"}).content.decode()
    assert "Ilse Çelik is voor jou vastgehouden tot 10:16" in said
    assert [row.worker for row in Considered.objects.all()] == [cast.ilse]
    assert browser.post(address).content.decode().strip() == ""
    assert Considered.objects.count() == 0


def test_whom_a_colleague_looks_at_is_said_and_not_given(two: tuple[Case, Case], cast: Cast, logged_in: LogIn) -> None:
    considering.consider(cast.bram, two[0], by=cast.actor("samira"), at=cast.at)
    [bram, *_rest] = matching.candidates(two[1], cast.at, by=cast.actor("joost"))
    joost, address = logged_in(cast.joost), f"/loket/{two[1].reference}/"
    said = joost.post(f"{address}wie/", {"decide-to": bram.key}).content.decode()
    assert "Samira El Amrani bekijkt deze werker tot 10:16. Kies iemand anders, of wacht." in said
    typed = {
        "version": two[1].version,
        "destination": "REGIONAL_DIRECT",
        "to": bram.key,
        "note": "Ruzie.",
        "consent": "ask",
    }
    answer = joost.post(
        address, {"do": "decide", "outcome": "refer"} | {f"decide-{name}": value for name, value in typed.items()}
    )
    assert "Een collega bekijkt Bram de Wit" in answer.content.decode() and "Ruzie." in answer.content.decode()
    assert Referral.objects.count() == 0


def test_giving_the_case_lets_go(two: tuple[Case, Case], cast: Cast) -> None:
    by = cast.actor("samira")
    [bram, *_rest] = matching.candidates(two[0], cast.at, by=by)
    assert considering.suggest([bram], two[0], by=by, at=cast.at) == bram
    actions.propose(two[0], bram, destination="REGIONAL_DIRECT", summary="Ruzie.", by=by, at=cast.at)
    assert Considered.objects.count() == 0


def test_a_team_is_never_held(cast: Cast) -> None:
    case = make_case(cast)
    [west, *_rest] = matching.candidates(case, cast.at)
    assert west.user is None
    assert considering.suggest([west], case, by=cast.actor("samira"), at=cast.at) == west
    assert Considered.objects.count() == 0


@pytest.mark.parametrize(("who", "status"), [("bram", 404), ("nadia", 404), ("vera", 404), ("tom", 404)])
def test_only_the_desk(two: tuple[Case, Case], cast: Cast, logged_in: LogIn, who: str, status: int) -> None:
    assert logged_in(cast.users[who]).post(f"/loket/{two[0].reference}/wie/").status_code == status


def test_a_key_of_somebody_else_holds_nobody(two: tuple[Case, Case], cast: Cast, logged_in: LogIn) -> None:
    for key in ("1-999999", "x", f"{cast.teams['desk'].pk}-{cast.joost.pk}", "\x00"):
        assert logged_in(cast.samira).post(f"/loket/{two[0].reference}/wie/", {"decide-to": key}).status_code == 200
    assert Considered.objects.count() == 0


def test_what_is_over_is_swept(two: tuple[Case, Case], cast: Cast) -> None:
    considering.consider(cast.bram, two[0], by=cast.actor("samira"), at=cast.at)
    assert sweeps.STEPS["considered"](cast.at + considering.LASTS - dt.timedelta(seconds=1)) == 0
    assert sweeps.STEPS["considered"](cast.at + considering.LASTS) == 1


def test_two_who_look_at_the_same_moment_get_another_worker(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    serve(cast, "bram", "ilse")
    pairs = [(make_case(cast, owner=name), actor_for(cast.users[name], at)) for name in ("samira", "joost")]
    found = [one for one in matching.candidates(pairs[0][0], at) if one.user]
    for turn in range(20):
        moment = at + turn * MINUTE
        looks = [
            lambda case=case, by=by, moment=moment: considering.suggest(found, case, by=by, at=moment)
            for case, by in pairs
        ]
        given = at_the_same_moment(*looks)
        assert {one.user for one in given} == {cast.bram, cast.ilse}, given

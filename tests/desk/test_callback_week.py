"""The week of call-backs: each number is exactly what its link shows."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from cases import callbacks
from cases.enums import AccessReason
from cases.models import CallBack
from cases.permissions import grant
from desk import callback_week
from tests.desk.counting import queries_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast

LogIn = Callable[..., Client]
HOUR = dt.timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("clock")


def call(cast: Cast, moment: dt.datetime) -> CallBack:
    row = callbacks.agree(make_case(cast), cast.at + HOUR, by=cast.actor("samira"), at=cast.at)
    CallBack.objects.filter(pk=row.pk).update(next_at=moment)
    return row


def test_each_number_is_a_link_to_exactly_those(cast: Cast, at: dt.datetime, logged_in: LogIn) -> None:
    for hours in (1, 1.5, 3, 30, 24 * 8, -48, -72):
        call(cast, at + hours * HOUR)
    hidden = call(cast, at + HOUR)
    grant(hidden.case, reason=AccessReason.BLOCKED, user_id=cast.samira.pk, at=at)
    desk = logged_in(cast.samira)
    week = desk.get("/loket/terugbellen/week/").context["week"]
    cells = [cell for _hour, row in week.rows for cell in row if cell.count]
    assert sorted(cell.count for cell in cells) == [1, 1, 2]
    assert (week.total, week.before, week.totals[:2]) == (4, 2, [3, 1])
    for cell in cells:
        assert desk.get(cell.url).context["page"].paginator.count == cell.count
    assert desk.get(week.before_url).context["page"].paginator.count == 2
    later = desk.get("/loket/terugbellen/week/?vanaf=2026-03-17").context["week"]
    assert (later.total, later.before) == (1, 6)


@pytest.mark.parametrize("query", ["vanaf=morgen", "vanaf=0001-01-01", "vanaf=9999-12-31", "vanaf=2026-02-30"])
def test_a_strange_day_is_today(cast: Cast, logged_in: LogIn, at: dt.datetime, query: str) -> None:
    page = logged_in(cast.samira).get(f"/loket/terugbellen/week/?{query}")
    assert page.context["week"].days[0] == at.date()


@pytest.mark.parametrize(
    "query", ["dag=2026-03-10", "uur=9", "dag=x&uur=9", "dag=9999-12-31&uur=23", "voor=0001-01-01"]
)
def test_a_strange_window_is_the_whole_list(cast: Cast, logged_in: LogIn, at: dt.datetime, query: str) -> None:
    call(cast, at + HOUR)
    page = logged_in(cast.samira).get(f"/loket/terugbellen/?{query}").context
    assert (page["window"], page["page"].paginator.count) == (None, 1)


def test_the_hour_that_comes_twice_is_one(cast: Cast) -> None:
    window = callback_week.hour_of(dt.date(2026, 10, 25), 2)
    assert window.start is not None
    assert window.end - window.start == HOUR  # by the clock on the wall
    assert window.end.astimezone(dt.UTC) - window.start.astimezone(dt.UTC) == 2 * HOUR


@pytest.mark.parametrize("count", [1, 30])
def test_the_price_does_not_grow(cast: Cast, at: dt.datetime, logged_in: LogIn, count: int) -> None:
    for number in range(count):
        call(cast, at + number * HOUR)
    desk = logged_in(cast.samira)
    assert len(queries_of(lambda: desk.get("/loket/terugbellen/week/"))) <= 12


def test_only_the_desk(cast: Cast, logged_in: LogIn) -> None:
    assert logged_in(cast.bram).get("/loket/terugbellen/week/").status_code == 404

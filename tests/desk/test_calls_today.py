"""What is to be called today: the tile, the list it opens and the week by hours count the same, at every hour."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from cases.enums import AccessReason, CallBackSource, CallBackState, CaseState
from cases.models import CallBack
from cases.permissions import grant
from tests.desk.counting import queries_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
HERE = ZoneInfo("Europe/Amsterdam")
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
LONG_AGO = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def call(cast: Cast, moment: dt.datetime, **fields: object) -> CallBack:
    case = fields.pop("case", None) or make_case(cast, state=CaseState.SUBMITTED, owner=None, at=LONG_AGO)
    return CallBack.objects.create(
        case=case, source=CallBackSource.AGREED, created_at=cast.at, next_at=moment, due_at=moment + HOUR / 2, **fields
    )


def seen(cast: Cast, logged_in: LogIn, now: dt.datetime) -> tuple[int, int, int, int]:
    """The tile, the whole list that it opens, the column of today with what is late, and the same asked by hour."""
    with time_machine.travel(now, tick=False):
        desk = logged_in(cast.els)
        tile = next(
            one for one in desk.get("/loket/?queue=").context["queues"] if one["url"].startswith("/loket/terugbellen")
        )
        listed = desk.get(tile["url"]).context["page"].paginator
        week = desk.get("/loket/terugbellen/week/").context["week"]
        hours = [row[0] for _hour, row in week.rows]
        opened = sum(desk.get(cell.url).context["page"].paginator.count for cell in hours if cell.count)
        assert sum(cell.count for cell in hours) == week.totals[0]
        return tile["count"], listed.count, week.totals[0] + week.before, opened + week.before


@pytest.mark.parametrize("count", [1, 30])
def test_tile_list_and_week_agree(cast: Cast, logged_in: LogIn, at: dt.datetime, count: int) -> None:
    for number in range(count):
        call(cast, at + (number - 3) * 9 * MINUTE)
        call(cast, at + (number + 1) * 24 * HOUR)  # not today
    assert seen(cast, logged_in, at) == (count,) * 4


def test_every_call_counts_and_nothing_else(cast: Cast, logged_in: LogIn, at: dt.datetime) -> None:
    telephone_row = CallBack.objects.create(
        source=CallBackSource.MISSED_CALL, created_at=at, next_at=at, due_at=at, number_index="x", calls=1
    )
    assert telephone_row.case is None
    call(cast, at, case=make_accepted(cast))  # a worker has the case, the desk calls
    call(cast, at - 72 * HOUR)
    call(cast, at, state=CallBackState.OTHER_WAY)
    call(cast, at, state=CallBackState.DONE, ended_at=at)
    make_case(cast, next_action_at=at)  # to be looked at, not called
    grant(call(cast, at).case, reason=AccessReason.BLOCKED, user_id=cast.els.pk, at=at)
    assert seen(cast, logged_in, at) == (4,) * 4


@pytest.mark.parametrize(
    ("day", "minutes"),
    [
        ((2026, 3, 10), 24 * 60), ((2026, 3, 28), 24 * 60), ((2026, 3, 29), 23 * 60), ((2026, 10, 24), 24 * 60),
        ((2026, 10, 25), 25 * 60),
    ],
)  # fmt: skip
def test_the_day_is_the_local_one_also_when_the_clock_changes(
    cast: Cast, logged_in: LogIn, day: tuple[int, int, int], minutes: int
) -> None:
    begins = dt.datetime(*day, tzinfo=HERE).astimezone(dt.UTC)
    ends = begins + minutes * MINUTE
    for moment in (begins, begins + 90 * MINUTE, begins + 150 * MINUTE, begins + 210 * MINUTE, ends - MINUTE / 60):
        call(cast, moment)
    call(cast, ends)
    for now in (begins, begins + 2 * HOUR, begins + 3 * HOUR, ends - MINUTE / 60):
        assert seen(cast, logged_in, now) == (5,) * 4
    assert seen(cast, logged_in, ends) == (6,) * 4
    assert seen(cast, logged_in, begins - MINUTE / 60) == (0,) * 4


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same(cast: Cast, logged_in: LogIn, at: dt.datetime, count: int) -> None:
    for _ in range(count):
        call(cast, at)
    with time_machine.travel(at, tick=False):
        desk = logged_in(cast.samira)
        for address in ("/loket/?queue=", f"/loket/terugbellen/?voor={(at + 24 * HOUR).date()}"):
            assert len(queries_of(lambda address=address: desk.get(address))) <= 12

"""Opening hours at their edges: the last second, days off, weekends, and both nights of the clock change."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import defaults
from accounts.calendar import AFTER_HOURS, Calendar, Hours
from accounts.duty import calendar_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CALENDAR = calendar_of(defaults.HOURS, [(day, None) for day, _, _ in defaults.closures()])
NIGHT = Calendar(hours={"desk": (Hours(7, dt.time(0), dt.time(8)),)})
"""Open on Sunday from midnight to 08:00: the clock changes within."""


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def hours(count: float) -> dt.timedelta:
    return dt.timedelta(hours=count)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-03-10T07:59:59", False),
        ("2026-03-10T08:00:00", True),
        ("2026-03-10T16:59:59", True),
        ("2026-03-10T16:59:59.999999", True),
        ("2026-03-10T17:00:00", False),
        ("2026-03-13T16:59:59", True),  # Friday
        ("2026-03-14T10:00:00", False),  # Saturday
        ("2026-03-30T08:00:00", True),  # Monday, first day of summer time
        ("2026-03-30T07:59:59", False),
        ("2026-10-26T08:00:00", True),  # Monday, first day of winter time
        ("2026-04-27T10:00:00", False),  # King's Day
        ("2026-04-03T10:00:00", True),  # Good Friday is a working day
        ("2026-05-05T10:00:00", False),  # 5 May
        ("2026-12-24T16:59:59", True),
    ],
)
def test_the_desk_opens_at_eight_and_closes_at_five(moment: str, open_: bool) -> None:
    assert CALENDAR.is_open(local(moment)) is open_


def test_a_moment_means_the_same_in_every_zone() -> None:
    assert CALENDAR.is_open(dt.datetime(2026, 7, 1, 14, 59, 59, tzinfo=dt.UTC)) is True
    assert CALENDAR.is_open(dt.datetime(2026, 7, 1, 15, 0, tzinfo=dt.UTC)) is False
    assert CALENDAR.is_open(dt.datetime(2026, 1, 7, 15, 59, 59, tzinfo=dt.UTC)) is True


def test_the_after_hours_line_never_closes() -> None:
    for moment in ("2026-04-27T10:00", "2026-12-25T03:00", "2026-03-10T10:00"):
        assert CALENDAR.is_open(local(moment), AFTER_HOURS) is True
    assert CALENDAR.next_change(local("2026-04-27T10:00"), AFTER_HOURS) is None
    assert CALENDAR.add_open_time(local("2026-12-25T03:00"), hours(4), AFTER_HOURS) == local("2026-12-25T07:00")


def test_a_team_without_own_hours_keeps_the_desks() -> None:
    own = Calendar(hours={**CALENDAR.hours, "smt": (Hours(6, dt.time(10), dt.time(12)),)})
    assert own.is_open(local("2026-03-14T11:00"), "smt") is True
    assert own.is_open(local("2026-03-10T11:00"), "smt") is False
    assert own.is_open(local("2026-03-10T11:00"), "regional-west") is True


def test_a_day_off_of_one_team_leaves_the_others_open() -> None:
    day = dt.date(2026, 3, 10)
    calendar = Calendar(hours=CALENDAR.hours, closures={day: frozenset({"regional-west"})})
    assert calendar.is_working_day(day) is True
    assert calendar.is_working_day(day, "regional-west") is False


@pytest.mark.parametrize(
    ("moment", "change"),
    [
        ("2026-03-10T10:00:00", "2026-03-10T17:00:00"),
        ("2026-03-10T17:00:00", "2026-03-11T08:00:00"),
        ("2026-03-13T17:00:00", "2026-03-16T08:00:00"),
        ("2026-03-28T23:30:00", "2026-03-30T08:00:00"),
        ("2026-04-02T17:00:00", "2026-04-03T08:00:00"),
        ("2026-04-03T17:00:00", "2026-04-07T08:00:00"),  # Easter Monday
        ("2026-12-24T17:00:00", "2026-12-28T08:00:00"),
    ],
)
def test_the_next_change(moment: str, change: str) -> None:
    assert CALENDAR.next_change(local(moment)) == local(change)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-03-10T10:00:00", 4, "2026-03-10T14:00:00"),
        ("2026-03-10T15:00:00", 4, "2026-03-11T10:00:00"),
        ("2026-03-10T08:00:00", 9, "2026-03-10T17:00:00"),  # ends with the day, not at the next opening
        ("2026-03-10T16:59:59", 2, "2026-03-11T09:59:59"),
        ("2026-03-10T17:00:00", 2, "2026-03-11T10:00:00"),
        ("2026-03-13T16:00:00", 2, "2026-03-16T09:00:00"),  # over the weekend
        ("2026-03-27T16:00:00", 2, "2026-03-30T09:00:00"),  # over the clock change
        ("2026-04-24T16:00:00", 27, "2026-04-30T16:00:00"),  # over King's Day
        ("2026-03-14T12:00:00", 0, "2026-03-14T12:00:00"),
    ],
)
def test_opening_time_is_counted_while_open(start: str, span: int, end: str) -> None:
    assert CALENDAR.add_open_time(local(start), hours(span)) == local(end)


def test_the_night_in_which_an_hour_is_skipped() -> None:
    start = local("2026-03-29T00:00")
    assert NIGHT.open_time_between(start, local("2026-03-29T08:00")) == hours(7)
    assert NIGHT.add_open_time(start, hours(3)).isoformat() == "2026-03-29T04:00:00+02:00"
    assert NIGHT.add_open_time(start, hours(8)).isoformat() == "2026-04-05T01:00:00+02:00"


def test_the_night_in_which_an_hour_comes_twice() -> None:
    start = local("2026-10-25T00:00")
    assert NIGHT.open_time_between(start, local("2026-10-25T08:00")) == hours(9)
    assert NIGHT.add_open_time(start, hours(3)).isoformat() == "2026-10-25T02:00:00+01:00"
    assert NIGHT.is_open(dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)) is True
    assert NIGHT.is_open(dt.datetime(2026, 10, 25, 7, 0, tzinfo=dt.UTC)) is False


@pytest.mark.parametrize(
    ("moment", "nth", "end"),
    [
        ("2026-03-10T10:00:00", 1, "2026-03-11T17:00:00"),
        ("2026-03-10T23:30:00", 1, "2026-03-11T17:00:00"),
        ("2026-03-11T00:30:00", 1, "2026-03-12T17:00:00"),
        ("2026-03-13T16:59:59", 1, "2026-03-16T17:00:00"),
        ("2026-03-14T12:00:00", 3, "2026-03-18T17:00:00"),
        ("2026-12-24T10:00:00", 3, "2026-12-30T17:00:00"),
    ],
)
def test_the_end_of_a_later_working_day(moment: str, nth: int, end: str) -> None:
    assert CALENDAR.end_of_working_day(local(moment), nth) == local(end)


def test_overlapping_hours_count_once() -> None:
    rows = (Hours(2, dt.time(8), dt.time(12)), Hours(2, dt.time(10), dt.time(13)), Hours(2, dt.time(14), dt.time(17)))
    calendar = Calendar(hours={"desk": rows})
    assert calendar.open_time_between(local("2026-03-10T00:00"), local("2026-03-11T00:00")) == hours(8)
    assert calendar.next_change(local("2026-03-10T09:00")) == local("2026-03-10T13:00")
    assert calendar.add_open_time(local("2026-03-10T12:00"), hours(2)) == local("2026-03-10T15:00")


def test_a_calendar_that_never_opens_still_answers() -> None:
    empty = Calendar()
    assert empty.is_open(local("2026-03-10T10:00")) is False
    assert empty.next_change(local("2026-03-10T10:00")) is None
    assert empty.add_open_time(local("2026-03-10T10:00"), hours(4)) == local("2026-03-10T14:00")
    assert empty.end_of_working_day(local("2026-03-10T10:00"), 3) == local("2026-03-13T17:00")


@settings(deadline=None)
@given(
    st.datetimes(
        dt.datetime.fromisoformat("2024-01-01"), dt.datetime.fromisoformat("2033-12-31"), timezones=st.just(dt.UTC)
    ),
    st.timedeltas(dt.timedelta(seconds=1), dt.timedelta(hours=60)),
)
def test_adding_and_measuring_opening_time_agree(start: dt.datetime, span: dt.timedelta) -> None:
    end = CALENDAR.add_open_time(start, span)
    assert CALENDAR.open_time_between(start, end) == span
    assert end > start


def test_the_eight_days_off_of_2026() -> None:
    assert [f"{day:%m-%d} {name}" for day, _, name in defaults.closures([2026])] == [
        "01-01 New Year's Day",
        "04-06 Easter Monday",
        "04-27 King's Day",
        "05-05 Liberation Day",
        "05-14 Ascension Day",
        "05-25 Whit Monday",
        "12-25 Christmas Day",
        "12-26 Second day of Christmas",
    ]


@pytest.mark.parametrize("year", defaults.CLOSURE_YEARS)
def test_every_year_has_eight_days_off(year: int) -> None:
    assert [name for _, _, name in defaults.closures([year])].count("Liberation Day") == 1
    assert len(defaults.closures([year])) == 8

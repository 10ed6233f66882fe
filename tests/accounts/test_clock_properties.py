"""For every minute of ten years there is one handler and a number to call; working time equals a slow, obvious model.

The quick run looks at every minute of the nights in which the clock changes, at the minutes around every opening,
closing and midnight, and at every hour; the long one at every minute.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import defaults
from accounts.calendar import AFTER_HOURS, DESK, Calendar, Hours, part_of
from accounts.cover import NO_NUMBER, NOBODY, SINGLE, Cover, gaps
from accounts.duty import calendar_of, duty_team_code, line_at
from accounts.enums import ClosedDays, Line, Rotation
from accounts.rotation import Rhythm, plan

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
YEARS = range(2024, 2034)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2033, 12, 31)
CALENDAR = calendar_of(defaults.HOURS, [(day, None) for day, _, _ in defaults.closures(YEARS)])
NUMBERS = {line["line"]: line["number"] for line in defaults.LINES}
EDGES = (dt.time(0), dt.time(8), dt.time(17))


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@cache
def days_off(year: int) -> frozenset[dt.date]:
    """Worked out anew: Easter by the Gregorian rule, and what hangs on it; King's Day never falls on a Sunday."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    ell = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * ell) // 451
    month, day = divmod(h + ell - 7 * m + 114, 31)
    easter, kings_day = dt.date(year, month, day + 1), dt.date(year, 4, 27)
    kings_day -= DAY * (kings_day.isoweekday() == 7)
    fixed = [(1, 1), (5, 5), (12, 25), (12, 26)]
    return frozenset({kings_day, *(easter + n * DAY for n in (1, 39, 50)), *(dt.date(year, *one) for one in fixed)})


def is_open(at: dt.datetime) -> bool:
    """The obvious model (decision 1), from the digits on a clock on the wall."""
    wall = at.astimezone(AMSTERDAM)
    return wall.isoweekday() <= 5 and 8 <= wall.hour < 17 and wall.date() not in days_off(wall.year)


def rhythm(team: str, first: tuple[int, ...]) -> list[Rhythm]:
    """Patterns without a gap: the desk on working days; nights always, and the days on which the desk is closed."""
    week = frozenset(range(1, 8))

    def one(closed: ClosedDays, starts: int, ends: int) -> Rhythm:
        return Rhythm(week, closed, dt.time(starts), dt.time(ends), 1, Rotation.WEEK, FIRST - DAY, LAST + DAY, first)

    if team == DESK:
        return [Rhythm(frozenset(range(1, 6)), ClosedDays.NOT, dt.time(8), dt.time(17), 1, Rotation.WEEK, FIRST - DAY,
                       LAST + DAY, first)]  # fmt: skip
    return [one(ClosedDays.ALSO, 17, 8), one(ClosedDays.ONLY, 8, 17)]


@cache
def roster(team: str) -> tuple[tuple[float, float, int], ...]:
    """(from, until, who) of the first line of ten years, as seconds, in order."""
    people = (1, 2, 3) if team == DESK else (4, 5, 6, 7)
    shifts = [shift for one in rhythm(team, people) for shift in plan(one, CALENDAR)]
    return tuple(sorted((one.starts_at.timestamp(), one.ends_at.timestamp(), one.user_id) for one in shifts))


def on_duty(team: str, at: dt.datetime) -> list[int]:
    """Everyone whose turn it is; a turn never lasts longer than three rows back."""
    rows, second = roster(team), at.timestamp()
    place = bisect_right(rows, (second, float("inf"), 0))
    return [who for start, end, who in rows[max(place - 3, 0) : place] if start <= second < end]


def wrong(moments: Iterable[dt.datetime]) -> list[str]:
    """The moments at which there is not exactly one handler with a number."""
    found = []
    for at in moments:
        team, line = duty_team_code(at, CALENDAR), line_at(at, CALENDAR)
        right = (DESK, Line.DESK) if is_open(at) else (AFTER_HOURS, Line.AFTER_HOURS)
        if (team, line) != right or not NUMBERS[line] or len(on_duty(team, at)) != 1:
            found.append(f"{at.astimezone(AMSTERDAM)} {team} {line} {on_duty(team, at)}")
    return found


def start_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, AMSTERDAM).astimezone(dt.UTC)


def days() -> Iterator[dt.date]:
    yield from (FIRST + n * DAY for n in range((LAST - FIRST).days + 1))


def every_minute(first: dt.date, last: dt.date) -> Iterator[dt.datetime]:
    at, end = start_of(first), start_of(last + DAY)
    while at < end:
        yield at
        at += MINUTE


def telling_minutes() -> Iterator[dt.datetime]:
    """Where an answer can change, with a minute on each side; every hour; whole nights in which the clock changes."""
    for day in days():
        begins, ends = start_of(day), start_of(day + DAY)
        for edge in EDGES:
            moment = dt.datetime.combine(day, edge, AMSTERDAM).astimezone(dt.UTC)
            yield from (moment - MINUTE, moment - dt.timedelta(microseconds=1), moment, moment + MINUTE)
        if ends - begins != DAY:
            yield from every_minute(day, day)
        while begins < ends:
            yield begins
            begins += HOUR


def test_there_is_one_handler_with_a_number_whenever_an_answer_can_change() -> None:
    assert wrong(telling_minutes())[:10] == []


@pytest.mark.long
@pytest.mark.parametrize("year", YEARS)
def test_there_is_one_handler_with_a_number_at_every_minute(year: int) -> None:
    assert wrong(every_minute(dt.date(year, 1, 1), dt.date(year, 12, 31)))[:10] == []


def test_ten_years_of_that_roster_have_no_hole() -> None:
    """The same, found the other way: by the code that warns of holes."""
    whole = [
        Cover(team, who, dt.datetime.fromtimestamp(start, dt.UTC), dt.datetime.fromtimestamp(end, dt.UTC), True)
        for team in (DESK, AFTER_HOURS) for start, end, who in roster(team)
        if start < start_of(dt.date(2026, 1, 1)).timestamp()
    ]  # fmt: skip
    found = gaps(whole, CALENDAR, start_of(FIRST), start_of(dt.date(2024, 7, 1)))
    assert {gap.kind for gap in found} == {SINGLE}
    without = [cover for cover in whole if cover.starts_at != local("2024-03-12T17:00")]
    holes = [gap for gap in gaps(without, CALENDAR, start_of(FIRST), start_of(dt.date(2024, 7, 1))) if gap.is_danger]
    assert [(gap.kind, gap.starts_at, gap.ends_at) for gap in holes] == [
        (NOBODY, local("2024-03-12T17:00"), local("2024-03-13T08:00"))
    ]


def test_nobody_with_a_number_is_a_hole_and_two_people_are_none() -> None:
    start, end = local("2026-03-10T17:00"), local("2026-03-11T08:00")
    silent = Cover(AFTER_HOURS, 1, start, end, False)
    assert [gap.kind for gap in gaps([silent], CALENDAR, start, end)] == [NO_NUMBER]
    both = [silent, Cover(AFTER_HOURS, 2, start + HOUR, end, True)]
    assert [(gap.kind, gap.ends_at) for gap in gaps(both, CALENDAR, start, end)] == [(NO_NUMBER, start + HOUR)]


@pytest.mark.parametrize(
    ("moment", "line"),
    [
        ("2026-03-10T16:59:59", Line.DESK),
        ("2026-03-10T17:00:00", Line.AFTER_HOURS),
        ("2026-03-11T07:59:59", Line.AFTER_HOURS),
        ("2026-03-11T08:00:00", Line.DESK),
        ("2026-03-29T01:59:59", Line.AFTER_HOURS),  # the hour after this one does not exist
        ("2026-03-29T03:00:00", Line.AFTER_HOURS),
        ("2026-03-30T08:00:00", Line.DESK),
        ("2026-10-25T02:30:00", Line.AFTER_HOURS),  # comes twice
        ("2026-10-26T07:59:59", Line.AFTER_HOURS),
        ("2026-10-26T08:00:00", Line.DESK),
        ("2027-03-28T03:00:00", Line.AFTER_HOURS),
        ("2027-03-29T08:00:00", Line.AFTER_HOURS),  # Easter Monday
        ("2027-03-30T08:00:00", Line.DESK),
        ("2026-04-27T10:00:00", Line.AFTER_HOURS),  # King's Day
        ("2025-04-26T10:00:00", Line.AFTER_HOURS),  # a day early, because the 27th is a Sunday
        ("2028-02-29T10:00:00", Line.DESK),
        ("2026-12-31T23:59:59", Line.AFTER_HOURS),
        ("2027-01-01T10:00:00", Line.AFTER_HOURS),
    ],
)
def test_the_boundaries(moment: str, line: Line) -> None:
    at = local(moment)
    assert line_at(at, CALENDAR) == line
    assert len(on_duty(duty_team_code(at, CALENDAR), at)) == 1


def test_the_hour_that_comes_twice_is_one_persons_both_times() -> None:
    first, second = local("2026-10-25T02:30"), local("2026-10-25T02:30").replace(fold=1)
    assert second.timestamp() - first.timestamp() == 3600
    assert on_duty(AFTER_HOURS, first) == on_duty(AFTER_HOURS, second)


@pytest.mark.parametrize(("evening", "hours"), [("2026-03-28", 14), ("2026-10-24", 16), ("2027-03-27", 14)])
def test_a_night_shift_lasts_an_hour_more_or_less_when_the_clock_changes(evening: str, hours: int) -> None:
    start = local(f"{evening}T17:00").timestamp()
    assert [end - begin for begin, end, _who in roster(AFTER_HOURS) if begin == start] == [hours * 3600]


def slow_open_minutes(start: dt.datetime, minutes: int) -> int:
    """Minute by minute."""
    return sum(is_open(start + n * MINUTE) for n in range(minutes))


MOMENTS = st.datetimes(dt.datetime(2024, 1, 8), dt.datetime(2033, 11, 1)).map(  # noqa: DTZ001  made aware here
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=dt.UTC)
)


@settings(deadline=None, max_examples=60)
@given(MOMENTS, st.integers(0, 6 * 24 * 60))
def test_measured_working_time_is_that_of_the_slow_model(start: dt.datetime, minutes: int) -> None:
    fast = CALENDAR.open_time_between(start, start + minutes * MINUTE)
    assert fast == slow_open_minutes(start, minutes) * MINUTE


@settings(deadline=None, max_examples=60)
@given(MOMENTS, st.integers(1, 20 * 60))
def test_added_working_time_is_that_of_the_slow_model(start: dt.datetime, minutes: int) -> None:
    at, left = start, minutes
    while left:
        left -= is_open(at)
        at += MINUTE
    assert CALENDAR.add_open_time(start, minutes * MINUTE) == at


@settings(deadline=None, max_examples=60)
@given(MOMENTS)
def test_the_next_change_is_that_of_the_slow_model(start: dt.datetime) -> None:
    at = start + MINUTE
    while is_open(at) == is_open(start):
        at += MINUTE
    assert CALENDAR.next_change(start) == at


ODD = Calendar(
    hours={
        DESK: tuple(Hours(day, dt.time(8), dt.time(17)) for day in range(1, 6)),
        part_of(DESK, "visit"): (Hours(2, dt.time(10), dt.time(12)),),
        "west": (Hours(2, dt.time(9), dt.time(15)),),
    },
    closures={dt.date(2026, 3, 10): frozenset({""}), dt.date(2026, 3, 17): frozenset({part_of(DESK, "visit")})},
    others={
        dt.date(2026, 3, 10): {"west": (dt.time(9), dt.time(11))},
        dt.date(2026, 3, 14): {DESK: (dt.time(10), dt.time(12))},
        dt.date(2026, 3, 24): {"": (dt.time(8), dt.time(12))},
    },
)


@pytest.mark.parametrize(
    ("moment", "part", "open_"),
    [
        ("2026-03-03T11:00", part_of(DESK, "visit"), True),  # its own hours
        ("2026-03-03T13:00", part_of(DESK, "visit"), False),
        ("2026-03-03T13:00", part_of(DESK, "mail"), True),  # none of its own: the team's
        ("2026-03-03T16:00", part_of("west", "phone"), False),  # the team's, not the desk's
        ("2026-03-03T16:00", part_of("north", "phone"), True),  # no team hours either: the desk's
        ("2026-03-10T10:00", DESK, False),  # a day off for all
        ("2026-03-10T10:00", "west", True),  # except for a team with hours of its own that day
        ("2026-03-10T12:00", part_of("west", "mail"), False),
        ("2026-03-10T10:00", AFTER_HOURS, True),
        ("2026-03-14T11:00", DESK, True),  # a Saturday that is open
        ("2026-03-14T11:00", part_of(DESK, "mail"), True),
        ("2026-03-17T11:00", part_of(DESK, "visit"), False),  # only this channel is closed
        ("2026-03-17T11:00", DESK, True),
        ("2026-03-24T13:00", "west", False),  # everybody leaves at noon
        ("2026-03-24T13:00", part_of(AFTER_HOURS, "phone"), True),
    ],
)
def test_the_nearest_exception_counts(moment: str, part: str, open_: bool) -> None:
    assert ODD.is_open(local(moment), part) is open_

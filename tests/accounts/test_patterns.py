"""Patterns: which shifts they make, what they leave alone, and the preview that writes nothing."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts import patterns
from accounts.calendar import Calendar
from accounts.duty import load_calendar
from accounts.enums import ClosedDays, Rotation
from accounts.models import Absence, AuditEvent, Notice, Shift, ShiftPattern, ShiftSwap
from accounts.rotation import Planned, Rhythm, overlaps, plan
from tests.factories.cast import Cast

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ALL = frozenset(range(1, 8))


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def rhythm(**facts: Any) -> Rhythm:
    start: dict[str, Any] = {
        "weekdays": ALL, "closed_days": ClosedDays.ALSO, "starts": dt.time(17), "ends": dt.time(8), "every": 1,
        "rotation": Rotation.WEEK, "first_day": dt.date(2026, 6, 1), "last_day": dt.date(2026, 6, 28),
        "people": (1, 2, 3),
    }  # fmt: skip
    return Rhythm(**start | facts)


def days(planned: list[Planned]) -> list[str]:
    return [f"{one.starts_at.astimezone(AMSTERDAM):%m-%d} {one.user_id}" for one in planned]


def test_every_other_week_on_working_days_over_three_people() -> None:
    found = plan(rhythm(every=2, weekdays=frozenset({1, 5}), last_day=dt.date(2026, 7, 31)), Calendar())
    assert days(found) == [
        "06-01 1", "06-05 1", "06-15 2", "06-19 2", "06-29 3", "07-03 3", "07-13 1", "07-17 1", "07-27 2", "07-31 2",
    ]  # fmt: skip
    assert found[0].ends_at == local("2026-06-02T08:00")


def test_somebody_else_every_shift() -> None:
    found = plan(rhythm(rotation=Rotation.SHIFT, last_day=dt.date(2026, 6, 5), people=(1, 2)), Calendar())
    assert days(found) == ["06-01 1", "06-02 2", "06-03 1", "06-04 2", "06-05 1"]


def test_a_pattern_that_begins_on_a_wednesday_changes_on_mondays() -> None:
    found = plan(rhythm(first_day=dt.date(2026, 6, 3), last_day=dt.date(2026, 6, 9)), Calendar())
    assert days(found) == ["06-03 1", "06-04 1", "06-05 1", "06-06 1", "06-07 1", "06-08 2", "06-09 2"]


def test_over_the_turn_of_the_year_and_the_clock_change() -> None:
    found = plan(rhythm(first_day=dt.date(2026, 12, 30), last_day=dt.date(2027, 1, 4)), Calendar())
    assert days(found) == ["12-30 1", "12-31 1", "01-01 1", "01-02 1", "01-03 1", "01-04 2"]
    spring = plan(rhythm(first_day=dt.date(2027, 3, 27), last_day=dt.date(2027, 3, 28)), Calendar())
    assert [(one.ends_at - one.starts_at).total_seconds() / 3600 for one in spring] == [14, 15]


def test_closed_days(db: None) -> None:
    calendar = load_calendar()
    facts: dict[str, Any] = {"first_day": dt.date(2026, 4, 25), "last_day": dt.date(2026, 4, 29), "people": (1,)}
    day = {"starts": dt.time(8), "ends": dt.time(17)}
    assert days(plan(rhythm(closed_days=ClosedDays.ONLY, **day, **facts), calendar)) == [
        "04-25 1",
        "04-26 1",
        "04-27 1",
    ]
    assert days(plan(rhythm(closed_days=ClosedDays.NOT, **day, **facts), calendar)) == ["04-28 1", "04-29 1"]


def test_days_of_24_hours_adjoin_and_longer_ones_overlap() -> None:
    assert overlaps(plan(rhythm(starts=dt.time(8), ends=dt.time(8)), Calendar())) is False
    ordered = plan(rhythm(), Calendar())
    assert overlaps([Planned(1, ordered[0].starts_at, ordered[1].ends_at), *ordered[1:]]) is True


@pytest.fixture
def pattern(cast: Cast) -> ShiftPattern:
    """Two weeks of nights in June, Nadia and Otto in turn."""
    made = ShiftPattern(
        team=cast.teams["after-hours"], weekdays=[1, 2, 3, 4, 5], starts=dt.time(17), ends=dt.time(8),
        first_day=dt.date(2026, 6, 1), last_day=dt.date(2026, 6, 12),
    )  # fmt: skip
    return patterns.keep(made, [cast.nadia, cast.otto], by=cast.actor("els"), at=cast.at)


def make(pattern: ShiftPattern, cast: Cast, at: dt.datetime | None = None) -> patterns.Preview:
    return patterns.make(pattern, load_calendar(), by=cast.actor("els"), at=at or cast.at)


def test_the_preview_writes_nothing_and_says_what_would_come(cast: Cast, pattern: ShiftPattern) -> None:
    seen = patterns.preview(pattern, load_calendar(), cast.at)
    assert (seen.new, seen.same, seen.left_out, seen.goes) == (10, 0, 0, [])
    assert pattern.shifts.count() == 0


def test_making_it_twice_makes_it_once(cast: Cast, pattern: ShiftPattern) -> None:
    assert make(pattern, cast).new == 10
    again = make(pattern, cast)
    assert (again.new, again.same, pattern.shifts.count()) == (0, 10, 10)
    assert AuditEvent.objects.filter(action="pattern.made").count() == 2


def test_what_was_made_by_hand_stays(cast: Cast, pattern: ShiftPattern) -> None:
    own = Shift.objects.create(
        team=cast.teams["after-hours"], user=cast.otto, position=1, starts_at=local("2026-06-03T20:00"),
        ends_at=local("2026-06-03T23:00"),
    )  # fmt: skip
    done = make(pattern, cast)
    assert (done.new, [line.because for line in done.lines if not line.is_made]) == (
        9,
        ["Otto Blom staat dan op het rooster."],
    )
    own.refresh_from_db()
    assert (own.user, own.pattern) == (cast.otto, None)


def test_a_changed_pattern_takes_back_only_its_own_future(cast: Cast, pattern: ShiftPattern) -> None:
    make(pattern, cast)
    begun = local("2026-06-04T18:00")
    pattern.last_day = dt.date(2026, 6, 10)
    patterns.keep(pattern, [cast.nadia], by=cast.actor("els"), at=begun)
    done = make(pattern, cast, begun)
    kept = [
        f"{row.starts_at.astimezone(AMSTERDAM):%d} {row.user.first_name}"
        for row in pattern.shifts.order_by("starts_at")
    ]
    assert kept == ["01 Nadia", "02 Nadia", "03 Nadia", "04 Nadia", "05 Nadia", "08 Nadia", "09 Nadia", "10 Nadia"]
    assert (done.new, done.same, len(done.goes)) == (3, 1, 5)


def test_another_place_in_line_moves_what_is_to_come(cast: Cast, pattern: ShiftPattern) -> None:
    make(pattern, cast)
    begun = local("2026-06-04T18:00")
    pattern.position = 3
    patterns.keep(pattern, [cast.nadia, cast.otto], by=cast.actor("els"), at=begun)
    done = make(pattern, cast, begun)
    assert (done.new, done.same, done.left_out, len(done.goes)) == (6, 0, 0, 6)
    assert list(pattern.shifts.order_by("starts_at").values_list("position", flat=True)) == [1] * 4 + [3] * 6
    pattern.position = 4
    patterns.keep(pattern, [cast.nadia], by=cast.actor("els"), at=begun)
    assert patterns.remove(pattern, by=cast.actor("els"), at=begun) == 6


def test_a_question_about_a_shift_that_goes_is_ended_and_said(cast: Cast, pattern: ShiftPattern) -> None:
    make(pattern, cast)
    for shift in pattern.shifts.order_by("starts_at"):
        ShiftSwap.objects.create(
            shift=shift, asked_by=shift.user, asked_to=cast.otto if shift.user == cast.nadia else cast.nadia,
            starts_at=shift.starts_at, ends_at=shift.ends_at, asked_at=cast.at, expires_at=shift.starts_at,
        )  # fmt: skip
    pattern.last_day = dt.date(2026, 6, 10)
    patterns.keep(pattern, [cast.nadia, cast.otto], by=cast.actor("els"), at=cast.at)
    make(pattern, cast)
    ended = Notice.objects.filter(kind="swap.ended", channel="inbox")
    assert (ShiftSwap.objects.count(), ended.count()) == (8, 4)
    patterns.remove(pattern, by=cast.actor("els"), at=cast.at)
    assert (ShiftSwap.objects.count(), ended.count()) == (0, 20)


def test_who_is_away_or_gone_is_left_out(cast: Cast, pattern: ShiftPattern) -> None:
    Absence.objects.create(
        user=cast.nadia, first_day=dt.date(2026, 6, 3), last_day=dt.date(2026, 6, 3), entered_at=cast.at
    )
    cast.otto.memberships.update(ends_on=dt.date(2026, 6, 9))
    done = make(pattern, cast)
    left = [f"{line.planned.starts_at:%d}" for line in done.lines if not line.is_made]
    assert left == ["02", "03", "09", "10", "11", "12"]  # also the night before, which ends on that day


def test_removing_takes_what_is_to_come(cast: Cast, pattern: ShiftPattern) -> None:
    make(pattern, cast)
    assert patterns.remove(pattern, by=cast.actor("els"), at=local("2026-06-08T12:00")) == 5
    assert Shift.objects.filter(starts_at__gte=local("2026-06-01T00:00")).count() == 5


def test_without_a_number_nobody_is_made_the_only_one(
    cast: Cast, pattern: ShiftPattern, django_assert_max_num_queries: Any
) -> None:
    cast.otto.reachable_number = ""
    cast.otto.save()
    pattern.position = 2
    patterns.keep(pattern, [cast.otto], by=cast.actor("els"), at=cast.at)
    Shift.objects.create(
        team=cast.teams["after-hours"], user=cast.nadia, position=1, starts_at=local("2026-06-01T17:00"),
        ends_at=local("2026-06-02T08:00"),
    )  # fmt: skip
    with django_assert_max_num_queries(9):  # for any number of lines
        lines = patterns.preview(pattern, load_calendar(), cast.at).lines
    assert [one.is_made for one in lines] == [True] + [False] * 9

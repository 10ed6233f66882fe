"""Half hours to be called in: the clock, days off, the two nights of the clock change, and the end of the year."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from accounts import defaults as organisation
from accounts.duty import calendar_of
from accounts.enums import Line
from cases import slots
from cases.slots import Slots

HERE = ZoneInfo("Europe/Amsterdam")
CALENDAR = calendar_of(organisation.HOURS, [(day, None) for day, _, _ in organisation.closures()])
BY_DAY = {(Line.DESK, day, hour): 2 for day in range(1, 6) for hour in range(8, 17)}
AT_NIGHT = {(Line.AFTER_HOURS, day, hour): 1 for day in range(1, 8) for hour in range(24)}


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HERE)


def hours(grid: dict[tuple[str, int, int], int], at: dt.datetime, day: str) -> list[str]:
    """What can be chosen on a day."""
    free = Slots(grid).free(at, CALENDAR)
    return [slot.words for slot in free if f"{slot.start:%Y-%m-%d}" == day]


def test_a_working_day_has_half_hours_while_the_desk_is_open() -> None:
    found = hours(BY_DAY, moment("2026-03-09T20:00"), "2026-03-10")
    assert (found[0], found[-1], len(found)) == ("08:00–08:30", "16:30–17:00", 18)


@pytest.mark.parametrize(
    ("now", "free"), [("10:00:00", True), ("09:59:59", True), ("10:00:01", False), ("10:30:00", False)]
)
def test_half_an_hour_ahead_at_least(now: str, free: bool) -> None:
    at, start = moment(f"2026-03-10T{now}"), moment("2026-03-10T10:30")
    assert Slots(BY_DAY).is_free(start, at, CALENDAR) is free


def test_full_half_hours_vanish_and_only_those() -> None:
    at, start = moment("2026-03-10T09:00"), moment("2026-03-10T10:30").astimezone(dt.UTC)
    assert Slots(BY_DAY, {start: 1}).is_free(start, at, CALENDAR)
    full = Slots(BY_DAY, {start: 2})
    assert not full.is_free(start, at, CALENDAR)
    assert [slot.words for slot in full.near(start, at, CALENDAR)] == ["09:30–10:00", "10:00–10:30", "11:00–11:30"]


@pytest.mark.parametrize("wrong", ["2026-03-10T10:15", "2026-03-10T10:30:30", "2026-03-10T17:00", "2026-03-14T10:30"])
def test_no_other_moment_can_be_chosen(wrong: str) -> None:
    assert Slots(BY_DAY).capacity(moment(wrong), CALENDAR) == 0


def test_more_than_a_week_ahead_is_too_far() -> None:
    at = moment("2026-03-10T10:00")
    assert Slots(BY_DAY).is_free(moment("2026-03-17T10:00"), at, CALENDAR)
    assert not Slots(BY_DAY).is_free(moment("2026-03-17T10:30"), at, CALENDAR)


@pytest.mark.parametrize("day", ["2026-04-27", "2026-12-25"])
def test_a_day_off_gives_no_half_hours_by_day_and_the_night_line_has_its_own(day: str) -> None:
    before = moment(day) - dt.timedelta(hours=2)
    assert hours(BY_DAY, before, day) == []
    assert "10:00–10:30" in hours(AT_NIGHT, before, day)


def test_the_last_evening_of_the_year_goes_on_into_the_next() -> None:
    free = Slots(AT_NIGHT).free(moment("2026-12-31T22:50"), CALENDAR)
    assert [f"{slot.start:%Y-%m-%d %H:%M}" for slot in free[:3]] == [
        "2026-12-31 23:30", "2027-01-01 00:00", "2027-01-01 00:30",
    ]  # fmt: skip


def test_the_hour_that_does_not_come_cannot_be_chosen() -> None:
    found = hours(AT_NIGHT, moment("2026-03-28T23:00"), "2026-03-29")
    assert found[:4] == ["00:00–00:30", "00:30–01:00", "01:00–01:30", "01:30–02:00"]
    assert found[4] == "03:00–03:30"


def test_the_hour_that_comes_twice_can_be_chosen_twice() -> None:
    found = hours(AT_NIGHT, moment("2026-10-24T23:00"), "2026-10-25")
    assert found[4:8] == [
        "02:00–02:30 (zomertijd)", "02:30–03:00 (zomertijd)", "02:00–02:30 (wintertijd)", "02:30–03:00 (wintertijd)",
    ]  # fmt: skip
    with translation.override("en"):
        assert hours(AT_NIGHT, moment("2026-10-24T23:00"), "2026-10-25")[4] == "02:00–02:30 (summer time)"


def test_the_value_comes_back_as_the_same_moment() -> None:
    for slot in Slots(AT_NIGHT).free(moment("2026-10-24T23:00"), CALENDAR):
        assert slots.read(slot.value) == slot.start.astimezone(dt.UTC)
    assert slots.read("2026-10-25") is slots.read("nonsense") is None


def test_without_a_grid_nobody_is_called_back() -> None:
    assert Slots().free(moment("2026-03-10T10:00"), CALENDAR) == []

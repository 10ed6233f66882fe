"""Whom to tell at which level: pure, so every combination can be asked."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import ladder
from desk.ladder import Rung, Step

FIRST, SECOND, THIRD, BOSS, OTHER = 1, 2, 3, 8, 9
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
QUARTER = dt.timedelta(minutes=15)


def told(
    on_duty: list[tuple[int, int]], level: int, *, before: set[int] | None = None, bosses: tuple[int, ...] = (BOSS,)
) -> Step:
    rungs = ladder.build(on_duty, bosses, [OTHER])
    return ladder.step(rungs, level, frozenset(before if before is not None else {FIRST}))


def test_full_roster_goes_up_one_rung_at_a_time_and_repeats_the_last() -> None:
    line = [(1, FIRST), (2, SECOND)]
    names = [[rung.name for rung in told(line, level).tell] for level in range(5)]
    assert names == [["duty_1"], ["duty_2"], ["coordinator"], ["coordinator"], ["coordinator"]]
    assert [told(line, level).empty for level in range(5)] == [()] * 5


def test_third_in_line_comes_before_the_coordinator() -> None:
    line = [(1, FIRST), (2, SECOND), (5, THIRD)]
    assert [told(line, level).tell[0].people for level in range(4)] == [(FIRST,), (SECOND,), (THIRD,), (BOSS,)]


@pytest.mark.parametrize(
    ("line", "level", "people", "empty"),
    [
        ([(1, FIRST)], 0, [FIRST], ()),
        ([(1, FIRST)], 1, [BOSS], ("duty_2",)),
        ([(2, FIRST)], 0, [FIRST], ("duty_1",)),
        ([(2, FIRST)], 1, [BOSS], ("duty_1",)),
        ([], 0, [BOSS], ("duty_1", "duty_2")),
        ([], 7, [BOSS], ("duty_1", "duty_2")),
    ],
)
def test_empty_rungs_are_passed_at_once_and_named(
    line: list[tuple[int, int]], level: int, people: list[int], empty: tuple[str, ...]
) -> None:
    step = told(line, level)
    assert [user for rung in step.tell for user in rung.people] == people
    assert step.empty == empty


def test_without_coordinator_everyone_at_the_desk_is_told() -> None:
    assert told([], 0, bosses=()) == Step((Rung("everyone", (OTHER,)),), ("duty_1", "duty_2", "coordinator"))
    assert told([(1, FIRST)], 1, bosses=()).tell == (Rung("everyone", (OTHER,)),)


def test_with_nobody_at_all_every_rung_is_named() -> None:
    step = ladder.step(ladder.build([], [], []), 3, frozenset())
    assert step == Step((), ("duty_1", "duty_2", "coordinator", "everyone"))


def test_a_new_first_in_line_hears_it_beside_the_rung_that_is_due() -> None:
    after_handover = told([(1, THIRD), (2, SECOND)], 1, before={FIRST})
    assert [rung.people for rung in after_handover.tell] == [(THIRD,), (SECOND,)]
    assert [rung.people for rung in told([(1, THIRD)], 4, before={THIRD}).tell] == [(BOSS,)]


def test_levels_follow_elapsed_time_also_when_the_clocks_change() -> None:
    raised = dt.datetime(2026, 3, 29, 1, 50, tzinfo=AMSTERDAM)  # ten minutes before 2:00 becomes 3:00
    after = dt.datetime(2026, 3, 29, 3, 10, tzinfo=AMSTERDAM)
    assert ladder.level_at(raised, QUARTER, after) == 1
    assert ladder.next_step_at(raised, QUARTER, after) == dt.datetime(2026, 3, 29, 1, 20, tzinfo=dt.UTC)
    raised = dt.datetime(2026, 10, 25, 2, 50, tzinfo=AMSTERDAM)  # the first of two
    again = dt.datetime(2026, 10, 25, 2, 50, tzinfo=AMSTERDAM, fold=1)
    assert ladder.level_at(raised, QUARTER, again) == 4


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 20))),
    st.lists(st.integers(30, 32), max_size=2),
    st.integers(0, 500),
)
def test_somebody_is_always_told_while_anybody_exists(
    line: list[tuple[int, int]], bosses: list[int], level: int
) -> None:
    step = ladder.step(ladder.build(line, bosses, [OTHER]), level, frozenset())
    assert step.tell
    assert all(rung.people for rung in step.tell)


@given(st.integers(0, 10**6), st.integers(1, 60))
def test_next_step_is_in_the_future_and_on_the_beat(seconds: int, minutes: int) -> None:
    raised = dt.datetime(2026, 3, 10, 9, 15, tzinfo=dt.UTC)
    every, at = dt.timedelta(minutes=minutes), raised + dt.timedelta(seconds=seconds)
    following = ladder.next_step_at(raised, every, at)
    assert at < following <= at + every
    assert (following - raised) % every == dt.timedelta(0)

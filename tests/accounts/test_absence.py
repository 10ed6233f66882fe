"""Who stands in on a day: chains, loops, single days, and the nights on which the clock changes."""

import datetime as dt

import pytest

from accounts.absence import Draft, StandIn, first_loop, periods, stand_in

A, B, C, D = 1, 2, 3, 4
MARCH = dt.date(2026, 3, 1)


def day(number: int) -> dt.date:
    return MARCH.replace(day=number)


def away(user: int, first: int, last: int, deputy: int | None = None) -> Draft:
    return Draft(user, day(first), day(last), deputy)


def test_who_is_there_does_their_own_work() -> None:
    assert stand_in(A, day(3), []) == StandIn(A, (A,))
    assert stand_in(A, day(3), [away(A, 4, 5, B)]) == StandIn(A, (A,))


@pytest.mark.parametrize(("number", "who"), [(3, A), (4, B), (5, A)])
def test_an_absence_of_one_day_counts_whole(number: int, who: int) -> None:
    assert stand_in(A, day(number), [away(A, 4, 4, B)]).user_id == who


def test_a_chain_is_followed() -> None:
    rows = [away(A, 1, 20, B), away(B, 5, 9, C), away(C, 7, 7, D)]
    assert [stand_in(A, day(number), rows).user_id for number in (4, 5, 7, 8, 10)] == [B, C, D, C, B]
    assert stand_in(A, day(7), rows).chain == (A, B, C, D)


def test_a_chain_that_ends_nowhere_is_for_the_desk() -> None:
    assert stand_in(A, day(2), [away(A, 1, 9, B), away(B, 1, 3)]) == StandIn(None, (A, B))


def test_a_loop_is_stopped_and_said() -> None:
    rows = [away(A, 1, 9, B), away(B, 3, 4, C), away(C, 4, 5, A)]
    assert stand_in(A, day(3), rows) == StandIn(C, (A, B, C))
    assert stand_in(A, day(4), rows) == StandIn(None, (A, B, C, A), loop=True)
    found = first_loop(rows[0], rows)
    assert (found.first_day, found.last_day) == (day(4), day(4))
    assert first_loop(rows[0], rows[:2]) is None


def test_somebody_who_is_blocked_is_passed_by() -> None:
    assert stand_in(A, day(2), [away(A, 1, 9, B)], never={B}).user_id is None
    assert stand_in(A, day(2), [away(A, 1, 9, B), away(B, 1, 9, C)], never={B}).user_id == C
    assert stand_in(A, day(2), [], never={A}).user_id == A


def test_periods_are_cut_where_the_answer_changes() -> None:
    rows = [away(A, 1, 20, B), away(B, 5, 9, C), away(D, 6, 6, C)]
    assert [(p.first_day.day, p.last_day.day, p.answer.user_id) for p in periods(rows[0], rows)] == [
        (1, 4, B),
        (5, 9, C),
        (10, 20, B),
    ]


def test_each_period_agrees_with_each_of_its_days() -> None:
    rows = [away(A, 1, 28, B), away(B, 5, 9, C), away(C, 8, 12, A), away(D, 6, 6, C)]
    for period in periods(rows[0], rows):
        current = period.first_day
        while current <= period.last_day:
            assert stand_in(A, current, rows) == period.answer
            current += dt.timedelta(days=1)

"""What a rule may ask: when it fits, and how it is said."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import translation

from referrals.conditions import Words, covers, in_words
from referrals.routing import Facts, Rule, line_of
from tests.referrals.test_routing import AMSTERDAM, RULES, answer

FRIDAY = dt.datetime(2026, 3, 13, 16, 59, 59, tzinfo=AMSTERDAM)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def fits(conditions: dict[str, list[str]], at: dt.datetime, facts: Facts | None = None) -> bool:
    return answer(facts or Facts(danger="no"), at, [*RULES, Rule("own", 55, conditions, "BIU", "nl", "en")]).to == "BIU"


def test_the_hours_are_those_of_the_desk() -> None:
    assert (fits({"hours": ["closed"]}, FRIDAY), fits({"hours": ["closed"]}, FRIDAY + SECOND)) == (False, True)
    assert (fits({"hours": ["open"]}, FRIDAY), fits({"hours": ["open"]}, FRIDAY + SECOND)) == (True, False)
    assert fits({"hours": ["closed"]}, dt.datetime(2026, 4, 27, 12, tzinfo=AMSTERDAM))  # King's Day


def test_the_day_is_the_local_one() -> None:
    late = dt.datetime(2026, 3, 13, 22, 59, 59, tzinfo=dt.UTC)
    assert (fits({"weekday": ["5"]}, late), fits({"weekday": ["6"]}, late + SECOND)) == (True, True)
    assert fits({"weekday": ["6"]}, late) is False


@pytest.mark.parametrize(
    ("clock", "fit"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("05:59", True), ("06:00", False)],
)
def test_a_stretch_over_midnight(clock: str, fit: bool) -> None:
    at = dt.datetime.fromisoformat(f"2026-03-13T{clock}").replace(tzinfo=AMSTERDAM)
    assert fits({"time": ["22:00-06:00"]}, at) is fit
    assert fits({"time": ["06:00-22:00"]}, at) is not fit


def test_a_time_that_comes_twice_fits_both_times() -> None:
    for fold in (0, 1):
        assert fits({"time": ["02:00-03:00"]}, dt.datetime(2026, 10, 25, 2, 30, fold=fold, tzinfo=AMSTERDAM))


def test_a_unit_counts_with_everything_under_it() -> None:
    parents = {3: 2, 2: 1, 9: 9}
    assert line_of(3, parents) == ("3", "2", "1")
    assert (line_of(None, parents), line_of(9, parents), line_of(4, parents)) == ((), ("9",), ("4",))
    below = Facts(danger="no", units=line_of(3, parents))
    assert fits({"unit": ["1"]}, FRIDAY, below)
    assert not fits({"unit": ["3"]}, FRIDAY, Facts(danger="no", units=line_of(1, parents)))


def test_the_overlay() -> None:
    assert fits({"overlay": ["EMERGENCY"]}, FRIDAY, Facts(danger="yes"))
    assert not fits({"overlay": ["EMERGENCY"]}, FRIDAY, Facts(danger="no"))


def test_two_rules_that_fit_are_both_told_and_the_order_decides() -> None:
    first = Rule("first", 54, {"topics": ["private.money"]}, "BIU", "nl", "en")
    second = Rule("second", 55, {"hours": ["open"]}, "SMT", "nl", "en")
    got = answer(Facts(danger="no", topics=("private.money",)), FRIDAY, [second, *RULES, first])
    assert (got.rule, got.also) == ("first", ("second",))
    assert answer(Facts(danger="no"), FRIDAY).also == ()


def test_words_only_raise_and_never_route() -> None:
    calm = answer(Facts(danger="no"), FRIDAY)
    raised = answer(Facts(danger="no", raised_to="urgent"), FRIDAY)
    assert (calm.urgency, raised.urgency, raised.to, raised.overlay) == ("routine", "urgent", calm.to, calm.overlay)
    assert answer(Facts(danger="yes", raised_to="urgent"), FRIDAY).urgency == "emergency"
    assert answer(Facts(danger="no", raised_to="nonsense"), FRIDAY).urgency == "routine"


def test_in_words() -> None:
    words = Words({"private.money": "Money"}, {"7": "90 Fictief Bataljon"})
    said = in_words({"unit": ["7"], "time": ["17:00-08:00"], "weekday": ["6", "7"], "hours": ["closed"]}, words)
    assert said == [
        "It is sent: after hours", "Day of the week: Saturday or Sunday", "Time of day: 17:00-08:00",
        "Unit, with everything under it: 90 Fictief Bataljon",
    ]  # fmt: skip


def test_what_covers_what() -> None:
    assert covers({}, {"topics": ["a"]})
    assert covers({"topics": ["a", "b"]}, {"topics": ["a"], "wish": ["none"]})
    assert not covers({"topics": ["a"]}, {"topics": ["a", "b"]})
    assert not covers({"wish": ["none"]}, {"topics": ["a"]})

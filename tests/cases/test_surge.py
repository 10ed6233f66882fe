"""A surge: five times normal, with a floor, over by itself, and by hand for a while."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import AuditEvent
from cases import surge
from cases.models import Surge
from cases.surge import BY_HAND_FOR, Figures, count, counts_as_on, decide, load_surge, same_hours, watch
from desk import snapshot
from tests.conftest import AMSTERDAM
from tests.factories.cases import make_case
from tests.factories.cast import Cast

AT = dt.datetime(2026, 3, 10, 10, 15, tzinfo=AMSTERDAM)
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("ten", "hour", "normal", "on"),
    [
        (0, 0, 0, False),
        (2, 2, 0, False),  # a night that had none
        (10, 20, 0, False),
        (11, 11, 0, True),
        (0, 21, 0, True),
        (0, 50, 10, False),
        (0, 51, 10, True),
        (11, 40, 12, True),
        (20, 40, 24, False),
        (21, 40, 24, True),
    ],
)
def test_above_five_times_normal(ten: int, hour: int, normal: float, on: bool) -> None:
    assert decide(Figures(ten, hour, normal), AT, is_on=False, quiet_since=None).is_on is on


def test_it_ends_after_a_quiet_quarter_and_not_before() -> None:
    busy, calmer, quiet = Figures(0, 51, 10), Figures(0, 20, 10), Figures(0, 19, 10)
    on = decide(busy, AT, is_on=False, quiet_since=None)
    assert decide(calmer, AT + 60 * MINUTE, is_on=True, quiet_since=None) == on
    first = decide(quiet, AT, is_on=True, quiet_since=None)
    assert (first.is_on, first.quiet_since) == (True, AT)
    assert decide(quiet, AT + 14 * MINUTE, is_on=True, quiet_since=AT).is_on is True
    assert decide(quiet, AT + 15 * MINUTE, is_on=True, quiet_since=AT).is_on is False
    assert decide(calmer, AT + 10 * MINUTE, is_on=True, quiet_since=AT).quiet_since is None


def test_the_same_hours_by_the_local_clock() -> None:
    after_change = dt.datetime(2026, 4, 7, 10, 15, tzinfo=AMSTERDAM)
    ends = [end.astimezone(AMSTERDAM) for _start, end in same_hours(after_change, snapshot.defaults().calendar)]
    assert [f"{end:%m-%d %H:%M}" for end in ends] == ["03-31 10:15", "03-24 10:15", "03-17 10:15", "03-10 10:15"]


def test_counting(cast: Cast, django_assert_num_queries: Any) -> None:
    week = dt.timedelta(weeks=1)
    for ago in (MINUTE, 11 * MINUTE, 59 * MINUTE, 61 * MINUTE, week, week + 59 * MINUTE, 3 * week, 5 * week):
        make_case(cast, at=AT - ago)
    with django_assert_num_queries(1):
        found = count(AT, snapshot.defaults().calendar)
    assert found == Figures(last_ten_minutes=1, last_hour=3, normal_hour=0.75)


def test_the_sweep_switches_on_and_off_once_and_says_so(cast: Cast) -> None:
    calendar = snapshot.defaults().calendar
    for _one in range(11):
        make_case(cast, at=AT)
    assert [watch(AT, calendar).is_on, watch(AT, calendar).is_on] == [True, True]
    assert load_surge(AT) is True
    later = AT + 61 * MINUTE
    assert watch(later, calendar).is_on is True
    assert watch(later + 15 * MINUTE, calendar).is_on is False
    events = AuditEvent.objects.filter(action__startswith="surge.").order_by("pk")
    assert [event.action for event in events] == ["surge.began", "surge.ended"]


def test_by_hand_goes_before_the_figures_until_it_is_over(cast: Cast) -> None:
    calendar, els = snapshot.defaults().calendar, cast.actor("els")
    surge.choose("on", reason="Oefening.", by=els, at=AT)
    assert (load_surge(AT), load_surge(AT + BY_HAND_FOR - MINUTE), load_surge(AT + BY_HAND_FOR)) == (True, True, False)
    surge.choose("off", reason="Toch niet.", by=els, at=AT)
    row = Surge.objects.get()
    row.is_on = True
    assert counts_as_on(row, AT) is False
    watch(AT + BY_HAND_FOR, calendar)
    assert (Surge.objects.get().by_hand, Surge.objects.get().reason) == ("", "Toch niet.")
    chosen = AuditEvent.objects.filter(action__startswith="surge.").order_by("pk")
    assert [(event.action, event.basis) for event in chosen] == [
        ("surge.on", "Oefening."), ("surge.off", "Toch niet."), ("surge.automatic", ""),
    ]  # fmt: skip


def test_nothing_counted_yet_is_no_surge(db: None) -> None:
    assert load_surge(AT) is False
    assert counts_as_on(None, AT) is False

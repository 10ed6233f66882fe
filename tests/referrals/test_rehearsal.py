"""Trying a draft on requests that were sent before."""

import datetime as dt
from typing import Any

import pytest

from cases.models import Intake
from desk import snapshot
from referrals.enums import Destination
from referrals.models import RuleVersion
from referrals.rehearsal import Course, Move, replay
from referrals.routing import Rule, load_rules
from referrals.rules import with_fixed
from tests.factories.cases import make_case
from tests.factories.cast import Cast

MONTH = dt.timedelta(days=30)
MONEY = Rule("money", 0, {"topics": ["private.money"]}, "BIU", "nl", "en", valid_from=dt.date(2030, 1, 1))
DESK = Course("desk", Destination.DESK)


def send(cast: Cast, *topics: str, ago: int = 1, **more: Any) -> None:
    make_case(cast, at=cast.at - dt.timedelta(days=ago), topics=topics, **more)


def tried(cast: Cast, *rules: Rule) -> Any:
    seen, now = snapshot.defaults(), load_rules()
    return replay(
        now, with_fixed([*now, *rules]), since=cast.at - MONTH, until=cast.at, calendar=seen.calendar,
        topics=seen.topics, parents={},
    )  # fmt: skip


def test_it_lists_and_counts_what_would_go_elsewhere(cast: Cast, django_assert_num_queries: Any) -> None:
    for topics, ago in ((["private.money"], 1), (["private.money", "work.conflict"], 29), (["work.conflict"], 2)):
        send(cast, *topics, ago=ago)
    send(cast, "private.money", ago=31)
    with django_assert_num_queries(2):
        found = tried(cast, MONEY)
    assert (found.total, found.elsewhere) == (3, 2)
    assert found.moves == [Move(2, DESK, Course("money", Destination.BIU))]
    assert [one.sent_at for one in found.moved] == [cast.at - dt.timedelta(days=1), cast.at - dt.timedelta(days=29)]


def test_a_rule_that_hides_behind_another_changes_nothing(cast: Cast) -> None:
    send(cast, "private.money", "work.conflict")
    wider = Rule("both", 0, {"topics": ["private.money", "work.conflict"]}, "REGIONAL_DIRECT", "nl", "en")
    assert [move.after.rule for move in tried(cast, wider, MONEY).moves] == ["both"]


def test_another_rule_with_the_same_destination_is_told_apart(cast: Cast) -> None:
    send(cast, "private.money")
    found = tried(cast, Rule("stays", 0, {"topics": ["private.money"]}, "DESK", "nl", "en"))
    assert (found.elsewhere, [move.goes_elsewhere for move in found.moves]) == (0, [False])


@pytest.mark.parametrize(("ends", "moved"), [(-1, 0), (0, 1), (1, 1)])
def test_a_rule_that_has_ended_is_left_out(cast: Cast, ends: int, moved: int) -> None:
    send(cast, "private.money")
    last = cast.at.date() + dt.timedelta(days=ends)
    rule = Rule("old", 0, {"topics": ["private.money"]}, "BIU", "nl", "en", valid_until=last)
    assert tried(cast, rule).elsewhere == moved


def test_it_changes_nothing(cast: Cast) -> None:
    send(cast, "private.money")
    tried(cast, MONEY)
    assert Intake.objects.get().proposal == "DESK"
    assert RuleVersion.objects.count() == 1

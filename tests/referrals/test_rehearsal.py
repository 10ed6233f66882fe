"""Trying a rule on requests that were sent before."""

import datetime as dt
from typing import Any

from cases.models import Intake
from referrals.enums import Destination
from referrals.models import RoutingRule
from referrals.rehearsal import Move, rehearse
from referrals.routing import load_rules
from tests.factories.cases import make_case
from tests.factories.cast import Cast

MONTH = dt.timedelta(days=30)


def candidate(**fields: Any) -> RoutingRule:
    values = {"code": "money", "order": 35, "conditions": {"topics": ["private.money"]}, "to": "BIU"}
    return RoutingRule(**values | {"valid_from": dt.date(2030, 1, 1)} | fields)


def send(cast: Cast, *topics: str, ago: int = 1) -> None:
    make_case(cast, at=cast.at - dt.timedelta(days=ago), topics=topics)


def test_it_counts_what_would_go_elsewhere(cast: Cast, django_assert_num_queries: Any) -> None:
    for topics, ago in ((["private.money"], 1), (["private.money", "work.conflict"], 29), (["work.conflict"], 2)):
        send(cast, *topics, ago=ago)
    send(cast, "private.money", ago=31)
    rules = load_rules()
    with django_assert_num_queries(2):
        found = rehearse(candidate(), rules, since=cast.at - MONTH, until=cast.at)
    assert found.total == 3
    assert found.moves == [Move(2, Destination.DESK, Destination.BIU)]


def test_a_rule_behind_the_last_one_changes_nothing(cast: Cast) -> None:
    send(cast, "private.money")
    found = rehearse(candidate(order=70), load_rules(), since=cast.at - MONTH, until=cast.at)
    assert (found.total, found.moves) == (1, [])


def test_a_changed_rule_takes_the_place_of_its_own_row(cast: Cast) -> None:
    send(cast, "work.conflict")
    row = RoutingRule.objects.get(code="desk")
    row.to, row.order = "REGIONAL_DIRECT", 90
    found = rehearse(row, load_rules(), since=cast.at - MONTH, until=cast.at)
    assert found.moves == [Move(1, Destination.DESK, Destination.REGIONAL_DIRECT)]


def test_it_changes_nothing(cast: Cast) -> None:
    send(cast, "private.money")
    rehearse(candidate(), load_rules(), since=cast.at - MONTH, until=cast.at)
    assert Intake.objects.get().proposal == "DESK"
    assert not RoutingRule.objects.filter(code="money").exists()

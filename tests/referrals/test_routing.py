"""Routing: the whole truth table, the acceptance requests, and an answer for any facts at any moment."""

import csv
import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import defaults as organisation
from accounts.duty import calendar_of
from cases.defaults import TOPICS
from cases.enums import Danger, Requester, Situation, Wish
from cases.topics import TopicFacts
from referrals import defaults
from referrals.enums import Destination
from referrals.models import RuleVersion
from referrals.routing import Facts, Rule, facts_of, load_rules, return_interview_due, route
from tests.factories.referrals import publish_rules

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CALENDAR = calendar_of(organisation.HOURS, [(day, None) for day, _, _ in organisation.closures()])
KNOWN = {row["code"]: TopicFacts(**row) for row in TOPICS}
RULES = [Rule(**row) for row in defaults.RULES]
TUESDAY = dt.datetime(2026, 3, 10, 10, 15, tzinfo=AMSTERDAM)
TABLE = Path(__file__).with_name("truth_table.csv")
TOPIC_OF = {"none": (), "ordinary": ("work.conflict",), "risk": ("mental.low_mood",), "return": ("mission.return",)}


def answer(facts: Facts, at: dt.datetime = TUESDAY, rules: list[Rule] | None = None) -> Any:
    return route(facts, at, rules=RULES if rules is None else rules, calendar=CALENDAR, topics=KNOWN)


def facts_in(row: dict[str, str], at: dt.datetime) -> Facts:
    """The facts of a line of the table, by way of a request's answers."""
    situation, _, days = row["situation"].partition("_back_")
    back = at.date() - dt.timedelta(days=int(days.split("_")[0])) if days else None
    return facts_of(
        SimpleNamespace(
            requester=row["requester"],
            situation=Situation.JUST_BACK if back else situation,
            danger=row["danger"],
            wish=row["wish"],
            topics=TOPIC_OF[row["topic"]],
            returned_month=back,
        )
    )


def test_the_whole_truth_table() -> None:
    wrong, count = [], 0
    with TABLE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at = dt.datetime.fromisoformat(row["at"]).replace(tzinfo=AMSTERDAM)
            got = answer(facts_in(row, at), at)
            count += 1
            if (got.to, got.overlay, got.handler_now) != (row["to"], row["overlay"], row["handler_now"]):
                wrong.append((row, got))
    assert wrong == []
    assert count == 4 * 5 * 7 * 4 * 3 * 5


ANY_FACTS = st.builds(
    Facts,
    requester=st.sampled_from([*Requester.values, "neighbour"]),
    deployment=st.sampled_from(["no", "unit_mission", "small_deployment", "individual", "moon"]),
    danger=st.sampled_from([*Danger.values, ""]),
    topics=st.lists(st.one_of(st.sampled_from(sorted(KNOWN)), st.text(max_size=8)), max_size=4).map(tuple),
    wish=st.sampled_from([*Wish.values, "tea"]),
    returned=st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)),
)
ANY_MOMENT = st.datetimes(
    dt.datetime.fromisoformat("2025-01-01"), dt.datetime.fromisoformat("2034-12-31"), timezones=st.just(dt.UTC)
)


@settings(deadline=None)
@given(ANY_FACTS, ANY_MOMENT)
def test_any_facts_at_any_moment_have_an_answer(facts: Facts, at: dt.datetime) -> None:
    got = answer(facts, at)
    wall = at.astimezone(AMSTERDAM)
    naive_open = wall.weekday() < 5 and 8 <= wall.hour < 17 and wall.date() not in CALENDAR.closures
    assert got.handler_now == ("DESK_LINE" if naive_open else "AFTER_HOURS_LINE")
    assert got.to in Destination
    assert got.because_nl and got.because_en
    assert got.deadline > at


@settings(deadline=None)
@given(ANY_FACTS, ANY_MOMENT, st.lists(st.sampled_from(RULES), unique_by=lambda rule: rule.code))
def test_with_any_rules_left_there_is_an_answer(facts: Facts, at: dt.datetime, rules: list[Rule]) -> None:
    got = answer(facts, at, rules)
    assert got.rule in {rule.code for rule in rules} | {"desk"}


@settings(deadline=None)
@given(ANY_FACTS, ANY_MOMENT)
def test_danger_changes_the_urgency_and_never_the_route(facts: Facts, at: dt.datetime) -> None:
    calm = answer(Facts(**vars(facts) | {"danger": Danger.NO}), at)
    danger = answer(Facts(**vars(facts) | {"danger": Danger.YES}), at)
    assert (danger.to, danger.handler_now) == (calm.to, calm.handler_now)
    assert (danger.overlay, danger.urgency) == ("EMERGENCY", "emergency")
    assert danger.deadline <= calm.deadline


def test_a_partner_at_home_never_goes_to_smt_or_biu() -> None:
    for away in ("unit_mission", "small_deployment", "individual"):
        for requester in (Requester.FAMILY_OF_COLLEAGUE, Requester.MY_FAMILY):
            assert answer(Facts(requester=requester, deployment=away)).to == Destination.DESK


@pytest.mark.parametrize(("days", "due"), [(83, False), (84, True), (4000, True)])
def test_a_return_interview_is_due_after_twelve_weeks(days: int, due: bool) -> None:
    back = TUESDAY.date() - dt.timedelta(days=days)
    assert return_interview_due(Facts(returned=back, topics=("mission.return",)), TUESDAY.date()) is due


def test_a_return_interview_is_only_for_who_was_away_and_asks() -> None:
    back, today = dt.date(2025, 6, 1), TUESDAY.date()
    assert return_interview_due(Facts(returned=back, topics=("work.conflict",)), today) is False
    assert return_interview_due(Facts(returned=None, topics=("mission.return",)), today) is False
    partner = Facts(requester=Requester.FAMILY_OF_COLLEAGUE, returned=back, topics=("mission.return",))
    assert return_interview_due(partner, today) is False


def test_the_weeks_before_a_return_interview_are_a_setting(settings: Any) -> None:
    settings.RETURN_INTERVIEW_WEEKS = 6
    facts = Facts(returned=TUESDAY.date() - dt.timedelta(days=42), topics=("mission.return",))
    assert answer(facts).to == Destination.RETURN_INTERVIEW


def test_the_day_of_a_rule_is_the_local_day() -> None:
    late = Rule("late", 5, {}, Destination.BIU, "nl", "en", valid_from=dt.date(2026, 3, 11))
    before = dt.datetime(2026, 3, 10, 22, 59, 59, tzinfo=dt.UTC)
    assert answer(Facts(), before, [*RULES, late]).to == Destination.DESK
    assert answer(Facts(), before + dt.timedelta(seconds=1), [*RULES, late]).to == Destination.BIU


def test_a_rule_counts_until_and_including_its_last_day() -> None:
    old = Rule("old", 5, {}, Destination.BIU, "nl", "en", valid_until=TUESDAY.date())
    assert answer(Facts(), TUESDAY, [*RULES, old]).rule == "old"
    assert answer(Facts(), TUESDAY + dt.timedelta(days=1), [*RULES, old]).rule == "desk"


def test_the_reason_is_told_in_both_languages() -> None:
    got = answer(Facts(wish=Wish.CHAPLAIN, deployment="unit_mission"))
    assert (got.rule, got.source) == ("chaplain", "R5")
    with translation.override("nl"):
        assert got.because == got.because_nl and "geestelijk verzorger" in got.because
    with translation.override("en"):
        assert got.because == got.because_en and "chaplain" in got.because


def test_the_deadline_is_the_promise_of_the_urgency() -> None:
    assert answer(Facts(danger="no", topics=("work.incident",))).deadline == TUESDAY + dt.timedelta(hours=4)
    assert answer(Facts(danger="no")).deadline == dt.datetime(2026, 3, 13, 17, tzinfo=AMSTERDAM)


def test_the_rules_come_with_the_migrations(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        rules = load_rules()
    assert rules == RULES
    assert [rule.to for rule in rules] == [
        "COMMANDER_ADVICE", "CHAPLAIN", "BIU", "SMT", "RETURN_INTERVIEW", "REGIONAL_DIRECT", "DESK",
    ]  # fmt: skip


def test_the_newest_version_counts(db: None) -> None:
    publish_rules(TUESDAY, desk={"because_nl": "Anders"})
    assert next(rule for rule in load_rules() if rule.code == "desk").because_nl == "Anders"
    assert RuleVersion.objects.get(number=1).rules[-1]["because_nl"].startswith("Geen andere regel past.")

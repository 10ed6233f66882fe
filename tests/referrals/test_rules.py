"""Versions of the routing table: a draft gathers changes, publishing keeps them for ever, the fixed rules stay."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent
from cases.enums import Overlay, Requester, Wish
from referrals import rules
from referrals.conditions import load_words
from referrals.models import RuleDraft, RuleVersion
from referrals.routing import Facts, Rule, load_version, row_of, rule_of
from referrals.rules import FIXED, NotNow, Stale, with_fixed
from referrals.soundness import draft_problems, problems
from tests.factories.cast import Cast
from tests.factories.referrals import publish_rules
from tests.referrals.test_routing import ANY_FACTS, ANY_MOMENT, answer

MONEY = Rule(
    "money", 0, {"topics": ["private.money"]}, "REGIONAL_DIRECT", "Geld.", "Money.",
    valid_from=dt.date(2026, 3, 1), owner="Els", review_on=dt.date(2026, 9, 1),
)  # fmt: skip
NAMES = [rule.code for rule in FIXED]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def els(cast: Cast) -> Any:
    return cast.actor("els")


def own_codes() -> list[str]:
    return [row["code"] for row in RuleDraft.objects.get().rules if not row["fixed"]]


def add(els: Any, at: dt.datetime, *codes: str) -> int:
    revision = rules.begin(by=els, at=at).revision
    for code in codes:
        rule = Rule(code, 0, {"topics": ["private.money"]}, "DESK", "nl", "en")
        revision = rules.save_rule(rule, code="", revision=revision, by=els, at=at).revision
    return revision


def test_a_rule_is_kept_as_it_was() -> None:
    assert rule_of(row_of(MONEY)) == MONEY
    assert rule_of(row_of(FIXED[0])) == FIXED[0]


def test_a_draft_counts_only_when_it_is_published(els: Any, at: dt.datetime) -> None:
    draft = rules.begin(by=els, at=at)
    draft = rules.save_rule(MONEY, code="", revision=draft.revision, by=els, at=at)
    assert "money" not in [rule.code for rule in load_version()[1]]
    made = rules.publish(revision=draft.revision, reason="Meer vragen over geld.", by=els, at=at)
    number, now = load_version()
    assert (number, made.number, made.published_by, made.published_at) == (2, 2, els.user, at)
    assert [rule.code for rule in now] == [*NAMES[:-1], "money", "desk"]
    assert [rule.order for rule in now] == [10, 20, 30, 40, 50, 60, 70, 80]
    assert not RuleDraft.objects.exists()
    assert [event.action for event in AuditEvent.objects.filter(action__startswith="routing_").order_by("pk")] == [
        "routing_draft.begun", "routing_draft.rule_saved", "routing_version.published",
    ]  # fmt: skip


def test_the_site_cannot_change_or_remove_a_version(db: None) -> None:
    for statement in ("UPDATE referrals_ruleversion SET reason = 'x'", "DELETE FROM referrals_ruleversion"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            RuleVersion.objects.raw(statement)[0]
    assert RuleVersion.objects.get().reason == ""


def test_fixed_rules_are_put_back_and_come_first(db: None) -> None:
    broken = [rule for rule in FIXED if rule.code != "chaplain"][::-1]
    changed = [Rule(**{**vars(rule), "to": "BIU", "because_en": "Said otherwise."}) for rule in broken]
    found = with_fixed([MONEY, *changed])
    assert [rule.code for rule in found] == [*NAMES[:-1], "money", "desk"]
    assert [(rule.to, rule.conditions) for rule in found if rule.fixed] == [
        (rule.to, rule.conditions) for rule in FIXED
    ]
    assert found[0].because_en == "Said otherwise."
    assert found[1] == Rule(**{**vars(FIXED[1]), "order": 20})


def test_moving_stays_within_our_own_rules(els: Any, at: dt.datetime) -> None:
    revision = add(els, at, "one", "two", "three")
    for code, up, expected in (
        ("one", True, ["one", "two", "three"]),
        ("three", True, ["one", "three", "two"]),
        ("one", False, ["three", "one", "two"]),
        ("two", False, ["three", "one", "two"]),
        ("chaplain", True, ["three", "one", "two"]),
        ("no-such", False, ["three", "one", "two"]),
    ):
        revision = rules.move(code, up=up, revision=revision, by=els, at=at).revision
        assert own_codes() == expected


def test_removing_takes_our_own_only(els: Any, at: dt.datetime) -> None:
    revision = add(els, at, "one", "two")
    revision = rules.remove("one", revision=revision, by=els, at=at).revision
    rules.remove("desk", revision=revision, by=els, at=at)
    assert own_codes() == ["two"]
    assert [row["code"] for row in RuleDraft.objects.get().rules if row["fixed"]] == NAMES


def test_who_looks_at_an_old_draft_changes_nothing(els: Any, at: dt.datetime) -> None:
    revision = add(els, at, "one")
    for change in (
        lambda old: rules.save_rule(MONEY, code="", revision=old, by=els, at=at),
        lambda old: rules.move("one", up=True, revision=old, by=els, at=at),
        lambda old: rules.remove("one", revision=old, by=els, at=at),
        lambda old: rules.discard(revision=old, by=els, at=at),
        lambda old: rules.publish(revision=old, reason="x", by=els, at=at),
    ):
        with pytest.raises(Stale):
            change(revision - 1)
    assert (own_codes(), RuleDraft.objects.get().revision) == (["one"], revision)


def test_there_is_one_draft(els: Any, at: dt.datetime) -> None:
    rules.begin(by=els, at=at)
    with pytest.raises(NotNow, match="There is a draft already"):
        rules.begin(by=els, at=at)
    assert AuditEvent.objects.filter(action="routing_draft.begun").count() == 1


def test_publishing_nothing_or_twice_is_refused(els: Any, at: dt.datetime) -> None:
    draft = rules.begin(by=els, at=at)
    made = rules.publish(revision=draft.revision, reason="Nummers.", by=els, at=at)
    draft = rules.begin(by=els, at=at)
    with pytest.raises(NotNow, match="Nothing would change"):
        rules.publish(revision=draft.revision, reason="x", by=els, at=at)
    rules.discard(revision=draft.revision, by=els, at=at)
    with pytest.raises(NotNow, match="There is no draft any more"):
        rules.publish(revision=draft.revision, reason="x", by=els, at=at)
    assert RuleVersion.objects.count() == made.number == 2


def test_an_old_version_comes_back_as_a_new_one(els: Any, at: dt.datetime) -> None:
    publish_rules(at, money=row_of(MONEY))
    publish_rules(at, money=None)
    draft = rules.begin(by=els, at=at, number=2)
    assert own_codes() == ["money"]
    made = rules.publish(revision=draft.revision, reason="Toch wel.", by=els, at=at)
    assert (made.number, made.restored_from, RuleVersion.objects.count()) == (4, 2, 4)


def wrong(words: Any, *before: Rule, today: dt.date = dt.date(2026, 3, 10), **fields: Any) -> dict[str, str]:
    rule = Rule(**{**vars(MONEY), **fields})
    found = problems(rule, [*FIXED[:-1], *before], words, today)
    return {name: str(message.message % (message.params or {}) if hasattr(message, "message") else message)
            for name, message in found}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"conditions": {}}, "if_topics", "at least one condition"),
        ({"valid_until": dt.date(2026, 2, 28)}, "valid_until", "must not be before the first"),
        ({"valid_until": dt.date(2026, 3, 9)}, "valid_until", "would never count"),
        ({"conditions": {"wish": ["chaplain"], "requester": ["self"]}}, "code", "Rule chaplain decides everything"),
        ({"conditions": {"requester": ["my_family"], "deployment": ["unit_mission"]}}, "if_deployment", "never fit"),
        ({"conditions": {"danger": ["no"], "overlay": ["EMERGENCY"]}, "to": "DESK"}, "if_overlay", "never fit"),
        ({"conditions": {"danger": ["yes"], "overlay": ["NONE"]}, "to": "DESK"}, "if_overlay", "never fit"),
        ({"conditions": {"overlay": ["EMERGENCY"]}}, "to", "stays with the person on duty"),
        ({"conditions": {"overlay": ["EMERGENCY", "NONE"]}}, "to", "stays with the person on duty"),
        ({"conditions": {"danger": ["yes"]}}, "to", "stays with the person on duty"),
        ({"to": "COMMANDER_ADVICE"}, "to", "Only a question of a commander"),
        ({"to": "BIU"}, "to", "Only somebody who asks for themselves"),
        ({"to": "SMT", "conditions": {"requester": ["self", "my_family"]}}, "to", "Only somebody who asks"),
        ({"conditions": {"unit": ["0"]}}, "to", "has an answer that does not exist"),
        ({"conditions": {"time": ["17:00-17:00"]}}, "to", "has an answer that does not exist"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_its_field(
    db: None, fields: dict[str, Any], field: str, message: str
) -> None:
    assert message in wrong(load_words(), **fields)[field]


def test_a_sound_rule_is_not_refused(cast: Cast) -> None:
    unit = str(cast.units["90bat"].pk)
    asked = {"unit": [unit], "hours": ["closed"], "weekday": ["6", "7"], "time": ["22:00-06:00"], "overlay": ["NONE"]}
    assert wrong(load_words(), conditions=asked) == {}
    assert wrong(load_words(), conditions={"requester": ["self"]}, to="BIU") == {}
    assert wrong(load_words(), conditions={"overlay": ["EMERGENCY"]}, to="DESK") == {}


def test_a_rule_behind_one_that_covers_it_on_all_its_days_is_refused(db: None) -> None:
    words, wide = load_words(), {"topics": ["private.money", "work.conflict"]}
    for fields, hidden in (
        ({}, True), ({"valid_until": dt.date(2026, 12, 31)}, False), ({"valid_from": dt.date(2026, 3, 2)}, False),
    ):  # fmt: skip
        earlier = Rule(**{**vars(MONEY), "code": "wide", "conditions": wide, **fields})
        assert ("code" in wrong(words, earlier)) is hidden
    assert draft_problems([earlier, MONEY], words, dt.date(2026, 3, 10)) == []


OWN = st.builds(
    lambda conditions, to: Rule("own", 55, conditions, to, "nl", "en"),
    st.fixed_dictionaries(
        {"hours": st.just(["open", "closed"])},
        optional={
            "requester": st.lists(st.sampled_from(Requester.values), min_size=1, unique=True),
            "wish": st.lists(st.sampled_from(Wish.values), min_size=1, unique=True),
            "overlay": st.lists(st.sampled_from(Overlay.values), min_size=1, unique=True),
            "danger": st.lists(st.sampled_from(["yes", "no", "prefer_not_to_say"]), min_size=1, unique=True),
            "topics": st.lists(st.sampled_from(["private.money", "mental.low_mood"]), min_size=1, unique=True),
        },
    ),
    st.sampled_from(["DESK", "CHAPLAIN", "SMT", "BIU", "RETURN_INTERVIEW", "REGIONAL_DIRECT", "COMMANDER_ADVICE"]),
)
WORDS = type("W", (), {"topics": {"private.money": "", "mental.low_mood": ""}, "units": {}})()


@settings(deadline=None, max_examples=300)
@given(OWN, ANY_FACTS, ANY_MOMENT)
def test_no_rule_of_our_own_overrules_the_mission(own: Rule, facts: Facts, at: dt.datetime) -> None:
    if problems(own, FIXED[:-1], WORDS, at.date()):
        return
    before, after = answer(facts, at), answer(facts, at, with_fixed([*FIXED, own]))
    if before.rule != "desk":
        assert (after.rule, after.to) == (before.rule, before.to)
    assert (after.handler_now, after.urgency, after.overlay) == (before.handler_now, before.urgency, before.overlay)
    if facts.requester != Requester.SELF and before.rule == "desk":
        assert after.to not in {"SMT", "BIU"}

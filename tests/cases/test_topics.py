"""Topics and tiles as they come with the migrations, and what a choice of tiles means."""

from typing import Any

from django.apps import apps
from django.utils import translation

from cases import defaults
from cases.enums import Situation
from cases.models import Topic, TopicTile
from cases.topics import load_tiles, load_topics, topics_of

RISKS = {"mental.suicidal_thoughts", "mental.low_mood", "private.safety_home"}


def test_the_topics_come_with_the_migrations(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        topics = load_topics()
    assert len(topics) == 24
    assert {code for code, topic in topics.items() if topic.is_risk} == RISKS
    assert {code for code, topic in topics.items() if topic.starts_as == "urgent"} == RISKS | {
        "private.bereavement",
        "work.incident",
    }


def test_every_risk_topic_has_a_tile_of_its_own(db: None) -> None:
    tiles = load_tiles()
    own = {tile.topics[0] for tile in tiles if len(tile.topics) == 1 and tile.topics[0] in RISKS}
    assert own == RISKS
    assert tiles[-1].code == "other" and tiles[-1].topics == ()


def test_at_most_eight_tiles_besides_the_risks_and_something_else(db: None) -> None:
    plain = [tile for tile in load_tiles() if tile.topics and not set(tile.topics) & RISKS]
    assert [tile.code for tile in plain] == [
        "stress", "conflict", "family", "illness", "loss", "money", "mission", "question",
    ]  # fmt: skip
    assert all(set(tile.topics) <= set(load_topics()) for tile in plain)


def test_the_words_follow_the_language(db: None) -> None:
    tile = load_tiles()[0]
    with translation.override("nl"):
        assert (tile.title, tile.hint) == ("Stress of opgebrand zijn", "Te veel werk, slecht slapen")
    with translation.override("en"):
        assert (tile.title, tile.hint) == ("Stress or burn-out", "Too much work, sleeping badly")
        assert str(load_topics()["private.money"]) == "Money and debts"


def test_tiles_become_topics_in_the_order_chosen_each_once(db: None) -> None:
    tiles = load_tiles()
    assert topics_of(["conflict", "stress", "conflict", "unheard"], tiles, Situation.AT_HOME) == [
        "work.conflict",
        "work.unsafe_behaviour",
        "work.stress_burnout",
        "work.pressure",
    ]
    assert topics_of(["other"], tiles, Situation.AT_HOME) == []


def test_the_mission_tile_means_what_fits_the_situation(db: None) -> None:
    tiles = load_tiles()
    found = {situation: topics_of(["mission"], tiles, situation) for situation in Situation}
    assert found == {
        Situation.AT_HOME: ["mission.before"],
        Situation.UNIT_MISSION: ["mission.during"],
        Situation.SMALL_DEPLOYMENT: ["mission.during"],
        Situation.RELATIVE_AWAY: ["mission.home_front"],
        Situation.JUST_BACK: ["mission.return"],
        Situation.OTHER: ["mission.before"],
    }


def test_installing_again_changes_nothing_that_was_edited(db: None) -> None:
    Topic.objects.filter(code="private.money").update(name_nl="Geldzorgen")
    TopicTile.objects.filter(code="money").delete()
    defaults.install(lambda name: apps.get_model("cases", name), "default")
    assert Topic.objects.get(code="private.money").name_nl == "Geldzorgen"
    assert TopicTile.objects.get(code="money").topics == ["private.money"]
    assert Topic.objects.count() == 24

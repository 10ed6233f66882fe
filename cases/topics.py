"""Topics and tiles as plain values: what routing and the public pages need of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.counting import recall
from accounts.models.organisation import in_language
from cases.enums import Situation
from cases.models import Topic, TopicTile

MISSION_TOPIC: dict[str, str] = {
    Situation.UNIT_MISSION: "mission.during",
    Situation.SMALL_DEPLOYMENT: "mission.during",
    Situation.RELATIVE_AWAY: "mission.home_front",
    Situation.JUST_BACK: "mission.return",
}
"""Which of the mission topics fits a situation; before a mission otherwise."""


@dataclass(frozen=True)
class TopicFacts:
    code: str
    name_nl: str
    name_en: str
    is_risk: bool
    starts_as: str
    order: int

    def __str__(self) -> str:
        return in_language(self.name_nl, self.name_en)


@dataclass(frozen=True)
class TileFacts:
    code: str
    icon: str
    title_nl: str
    title_en: str
    hint_nl: str
    hint_en: str
    topics: tuple[str, ...]
    order: int

    @property
    def title(self) -> str:
        return in_language(self.title_nl, self.title_en)

    @property
    def hint(self) -> str:
        return in_language(self.hint_nl, self.hint_en)


def load_topics() -> dict[str, TopicFacts]:
    """All topics by code, as they are in the database now. One query."""
    fields = ("code", "name_nl", "name_en", "is_risk", "starts_as", "order")
    rows = recall(("topics",), None, lambda: Topic.objects.values(*fields).query.sql_with_params())
    return {row["code"]: TopicFacts(**row) for row in rows}


def names() -> dict[str, str]:
    """Every topic by its code, in the language of the reader. One query."""
    return {code: str(topic) for code, topic in load_topics().items()}


def load_tiles() -> list[TileFacts]:
    """The tiles in their order. One query."""
    fields = ("code", "icon", "title_nl", "title_en", "hint_nl", "hint_en", "topics", "order")
    return [TileFacts(**row | {"topics": tuple(row["topics"])}) for row in TopicTile.objects.values(*fields)]


def topics_of(chosen: Iterable[str], tiles: Iterable[TileFacts], situation: str) -> list[str]:
    """The topic codes behind the chosen tiles, in the order chosen, each once.

    A tile with several mission topics gives only the one that fits the situation: someone who is away is not asking
    about coming back.
    """
    by_code: Mapping[str, TileFacts] = {tile.code: tile for tile in tiles}
    fitting = MISSION_TOPIC.get(situation, "mission.before")
    found: dict[str, None] = {}
    for tile in (by_code[code] for code in chosen if code in by_code):
        missions = [code for code in tile.topics if code.startswith("mission.")]
        dropped = set(missions) - {fitting} if len(missions) > 1 and fitting in missions else set()
        found.update(dict.fromkeys(code for code in tile.topics if code not in dropped))
    return list(found)

"""Hearing words in a story. Pure: only the words of the list, and only upwards; a "not" is not understood."""

import re
from dataclasses import dataclass
from functools import lru_cache

from accounts.counting import recall
from cases.enums import Urgency
from cases.models import Keyword
from cases.search import plain

WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class KeywordFacts:
    """A word or words of the list that are in use."""

    phrase: str
    raises_to: str


@dataclass(frozen=True)
class Heard:
    """Which words of the list were in a text, and the urgency they ask for; empty when there were none."""

    words: tuple[str, ...] = ()
    raises_to: str = ""


def heard(text: str, keywords: tuple[KeywordFacts, ...]) -> Heard:
    """The words of the list in this text: whole words in this order, whatever the capitals, accents and signs."""
    inside = in_words(text)
    found = [keyword for words, keyword in _compiled(keywords) if words in inside]
    if not found:
        return Heard()
    highest = min((Urgency(keyword.raises_to) for keyword in found), key=lambda urgency: urgency.rank)
    return Heard(tuple(dict.fromkeys(keyword.phrase for keyword in found)), highest.value)


def in_words(text: str) -> str:
    """The bare words of a text, each between spaces, so that only whole words are found in it; nothing when none."""
    words = WORD.findall(plain(text))
    return f" {' '.join(words)} " if words else ""


def load_keywords() -> tuple[KeywordFacts, ...]:
    """What is in use, as it is in the database now. One query."""
    rows = Keyword.objects.filter(active=True).order_by("phrase", "language").values("phrase", "raises_to")
    return tuple(KeywordFacts(**row) for row in recall(("keywords",), None, lambda: rows.query.sql_with_params()))


@lru_cache(maxsize=2)
def _compiled(keywords: tuple[KeywordFacts, ...]) -> list[tuple[str, KeywordFacts]]:
    """Kept until the list changes."""
    return [(words, keyword) for keyword in keywords if (words := in_words(keyword.phrase))]

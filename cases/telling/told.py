"""What a sentence about a line of the timeline may use."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format


@dataclass(frozen=True)
class Told:
    """What a sentence may use: names instead of ids, words instead of codes."""

    who: str
    to: str
    facts: dict[str, Any]

    def word(self, fact: str, choices: Any) -> str:
        """The label of a code, in the middle of a sentence; empty when the fact is missing or unknown."""
        try:
            return str(choices(self.facts.get(fact)).label).lower()
        except ValueError:
            return ""

    @property
    def when(self) -> str:
        """Day and time of the conversation it is about; empty when unknown."""
        try:
            moment = dt.datetime.fromisoformat(str(self.facts.get("starts_at")))
        except ValueError:
            return ""
        return date_format(timezone.localtime(moment) if timezone.is_aware(moment) else moment, "l j F, H:i")


Sentence = Callable[[Told], str]

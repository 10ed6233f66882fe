"""What narrows the list at the desk. By GET, starts empty, applied when sent (UX 1.5)."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.forms.base import HintedCheckboxes, PortalForm
from cases.enums import Urgency
from desk.queue import ADVICE, EVERYTHING, QUEUES, WAITS, Filters

Answers = tuple[tuple[str, tuple[str, ...]], ...]


class FilterForm(PortalForm):
    """Every field may stay empty; a value that does not exist says so and narrows nothing."""

    mark_optional = False

    queue = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    urgency = forms.MultipleChoiceField(
        label=gettext_lazy("Urgency"), required=False, choices=Urgency.choices, widget=HintedCheckboxes
    )
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False)
    unit = forms.CharField(label=gettext_lazy("Unit or service branch"), required=False, max_length=80)
    owner = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    waiting = forms.ChoiceField(label=gettext_lazy("Waits since"), required=False)
    tag = forms.ChoiceField(label=gettext_lazy("Label"), required=False)
    q = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, topics: Iterable[tuple[str, str]], people: Iterable[tuple[int, str]],
        tags: Iterable[tuple[str, str]] = (), words: str = "",
    ) -> None:  # fmt: skip
        """``words`` is what stands sealed in ``q`` (desk/sought.py)."""
        super().__init__(data)
        self.words = words
        self.offers = (tuple(topics), tuple(people), tuple(tags))
        topics, people, tags = self.offers
        everything = [("", _("All"))]
        queues = [(code, str(queue.label)) for code, queue in QUEUES.items()]
        self._choose("queue", [*everything, *queues, (ADVICE, _("Requests for advice"))])
        self._choose("topic", [*everything, *topics])
        others = [(str(pk), name) for pk, name in people]
        self._choose("owner", [*everything, ("me", _("Me")), ("nobody", _("Nobody")), *others])
        self._choose("tag", [*everything, *tags])
        self._choose("waiting", [*everything, *((code, str(words)) for code, words in WAITS.items())])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def filters(self) -> Filters:
        """What is valid of it; call after is_valid."""
        got = self.cleaned_data
        return Filters(
            queue=got.get("queue", ""), urgency=tuple(got.get("urgency", ())), topic=got.get("topic", ""),
            unit=got.get("unit", "").strip(), owner=got.get("owner", ""), waiting=got.get("waiting", ""),
            tag=got.get("tag", ""), words=self.words,
        )  # fmt: skip

    def drawn(self) -> SafeString:
        """The form as the page shows it. The same choices and answers are drawn once, for its sixty small templates
        take longer than the list itself; what somebody typed may be a name, so that is not kept."""
        data: Any = self.data
        answers = tuple((name, tuple(data.getlist(name))) for name in self.fields if name in data)
        typed = any(name in {"q", "unit"} and any(values) for name, values in answers)
        draw = _drawn.__wrapped__ if typed else _drawn
        return draw(get_language(), *self.offers, answers)

    def _given(self) -> list[tuple[str, str]]:
        """What is valid of it, in the order of the fields."""
        return [
            (name, value)
            for name in self.fields
            if name in self.cleaned_data
            for value in (self.cleaned_data[name] if name == "urgency" else [self.cleaned_data[name]])
            if value and (name != "q" or self.words)
        ]

    def query(self) -> str:
        """The address of this list as it can be kept: without words that were searched for."""
        return urlencode([pair for pair in self._given() if pair[0] != "q"])

    def chips(self) -> list[dict[str, str]]:
        """One per filter that applies, with the address without it."""
        given = self._given()
        found = []
        for name, value in given:
            rest = urlencode([pair for pair in given if pair != (name, value)]) or EVERYTHING
            label = _("Search") if name == "q" else _("Queue") if name == "queue" else str(self.fields[name].label)
            text = f"{label}: {self._words(name, value)}"
            found.append({"text": text, "name": text, "remove_url": f"?{rest}"})
        return found

    def _words(self, name: str, value: str) -> str:
        if name == "q":
            return self.words
        choices = getattr(self.fields[name], "choices", None)
        return str(dict(choices).get(value, value)) if choices else value


@lru_cache(maxsize=256)
def _drawn(
    language: str | None, topics: Iterable[tuple[str, str]], people: Iterable[tuple[int, str]],
    tags: Iterable[tuple[str, str]], answers: Answers,
) -> SafeString:  # fmt: skip
    given = MultiValueDict({name: list(values) for name, values in answers})
    form = FilterForm(given, topics=topics, people=people, tags=tags)
    return render_to_string("desk/dashboard/filters.html", {"form": form})


LONGEST_SEARCH = 120

LONGEST_OPEN = dt.timedelta(days=31)
"""How long a list may have stood open in a browser."""


class NewsForm(forms.Form):
    """The moment the list was made, for "so many new requests since"."""

    since = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"])

    def moment(self, at: dt.datetime) -> dt.datetime:
        """The moment given, at most a month ago; now, when it makes no sense."""
        given: dt.datetime = self.cleaned_data["since"] if self.is_valid() else at
        return given.astimezone(dt.UTC) if at - LONGEST_OPEN <= given <= at else at

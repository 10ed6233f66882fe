"""What narrows the timeline of a case. By GET; every field may stay empty."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedCheckboxes, PortalForm
from accounts.forms.days import DayField
from accounts.models import User
from cases.enums.groups import LineGroup
from cases.timeline_filter import CLIENT, Wanted


def _day(label: Any) -> DayField:
    return DayField(
        label=label, required=False, error_messages={"invalid": _("Enter a day, for example 26-11-2026.")}
    )  # fmt: skip


class TimelineForm(PortalForm):
    """A value that does not exist says so and narrows nothing."""

    mark_optional = False

    groups = forms.MultipleChoiceField(
        label=_("What"), required=False, choices=LineGroup.choices, widget=HintedCheckboxes
    )
    who = forms.ChoiceField(label=_("By whom"), required=False)
    since = _day(_("From"))
    until = _day(_("Until and including"))

    def __init__(self, data: Any, *, people: Iterable[User]) -> None:
        super().__init__(data)
        names = [(str(user.pk), user.name) for user in people]
        field: Any = self.fields["who"]
        field.choices = [("", gettext("Everyone")), (CLIENT, gettext("The client")), *names]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        since, until = answers.get("since"), answers.get("until")
        if since and until and until < since:
            self.add_error("until", _("This is before the first day."))
        return answers

    @property
    def wanted(self) -> Wanted:
        """What is valid of it; call after is_valid."""
        got = self.cleaned_data
        return Wanted(tuple(got.get("groups", ())), got.get("who", ""), got.get("since"), got.get("until"))

    @property
    def given(self) -> list[tuple[str, str]]:
        """What applies, as in an address."""
        wanted = self.wanted
        rest = [("who", wanted.who), ("since", wanted.since), ("until", wanted.until)]
        return [("groups", group) for group in wanted.groups] + [(name, str(value)) for name, value in rest if value]

    def chips(self) -> list[dict[str, str]]:
        """One per filter that applies, with the address without it."""
        found = []
        for name, value in self.given:
            rest = urlencode([pair for pair in self.given if pair != (name, value)])
            found.append({"text": f"{self.fields[name].label}: {self._words(name, value)}", "remove_url": f"?{rest}"})
        return found

    def _words(self, name: str, value: str) -> str:
        if name in {"since", "until"}:
            return date_format(self.cleaned_data[name], "j F Y")
        field: Any = self.fields[name]
        return str(dict(field.choices).get(value, value))

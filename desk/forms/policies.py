"""A policy as a form: six steps, of which those without a person are left out."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.enums import Channel
from accounts.forms.base import PortalForm
from desk import policies
from desk.ladder import TEAM
from desk.policies import MOST_CALLS, Call, Policy

WHO = (
    ("", gettext_lazy("nobody")),
    ("duty_1", gettext_lazy("first in line")),
    ("duty_2", gettext_lazy("next in line")),
    ("duty_3", gettext_lazy("third in line")),
    ("coordinator", gettext_lazy("coordinator")),
    ("everyone", gettext_lazy("everyone at the desk")),
)
WAYS = {
    Channel.EMAIL: gettext_lazy("By e-mail"),
    Channel.SMS: gettext_lazy("By text message"),
    Channel.PUSH: gettext_lazy("On their device"),
}


@dataclass(frozen=True)
class Row:
    """The fields of one step, for the page."""

    number: int
    who: Any
    minutes: Any
    ways: Any


class PolicyForm(PortalForm):
    """``policy()`` is what was typed, once it is valid."""

    mark_optional = False
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    repeat_minutes = forms.IntegerField(
        label=gettext_lazy("Then call the last step again every so many minutes"), min_value=1, max_value=60,
        widget=forms.NumberInput(attrs={"class": "w-short num", "inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, urgency: str, policy: Policy, teams: Sequence[tuple[str, str]], there: dict[str, int],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        self.urgency, self.there = urgency, there
        kwargs["initial"] = _typed(policy)
        super().__init__(*args, **kwargs)
        who = [*WHO, *((f"{TEAM}{code}", name) for code, name in teams)]
        ways = [(way, WAYS[Channel(way)]) for way in policies.ways_that_work()]
        for number in range(1, MOST_CALLS + 1):
            self.fields[f"who_{number}"] = forms.ChoiceField(
                label=pgettext_lazy("step", "Who"), choices=who, required=False,
                error_messages={"invalid_choice": _("Choose from the list.")},
            )  # fmt: skip
            self.fields[f"minutes_{number}"] = forms.IntegerField(
                label=gettext_lazy("After so many minutes"), min_value=0, max_value=24 * 60, required=False,
                widget=forms.NumberInput(attrs={"class": "w-short num", "inputmode": "numeric"}),
            )  # fmt: skip
            self.fields[f"ways_{number}"] = forms.MultipleChoiceField(
                label=gettext_lazy("Besides the portal"), choices=ways, required=False,
                widget=forms.CheckboxSelectMultiple, error_messages={"invalid_choice": _("Choose from the list.")},
            )  # fmt: skip

    def rows(self) -> Iterator[Row]:
        """The steps in their order."""
        for number in range(1, MOST_CALLS + 1):
            yield Row(number, self[f"who_{number}"], self[f"minutes_{number}"], self[f"ways_{number}"])

    def clean(self) -> dict[str, Any]:
        got: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return got
        used = [number for number in range(1, MOST_CALLS + 1) if got[f"who_{number}"]]
        for number in used:
            if got[f"minutes_{number}"] is None:
                self.add_error(f"minutes_{number}", _("Fill in after how many minutes."))
        if self.errors:
            return got
        for mistake in policies.wrong(self.policy(), self.urgency, self.there):
            self.add_error(f"{mistake.part}_{used[mistake.place] if used else 1}", mistake.text)
        return got

    def policy(self) -> Policy:
        """The policy that was typed."""
        got = self.cleaned_data
        calls = [
            Call(got[f"who_{n}"], dt.timedelta(minutes=got[f"minutes_{n}"]), tuple(got[f"ways_{n}"]))
            for n in range(1, MOST_CALLS + 1)
            if got[f"who_{n}"]
        ]
        return Policy(tuple(calls), dt.timedelta(minutes=got["repeat_minutes"]), got["version"])


def _typed(policy: Policy) -> dict[str, Any]:
    found: dict[str, Any] = {"version": policy.number, "repeat_minutes": policy.repeat_minutes}
    for number, call in enumerate(policy.calls, 1):
        found |= {f"who_{number}": call.who, f"minutes_{number}": call.minutes, f"ways_{number}": list(call.channels)}
    return found

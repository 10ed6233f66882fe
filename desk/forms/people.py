"""Who gets the open work of somebody who leaves."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.base import PortalForm
from accounts.models import User
from desk import handover
from desk.staff import WORK

DESK, PER_KIND, SPREAD = "desk", "", "spread"
"""Where work goes, beside the numbers of colleagues. Only cases that were accepted can be spread."""


class StopForm(PortalForm):
    """Everything to one place, or a choice per kind of work. Only kinds of which there is something are asked."""

    mark_optional = False
    everything = forms.ChoiceField(
        label=gettext_lazy("Everything goes to"), required=False,
        help_text=gettext_lazy("What this colleague cannot do goes to the desk."),
    )  # fmt: skip
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, close this account"), required=False,
        error_messages={"required": gettext_lazy("Tick this when you are sure.")},
    )  # fmt: skip

    def __init__(
        self, *args: Any, user: User, counts: dict[str, int], deputy: User | None, day: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        able = handover.receivers(user, day)
        self.able = {kind: {one.pk: one for one in people} for kind, people in able.items()}
        self.kinds = [kind for kind in handover.NEEDED if counts[kind]]
        anyone = {pk: one for people in self.able.values() for pk, one in people.items()}
        everything: Any = self.fields["everything"]
        everything.choices = [
            (PER_KIND, _("Choose per kind, below")), *_places(sorted(anyone.values(), key=str), deputy, self._spread())
        ]  # fmt: skip
        if len(self.kinds) < 2:
            del self.fields["everything"]
        for kind in self.kinds:
            label = f"{WORK[kind]} ({counts[kind]})"
            choices = _places(self.able[kind].values(), deputy, self._spread() if kind == "cases" else [])
            self.fields[kind] = forms.ChoiceField(label=label, choices=choices, required=False)
        self.order_fields(["everything", *self.kinds, "sure"])

    def clean(self) -> dict[str, Any]:
        """Cases that are spread are looked at first, and closing is confirmed there."""
        data = super().clean() or self.cleaned_data
        if not data.get("sure") and not self.spreads:
            self.add_error("sure", self.fields["sure"].error_messages["required"])
        return data

    @property
    def chosen(self) -> dict[str, str]:
        """Per kind of work where it goes."""
        everything = self.cleaned_data.get("everything")
        return {kind: everything or self.cleaned_data.get(kind) or DESK for kind in self.kinds}

    @property
    def spreads(self) -> bool:
        return self.chosen.get("cases") == SPREAD

    def receivers(self) -> dict[str, User | None]:
        """Per kind a colleague, or None for the desk."""
        return {
            kind: None if to in {DESK, SPREAD} else self.able[kind].get(int(to)) for kind, to in self.chosen.items()
        }

    def _spread(self) -> list[tuple[str, str]]:
        may = "cases" in self.kinds and self.able["cases"]
        return [(SPREAD, _("Spread the cases over who fits best; you look at it first"))] if may else []


def _places(people: Any, deputy: User | None, more: list[tuple[str, str]]) -> list[tuple[str, str]]:
    found = [(DESK, _("Back to the desk"))]
    if deputy is not None and deputy in people:
        found.append((str(deputy.pk), _("Deputy: %(name)s") % {"name": deputy.name}))
    return found + more + [(str(one.pk), one.name) for one in people if one != deputy]

"""Asking for somebody else, and what the desk does about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalForm
from accounts.forms.words import StoryField
from accounts.models import User
from cases.enums.whom import SomeoneElseState

LONGEST = 1000


class SomeoneElseForm(PortalForm):
    """By the client; nobody has to say why."""

    why = StoryField(label=_("Would you like to say why?"), most=LONGEST, rows=4)


class EnteredForm(PortalForm):
    """The same, by the desk for who calls."""

    why = StoryField(label=_("Why, if they want to say"), most=LONGEST, rows=3)


class DecideForm(PortalForm):
    """The desk's answer to the wish ``asked``."""

    asked = forms.UUIDField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("What happens?"), widget=HintedRadios,
        choices=[
            (SomeoneElseState.LOOKING.value, _("We look for someone else")),
            (SomeoneElseState.STAYS.value, _("We talked about it: it stays as it is")),
        ],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose what happens")),
    )  # fmt: skip

    def __init__(self, *args: Any, loses_it: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        looking = _("The case comes back to the desk now, and %(name)s no longer sees it. They are not told why.")
        stays = _("Only when the client agrees.")
        widget: Any = self.fields["decision"].widget
        widget.details = {SomeoneElseState.STAYS.value: {"hint": stays}}
        if loses_it is not None:
            widget.details[SomeoneElseState.LOOKING.value] = {"hint": looking % {"name": loses_it.name}}

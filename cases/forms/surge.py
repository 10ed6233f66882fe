"""Switching a surge on or off by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalForm
from cases.enums import ByHand

HINTS: dict[str, Any] = {
    ByHand.ON.value: {"hint": _("No automatic mails for twelve hours. The form stays.")},
    ByHand.OFF.value: {"hint": _("Automatic mails go out for twelve hours, however busy it is.")},
}


class SurgeForm(PortalForm):
    """What to do, whatever the figures say, and why."""

    mark_optional = False

    by_hand = forms.ChoiceField(
        label=_("What should happen?"), required=False,
        choices=[("", _("Follow the figures")), (ByHand.ON.value, _("On")), (ByHand.OFF.value, _("Off"))],
        widget=HintedRadios(details=HINTS),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why?"), max_length=120, error_messages={"required": _("Write down why, in a few words.")},
        help_text=_("Kept with your name. Do not write about a person."),
    )  # fmt: skip

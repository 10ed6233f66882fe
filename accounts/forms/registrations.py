"""A registration as it was found in a register."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from accounts.forms.days import DayField
from accounts.forms.words import WordsField


class RegistrationForm(PortalForm):
    register = WordsField(
        label=_("Register"), most=60, required=True, help_text=_("For example Registerplein, or NOBCO for coaches."),
        error_messages={"required": _("Enter the name of the register.")},
    )  # fmt: skip
    number = WordsField(
        label=_("Number"), most=40, required=True, error_messages={"required": _("Enter the number in the register.")}
    )
    as_coach = forms.BooleanField(
        label=_("This registration is as a coach"), required=False,
        help_text=_("Who has one that was checked less than a year ago may coach."),
    )  # fmt: skip
    expires_on = DayField(
        label=_("Valid until and including"), required=False, help_text=_("Leave it empty when there is no end.")
    )
    checked_on = DayField(label=_("Looked up on"), help_text=_("The day on which you found it in the register."))

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        self.day = day
        kwargs["initial"] = {"checked_on": day} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        checked, ends = data.get("checked_on"), data.get("expires_on")
        if checked and checked > self.day:
            self.add_error("checked_on", _("This day is still to come."))
        if checked and ends and ends < checked:
            self.add_error("expires_on", _("This was over before you looked it up."))
        return data

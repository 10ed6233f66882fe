"""What the desk fills in besides the eight questions, when it enters a request for someone."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm, RowRadios
from accounts.forms.days import DayField
from accounts.forms.words import CHOOSE_ONE, WordsField
from cases.enums import IntakeChannel, OnBehalf
from cases.intake import ByDesk

LONGEST_AGO = dt.timedelta(days=365)
CHANNELS = (IntakeChannel.PHONE, IntakeChannel.VISIT, IntakeChannel.LETTER)


class CallForm(PortalForm):
    """How it came in, and who speaks for whom. A letter may have come earlier; the promise counts from entering."""

    mark_optional = False
    channel = forms.ChoiceField(
        label=_("How did it come in?"), choices=[(one.value, one.label) for one in CHANNELS], widget=RowRadios,
        error_messages=CHOOSE_ONE,
    )  # fmt: skip
    received_on = DayField(
        label=_("Received on"), required=False, help_text=_("Only when the letter came before today."),
    )  # fmt: skip
    received_time = forms.TimeField(
        label=_("At what time?"), required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "w-short num"}),
        error_messages={"invalid": _("Enter a time, for example 09:30.")},
    )  # fmt: skip
    on_behalf = forms.ChoiceField(
        label=_("Who calls, comes or writes?"), choices=OnBehalf.choices, widget=RowRadios, error_messages=CHOOSE_ONE,
    )  # fmt: skip
    caller = WordsField(
        label=_("Name of this relative or colleague"), most=120,
        help_text=_("And how they know each other. Below you fill in who asks for help."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-mid"}),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language of the letter and of the six words"), choices=settings.LANGUAGES, widget=RowRadios,
        error_messages=CHOOSE_ONE,
    )  # fmt: skip

    def __init__(self, *args: Any, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("on_behalf") == OnBehalf.SELF:
            given["caller"] = ""
        elif given.get("on_behalf") == OnBehalf.RELATIVE and not given.get("caller") and "caller" not in self.errors:
            self.add_error("caller", gettext("Fill in who this relative is."))
        if given.get("channel") == IntakeChannel.LETTER:
            self._judge_moment(given)
        else:
            for name in ("received_on", "received_time"):
                self.errors.pop(name, None)
                given[name] = None
        return given

    def _judge_moment(self, given: dict[str, Any]) -> None:
        """Not in the future, and at most a year ago."""
        day, moment = given.get("received_on"), self._received(given)
        if given.get("received_time") and day is None and "received_on" not in self.errors:
            self.add_error("received_on", gettext("Enter a day."))
        elif moment and moment > self.at:
            self.add_error("received_on", gettext("This moment has yet to come."))
        elif day and day < timezone.localdate(self.at) - LONGEST_AGO:
            self.add_error("received_on", gettext("This is more than a year ago. Look at the year again."))

    @staticmethod
    def _received(given: dict[str, Any]) -> dt.datetime | None:
        """The moment in local time; without a time the beginning of that day."""
        day = given.get("received_on")
        return timezone.make_aware(dt.datetime.combine(day, given.get("received_time") or dt.time.min)) if day else None

    def by_desk(self, *, read_out: bool) -> ByDesk:
        """What is kept, for a form without mistakes."""
        given = self.cleaned_data
        return ByDesk(given["on_behalf"], given["caller"], self._received(given), read_out)


class ReadOutForm(PortalForm):
    """Before it is kept, the caller hears what is kept."""

    read_out = forms.BooleanField(
        label=_("I read it out, and it is right"),
        error_messages={"required": _("First read it out, and ask whether it is right.")},
    )

"""Choosing a half hour to be called in; a moment that staff agree on; and what is done with a call-back."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.calendar import Calendar
from accounts.forms.base import HintedRadios, PortalForm
from accounts.forms.numbered import NumberedMixin
from accounts.forms.words import StoryField, WordsField
from cases import callbacks, safe_contact, slots
from cases.enums import CallBackState, ContactWay
from cases.forms.work import MomentMixin, offer_outcomes
from cases.models import CallBack, ContactPreference
from cases.slots import Slots

UNKNOWN = ContactPreference()
"""The wishes of somebody we do not know: nothing may be given away."""


class SlotField(forms.ChoiceField):
    """A free half hour, or none. Cleans to its start (UTC) or None; filled with choices by ``offer``."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "label": _("Do you want to choose when we call?"),
            "help_text": _("We call within this half hour. Choose nothing, and we call as soon as we can."),
            "required": False,
        }
        super().__init__(**(given | kwargs))
        self.widget.attrs["class"] = "w-mid"

    def clean(self, value: Any) -> dt.datetime | None:
        if not value:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"])
            return None
        start = slots.read(str(value))
        if start is None or not self.is_free(start):
            raise forms.ValidationError(callbacks.gone_words(self.near(start) if start else []))
        return start

    def is_free(self, start: dt.datetime) -> bool:
        return False

    def near(self, start: dt.datetime) -> list[slots.Slot]:
        return []


def offer(field: Any, known: Slots, at: dt.datetime, calendar: Calendar, *, own: dt.datetime | None = None) -> None:
    """Fill a SlotField of a form with what is free at ``at``, by day. ``own``: the half hour they hold already."""
    free = known.free(at, calendar)
    field.choices = [("", gettext("As soon as you can")), *slots.by_day(free)]
    field.is_free = lambda start: start == own or known.is_free(start, at, calendar)
    field.near = lambda start: known.near(start, at, calendar)


class SlotForm(PortalForm):
    """The client chooses, or changes, on their own page."""

    call_slot = SlotField(
        label=_("When shall we call you?"),
        help_text=_("We call within this half hour."),
        required=True,
        error_messages={"required": _("Choose a time.")},
    )

    def __init__(
        self, *args: Any, known: Slots, at: dt.datetime, calendar: Calendar, own: dt.datetime | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["call_slot"]
        offer(field, known, at, calendar, own=own)
        field.choices = [("", gettext("Choose a time")), *list(field.choices)[1:]]

    @property
    def has_slots(self) -> bool:
        field: Any = self.fields["call_slot"]
        return len(field.choices) > 1


class AgreeForm(MomentMixin, PortalForm):
    """The moment at which a worker is to call."""

    def __init__(self, *args: Any, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if "day" in given and "time" in given and self.starts_at <= self.at:
            self.add_error("day", gettext("Choose a moment that is still to come."))
        elif "day" in given and given["day"] > timezone.localdate(self.at) + dt.timedelta(days=365):
            self.add_error("day", gettext("Look at the year again."))
        return given


class TriedForm(NumberedMixin, PortalForm):
    """One attempt for a call-back. What may not be done is not offered."""

    numbered = "attempt_id"
    attempt_id = forms.UUIDField(widget=forms.HiddenInput)
    way = forms.ChoiceField(
        label=_("How?"), widget=HintedRadios, error_messages={"required": _("Choose how you tried.")}
    )
    outcome = forms.ChoiceField(
        label=_("How did it end?"), widget=HintedRadios, error_messages={"required": _("Choose how it ended.")}
    )
    note = StoryField(label=_("What should a colleague know?"), most=400, rows=2)
    reason = StoryField(
        label=_("Why outside the client's wishes, or after three attempts?"), most=400, rows=2,
        help_text=_("Only when that is so."),
    )  # fmt: skip

    def __init__(self, *args: Any, row: CallBack, **kwargs: Any) -> None:
        super().__init__(*args, initial={"attempt_id": uuid.uuid4(), "way": ContactWay.PHONE.value}, **kwargs)
        offer_outcomes(self, safe_contact.wishes_of(row.case) if row.case else UNKNOWN)
        way: Any = self.fields["way"]
        if row.case is None:
            del self.fields["way"]
        else:
            barred = ContactWay.PHONE if row.state == CallBackState.OTHER_WAY else None
            way.choices = [(one.value, one.label) for one in ContactWay if one != barred]


class ReasonForm(PortalForm):
    """Why nobody needs to call, or why it is tried once more."""

    reason = StoryField(
        label=_("Why?"), most=400, rows=2, required=True, error_messages={"required": _("Write down why.")}
    )


class LinkForm(PortalForm):
    """The case that a call belongs to."""

    reference = WordsField(
        label=_("Reference of the case"), most=20,
        help_text=_("For example NB-7K4Q-2M9T. Only when the caller told you."),
        required=True, error_messages={"required": _("Enter the reference.")},
        widget=forms.TextInput(attrs={"class": "w-mid mono", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

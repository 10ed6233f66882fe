"""Forms of the case workspace. They check what was typed; whether it may be done is for the verbs."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalForm, RowRadios
from accounts.forms.numbered import NumberedMixin
from accounts.forms.words import StoryField, WordsField
from cases import messages, safe_contact
from cases.appointments import WAYS
from cases.enums import AttemptOutcome, ContactWay, SessionState
from cases.enums.tracks import SHORTEST_SESSION_MINUTES
from cases.models import ContactPreference

LONGEST_SESSION = 480


def posted(request: Any) -> Any:
    """What a form is filled with: the answers that were sent, or nothing when the page is only opened."""
    return request.POST if request.method == "POST" else None


def offer_outcomes(form: forms.Form, wishes: ContactPreference) -> None:
    """Fill the question how an attempt ended. A message that may not be left is not offered, and refused when sent."""
    field: Any = form.fields["outcome"]
    field.choices = [(one.value, one.label) for one in AttemptOutcome if not safe_contact.forbids(wishes, one)]
    field.error_messages["invalid_choice"] = _("The client does not want a message to be left.")


class SubmittedForm(NumberedMixin, PortalForm):
    """A form that makes something new: its number makes a second click harmless."""

    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"submission": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class ReasonedForm(SubmittedForm):
    """For acts that may go against the client's wishes; the reason is asked for only when that is so."""

    reason = StoryField(label=_("Why do you do it this way?"), most=400, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asking = self.fields["reason"].widget
        if not self.data.get("reason"):
            self.fields["reason"].widget = forms.HiddenInput()

    def ask_reason(self, why: str) -> None:
        """Show the field, with why it is asked."""
        self.fields["reason"].widget = self._asking
        self.fields["reason"].required = True
        self.add_error("reason", why)


class OutsideMixin(forms.Form):
    """For a message of staff; asks for a reason when it goes against the client's wishes."""

    reason = StoryField(label=_("Why do you write here?"), most=400, rows=2)

    def __init__(self, *args: Any, outside: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if outside:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = _("Write down why you write here all the same.")
        else:
            del self.fields["reason"]


class MomentMixin(forms.Form):
    """Day and time in local time, given back together as ``starts_at``."""

    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Enter a day, for example 26-11-2026.")},
    )  # fmt: skip
    time = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(attrs={"type": "time", "class": "w-short"}, format="%H:%M"),
        error_messages={"required": _("Choose a time."), "invalid": _("Enter a time, for example 10:30.")},
    )  # fmt: skip

    @property
    def starts_at(self) -> dt.datetime:
        """The chosen moment, aware. Only for a valid form."""
        return timezone.make_aware(dt.datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"]))


def _minutes(**extra: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("How many minutes?"), max_value=LONGEST_SESSION,
        widget=forms.NumberInput(attrs={"class": "w-short", "inputmode": "numeric"}),
        error_messages={
            "required": _("Enter how many minutes, for example 45."),
            "invalid": _("Enter how many minutes, for example 45."),
            "max_value": format_lazy(_("Enter at most {most} minutes."), most=LONGEST_SESSION),
            "min_value": format_lazy(_("Enter at least {least} minutes."), least=extra["min_value"]),
        },
        **extra,
    )  # fmt: skip


class PlanForm(MomentMixin, ReasonedForm):
    way = forms.ChoiceField(label=_("How?"), choices=[(way, way.label) for way in WAYS], widget=RowRadios)
    place = WordsField(
        label=_("Where?"), most=160,
        help_text=_("The client reads this. Leave out what it is for."),
    )  # fmt: skip
    minutes = _minutes(min_value=SHORTEST_SESSION_MINUTES)
    field_order = ("day", "time", "way", "place", "minutes", "reason", "submission")


class HeldForm(MomentMixin, SubmittedForm):
    """A conversation that was not planned and did take place."""

    way = forms.ChoiceField(label=_("How?"), choices=[(way, way.label) for way in WAYS], widget=RowRadios)
    minutes = _minutes(
        min_value=1,
        help_text=format_lazy(_("Under {least} minutes it does not count."), least=SHORTEST_SESSION_MINUTES),
    )
    outside = forms.BooleanField(required=False, widget=forms.HiddenInput)
    field_order = ("day", "time", "way", "minutes", "outside", "submission")


class RecordForm(PortalForm):
    """How a planned conversation went."""

    state = forms.ChoiceField(
        label=_("How did it go?"),
        choices=[
            (SessionState.HELD, _("It took place")),
            (SessionState.NO_SHOW, _("The client did not come")),
            (SessionState.CANCELLED, _("It was cancelled")),
        ],
        widget=HintedRadios,
        help_text=_("Only what took place counts. Otherwise the place is free again."),
        error_messages={"required": _("Choose how it went.")},
    )
    minutes = _minutes(
        min_value=1, required=False,
        help_text=format_lazy(
            _("Only when it took place. Under {least} minutes it does not count."), least=SHORTEST_SESSION_MINUTES
        ),
    )  # fmt: skip
    outside = forms.BooleanField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if answers.get("state") == SessionState.HELD and not answers.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", _("Enter how many minutes, for example 45."))
        return answers


class MessageForm(SubmittedForm):
    """A message, from either side."""

    body = StoryField(
        label=_("Write a message"), most=messages.LONGEST, rows=4, required=True,
        error_messages={"required": _("Write your message first.")},
    )  # fmt: skip


class AttemptForm(ReasonedForm):
    """One try to reach the client."""

    way = forms.ChoiceField(
        label=_("How?"),
        choices=[(way, way.label) for way in ContactWay if way != ContactWay.PORTAL],
        widget=RowRadios,
        error_messages={"required": _("Choose how you tried.")},
    )
    outcome = forms.ChoiceField(
        label=_("How did it end?"), choices=AttemptOutcome.choices, widget=HintedRadios,
        error_messages={"required": _("Choose how it ended.")},
    )  # fmt: skip
    rang = forms.BooleanField(
        label=_("The client rang us"), required=False,
        help_text=_("Then it may be at any hour. Whoever helps this client is told at once."),
    )  # fmt: skip
    note = StoryField(label=_("What should a colleague know?"), most=400, rows=2)
    field_order = ("way", "outcome", "rang", "note", "reason", "submission")

    def __init__(self, *args: Any, wishes: ContactPreference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_outcomes(self, wishes)


class FetchBackForm(PortalForm):
    reason = StoryField(
        label=_("Why do you take the case back?"), most=1000, rows=3, required=True,
        help_text=_("The desk reads this, the client does not."),
        error_messages={"required": _("Write down why you take the case back.")},
    )  # fmt: skip


class HandBackForm(PortalForm):
    reason = StoryField(
        label=_("Why do you give the case back?"), most=1000, rows=4, required=True,
        help_text=_("The desk reads this, the client does not."),
        error_messages={"required": _("Write down why you give the case back.")},
    )  # fmt: skip

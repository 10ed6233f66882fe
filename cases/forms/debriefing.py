"""Forms of a talk with a group after an incident."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from accounts.forms.words import StoryField, WordsField
from accounts.models import User
from cases.debriefing import MOST_PEOPLE
from cases.enums.tracks import SHORTEST_SESSION_MINUTES
from cases.forms.work import LONGEST_SESSION, MomentMixin, SubmittedForm

NUMBER = dict.fromkeys(("required", "invalid", "max_value", "min_value"), _("Enter a number, for example 12."))


def _number(label: Any, least: int, most: int, **extra: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, error_messages=NUMBER,
        widget=forms.NumberInput(attrs={"class": "w-short", "inputmode": "numeric"}), **extra,
    )  # fmt: skip


class SecondForm(PortalForm):
    """Who leads a talk beside the worker of the case."""

    second = forms.ModelChoiceField(
        label=_("Who leads it with you?"), queryset=User.objects.none(), empty_label=_("Choose somebody"),
        widget=forms.Select(attrs={"class": "form-select w-mid"}),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Two people lead it. Choose a colleague.")),
    )  # fmt: skip

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["second"]
        field.queryset = colleagues
        field.label_from_instance = lambda user: user.name


class ChooseSecondForm(SecondForm):
    do = forms.CharField(widget=forms.HiddenInput, initial="second")


class PlanGroupForm(MomentMixin, SubmittedForm, SecondForm):
    incident = StoryField(
        label=_("What happened?"), most=400, rows=2, required=True, help_text=_("A few words. No names."),
        error_messages={"required": _("Write down what happened, in one sentence.")},
    )  # fmt: skip
    place = WordsField(label=_("Where?"), most=160)
    minutes = _number(_("How many minutes?"), SHORTEST_SESSION_MINUTES, LONGEST_SESSION)
    field_order = ("incident", "day", "time", "minutes", "place", "second", "submission")


class HeldGroupForm(PortalForm):
    present = _number(_("How many people were there?"), 1, MOST_PEOPLE, help_text=_("Only the number. No names."))
    want_own_talk = _number(
        _("How many want a talk of their own?"), 0, MOST_PEOPLE,
        help_text=_("Tell them how to ask for it. Each of them does that themselves."),
    )  # fmt: skip
    report = StoryField(
        label=_("What does the group need?"), most=4000, rows=5, help_text=_("For the file. Name nobody.")
    )
    look_again_on = forms.DateField(
        label=_("On which day do you ask how the team is?"),
        widget=forms.DateInput(attrs={"type": "date", "class": "w-mid"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Enter a day, for example 26-11-2026.")},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

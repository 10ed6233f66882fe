"""What a client answers after the help has ended: that it is not over, or how it was."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm, RowRadios
from accounts.forms.words import CHOOSE_ONE, StoryField
from cases.enums.ending import Agrees
from cases.evaluation import QUESTIONS
from cases.forms.work import SubmittedForm


class AgainForm(SubmittedForm):
    text = StoryField(
        label=_("Do you want to say something about it?"), most=4000, rows=5,
        help_text=_("You need not. What you told us before, we still have."),
    )  # fmt: skip


def _question(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=Agrees.choices, coerce=int, widget=RowRadios, error_messages=CHOOSE_ONE
    )


class EvaluationForm(PortalForm):
    heard = _question(_("They listened to me"))
    quick = _question(_("I was helped quickly enough"))
    told_once = _question(_("I had to tell my story only once"))
    helped = _question(_("I can go on better now"))
    words = StoryField(
        label=_("What should we do better, or go on doing?"), most=1000, rows=4,
        help_text=_("Please write no names. Then nobody can know who wrote it."),
    )  # fmt: skip

    @property
    def said(self) -> dict[str, int]:
        """Only for a valid form."""
        return {name: self.cleaned_data[name] for name in QUESTIONS}

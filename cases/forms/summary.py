"""The client corrects their own summary."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from accounts.forms.words import StoryField
from cases import summaries


class SummaryForm(PortalForm):
    text = StoryField(
        label=_("Is something not right? Change it here"), most=summaries.LONGEST, rows=8, required=True,
        help_text=_("These are your words. Whoever helps you reads them first, so that you need not tell it again."),
        error_messages={"required": _("Write what somebody who helps you should know.")},
    )  # fmt: skip
    number = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

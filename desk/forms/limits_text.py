"""The words about confidentiality, in both languages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from accounts.forms.words import StoryField
from cases.confidentiality import LONGEST_TEXT


class LimitsTextForm(PortalForm):
    text_nl = StoryField(
        label=_("In Dutch"), most=LONGEST_TEXT, rows=14, required=True,
        help_text=_("Short sentences, “je”. A blank line begins a new paragraph."),
    )  # fmt: skip
    text_en = StoryField(label=_("In English"), most=LONGEST_TEXT, rows=14, required=True)
    number = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

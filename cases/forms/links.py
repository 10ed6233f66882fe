"""Saying that two requests are of the same person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from accounts.forms.words import StoryField, WordsField


class LinkForm(PortalForm):
    mark_optional = False
    reference = WordsField(
        label=_("Reference of the other request"), most=60, required=True,
        help_text=_("You find it through search at the desk, or the client tells it."),
        error_messages={"required": _("Enter the reference.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "w-mid mono"}),
    )  # fmt: skip
    reason = StoryField(
        label=_("How do you know that it is the same person?"), most=400, rows=2, required=True,
        error_messages={"required": _("Write down how you know.")},
    )  # fmt: skip
    sure = forms.BooleanField(
        label=_("It is one and the same person, and not a partner or relative"),
        error_messages={"required": _("Tick this when you are sure.")},
    )

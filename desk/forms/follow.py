"""Reference and pass-phrase, in any spelling; and giving a new phrase to someone who lost theirs."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from accounts.forms.words import WordsField


class FollowForm(PortalForm):
    """Neither is judged here: only together they open something."""

    reference = WordsField(
        label=_("Your reference"),
        help_text=_("For example NB-7K4Q-2M9T. Capitals and dashes do not matter."),
        most=60,
        required=True,
        error_messages={"required": _("Enter your reference.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "w-mid mono"}
        ),
    )
    phrase = WordsField(
        label=_("Your pass-phrase"),
        help_text=_("The six words that we showed when you sent your request."),
        most=300,
        required=True,
        error_messages={"required": _("Enter your pass-phrase.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class NewPhraseForm(PortalForm):
    """One thing to be sure of first. ``submission`` makes a second click the same click."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    asked = forms.BooleanField(
        label=_("I asked something that only this person knows, and the answer was right."),
        error_messages={"required": _("First make sure that you know who is calling.")},
    )

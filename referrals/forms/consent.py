"""What the client says about the summary that would travel."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from referrals.actions import MOST_LETTERS


class ConsentForm(PortalForm):
    """The exact words, to be corrected; ``asked`` names the proposal they belong to."""

    asked = forms.UUIDField(widget=forms.HiddenInput)
    summary = forms.CharField(
        label=_("Is something not right? Change it here"),
        help_text=_("What is written here when you say yes is what they read. Nothing else."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": _("Write the summary that may be passed on, or say no."),
            "max_length": _("The summary is too long: use at most %(limit_value)d characters."),
        },
    )


class RefusalForm(PortalForm):
    """A no needs no reason; it may have one."""

    asked = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What would you rather have?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Use at most 1000 characters.")},
    )

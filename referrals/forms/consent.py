"""What the client says about the summary that would travel."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedCheckboxes, PortalForm
from referrals.actions import MOST_LETTERS
from referrals.consent import Share
from referrals.enums import HandOver
from referrals.models import Referral
from referrals.travelling import Item


class ConsentForm(PortalForm):
    """The exact words, to be corrected, and what else travels, to be left out; ``asked`` names the proposal they belong
    to."""

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
    items = forms.MultipleChoiceField(
        label=_("What may they read besides the summary?"),
        help_text=_("Take the tick away from what you want to keep."),
        required=False,
        widget=HintedCheckboxes,
    )
    contact = forms.BooleanField(label=_("My name and how to reach me"), required=False)
    mark_optional = False

    def __init__(self, *args: Any, asked: Referral, items: Iterable[Item], **kwargs: Any) -> None:
        offered = [(item.key, item.title) for item in items]
        consults = asked.kind == HandOver.CONSULTATION
        start = {"asked": asked.pk, "summary": asked.summary, "items": [key for key, _t in offered], "contact": True}
        super().__init__(*args, initial=start, **kwargs)
        chosen: Any = self.fields["items"]
        chosen.choices = offered
        self.narrow = asked.share_contact or bool(offered)
        if not consults:
            self.fields["contact"].label = _("How I want to be reached")
        if not offered:
            del self.fields["items"]
        if not asked.share_contact:
            del self.fields["contact"]

    def share(self) -> Share | None:
        """What may travel of what was asked; nothing to say where only the summary was."""
        got = self.cleaned_data
        if not self.narrow:
            return None
        return Share(got.get("items", ()), contact="contact" not in self.fields or got["contact"])


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

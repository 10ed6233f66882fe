"""Noting a try to reach somebody, with one thumb."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PortalForm
from accounts.forms.numbered import NumberedMixin
from cases import safe_contact
from cases.enums import AttemptOutcome
from cases.models import ContactPreference

OUTCOMES = (AttemptOutcome.SPOKEN, AttemptOutcome.NO_ANSWER, AttemptOutcome.VOICEMAIL, AttemptOutcome.WRONG_NUMBER)


class AttemptForm(NumberedMixin, PortalForm):
    """How the call went: one of the buttons. A call outside the client's wishes asks for a reason."""

    numbered = "attempt_id"
    attempt_id = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        choices=[(one.value, one.label) for one in OUTCOMES],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose how the call went.")),
    )
    reason = forms.CharField(
        label=_("Why you called all the same"), required=False, max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, reference: str, wishes: ContactPreference, outside: bool, **kwargs: Any) -> None:
        self.reference = reference
        kwargs["initial"] = {"attempt_id": uuid.uuid4()}
        super().__init__(*args, auto_id=f"{reference}-%s", **kwargs)
        self.buttons = [one for one in OUTCOMES if not safe_contact.forbids(wishes, one)]
        if not outside:
            del self.fields["reason"]

"""How a worker answers a hand-over."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalForm
from referrals.actions import NOTE_NEEDED
from referrals.enums import ReturnReason

HINTS: dict[str, Any] = {
    ReturnReason.WRONG_UNIT: {"hint": _("We do not ask you again for this case.")},
    ReturnReason.NO_CAPACITY: {"hint": _("We look for someone who has time now.")},
    ReturnReason.CONFLICT: {"hint": _("We do not ask you again for this case. You need not explain.")},
    ReturnReason.OTHER_HELP: {"hint": _("Say below what would help more.")},
    ReturnReason.MORE_NEEDED: {"hint": _("Say below what you need to know.")},
    ReturnReason.DUPLICATE: {"hint": _("Fill in your other case below. We put them together.")},
    ReturnReason.CLIENT_DECLINES: {"hint": _("The desk goes on with the client. Nobody else is asked.")},
}


STAYS = (ReturnReason.WRONG_UNIT, ReturnReason.CONFLICT)
"""Hints that hold too where a colleague asks, and the case stays with them."""


class AcceptForm(PortalForm):
    """The one thing to promise when taking over."""

    read = forms.BooleanField(
        label=_("I have read the summary"),
        help_text=_("So that they need not tell their story again."),
        error_messages={"required": _("Read the summary and tick that you have read it.")},
    )


class ReturnForm(PortalForm):
    """Why it goes back; some reasons need words. ``stays`` where a colleague asks, who has the case and keeps it."""

    reason = forms.ChoiceField(
        label=_("Why do you return it?"),
        choices=ReturnReason.choices,
        widget=HintedRadios(details=HINTS),
        error_messages={"required": _("Choose why you return it.")},
    )
    other = forms.CharField(
        label=_("Reference of your other case"),
        help_text=_("Only when you help this person already."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"class": "w-mid", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": _("Use at most 20 characters, for example NB-7K4Q-2M9T.")},
    )
    note = forms.CharField(
        label=_("What should the desk know?"),
        help_text=_("Only the desk reads this, not the client."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("Use at most 1000 characters.")},
    )

    def __init__(self, *args: Any, stays: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stays = stays
        if stays:
            del self.fields["other"]
            self.fields["reason"].widget.details = {reason: HINTS[reason] for reason in STAYS}
            self.fields["note"].label = _("What should your colleague know?")
            self.fields["note"].help_text = _("Only who works on the case reads this, not the client.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reason") in NOTE_NEEDED and not data.get("note") and "note" not in self.errors:
            missing = (
                _("Write what your colleague should know.") if self.stays else _("Write what the desk should know.")
            )
            self.add_error("note", missing)
        if self.stays or data.get("reason") != ReturnReason.DUPLICATE:
            data["other"] = ""
        elif not data.get("other") and "other" not in self.errors:
            self.add_error("other", _("Fill in the reference of the case in which you help this person."))
        return data

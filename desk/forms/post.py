"""What is asked about a mail that waits for a person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.forms.base import HintedRadios, PortalForm, RowRadios
from cases.enums import Danger
from cases.passphrase import canonical_reference

FROM_CLIENT, FROM_OTHER = "client", "other"
HINTS: Any = {
    FROM_CLIENT: {"hint": gettext_lazy("It becomes a message of the client.")},
    FROM_OTHER: {"hint": gettext_lazy("It becomes a file note. The client can read that as well.")},
}


class JoinForm(PortalForm):
    """To which case it goes, and as what."""

    reference = forms.CharField(
        label=gettext_lazy("Reference of the case"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "w-mid"}),
    )  # fmt: skip
    writer = forms.ChoiceField(
        label=gettext_lazy("Who wrote it?"),
        choices=[
            (FROM_CLIENT, gettext_lazy("The client of this case")),
            (FROM_OTHER, gettext_lazy("Somebody else")),
        ],
        widget=HintedRadios(details=HINTS),
    )

    def clean_reference(self) -> str:
        return canonical_reference(str(self.cleaned_data["reference"]).replace("\x00", ""))


class RequestForm(PortalForm):
    """What a mail cannot tell, and whether we may write back."""

    danger = forms.ChoiceField(
        label=gettext_lazy("Does the e-mail say that somebody is in danger?"),
        choices=[
            (Danger.YES, gettext_lazy("Yes")),
            (Danger.NO, gettext_lazy("No")),
            (Danger.PREFER_NOT_TO_SAY, gettext_lazy("It does not say")),
        ],
        widget=RowRadios,
    )
    answer = forms.BooleanField(
        label=gettext_lazy("We may write to the address it came from"), required=False,
        help_text=gettext_lazy("Then they get their reference, and later mails without any content."),
    )  # fmt: skip


class SetAsideForm(PortalForm):
    """Why it is not for us; sealed."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it not for us?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write down why this is not for us.")},
    )  # fmt: skip


def forms_for(do: str, data: Any, start: dict[str, Any]) -> dict[str, PortalForm]:
    """All three, with what was sent in the one that was sent."""
    kinds: dict[str, type[PortalForm]] = {"join": JoinForm, "request": RequestForm, "set_aside": SetAsideForm}
    return {name: kind(data if do == name else None, initial=start, prefix=name) for name, kind in kinds.items()}

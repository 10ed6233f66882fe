"""Why something is passed on without the client's yes."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.base import HintedRadios, PortalForm
from accounts.forms.words import StoryField
from referrals.overriding import LEAST_REASON

MOST = 1000


class OverrideForm(PortalForm):
    """The privacy officer reads both answers."""

    reason = StoryField(
        label=gettext_lazy("Why can this not wait for the client's yes?"), required=True, most=MOST, rows=4,
        help_text=gettext_lazy("The privacy officer reads this. Do not tell the client's story here."),
        error_messages={"required": gettext_lazy("Write why this cannot wait.")},
    )  # fmt: skip
    told = forms.ChoiceField(
        label=gettext_lazy("Do we tell the client?"), widget=HintedRadios, initial="yes",
        choices=[("yes", gettext_lazy("Yes, on their page")), ("no", gettext_lazy("No, that is not safe now"))],
        help_text=gettext_lazy(
            "Also without this news they can always look up who sees their case, and who looked at it."
        ),
        error_messages={"required": gettext_lazy("Choose whether the client is told.")},
    )  # fmt: skip
    untold = StoryField(
        label=gettext_lazy("Why is telling not safe?"), most=MOST, rows=2,
        help_text=gettext_lazy("Only when the client is not told."),
    )  # fmt: skip

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"].strip()
        if len(reason) < LEAST_REASON:
            words = _("Write why this cannot wait for the client's yes: at least %(n)d letters.")
            raise forms.ValidationError(words % {"n": LEAST_REASON})
        return reason

    def clean(self) -> dict[str, Any]:
        got = super().clean() or {}
        if got.get("told") == "no" and not got.get("untold", "").strip() and "untold" not in self.errors:
            self.add_error("untold", _("Write why telling the client is not safe."))
        return got

    def why_untold(self) -> str:
        """Empty when the client is told."""
        return str(self.cleaned_data["untold"]) if self.cleaned_data["told"] == "no" else ""

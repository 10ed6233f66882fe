"""Who gets each case of somebody who leaves: the proposal, with what the coordinator changes in it."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.base import PortalForm
from accounts.models import User
from desk.forms.people import DESK
from referrals.spreading import Share, Spread

MOST = 999


class MostForm(PortalForm):
    """How many cases one colleague gets at most."""

    mark_optional = False
    most = forms.IntegerField(
        label=gettext_lazy("At most for one colleague"), min_value=1, max_value=MOST, required=False
    )


class SpreadForm(PortalForm):
    """A choice for each case that ``shown`` holds. What is not shown goes as proposed. ``seen`` comes along and says
    which cases there were, so that nobody confirms what they have not looked at."""

    mark_optional = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, hand over and close this account"),
        error_messages={"required": gettext_lazy("Tick this when you are sure.")},
    )

    def __init__(self, *args: Any, plan: Spread, shown: set[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shares = {share.case.pk: share for share in plan.shares if share.case.pk in shown}
        self.now = sha256("".join(sorted(str(share.case.pk) for share in plan.shares)).encode()).hexdigest()[:16]
        choices = {share.case.reference: _who(share) for share in self.shares.values()}
        self.fields = {**choices, **self.fields}

    def clean(self) -> dict[str, Any]:
        if self.data.get("seen") != self.now:
            raise forms.ValidationError(_("The cases changed since you opened this page. Look at it once more."))
        return super().clean() or self.cleaned_data

    def rows(self) -> list[dict[str, Any]]:
        """Each case with its choice, for the table."""
        return [{"share": share, "field": self[share.case.reference]} for share in self.shares.values()]

    def chosen(self) -> dict[UUID, User | None]:
        """Who gets each case that is shown; None is the desk."""
        people = {str(fit.user.pk): fit.user for share in self.shares.values() for fit in share.fits}
        return {pk: people.get(self.cleaned_data[share.case.reference]) for pk, share in self.shares.items()}


def _who(share: Share) -> forms.ChoiceField:
    label = _("Who gets %(reference)s") % {"reference": share.case.reference}
    choices, missing = [(str(fit.user.pk), fit.words) for fit in share.fits], _("Choose an answer: %(label)s")
    return forms.ChoiceField(
        label=label, choices=[*choices, (DESK, _("Back to the desk"))],
        initial=str(share.fit.user.pk) if share.fit else DESK,
        error_messages=dict.fromkeys(("required", "invalid_choice"), missing % {"label": label}),
        widget=forms.Select(attrs={"class": "form-select-sm", "aria-label": label}),
    )  # fmt: skip

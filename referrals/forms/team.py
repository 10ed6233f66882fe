"""How a coordinator answers for the people of their team."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalForm
from accounts.models import User
from referrals.actions import NOTE_NEEDED
from referrals.answering_for import REASONS

GIVE_BACK = "back"


class TeamAnswerForm(PortalForm):
    """Who takes it, or why it goes back."""

    who = forms.ChoiceField(
        label=_("Who takes this case?"), widget=HintedRadios,
        error_messages={"required": _("Choose who takes it, or give it back.")},
    )  # fmt: skip
    reason = forms.ChoiceField(
        label=_("Why do you give it back?"), required=False, help_text=_("Only when nobody takes it."),
        choices=[("", _("Choose a reason")), *((str(why), why.label) for why in REASONS)],
    )  # fmt: skip
    note = forms.CharField(
        label=_("What should the desk know?"), help_text=_("Only the desk reads this, not the client."),
        required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Use at most 1000 characters.")},
    )  # fmt: skip

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.public_id): user for user in people}
        field: Any = self.fields["who"]
        names = [(key, user.name) for key, user in self.people.items()]
        field.choices = [*names, (GIVE_BACK, _("Nobody: give it back"))]

    @property
    def worker(self) -> User:
        """Who was chosen; call it only when it does not go back."""
        return self.people[self.cleaned_data["who"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("who") != GIVE_BACK:
            return data
        if not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Choose why you give it back."))
        elif data.get("reason") in NOTE_NEEDED and not data.get("note") and "note" not in self.errors:
            self.add_error("note", _("Write what the desk should know."))
        return data

"""What is asked about a request for advice."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.forms.base import HintedRadios
from desk.forms.triage import VersionedForm
from referrals.matching import Candidate


class AdviceForm(VersionedForm):
    """What was advised; sealed."""

    advice = forms.CharField(
        label=gettext_lazy("What did you advise?"),
        help_text=gettext_lazy("No names of employees. The commander does not read this."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write down what you advised")},
    )


class PassOnForm(VersionedForm):
    """To which team it goes."""

    team = forms.ChoiceField(
        label=gettext_lazy("Which team?"),
        widget=HintedRadios,
        error_messages=dict.fromkeys(["required", "invalid_choice"], gettext_lazy("Choose a team")),
    )

    def __init__(self, *args: Any, found: Iterable[Candidate], **kwargs: Any) -> None:
        self.found = {str(one.team.pk): one for one in found}
        super().__init__(*args, **kwargs)
        field: Any = self.fields["team"]
        field.choices = [(key, str(one.team)) for key, one in self.found.items()]
        field.widget.details = {key: {"hint": one.because} for key, one in self.found.items()}

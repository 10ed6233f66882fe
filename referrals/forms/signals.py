"""A signal for the prevention officer, and the answer to it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.base import HintedRadios, PortalForm
from accounts.forms.words import StoryField
from accounts.models import Unit
from cases.forms.work import SubmittedForm
from referrals.enums import SIGNAL_NEXT, SignalState

MOST = 600
_CHOOSE = dict.fromkeys(["required", "invalid_choice"], gettext_lazy("Choose one from the list."))


class SignalForm(SubmittedForm):
    """Which unit, about what, and what is noticed there."""

    unit = forms.ChoiceField(
        label=gettext_lazy("At which unit?"), required=False, widget=HintedRadios, error_messages=_CHOOSE,
        help_text=gettext_lazy("Choose one with ten people or more, so that nobody is recognised."),
    )  # fmt: skip
    topic = forms.ChoiceField(label=gettext_lazy("What is it about?"), error_messages=_CHOOSE)
    words = StoryField(
        label=gettext_lazy("What do you notice?"), required=True, most=MOST, rows=5,
        help_text=gettext_lazy("A pattern, or something unsafe. No names, no dates, nobody's story."),
        error_messages={"required": gettext_lazy("Write what you notice.")},
    )  # fmt: skip
    nobody = forms.BooleanField(
        label=gettext_lazy("Ten people or more work there, and nobody can be recognised in it"),
        error_messages={"required": gettext_lazy("Tick that nobody can be recognised. Otherwise it cannot be sent.")},
    )

    def __init__(self, *args: Any, units: Sequence[Unit], topics: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        fields: dict[str, Any] = self.fields
        fields["unit"].choices = [*((pk, unit.name) for pk, unit in self.units.items()), ("", _("The organisation"))]
        fields["topic"].choices = [("", _("Choose a topic")), *topics]

    def chosen(self) -> Unit | None:
        return self.units.get(self.cleaned_data["unit"])


class SignalAnswerForm(PortalForm):
    """What becomes of a signal."""

    state = forms.ChoiceField(
        label=gettext_lazy("What do you do with it?"), widget=HintedRadios,
        error_messages={"required": gettext_lazy("Choose an answer.")},
    )  # fmt: skip
    words = StoryField(label=gettext_lazy("What may the sender know of it?"), most=MOST, rows=3)

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["state"]
        field.choices = [(one.value, SignalState(one).label) for one in SIGNAL_NEXT[state]]

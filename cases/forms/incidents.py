"""A serious incident: beginning the checklist, ticking a line, and the lists that coordinators keep."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalModelForm, RowRadios
from accounts.forms.words import CHOOSE_ONE, StoryField
from cases import incidents
from cases.enums.guarded import IncidentKind, StepOutcome
from cases.forms.breaches import DoForm
from cases.forms.work import SubmittedForm
from cases.models import ComplaintTerm, IncidentListItem, IncidentStep


class BeginForm(SubmittedForm):
    kind = forms.ChoiceField(
        label=_("What happened?"), choices=IncidentKind.choices, widget=HintedRadios, error_messages=CHOOSE_ONE
    )
    known = StoryField(
        label=_("What is known, and who says so?"), rows=4, most=2000, required=True,
        help_text=_("Only facts. Who reads this must know what to say, and what not yet."),
    )  # fmt: skip


class SettleForm(DoForm):
    """Settles ``step``, the line that comes now."""

    outcome = forms.ChoiceField(
        label=_("How was it settled?"), choices=StepOutcome.choices, widget=RowRadios, error_messages=CHOOSE_ONE
    )
    note = StoryField(label=_("Who was spoken to, and what was agreed?"), rows=2, most=1000)

    def __init__(self, step: IncidentStep, data: Any = None) -> None:
        super().__init__(f"settle{step.place}", data)
        field: Any = self.fields["outcome"]
        field.choices = [(one.value, one.label) for one in incidents.outcomes_of(step)]
        if step.releases:
            field.help_text = incidents.ALWAYS


class ItemForm(PortalModelForm):
    class Meta:
        model = IncidentListItem
        fields: ClassVar = ["kind", "place", "words_nl", "words_en", "releases"]
        help_texts: ClassVar = {
            "releases": _(
                "Tick this for the personal message. Until then the client and who they let in hear nothing."
            ),
        }


class TermForm(PortalModelForm):
    class Meta:
        model = ComplaintTerm
        fields: ClassVar = ["step", "days"]

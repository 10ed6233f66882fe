"""The reporting code: a step, a correction, and who is in the circle."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios
from accounts.forms.words import CHOOSE_ONE, StoryField
from accounts.models import User
from cases.enums.guarded import ReportingDecision
from cases.forms.breaches import DoForm
from cases.forms.keep_out import UserField
from cases.forms.work import SubmittedForm
from cases.models import ReportingStep
from cases.reporting import Done


class StartForm(SubmittedForm):
    colleague = UserField(label=_("Who else should see it from the start?"))

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].offer(people)  # type: ignore[attr-defined]


class StepForm(DoForm):
    """What is asked depends on the number of the step. ``corrected`` is the line that this stands beside."""

    corrected: ReportingStep | None = None
    title: Any = ""

    number = forms.IntegerField(widget=forms.HiddenInput)
    done_on = forms.DateField(
        label=_("On which day?"), widget=forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Enter a day, for example 26-11-2026.")},
    )  # fmt: skip
    what = StoryField(label=_("What was done, and what came of it?"), rows=5, most=4000, required=True)
    colleague = UserField(
        label=_("Which colleague was consulted?"), help_text=_("This person joins the circle, and sees all of this.")
    )
    veilig_thuis = forms.BooleanField(
        label=_("Veilig Thuis was asked for advice (this can be done without a name)"), required=False
    )
    decision = forms.ChoiceField(
        label=_("What was decided?"), choices=ReportingDecision.choices, widget=HintedRadios, error_messages=CHOOSE_ONE
    )

    def __init__(self, do: str, data: Any = None, *, number: int, people: list[User], **kwargs: Any) -> None:
        super().__init__(do, data, initial={"number": number} | kwargs.pop("initial", {}), **kwargs)
        if number == 2:
            self.fields["colleague"].offer(people)  # type: ignore[attr-defined]
        else:
            del self.fields["colleague"], self.fields["veilig_thuis"]
        if number != 5:
            del self.fields["decision"]

    @property
    def done(self) -> Done:
        given = self.cleaned_data
        return Done(
            given["what"], given["done_on"], given.get("veilig_thuis", False), given.get("decision", ""),
            given.get("colleague"),
        )  # fmt: skip


class AddForm(DoForm):
    colleague = UserField(label=_("Who joins the circle?"))

    def __init__(self, do: str, data: Any = None, *, people: list[User], **kwargs: Any) -> None:
        super().__init__(do, data, **kwargs)
        self.fields["colleague"].offer(people, must=gettext("Choose a colleague"))  # type: ignore[attr-defined]

"""Deciding about the help that runs, and the outline for an employer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalForm, RowRadios
from accounts.forms.words import StoryField
from cases import outlines
from cases.enums.tracks import CoachingFocus, NextStep, OutlineMoment, Recipient
from cases.forms.work import SubmittedForm

HINTS: dict[str, Any] = {
    NextStep.STOP: {"hint": _("Help was completed, or the client stops. The page to close the case opens.")},
    NextStep.REFER: {"hint": _("The desk looks for it together with the client, who approves what is passed on.")},
    NextStep.COACHING: {"hint": _("Five to nine conversations, two to three weeks apart, by a registered coach.")},
    NextStep.SHORT_TERM_HELP: {"hint": _("At most five conversations in one case, over all periods together.")},
    NextStep.PAUSE: {"hint": _("Nothing is planned until you start the next help.")},
}


class DecisionForm(PortalForm):
    """What comes now. ``steps`` are offered; another one that is sent is judged by the verbs, so that a second click
    on the same button is the same thing."""

    step = forms.ChoiceField(
        label=_("What did you decide together?"), widget=HintedRadios(details=HINTS),
        error_messages={"required": _("Choose what comes now.")},
    )  # fmt: skip
    focus = forms.ChoiceField(
        label=_("Which coaching?"), choices=CoachingFocus.choices, widget=RowRadios, required=False,
        help_text=_("Only for coaching."),
    )  # fmt: skip
    reason = StoryField(
        label=_("Why does this fit?"), most=1000, rows=3, help_text=_("For the file. The client does not see it here.")
    )

    def __init__(self, *args: Any, steps: list[NextStep], first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(NextStep) if self.is_bound else steps
        self.fields["step"].choices = [(step.value, step.label) for step in known]  # type: ignore[attr-defined]
        if NextStep.COACHING not in known:
            del self.fields["focus"]
        if not first:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = str(_("Write down why this fits."))

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if answers.get("step") == NextStep.COACHING and not answers.get("focus") and "focus" not in self.errors:
            self.add_error("focus", _("Choose which coaching it is."))
        return answers


class OutlineForm(SubmittedForm):
    """The text that the coachee is asked about. ``moments`` are offered; the verb judges what is sent."""

    moment = forms.ChoiceField(label=_("When?"), widget=RowRadios, error_messages={"required": _("Choose when.")})
    text = StoryField(
        label=_("What may the employer know, in outline?"), most=outlines.LONGEST, rows=6, required=True,
        help_text=_("That there is coaching, for how long, and what it is aimed at. Nothing of what was said."),
        error_messages={"required": _("Write the text first.")},
    )  # fmt: skip

    def __init__(self, *args: Any, moments: list[OutlineMoment], **kwargs: Any) -> None:
        if len(moments) == 1:
            kwargs["initial"] = {"moment": moments[0]} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        known = list(OutlineMoment) if self.is_bound else moments
        self.fields["moment"].choices = [(one.value, one.label) for one in known]  # type: ignore[attr-defined]


class PassedOnForm(PortalForm):
    """To which role it was handed over."""

    outline = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.ChoiceField(
        label=_("To whom did you give it?"), choices=Recipient.choices, widget=HintedRadios,
        help_text=_("Only the role is kept, no name."), error_messages={"required": _("Choose to whom.")},
    )  # fmt: skip

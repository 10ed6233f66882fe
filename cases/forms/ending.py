"""Closing, opening again, splitting off and putting together."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import HintedRadios, PortalForm, RowRadios
from accounts.forms.words import CHOOSE_ONE, StoryField, WordsField
from cases import marks, notes
from cases.closing import Goodbye
from cases.enums import WORKER_OUTCOMES
from cases.enums.ending import CALLED_AFTER, AfterCareOutcome, GoalResult
from cases.enums.plan import GoalMoment
from cases.forms.plan import ask_marks, marks_of
from cases.forms.work import ReasonedForm, SubmittedForm
from cases.models import Case
from cases.plan import Result
from cases.reopening import DESK, WORKER

CALL, ASK, NOTHING = "call", "ask", "nothing"
FURTHEST = dt.timedelta(days=365)


class ResultsMixin(forms.Form):
    """For a form that ends a case. ``goals`` are those of the plan, in words; each asks what came of it. Without a plan
    nothing is asked."""

    def __init__(self, *args: Any, goals: Sequence[str] = (), **kwargs: Any) -> None:
        self.goals = list(goals)
        super().__init__(*args, **kwargs)
        for number, goal in enumerate(self.goals):
            self.fields[f"goal_{number}"] = forms.ChoiceField(
                label=goal, choices=GoalResult.choices, widget=RowRadios, error_messages=CHOOSE_ONE
            )

    @property
    def goal_fields(self) -> list[BoundField]:
        return [self[f"goal_{number}"] for number, _goal in enumerate(self.goals)]

    @property
    def results(self) -> dict[str, str]:
        """A GoalResult by goal. Only for a valid form."""
        return {goal: self.cleaned_data[f"goal_{number}"] for number, goal in enumerate(self.goals)}


class CloseForm(ResultsMixin, PortalForm):
    """How a worker ends a case."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=[(outcome, outcome.label) for outcome in WORKER_OUTCOMES],
        widget=HintedRadios,
        error_messages={"required": _("Choose how it ended.")},
    )
    note = StoryField(
        label=_("What was done, and what was agreed?"), most=notes.LONGEST, rows=5,
        help_text=_("For the file. The client may ask to read it."),
    )  # fmt: skip
    takes_along = StoryField(
        label=_("What does the client take along?"), most=2000, rows=3,
        help_text=_("In their own words. Ask it in the last conversation."),
    )  # fmt: skip
    onward = WordsField(
        label=_("Where did they go on to?"), most=200, help_text=_("Only when they went on to other help.")
    )
    afterwards = forms.ChoiceField(
        label=_("And afterwards?"),
        choices=[
            (CALL, _("The desk calls once, and we ask how it was")),
            (ASK, _("No call; we only ask how it was")),
            (NOTHING, _("Nothing: no call and no questions")),
        ],
        widget=HintedRadios,
        error_messages=CHOOSE_ONE,
    )
    call_on = forms.DateField(
        label=_("Call from"), required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d"),
        help_text=_("Leave it empty for six weeks from now."),
        error_messages={"invalid": _("Enter a day, for example 26-11-2026.")},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, at: dt.datetime, no_call: bool = False, **kwargs: Any) -> None:
        self.today = timezone.localdate(at)
        kwargs["initial"] = {"afterwards": ASK if no_call else CALL} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        afterwards: Any = self.fields["afterwards"]
        afterwards.widget.details = {
            CALL: {"hint": gettext("In six to eight weeks. The client can turn it off.")},
            ASK: {"hint": gettext("Four short questions on their page, without their name.")},
            NOTHING: {"hint": gettext("The client does not want it, or has died.")},
        }
        if no_call:
            del self.fields["call_on"]
            afterwards.choices = [pair for pair in afterwards.choices if pair[0] != CALL]
        self.order_fields(["outcome", *(field.name for field in self.goal_fields), "note"])

    def clean_call_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["call_on"]
        if day and not self.today < day <= self.today + FURTHEST:
            raise forms.ValidationError(gettext("Choose a day within a year from now."))
        return day

    @property
    def goodbye(self) -> Goodbye:
        """Only for a valid form."""
        got = self.cleaned_data
        return Goodbye(
            takes_along=got["takes_along"], onward=got["onward"],
            results=self.results,
            calls=got["afterwards"] == CALL and got["outcome"] in CALLED_AFTER,
            call_on=got.get("call_on"), asks=got["afterwards"] != NOTHING,
        )  # fmt: skip


class ReopenForm(PortalForm):
    to = forms.ChoiceField(label=_("Who goes on with it?"), widget=HintedRadios, error_messages=CHOOSE_ONE)
    reason = StoryField(
        label=_("Why is the case opened again?"), most=1000, rows=4, required=True,
        help_text=_("Whoever goes on with it reads this, the client does not."),
        error_messages={"required": _("Write down why the case is opened again.")},
    )  # fmt: skip

    def __init__(self, *args: Any, worker: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.choices = [(DESK, gettext("The desk, as anything new"))]
        if worker:
            field.choices = [(WORKER, gettext("%(name)s, who had it") % {"name": worker}), *field.choices]
        self.initial.setdefault("to", WORKER if worker else DESK)


class SplitForm(SubmittedForm):
    mark_optional = False
    topic = forms.ChoiceField(
        label=_("What is the other problem about?"),
        help_text=_("It leaves this request, unless it is the only topic."),
        widget=forms.Select(attrs={"class": "w-mid"}), error_messages=CHOOSE_ONE,
    )  # fmt: skip
    words = StoryField(
        label=_("Which words travel?"), most=4000, rows=6, required=True,
        help_text=_("Only this goes to the new request. Write what the client said about it, so that they need not."),
        error_messages={"required": _("Write what the new request is about.")},
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=_("The client knows, and agrees"), error_messages={"required": _("Ask the client first.")}
    )

    def __init__(self, *args: Any, topics: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["topic"]
        field.choices = [("", gettext("Choose a topic")), *topics]


class MergeForm(PortalForm):
    mark_optional = False
    stays = forms.ChoiceField(
        label=_("Which one goes on?"), widget=HintedRadios, error_messages=CHOOSE_ONE,
        help_text=_("Best the one whose reference the client uses. The other one is closed and stays readable."),
    )  # fmt: skip
    reason = StoryField(
        label=_("Why are they one?"), most=400, rows=2, required=True,
        error_messages={"required": _("Write down why.")},
    )  # fmt: skip
    sure = forms.BooleanField(
        label=_("It is one and the same person, and not a partner or relative"),
        error_messages={"required": _("Tick this when you are sure.")},
    )

    def __init__(self, *args: Any, pair: tuple[Case, Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pair = {case.reference: case for case in pair}
        field: Any = self.fields["stays"]
        field.choices = [(case.reference, case.reference) for case in pair]

    @property
    def chosen(self) -> tuple[Case, Case]:
        """The one that goes, and the one that stays. Only for a valid form."""
        stays = self.pair[self.cleaned_data["stays"]]
        return next(case for case in self.pair.values() if case != stays), stays


class AfterCallForm(ReasonedForm):
    """How the call afterwards went, and the client's mark for each goal; they may leave any out."""

    by_words = False  # it is one call, however it went
    outcome = forms.ChoiceField(
        label=_("How is it now?"), choices=AfterCareOutcome.choices, widget=HintedRadios,
        error_messages={"required": _("Choose how it went.")},
    )  # fmt: skip
    note = StoryField(
        label=_("What should a colleague know?"), most=1000, rows=3,
        help_text=_("Needed when they want help again: then they need not tell it twice."),
    )  # fmt: skip
    number = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, results: list[Result], **kwargs: Any) -> None:
        kwargs["initial"] = {"number": marks.seen(results)} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.results = results
        self.asked = ask_marks(self, results, GoalMoment.FOLLOW_UP, for_client=False)
        self.order_fields(["outcome", *self.asked, "note", "reason"])

    def marks(self) -> dict[str, int]:
        """What they said, by the goals' ids."""
        return marks_of(self.cleaned_data, self.results)

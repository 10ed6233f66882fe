"""Forms of the plan: what was explained, the analysis, the goals, the marks and what either side does."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import PillRadios, PortalForm, RowRadios
from accounts.forms.days import DayField
from accounts.forms.words import StoryField, WordsField
from cases import agreed, analysis, confidentiality, marks, plan
from cases.enums.plan import HIGHEST_MARK, MOST_GOALS, GoalMoment, Side
from cases.forms.work import SubmittedForm
from cases.models import Plan
from cases.models.plan import Goal
from cases.plan import Result


class ExplainedForm(SubmittedForm):
    on = DayField(label=_("On which day did you explain it?"), error_messages={"required": _("Choose a day.")})
    words = StoryField(
        label=_("Did you say it in other words than the text? Which?"), most=confidentiality.LONGEST, rows=3,
        help_text=_("The client can read this."),
    )  # fmt: skip
    questions = StoryField(
        label=_("What did the client ask, and what did you answer?"), most=confidentiality.LONGEST, rows=3,
        help_text=_("The client can read this."),
    )  # fmt: skip
    field_order = ("on", "words", "questions", "submission")


def _part(label: Any, hint: Any = "") -> StoryField:
    return StoryField(label=label, most=analysis.LONGEST, rows=4, help_text=hint)


class AnalysisForm(PortalForm):
    """All parts may be empty but not all of them together: an analysis often grows over two talks."""

    demand = _part(_("What does the client ask?"), _("In their own words where you can."))
    context = _part(_("In which situation?"), _("Work, home, health, what happened before."))
    strengths = _part(_("What goes well, and what helps?"))
    risk = _part(_("What can go wrong?"), _("Safety, health, work. Also: nothing that you know of."))
    others = _part(_("Who else takes part?"), _("Who they are to the client. No more about them than is needed."))
    number = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(answers.get(part, "").strip() for part in analysis.PARTS):
            self.add_error("demand", _("Write something first."))
        return answers


class GoalsForm(PortalForm):
    """The goals under each other; each keeps its id in a hidden field."""

    talks = forms.IntegerField(
        label=_("How many conversations do you plan?"), min_value=1,
        widget=forms.NumberInput(attrs={"class": "w-short", "inputmode": "numeric"}),
        error_messages={
            "required": _("Enter a number, for example 4."), "invalid": _("Enter a number, for example 4."),
            "min_value": _("A plan has at least one conversation."),
        },
    )  # fmt: skip
    ends_when = StoryField(
        label=_("When is it enough?"), most=plan.LONGEST_END, rows=3, required=True,
        help_text=_("By what does the client notice that the help can stop?"),
        error_messages={"required": _("Write down when it is enough.")},
    )  # fmt: skip
    number = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, most_talks: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most_talks = most_talks
        self.fields["talks"].help_text = gettext("At most %(most)d with this kind of help.") % {"most": most_talks}
        for place in range(1, MOST_GOALS + 1):
            self.fields[f"goal_{place}"] = WordsField(
                label=gettext("Goal %(place)d") % {"place": place}, most=plan.LONGEST_GOAL, required=place == 1,
                help_text=_("In the client's own words: what do they want to have reached?") if place == 1 else "",
                error_messages={"required": _("Write down at least one goal.")},
            )  # fmt: skip
            self.fields[f"id_{place}"] = forms.CharField(widget=forms.HiddenInput, required=False, max_length=36)
        self.order_fields([f"{what}_{place}" for place in range(1, MOST_GOALS + 1) for what in ("goal", "id")])

    def clean_talks(self) -> int:
        talks: int = self.cleaned_data["talks"]
        if talks > self.most_talks:
            raise forms.ValidationError(
                _("At most %(most)d conversations are possible."), params={"most": self.most_talks}
            )
        return talks

    def goals(self) -> list[Goal]:
        """What was typed; only for a valid form."""
        given = self.cleaned_data
        return [Goal(given[f"id_{place}"], given[f"goal_{place}"]) for place in range(1, MOST_GOALS + 1)]


def start_of(row: Plan | None) -> dict[str, Any]:
    """The answers of GoalsForm as a plan has them."""
    if row is None:
        return {"number": 0}
    goals = {f"goal_{place}": goal.words for place, goal in enumerate(row.goals, 1)}
    ids = {f"id_{place}": goal.id for place, goal in enumerate(row.goals, 1)}
    return {"number": row.number, "talks": row.talks, "ends_when": row.ends_when, **goals, **ids}


def ask_marks(form: forms.Form, results: list[Result], moment: str, *, for_client: bool) -> list[str]:
    """Put a question for each goal in a form, named by its place in the plan; what the client gave themselves is not
    asked of others. Gives back the names."""
    names = []
    for place, result in enumerate(results, 1):
        if not for_client and (row := result.marks.get(moment)) and row.by_client:
            continue
        names.append(f"mark_{place}")
        form.fields[f"mark_{place}"] = forms.TypedChoiceField(
            label=result.goal.words, required=False, coerce=int, empty_value=None, widget=PillRadios,
            choices=[(mark, str(mark)) for mark in range(HIGHEST_MARK + 1)], initial=result.at(moment),
            help_text=_("0 is not at all, 10 is reached."),
            error_messages={"invalid_choice": _("Choose a number from 0 to 10.")},
        )  # fmt: skip
    return names


def marks_of(answers: dict[str, Any], results: list[Result]) -> dict[str, int]:
    """What was given to those questions, by the goals' ids."""
    given = ((one.goal.id, answers.get(f"mark_{place}")) for place, one in enumerate(results, 1))
    return {goal: mark for goal, mark in given if mark is not None}


def kept_marks(results: list[Result], moment: str) -> dict[str, int | None]:
    """The answers as they are kept, for cases.forms.conflict.both."""
    return {f"mark_{place}": result.at(moment) for place, result in enumerate(results, 1)}


class MarksForm(PortalForm):
    """A mark for each goal; a goal may wait. What the client gave themselves cannot be changed by others."""

    mark_optional = False
    moment = forms.ChoiceField(choices=GoalMoment.choices, widget=forms.HiddenInput)
    number = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, results: list[Result], moment: str, for_client: bool, **kwargs: Any) -> None:
        kwargs["initial"] = {"moment": moment, "number": marks.seen(results)}
        super().__init__(*args, **kwargs)
        self.results = results
        self.asked = ask_marks(self, results, moment, for_client=for_client)

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or {}
        if not self.errors and self.asked and not self.marks():
            self.add_error(self.asked[0], _("Choose a number from 0 to 10."))
        return answers

    def marks(self) -> dict[str, int]:
        """What was given, by the goals' ids."""
        return marks_of(self.cleaned_data, self.results)


class AgreedForm(SubmittedForm):
    who = forms.ChoiceField(
        label=_("Who does it?"), choices=Side.choices, widget=RowRadios,
        error_messages={"required": _("Choose who does it.")},
    )  # fmt: skip
    words = WordsField(
        label=_("What was agreed?"), most=agreed.LONGEST, required=True, help_text=_("The client can read this."),
        error_messages={"required": _("Write down what was agreed.")},
    )  # fmt: skip
    by_day = DayField(label=_("By when?"), required=False)
    field_order = ("who", "words", "by_day", "submission")

"""Asking something of somebody in a case, or changing what was asked."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.words import CHOOSE_ONE, StoryField
from accounts.models import User
from cases import case_tasks
from cases.enums.tasks import Reminder, TaskKind
from cases.forms.work import MomentMixin, SubmittedForm
from cases.models import CaseTask

DESK = "desk"
END_OF_DAY = dt.time(17)


class TaskForm(MomentMixin, SubmittedForm):
    """``people`` are who can open the case. ``task`` is what it changes; without one it asks something new."""

    what = StoryField(
        label=_("What is to be done?"), most=case_tasks.LONGEST, rows=2, required=True,
        help_text=_("Only staff who may open this case read it. What you ask of the desk, the whole desk reads."),
        error_messages={"required": _("Write what is to be done.")},
    )  # fmt: skip
    holder = forms.ChoiceField(label=_("Who does it?"), error_messages=CHOOSE_ONE)
    reminder = forms.ChoiceField(label=_("Remind them"), choices=Reminder.choices, error_messages=CHOOSE_ONE)
    aftercare = forms.BooleanField(label=_("This is aftercare: it stays after closing"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ("what", "holder", "day", "time", "reminder", "aftercare", "version", "submission")

    def __init__(
        self, *args: Any, people: Sequence[User], me: int | None, at: dt.datetime, task: CaseTask | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        tomorrow = timezone.localdate(at) + dt.timedelta(days=1)
        initial = {"holder": str(me), "day": tomorrow, "time": END_OF_DAY, "reminder": Reminder.HOUR}
        super().__init__(*args, initial=_answers(task) if task else initial, **kwargs)
        self.people, self.at, self.task = {str(user.pk): user for user in people}, at, task
        choices = [(pk, gettext("Myself") if pk == str(me) else user.name) for pk, user in self.people.items()]
        if task and task.user and str(task.user_id) not in self.people:
            choices.append((str(task.user_id), task.user.name))
        field: Any = self.fields["holder"]
        field.choices = [*sorted(choices, key=lambda choice: choice[0] != str(me)), (DESK, gettext("The desk"))]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        known = self.task.due_at if self.task else None
        if answers.get("day") and answers.get("time") and self.at >= self.starts_at != known:
            self.add_error("day", _("This moment is over. Choose a later one."))
        return answers

    @property
    def kind(self) -> TaskKind:
        return TaskKind.AFTERCARE if self.cleaned_data["aftercare"] else TaskKind.PLAIN

    @property
    def user(self) -> User | None:
        """Whom it is asked of; None is the desk. Only for a valid form."""
        chosen = self.cleaned_data["holder"]
        if self.task and str(self.task.user_id) == chosen:
            return self.task.user
        return None if chosen == DESK else self.people[chosen]


def _answers(task: CaseTask) -> dict[str, Any]:
    due = timezone.localtime(task.due_at)
    return {
        "what": task.what, "holder": str(task.user_id or DESK), "day": due.date(), "time": due.time(),
        "reminder": task.reminder, "aftercare": task.kind == TaskKind.AFTERCARE, "version": task.version,
    }  # fmt: skip

"""Entering a request for someone who calls, comes or writes: the same questions on one page. Pure, as the wizard is.

What was typed travels in the same sealed blob, bound to the colleague who types it (docs/adr/0005).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.forms.words import CHOOSE_ONE
from cases.enums import IntakeChannel, OnBehalf
from cases.intake import Submission
from desk import conversation, summary, wizard
from desk.conversation import Answers, Posted
from desk.forms.entering import CallForm
from desk.forms.intake import FORMS, Question, judged, question
from desk.snapshot import Snapshot
from desk.summary import Section
from desk.wizard import HELP_NOW, State

FIRST = {"channel": [IntakeChannel.PHONE.value], "on_behalf": [OnBehalf.SELF.value], "language": ["nl"]}
"""What is usually so when somebody calls."""


@dataclass(frozen=True)
class Entry:
    """The one page: what goes with the call, and every question by its step."""

    state: State
    call: CallForm
    questions: dict[str, Question]

    @property
    def all(self) -> list[CallForm | Question]:
        """In the order of the page: danger first, as in the wizard."""
        danger, *others = self.questions.values()
        return [danger, self.call, *others]

    @property
    def is_sound(self) -> bool:
        """Whether everything that applies was answered without a mistake."""
        applies = wizard.applicable(self.state)
        return self.call.is_valid() and all(form.is_valid() for step, form in self.questions.items() if step in applies)


def holder_of(by: Actor) -> str:
    """What binds the blob to the colleague who types."""
    return f"desk|{by.user_id}"


def begin(by: Actor, at: dt.datetime, known: Mapping[str, wizard.Typed] | None = None) -> State:
    """A new request; ``known`` fills in what we know of the person already."""
    state = wizard.begin(at, known)
    state.holder, state.aside = holder_of(by), dict(FIRST)
    return state


def show(state: State, *, seen: Snapshot, at: dt.datetime) -> Entry:
    """The page with what was typed before, without remarks."""
    initial = {name: values[-1] for name, values in state.aside.items() if values}
    questions = {step: _bare(question(step, state, seen=seen, at=at)) for step in FORMS}
    return Entry(state, CallForm(initial=initial, at=at), questions)


def fill(state: State, posted: Posted, *, seen: Snapshot, at: dt.datetime) -> Entry:
    """The page as it was sent: everything is judged, and only questions that apply are remembered."""
    state.aside = conversation.typed_in(CallForm.base_fields, posted)
    questions: dict[str, Question] = {}
    for step, made in FORMS.items():
        typed = conversation.typed_in(made.base_fields, posted)
        if step not in wizard.applicable(state):
            state.forget(step)
            questions[step] = _bare(question(step, state, seen=seen, at=at))
            continue
        form = questions[step] = _bare(judged(step, typed, state, seen=seen, at=at))
        state.keep(step, typed, finished=form.is_valid())
    state.keep(HELP_NOW, {}, finished=True)
    wizard.prune(state)
    return Entry(state, CallForm(MultiValueDict(state.aside), at=at), questions)


def checked(state: State, *, seen: Snapshot, at: dt.datetime) -> tuple[CallForm, Answers]:
    """Everything that was typed, judged again: what a blob says is never believed."""
    call = CallForm(MultiValueDict(state.aside), at=at)
    call.is_valid()
    return call, conversation.check(state, seen=seen, at=at)


def read_back(state: State, call: CallForm, *, seen: Snapshot, at: dt.datetime) -> list[Section]:
    """What will be kept, in the language of the person who asks, to be read out."""
    with translation.override(call.cleaned_data["language"]):
        answers = conversation.check(state, seen=seen, at=at)
        return [*summary.sections(answers, change=False), Section("call", _("How it came in"), _call_rows(call))]


def submission(
    state: State, call: CallForm, answers: Answers, *, read_out: bool, seen: Snapshot
) -> Submission:  # fmt: skip
    """As the reception wants it, in the language of the person who asks."""
    language = call.cleaned_data["language"]
    with translation.override(language):
        asked = conversation.submission_of(state, answers, seen=seen, language=language)
    return replace(asked, channel=call.cleaned_data["channel"], by_desk=call.by_desk(read_out=read_out))


def needs_reading(call: CallForm) -> bool:
    """Nobody listens to what is copied from a letter."""
    return bool(call.cleaned_data.get("channel") != IntakeChannel.LETTER)


def _call_rows(call: CallForm) -> list[summary.Row]:
    given = call.cleaned_data
    who = str(OnBehalf(given["on_behalf"]).label)
    rows: list[summary.Row] = [
        {"label": _("Way"), "value": str(IntakeChannel(given["channel"]).label)},
        {"label": _("Who spoke or wrote"), "lines": [line for line in (who, given["caller"]) if line]},
    ]
    if received := call.by_desk(read_out=False).received_at:
        rows.append({"label": _("Received on"), "value": date_format(localtime(received), "l j F Y, H:i")})
    return rows


def _bare(form: Question) -> Question:
    """On a page with all questions none of them is its heading, and a remark names the question it is about."""
    form.page_question = ""
    for field in form.fields.values():
        if field.error_messages.get("required") == CHOOSE_ONE["required"]:
            field.error_messages["required"] = _("Choose an answer: %(label)s") % {"label": field.label}
    return form

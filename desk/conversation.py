"""What a posted page of the request form leads to. Pure: no database, no request, the moment is an argument."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from cases import slots
from cases.enums import Wish
from cases.intake import Submission
from cases.keywords import heard
from cases.topics import topics_of
from desk import wizard
from desk.forms.intake import FORMS, Question, judged, question
from desk.snapshot import Snapshot
from desk.wizard import CHECK, HELP_NOW, SENT, State

Posted = MultiValueDict[str, str]


@dataclass(frozen=True)
class Page:
    """What to show. ``form`` is None on pages that ask nothing; ``submission`` is there when it is to be sent, and then
    ``answers`` are the questions it came from."""

    state: State
    form: Question | None = None
    submission: Submission | None = None
    answers: "Answers | None" = None

    @property
    def step(self) -> str:
        return self.state.step


@dataclass
class Answers:
    """All questions, checked. ``forms`` by step; ``wrong`` is the first with a mistake or without an answer."""

    forms: dict[str, Question] = field(default_factory=dict)
    wrong: str = ""


def show(state: State, step: str, *, seen: Snapshot, at: dt.datetime) -> Page:
    """A page as the person left it, without remarks."""
    state.step = step
    return Page(state, question(step, state, seen=seen, at=at) if step in FORMS else None)


def turn(state: State, posted: Posted, *, seen: Snapshot, at: dt.datetime, language: str) -> Page:
    """The page after this one: forward, back, the same in another language, another answer, or sent."""
    if sends(state, posted):
        return _send(state, seen=seen, at=at, language=language)
    if state.step == CHECK:
        return _from_check(state, posted, seen=seen, at=at)
    if state.step == HELP_NOW:
        state.keep(HELP_NOW, {}, finished=True)
        return show(state, _where(state, posted), seen=seen, at=at)
    typed = typed_in(FORMS[state.step].base_fields, posted)
    form = judged(state.step, typed, state, seen=seen, at=at)
    sound = form.is_valid()
    if not sound and not _leaves(posted):
        return Page(state, form)
    finished = sound and ("language" not in posted or state.step in state.done)
    state.keep(state.step, typed, finished=finished)
    wizard.prune(state)
    return show(state, _where(state, posted), seen=seen, at=at)


def sends(state: State, posted: Posted) -> bool:
    """Whether this is to be sent; again, when it was sent before."""
    return state.step == SENT or state.step == CHECK and "send" in posted


def typed_in(fields: Mapping[str, forms.Field], posted: Posted) -> wizard.Typed:
    """What was sent for these fields: one value for each that takes one, the one that its form judges."""
    return {
        name: posted.getlist(name)
        if getattr(field.widget, "allow_multiple_selected", False)
        else posted.getlist(name)[-1:]
        for name, field in fields.items()
        if posted.getlist(name)
    }


def pause(state: State, posted: Posted, *, seen: Snapshot, at: dt.datetime) -> None:
    """Remember the page as it stands, sound or not, to go on with it later."""
    if state.step not in FORMS:
        return
    typed = typed_in(FORMS[state.step].base_fields, posted)
    sound = judged(state.step, typed, state, seen=seen, at=at).is_valid()
    state.keep(state.step, typed, finished=sound)
    wizard.prune(state)


def check(state: State, *, seen: Snapshot, at: dt.datetime) -> Answers:
    """Every question that applies, checked again."""
    answers = Answers()
    for code in wizard.applicable(state):
        if code == HELP_NOW:
            continue
        form = answers.forms[code] = judged(code, state.typed.get(code, {}), state, seen=seen, at=at)
        if not answers.wrong and (code not in state.done or not form.is_valid()):
            answers.wrong = code
    return answers


def may_be_danger(answers: Answers, *, seen: Snapshot) -> bool:
    """Whether a word in the story asks for the numbers before sending (UX 1.6). It never blocks."""
    return bool(heard(answers.forms["story"].cleaned_data["story"], seen.keywords).words)


def as_kept(state: State, seen: Snapshot) -> Snapshot:
    """For a request that was kept before: the half hour they chose is theirs, however full or near it is by now."""
    chosen = slots.read(state.typed.get("contact", {}).get("call_slot", [""])[-1])
    return replace(seen, slots=replace(seen.slots, own=chosen))


def slot_gone(answers: Answers, words: str) -> Page:
    """The page about contact again, because somebody else was sooner; everything that was typed is still there."""
    form = answers.forms["contact"]
    if form.is_valid():
        form.add_error("call_slot", words)
    form.state.step, form.state.checking = "contact", True
    return Page(form.state, form)


def submission_of(state: State, answers: Answers, *, seen: Snapshot, language: str) -> Submission:
    """The checked answers as the reception wants them. Questions that were hidden have their neutral answer."""
    given: dict[str, Any] = {code: form.cleaned_data.get(code) for code, form in answers.forms.items()}
    tiles = given["topics"]
    titles = {tile.code: tile.title for tile in seen.tiles}
    return Submission(
        submission_id=state.submission_id,
        language=language,
        danger=given["danger"],
        requester=state.requester,
        situation=given["situation"],
        returned_month=given.get("returned"),
        unit_id=given["unit"]["id"],
        unit_words=given["unit"]["words"],
        topics=tuple(topics_of(tiles, seen.tiles, given["situation"])),
        topic_titles=tuple(titles[code] for code in tiles),
        story=given["story"],
        contact=answers.forms["contact"].answers(),  # type: ignore[attr-defined]
        wish=given.get("wish") or Wish.NONE.value,
        call_back_at=answers.forms["contact"].cleaned_data.get("call_slot"),
    )


def _leaves(posted: Posted) -> bool:
    """Whether the person goes elsewhere, so that a mistake may wait."""
    return "back" in posted or "language" in posted


def _where(state: State, posted: Posted) -> str:
    if "language" in posted:
        return state.step
    return wizard.previous_step(state) if "back" in posted else wizard.next_step(state)


def _from_check(state: State, posted: Posted, *, seen: Snapshot, at: dt.datetime) -> Page:
    wanted = posted.get("change", "")
    if wanted in wizard.applicable(state):
        state.checking = True
        return show(state, wanted, seen=seen, at=at)
    state.checking = False
    return show(state, wizard.previous_step(state) if "back" in posted else CHECK, seen=seen, at=at)


def _send(state: State, *, seen: Snapshot, at: dt.datetime, language: str) -> Page:
    """Ready to be sent, or back to the first question that still needs something, with the remark beside it."""
    answers = check(state, seen=seen, at=at)
    if answers.wrong:
        state.step, state.checking = answers.wrong, True
        return Page(state, answers.forms[answers.wrong])
    submission = submission_of(state, answers, seen=seen, language=language)
    return Page(state, submission=submission, answers=answers)

"""The desk enters a request for someone who calls, comes or writes (UX 1.5, assisted digital; R25)."""

import datetime as dt
import logging
import uuid
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_CONTACT, CASE_TRIAGE, CASE_WORK
from cases import following, slots
from cases.callbacks import SlotGone, load_slots
from cases.enums import IntakeChannel, OnBehalf
from cases.moves import NotNow
from cases.permissions import case_for
from desk import confirmation, conversation, entering, known, reception, snapshot, surge, wizard
from desk.entering import Entry
from desk.forms.entering import CallForm, ReadOutForm
from desk.reception import Receipt
from desk.snapshot import Snapshot
from desk.wizard import CHECK, SENT, State

log = logging.getLogger("desk.entering")


@needs(CASE_TRIAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """One page with all questions, the page that is read out, and the receipt. ``do`` says what was pressed.

    ``?van=`` names a request of the same person: what we know of them is filled in.
    """
    by, at, seen = actor_of(request), timezone.now(), snapshot.read()
    if request.method != "POST":
        return _ask(request, entering.show(entering.begin(by, at, _known(request, by, seen, at)), seen=seen, at=at))
    do = request.POST.get("do", "")
    try:
        state = wizard.unseal(request.POST.get("state", ""), at, entering.holder_of(by))
    except wizard.Unreadable:
        state, lost = entering.begin(by, at), True  # what stands in the fields of the page is not lost
    else:
        lost = False
    if lost or do == "fill" or state.step not in {CHECK, SENT}:
        entry = entering.fill(state, request.POST, seen=seen, at=at)
        return _check(request, state, seen, at) if entry.is_sound else _ask(request, entry, lost=lost)
    if do == "change":
        return _ask(request, entering.show(state, seen=seen, at=at))
    return _send(request, state, by, seen, at)


def _known(request: HttpRequest, by: Actor, seen: Snapshot, at: dt.datetime) -> dict[str, wizard.Typed]:
    """What another request of the same person tells, for who may know how to reach them."""
    if not (reference := request.GET.get("van", "")):
        return {}
    return known.of_case(
        case_for(by, reference, needs=CASE_CONTACT, at=at, part="contact", related=known.RELATED), seen
    )


def _ask(request: HttpRequest, entry: Entry, *, lost: bool = False) -> TemplateResponse:
    entry.state.step = "danger"
    context = {
        "call": entry.call, "forms": entry.questions, "lost": lost,
        "state": wizard.seal(entry.state), "wrong": [form for form in entry.all if form.is_bound and form.errors],
    }  # fmt: skip
    context["page_has_errors"] = bool(context["wrong"])
    return TemplateResponse(request, "desk/entering/form.html", context)


def _check(
    request: HttpRequest, state: State, seen: Snapshot, at: dt.datetime, *, form: ReadOutForm | None = None, **more: Any
) -> TemplateResponse:  # fmt: skip
    """What will be kept. Nothing has been kept yet."""
    state.step = CHECK
    call, _answers = entering.checked(state, seen=seen, at=at)
    context = {
        "sections": entering.read_back(state, call, seen=seen, at=at), "state": wizard.seal(state),
        "language": call.cleaned_data["language"], "is_danger": state.answer("danger") == "yes",
        "form": (form or ReadOutForm()) if entering.needs_reading(call) else None,
    }  # fmt: skip
    return TemplateResponse(request, "desk/entering/check.html", context | more, status=503 if more else 200)


def _send(request: HttpRequest, state: State, by: Actor, seen: Snapshot, at: dt.datetime) -> HttpResponse:
    """Keep it; or, when that cannot be done, say so and keep everything that was typed."""
    call, answers = entering.checked(state, seen=seen, at=at)
    if answers.wrong and reception.has(state.submission_id):
        seen = conversation.as_kept(state, seen)
        call, answers = entering.checked(state, seen=seen, at=at)
    if call.errors or answers.wrong:
        return _ask(request, entering.fill(state, _typed(state), seen=seen, at=at))
    form = ReadOutForm(request.POST)
    read_out = entering.needs_reading(call)
    if read_out and state.step != SENT and not form.is_valid():
        return _check(request, state, seen, at, form=form)
    asked = entering.submission(state, call, answers, read_out=read_out, seen=seen)
    try:
        receipt = reception.take_in(asked, by=by, at=at)
    except SlotGone as gone:
        entry = entering.fill(state, _typed(state), seen=replace(seen, slots=load_slots(at)), at=at)
        contact = entry.questions["contact"]
        if contact.is_valid():
            contact.add_error("call_slot", str(gone))
        return _ask(request, entry)
    except Exception:
        log.exception("a request could not be kept")
        return _check(request, state, seen, at, not_kept=True)
    return _receipt(request, state, call, receipt, by, seen, at)


def _receipt(
    request: HttpRequest, state: State, call: CallForm, receipt: Receipt, by: Actor, seen: Snapshot, at: dt.datetime
) -> TemplateResponse:
    """What to tell the caller. The six words are for the person who asks for help and for nobody else."""
    state.step = SENT
    given, contact = call.cleaned_data, entering.checked(state, seen=seen, at=at)[1].forms["contact"]
    reader = confirmation.reader_of(receipt, seen.calendar)
    alone = given["on_behalf"] == OnBehalf.SELF and given["channel"] != IntakeChannel.LETTER
    phrase, why_not = receipt.passphrase if alone else "", ""
    if request.POST.get("do") == "words" and alone and not receipt.is_advice:
        phrase, why_not = _other_words(request, receipt, by, at)
    context = {
        "receipt": receipt, "reader": reader, "phrase": phrase, "why_not": why_not, "alone": alone,
        "steps": confirmation.steps(receipt, reader, contact.promise, has_window=contact.has_window),  # type: ignore[attr-defined]
        "state": wizard.seal(state), "number": uuid.uuid4(), "channel": given["channel"],
        "called": slots.words(receipt.call_back_at, seen.calendar) if receipt.call_back_at else "",
        "no_mail": surge.is_on() and bool(contact.cleaned_data.get("safe_to_email")),
    }  # fmt: skip
    return TemplateResponse(request, "desk/entering/receipt.html", context)


def _other_words(request: HttpRequest, receipt: Receipt, by: Actor, at: dt.datetime) -> tuple[str, str]:
    """Six other words, because these were too difficult; or why not. The first ones stop working."""
    case = case_for(by, receipt.reference, needs=CASE_WORK, at=at, part="pass-phrase", related=("person",))
    try:
        number = uuid.UUID(request.POST.get("number", ""))
    except ValueError:
        number = uuid.uuid4()
    try:
        return following.give_new_phrase(case, submission_id=number, by=by, at=at), ""
    except NotNow as why:
        return "", str(why)


def _typed(state: State) -> Any:
    """Everything that was typed, as the page sends it."""
    found: dict[str, list[str]] = dict(state.aside)
    for answers in state.typed.values():
        found |= answers
    return MultiValueDict(found)

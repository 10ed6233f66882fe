"""Asking for help: one address, one question a page, no log-in, no database until it is sent."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.actors import ANONYMOUS
from accounts.duty import line_at
from accounts.enums import HelplineFor
from accounts.permissions import public
from cases import cautions, slots
from cases.callbacks import SlotGone, load_slots
from cases.enums import Requester, Situation, Wish
from desk import confirmation, conversation, reception, snapshot, summary, surge, wizard
from desk.conversation import Page
from desk.language import chosen_language, remember_language
from desk.numbers import ways_to
from desk.wizard import CHECK, HELP_NOW, QUESTIONS, SENT, State
from referrals.enums import Destination

PREFILLED = {
    "wens": ("wish", set(Wish.values)),
    "situatie": ("situation", set(Situation.values)),
    "voor": ("requester", set(Requester.values)),
}
"""Words in the address that fill in an answer, which the person still confirms."""

PRESSING = (HelplineFor.DANGER, HelplineFor.SUICIDE, HelplineFor.HOME_SAFETY)
"""Whose numbers are shown when words in a story may mean danger: few, so that they are read."""

MOST_DRAINED = 32 * 1024 * 1024

log = logging.getLogger("desk.intake")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public("Asking for help needs no account; the page's own blob is its token.", stateless=True)
def intake(request: HttpRequest) -> HttpResponse:
    """Every step posts; GET begins anew. A blob that cannot be read begins anew too, with a calm sentence."""
    at, seen = timezone.now(), snapshot.read()
    if request.method != "POST":
        return held(request, show_page(request, first_page(request, seen, at), seen, at))
    try:
        posted = request.POST
    except (RequestDataTooBig, TooManyFieldsSent):
        return too_much(request)
    language = chosen_language(posted.get("language", ""))
    if language:
        translation.activate(language)
    try:
        state = wizard.unseal(posted.get("state", ""), at, holder_of(request))
    except wizard.Unreadable:
        response: HttpResponse = show_page(request, first_page(request, seen, at), seen, at, lost=True)
    else:
        page = _turned(state, posted, seen, at)
        response = _send(request, page, seen, at) if page.submission else show_page(request, page, seen, at)
    return remember_language(response, language) if language else response


def _turned(state: State, posted: Any, seen: Any, at: Any) -> Page:
    """The page after this one. What was kept before is not refused now, because its half hour is full or over."""
    sends, language = conversation.sends(state, posted), translation.get_language()
    page = conversation.turn(state, posted, seen=seen, at=at, language=language)
    if sends and page.submission is None and reception.has(state.submission_id):
        state.step = SENT
        return conversation.turn(state, posted, seen=conversation.as_kept(state, seen), at=at, language=language)
    return page


def first_page(
    request: HttpRequest, seen: Any, at: Any, known: Mapping[str, wizard.Typed] | None = None
) -> Page:  # fmt: skip
    """The first question. ``?wens=`` and ``?situatie=`` fill in an answer further on, and so does what is ``known``."""
    typed = {
        step: {step: [value]}
        for word, (step, known) in PREFILLED.items()
        if (value := request.GET.get(word, "")) in known
    }
    state = wizard.begin(at, typed | dict(known or {}))
    state.holder = holder_of(request)
    return conversation.show(state, "danger", seen=seen, at=at)


def holder_of(request: HttpRequest) -> str:
    return request.COOKIES.get(wizard.COOKIE, "")[:64]


def held(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give the browser something to hold, until it is closed or someone presses "Exit now"."""
    if not holder_of(request):
        response.set_cookie(wizard.COOKIE, secrets.token_urlsafe(24), secure=True, httponly=True, samesite="Lax")
    return response


def show_page(request: HttpRequest, page: Page, seen: Any, at: Any, *, lost: bool = False) -> TemplateResponse:
    if page.step == CHECK:
        answers = conversation.check(page.state, seen=seen, at=at)
        if answers.wrong:
            page.state.checking = True
            form = answers.forms[answers.wrong]
            page = conversation.show(page.state, answers.wrong, seen=seen, at=at)
            page = replace(page, form=form) if "call_slot" in form.errors else page  # it went while they were away
        else:
            promise = answers.forms["contact"].promise  # type: ignore[attr-defined]
            context = {"sections": summary.sections(answers, change=True), "promise": promise}
            if conversation.may_be_danger(answers, seen=seen):
                context["helplines"] = seen.helplines_for(*PRESSING)
            return TemplateResponse(request, "desk/intake/check.html", context | common(page))
    if page.step == HELP_NOW:
        context = {"helplines": seen.helplines}
        return TemplateResponse(request, "desk/intake/help_now.html", context | common(page))
    context = {"form": page.form, "lost": lost, "number": wizard.BY_CODE[page.step].number}
    context["known"] = "contact" in page.state.typed
    template = "desk/intake/contact.html" if page.step == "contact" else "desk/intake/question.html"
    return TemplateResponse(request, template, context | common(page))


def _send(request: HttpRequest, page: Page, seen: Any, at: Any) -> TemplateResponse:
    """Keep it and say so; or, when that cannot be done, say so and keep every answer in the page."""
    answers = page.answers
    assert page.submission is not None and answers is not None  # noqa: S101 - for the reader
    try:
        receipt = reception.take_in(page.submission, by=ANONYMOUS, at=at)
        reader = confirmation.reader_of(receipt, seen.calendar)
    except SlotGone as gone:
        now = replace(seen, slots=load_slots(at))
        again = conversation.slot_gone(conversation.check(page.state, seen=now, at=at), str(gone))
        return show_page(request, again, now, at)
    except Exception:
        # Whatever it is, the person keeps the answers and is told the truth; the log tells us.
        log.exception("a request could not be kept")
        page.state.step = CHECK
        context = {"line": line_at(at, seen.calendar), "helplines": seen.helplines}
        return TemplateResponse(request, "desk/intake/not_sent.html", context | common(page), status=503)
    page.state.step = SENT
    contact: Any = answers.forms["contact"]
    context = {
        "receipt": receipt,
        "reader": reader,
        "steps": confirmation.steps(receipt, reader, contact.promise, has_window=contact.has_window),
        "called": slots.words(receipt.call_back_at, seen.calendar) if receipt.call_back_at else "",
        "waiting_note": confirmation.waiting_note(receipt, seen.calendar),
        "chaplain_lines": confirmation.chaplain_lines(receipt, seen),
        "ways": ways_to(receipt.proposal, page.submission.unit_id, at),
        "rows": [] if receipt.repeated and receipt.changed else summary.short(answers),
        "also_open": cautions.also_open(receipt.topics),
        "no_mail": surge.is_on() and bool(contact.cleaned_data.get("safe_to_email")),
        "is_chaplain": receipt.proposal == Destination.CHAPLAIN,
        "begun_note": confirmation.begun_note(page.state.begun_at, receipt, seen.calendar),
        "at": at,
    }
    return TemplateResponse(request, "desk/intake/sent.html", context | common(page))


def common(page: Page) -> dict[str, Any]:
    """What every page of the form carries: where it is, and the blob."""
    first = page.step == "danger" and not page.state.checking
    return {
        "step": page.step, "state": wizard.seal(page.state), "questions": QUESTIONS, "is_first": first,
        "checking": page.state.checking, "exit_url": settings.QUICK_EXIT_URL,
    }  # fmt: skip


def too_much(request: HttpRequest) -> TemplateResponse:
    """Far more than any answer may hold. It is read and thrown away, so that the browser listens to what we say."""
    left = MOST_DRAINED
    while left > 0 and (chunk := request.read(65536)):
        left -= len(chunk)
    return TemplateResponse(request, "desk/intake/too_much.html", status=413)

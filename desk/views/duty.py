"""The page for whoever is on duty: who needs someone now, with one button. Says nothing about what it is about."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.duty import absent_on_shift
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_CONTACT, CASE_TRIAGE
from cases import actions, safe_contact, timeline
from cases.enums import AT_DESK, AttemptOutcome, ContactWay
from cases.moves import NeedsReason, NotNow
from cases.permissions import case_for
from desk import callback_list, calls, condition, duty_page, rail
from desk.advice import advice_for
from desk.forms.duty import AttemptForm
from desk.numbers import ways_to
from referrals.enums import Destination

MOST_CALLS = 10
AHEAD = dt.timedelta(days=7)


@needs(CASE_TRIAGE)
@require_GET
def duty(request: HttpRequest) -> HttpResponse:
    """What you have in hand, and who waits, most urgent first. Asked by the page itself it gives who waits only."""
    at = timezone.now()
    if "X-Background" not in request.headers:
        return _page(request, at)
    alerts = duty_page.waiting(actor_of(request), at)
    mark = duty_page.mark(alerts)
    if request.GET.get("seen") == mark:
        return HttpResponse(status=204)
    return TemplateResponse(request, "desk/duty.html#waiting", {"alerts": alerts, "at": at, "mark": mark})


def _page(request: HttpRequest, at: dt.datetime, form: AttemptForm | None = None) -> TemplateResponse:
    by = actor_of(request)
    alerts = duty_page.waiting(by, at)
    context = {
        "alerts": alerts, "mark": duty_page.mark(alerts), "at": at, "alarms": condition.read(at).sentences,
        "in_hand": duty_page.in_hand(by, at, form), "topbar": rail.topbar(by, at, with_duty=True),
        "chaplains": ways_to(Destination.CHAPLAIN, None, at), "calls": callback_list.first(by, at, MOST_CALLS),
        "absent": absent_on_shift(at, at + AHEAD), "page_has_errors": form is not None,
    }  # fmt: skip
    return TemplateResponse(request, "desk/duty.html", context)


@needs(CASE_TRIAGE)
@require_POST
def alert_acknowledge(request: HttpRequest, reference: str) -> HttpResponse:
    """ "I am on it": the reminders stop, and a case that nobody has becomes yours."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_CONTACT, at=at)  # the desk still has this when a worker has the case
    if calls.pick_up(case, by=by, at=at) is None:
        messages.info(request, _("Someone is on it already, or it has been handled. You need not do anything."))
        return redirect("duty")
    messages.success(request, _("You are on it. The reminders have stopped."))
    if case.state not in AT_DESK:
        return redirect("case", reference=case.reference)
    if case.first_contact_at is not None:
        return redirect("triage", reference=case.reference)
    return redirect(f"{reverse('duty')}#in-hand")


@needs(CASE_TRIAGE)
@require_POST
def question_acknowledge(request: HttpRequest, reference: str) -> HttpResponse:
    """The same for a commander's question: one that nobody has becomes yours."""
    by, at = actor_of(request), timezone.now()
    question = advice_for(by, reference, at=at)
    if calls.pick_up(question, by=by, at=at) is None:
        messages.info(request, _("Someone is on it already, or it has been handled. You need not do anything."))
        return redirect("duty")
    messages.success(request, _("You are on it. The reminders have stopped."))
    return redirect("advice", reference=question.reference)


@needs(CASE_TRIAGE)
@require_POST
def duty_attempt(request: HttpRequest, reference: str) -> HttpResponse:
    """Note how a call went. What was typed stays when it needs a reason."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_TRIAGE, at=at)
    wishes = safe_contact.wishes_of(case)
    outside = bool(safe_contact.against(wishes, ContactWay.PHONE, at))
    form = AttemptForm(request.POST, reference=case.reference, wishes=wishes, outside=outside)
    if not form.is_valid():
        return _page(request, at, form)
    got = form.cleaned_data
    try:
        actions.log_attempt(
            case, way=ContactWay.PHONE, outcome=got["outcome"], reason=got.get("reason", ""),
            attempt_id=got["attempt_id"], by=by, at=at,
        )  # fmt: skip
    except NeedsReason as error:
        form.add_error("reason", str(error))
        return _page(request, at, form)
    except NotNow as error:
        messages.error(request, str(error))
        return redirect("duty")
    if got["outcome"] == AttemptOutcome.SPOKEN:
        messages.success(request, _("Kept. You spoke with this person; the clock has stopped."))
        return redirect("triage", reference=case.reference)
    messages.success(request, _("Kept. The clock runs on until somebody has spoken with this person."))
    return redirect(f"{reverse('duty')}#in-hand")


@needs(CASE_TRIAGE)
@require_GET
def called(request: HttpRequest, reference: str) -> TemplateResponse:
    """The whole chain of one request: who was called when, by which way, how that went, and who picked it up."""
    case = case_for(actor_of(request), reference, needs=CASE_TRIAGE, at=timezone.now(), part="called")
    return TemplateResponse(request, "desk/called.html", {"case": case, "lines": timeline.of_calls(case)})

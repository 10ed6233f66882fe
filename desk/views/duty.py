"""The page for whoever is on duty: who needs someone now, with one button. Says nothing about what it is about."""

import datetime as dt

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.duty import absent_on_shift
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_TRIAGE
from cases import actions
from cases.models import Alert
from cases.permissions import case_for
from desk import advice as questions
from desk import callback_list, condition, paging
from desk.advice import advice_for
from desk.ladder import rung_name

MOST = 50
MOST_CALLS = 10
AHEAD = dt.timedelta(days=7)


@needs(CASE_TRIAGE)
def duty(request: HttpRequest) -> TemplateResponse:
    """Open alerts about what you may see, most urgent first."""
    at = timezone.now()
    alerts = Alert.objects.for_eyes_of(actor_of(request), at).with_steps()[:MOST]
    told = [(alert, [(step, rung_name(step.rung)) for step in alert.steps.all()]) for alert in alerts]
    context = {"alerts": told, "at": at, "alarms": condition.read(at).sentences}
    context["calls"] = callback_list.first(actor_of(request), at, MOST_CALLS)
    context["absent"] = absent_on_shift(at, at + AHEAD)
    return TemplateResponse(request, "desk/duty.html", context)


@needs(CASE_TRIAGE)
@require_POST
def alert_acknowledge(request: HttpRequest, reference: str) -> HttpResponse:
    """ "I am on it": the reminders stop, and a case that nobody has becomes yours."""
    by, at = actor_of(request), timezone.now()
    with transaction.atomic():
        case = case_for(by, reference, needs=CASE_TRIAGE, at=at, lock=True)
        alert = paging.acknowledge(case, by=by, at=at)
        if alert is None:
            messages.info(request, _("Someone is on it already, or it has been handled. You need not do anything."))
            return redirect("duty")
        if case.owner_id is None:
            actions.take(case, by=by, at=at)
    messages.success(request, _("You are on it. The reminders have stopped."))
    return redirect("triage", reference=case.reference)


@needs(CASE_TRIAGE)
@require_POST
def question_acknowledge(request: HttpRequest, reference: str) -> HttpResponse:
    """The same for a commander's question: one that nobody has becomes yours."""
    by, at = actor_of(request), timezone.now()
    with transaction.atomic():
        question = advice_for(by, reference, at=at, lock=True)
        alert = paging.acknowledge(question, by=by, at=at)
        if alert is None:
            messages.info(request, _("Someone is on it already, or it has been handled. You need not do anything."))
            return redirect("duty")
        if question.taken_by_id is None:
            questions.take(question, by=by, at=at)
    messages.success(request, _("You are on it. The reminders have stopped."))
    return redirect("advice", reference=question.reference)

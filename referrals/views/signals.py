"""Signals for the prevention officer: written from a case without a trace of it, listed, answered."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK, SIGNAL_ANSWER, SIGNAL_VIEW
from cases import topics, workspace
from cases.forms.work import posted
from cases.moves import NotNow
from referrals import signals as rows
from referrals.forms.signals import SignalAnswerForm, SignalForm
from referrals.models import Signal

PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CASE_WORK)
def case_signal(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a signal. Of the case only the unit and its topic are filled in, and only on this page."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="signal", at=at, needs=CASE_WORK)
    fitting = rows.fitting_topics()
    start = {"topic": next((code for code in space.case.topics if code in fitting), "")}
    form = SignalForm(posted(request), units=rows.units_of(space.case), topics=fitting.items(), initial=start)
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        try:
            rows.send(
                space.case, unit=form.chosen(), topic=got["topic"], words=got["words"],
                submission_id=got["submission"], by=by, at=at,
            )  # fmt: skip
        except NotNow as why:
            form.add_error("words", str(why))
        else:
            messages.success(request, _("Sent. You hear what becomes of it."))
            return redirect("signals")
    return TemplateResponse(request, "referrals/case_signal.html", space.context() | {"form": form})


@require_GET
@needs(SIGNAL_VIEW)
def signals(request: HttpRequest) -> HttpResponse:
    """For a prevention officer all of them, for anybody else what they sent."""
    by = actor_of(request)
    page = Paginator(Signal.objects.seen_by(by), PER_PAGE).get_page(request.GET.get("page"))
    labels = (_("Unit"), _("Topic"), _("From"), _("What became of it"))
    named = topics.names()
    shown = [(row, named.get(row.topic, row.topic)) for row in page]
    context = {
        "page": page,
        "shown": shown,
        "officer": by.may(SIGNAL_ANSWER),
        "columns": [{"label": label} for label in labels],
    }
    return TemplateResponse(request, "referrals/signals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SIGNAL_VIEW)
def signal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read one; by POST the prevention officer says what becomes of it."""
    by, at = actor_of(request), timezone.now()
    row = rows.signal_for(by, pk, at=at)
    may_answer = by.may(SIGNAL_ANSWER) and row.waits
    form = SignalAnswerForm(posted(request), state=row.state)
    if request.method == "POST" and form.is_valid():
        try:
            rows.answer(row, state=form.cleaned_data["state"], words=form.cleaned_data["words"], by=by, at=at)
        except NotNow as why:
            form.add_error("state", str(why))
        else:
            messages.success(request, _("Kept, and the sender was told."))
            return redirect("signals")
    topic = topics.names().get(row.topic, row.topic)
    context = {"signal": row, "topic": topic, "form": form if may_answer else None}
    return TemplateResponse(request, "referrals/signal.html", context)

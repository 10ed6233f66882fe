"""A request for advice from a commander: no client, no file (R10)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_VIEW, DASHBOARD_VIEW
from cases.enums import AdviceState
from cases.models import CommanderAdvice
from cases.moves import NotNow
from desk import advice as desk_advice
from desk.advice import AdviceChanged, advice_for
from desk.forms.advice import AdviceForm, PassOnForm


@needs(CASE_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def advice(request: HttpRequest, reference: str) -> HttpResponse:
    """Read it, take it, keep what was advised, or pass it to the team of the unit."""
    by, at = actor_of(request), timezone.now()
    part = "" if request.method == "POST" else "request"
    row = advice_for(by, reference, at=at, part=part)
    found = desk_advice.teams_for(row, at) if by.may(DASHBOARD_VIEW) and row.state in desk_advice.OPEN else []
    start = {"version": row.version}
    do = request.POST.get("do", "")
    answering = AdviceForm(request.POST if do == "answer" else None, initial=start)
    passing = PassOnForm(request.POST if do == "pass_on" else None, found=found, initial=start)
    if request.method == "POST":
        try:
            if _act(do, row, answering, passing, at=at, by=by):
                messages.success(request, _("Kept."))
                return redirect("dashboard" if by.may(DASHBOARD_VIEW) and do != "take" else request.path)
        except AdviceChanged as error:
            answering, row = _again(error, answering), error.advice
            messages.error(request, str(error))
        except NotNow as error:
            messages.error(request, str(error))
        audit.record("advice.viewed", by=by, at=at, obj=row, part="request")  # a form that comes back shows it as well
    context = {
        "advice": row, "intake": row.intake, "answering": answering, "passing": passing, "found": found, "at": at,
        "is_open": row.done_at is None, "reach": desk_advice.reach_of(row.intake),
        "state": AdviceState(row.state).label, "page_has_errors": bool(answering.errors or passing.errors),
    }  # fmt: skip
    return TemplateResponse(request, "desk/advice.html", context)


def _act(do: str, row: CommanderAdvice, answering: AdviceForm, passing: PassOnForm, **who: Any) -> bool:
    """Carry out what was asked; False when a form is not right yet."""
    if do == "take":
        desk_advice.take(row, **who)
        return True
    if do == "answer" and answering.is_valid():
        got = answering.cleaned_data
        desk_advice.answer(row, got["advice"], version=got["version"], **who)
        return True
    if do == "pass_on" and passing.is_valid():
        got = passing.cleaned_data
        desk_advice.pass_on(row, passing.found[got["team"]].team, version=got["version"], **who)
        return True
    return False


def _again(error: AdviceChanged, form: AdviceForm) -> AdviceForm:
    """The same words for the request as it is now."""
    typed = form.data.get("advice", "") if form.is_bound else ""
    return AdviceForm(initial={"version": error.advice.version, "advice": typed})

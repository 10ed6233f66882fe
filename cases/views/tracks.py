"""The help of a case as it follows each other, and what is decided about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import decisions, tracks, workspace
from cases.enums.tracks import NextStep
from cases.forms.tracks import DecisionForm
from cases.forms.work import posted
from cases.models import Track
from cases.moves import NotNow

AFTER = {NextStep.STOP: "case_close", NextStep.REFER: "case_give_to_desk"}
MORE = {NextStep.REFER: "?for=other"}


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_tracks(request: HttpRequest, reference: str) -> HttpResponse:
    """Which help there was and is, what counts, and what comes now; at the last place this is the decision."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_sessions", part="help", at=at, needs=CASE_WORK)
    rows = tracks.of_case(space.case)
    steps = decisions.steps(space, rows)
    start = {"step": request.GET.get("step", "")}
    form = DecisionForm(posted(request), steps=steps, first=not rows, initial=start)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        step = NextStep(answers["step"])
        try:
            decisions.decide(
                space.case, step, reason=answers["reason"], focus=answers.get("focus", ""), by=by, at=at
            )  # fmt: skip
        except NotNow as why:
            form.add_error("step", str(why))
        else:
            messages.success(request, _after(step))
            return redirect(reverse(AFTER.get(step, "case_tracks"), args=[space.case.reference]) + MORE.get(step, ""))
    context = space.context() | {
        "form": form, "rows": _rows(space, rows), "steps": steps,
        "asks_desk": {NextStep.COACHING, NextStep.REFER} <= set(steps),
    }  # fmt: skip
    return TemplateResponse(request, "cases/tracks.html", context)


def _after(step: NextStep) -> str:
    return {
        NextStep.STOP: _("The help has ended. Now close the case."),
        NextStep.REFER: _("The help has ended. Now give the case to the desk."),
        NextStep.PAUSE: _("The help has ended. The case stays open."),
    }.get(step, _("Started. Plan the first conversation."))


def _rows(space: workspace.Workspace, rows: list[Track]) -> list[dict[str, Any]]:
    """Each period of help with the conversations held in it."""
    return [{"track": row, "held": tracks.held_in(space.sessions, row)} for row in rows]

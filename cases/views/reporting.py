"""The reporting code: beginning it, its five steps, and its small circle."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Refused, actor_of, needs
from accounts.roles import CASE_WORK
from cases import blocks, guarded, reporting, workspace
from cases.forms.reporting import AddForm, StartForm, StepForm
from cases.forms.work import posted
from cases.models import ReportingCodeCase, ReportingStep
from cases.moves import NotNow


@needs(CASE_WORK)
@require_http_methods(["GET", "POST"])
def reporting_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin the code. Says first who will see it, and who will not."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="people", at=at, needs=CASE_WORK)
    form = StartForm(posted(request), people=[one for one in blocks.colleagues(at) if one.pk != by.user_id])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        people = [given["colleague"]] if given["colleague"] else []
        try:
            code = reporting.start(space.case, people, by=by, at=at, number=given["submission"])
        except NotNow as why:
            form.add_error("colleague", str(why))
        else:
            return redirect("reporting_code", pk=code.pk)
    return TemplateResponse(request, "guarded/reporting_add.html", space.context() | {"form": form})


@needs(CASE_WORK)
@require_http_methods(["GET", "POST"])
def reporting_code(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The steps as they were signed, the next one, and the circle. Outside it a coordinator sees only the circle."""
    by, at = actor_of(request), timezone.now()
    code = guarded.opened(guarded.codes(by, at).select_related("started_by"), pk, by=by, at=at)
    reads = guarded.in_circle(by).filter(pk=code.pk).exists()
    rows = reporting.steps_of(code) if reads else []
    form = _step_form(request, code, rows, at) if reads else None
    people = AddForm("add", posted(request), people=blocks.colleagues(at))
    if request.method == "POST":
        try:
            if done := _done(request, code, rows, form, people):
                messages.success(request, done)
                return redirect("reporting_code", pk=code.pk)
        except NotNow as why:
            messages.error(request, str(why))
    context = {
        "code": code, "case": code.case, "reads": reads, "steps": _steps(rows), "form": form, "people": people,
        "circle": reporting.circle(code), "now": at,
    }  # fmt: skip
    return TemplateResponse(request, "guarded/reporting.html", context)


def _done(
    request: HttpRequest, code: ReportingCodeCase, rows: Sequence[ReportingStep], form: StepForm | None, people: AddForm
) -> str:
    """What was asked for was done, in words; empty when a form has errors or nothing was asked."""
    by, at, do = actor_of(request), timezone.now(), request.POST.get("do", "")
    if do == "step" and form is not None and form.is_valid():
        if form.corrected is not None:
            reporting.correct(form.corrected, form.done, by=by, at=at)
            return _("The correction stands beside the first line.")
        reporting.sign(code, form.cleaned_data["number"], form.done, by=by, at=at)
        return _("Signed.")
    if do == "add" and people.is_valid():
        reporting.add(code, people.cleaned_data["colleague"], by=by, at=at)
        return _("This person is in the circle now.")
    if do == "out":
        found = [one for one in reporting.circle(code) if str(one.pk) == request.POST.get("member")]
        for member in found:
            member.code = code
            reporting.take_out(member, by=by, at=at)
        return _("This person no longer sees it.") if found else ""
    return ""


def _step_form(
    request: HttpRequest, code: ReportingCodeCase, rows: Sequence[ReportingStep], at: Any
) -> StepForm | None:
    """For a correction of the line in the address, or the next step; none after the fifth."""
    asked = request.GET.get("correct", "")
    corrected = next((row for row in rows if str(row.pk) == asked), None)
    if asked and corrected is None:
        raise Refused("reporting.correct", basis="not of this code or not existing")
    number = corrected.number if corrected else reporting.next_number(rows)
    if number is None:
        return None
    form = StepForm("step", posted(request), number=number, people=blocks.colleagues(at))
    form.corrected, form.title = corrected, reporting.TITLES[number]
    if corrected is not None:
        corrected.code = code
    return form


def _steps(rows: Sequence[ReportingStep]) -> list[dict[str, Any]]:
    """The five steps with their lines."""
    return [
        {"number": number, "title": title, "lines": [row for row in rows if row.number == number]}
        for number, title in reporting.TITLES.items()
    ]

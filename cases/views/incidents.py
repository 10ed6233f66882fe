"""A serious incident: beginning the checklist, and ticking it line by line."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import holding
from accounts.duty import load_calendar
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_TRIAGE, CASE_WORK
from cases import guarded, incidents, merged, reopening, workspace
from cases.forms.incidents import BeginForm, SettleForm
from cases.forms.work import posted
from cases.moves import NotNow


@needs(CASE_WORK)
@require_http_methods(["GET", "POST"])
def incident_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin; a closed case is opened again by it. From that moment no news goes to the client and who they let in."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="people", at=at, needs=CASE_WORK)
    form = BeginForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = incidents.begin(
                space.case, kind=given["kind"], known=given["known"], by=by, at=at, number=given["submission"],
                calendar=load_calendar(),
            )  # fmt: skip
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("News to the client and the family is held from now on."))
            known = guarded.incidents(by, at).filter(pk=row.pk).exists()
            return redirect("incident", pk=row.pk) if known else redirect("my_work")
    case = space.case
    context = space.context() | {
        "form": form, "why_not": "" if case.is_open else reopening.why_not(case, at), "may_enter": by.may(CASE_TRIAGE),
        "stays": merged.gone_into(case, by, at),
    }  # fmt: skip
    return TemplateResponse(request, "guarded/incident_add.html", context)


@needs(CASE_WORK)
@require_http_methods(["GET", "POST"])
def incident(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The checklist in its order, and what is held since when."""
    by, at = actor_of(request), timezone.now()
    row = guarded.opened(guarded.incidents(by, at).select_related("opened_by"), pk, by=by, at=at)
    steps = incidents.steps_of(row)
    step = incidents.next_step(steps)
    form = SettleForm(step, posted(request)) if step and row.ended_at is None else None
    if step is not None and form is not None and form.is_valid():
        step.incident = row
        try:
            row = incidents.settle(
                step, **{name: form.cleaned_data[name] for name in ("outcome", "note")}, by=by, at=at
            )
        except NotNow as why:
            form.add_error("note", str(why))
        else:
            messages.success(request, _("Kept: “%(line)s”") % {"line": step.words})
            return redirect("incident", pk=row.pk)
    held = holding.how_many(source=row.pk) if row.is_holding else 0
    context = {"incident": row, "case": row.case, "steps": steps, "step": step, "form": form, "held": held, "now": at}
    return TemplateResponse(request, "guarded/incident.html", context)

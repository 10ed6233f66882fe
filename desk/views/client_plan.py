"""The client's side of plan and summary: read them, say yes, correct, give marks, tick what they did themselves."""

import uuid
from typing import Any

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases import agreed, confidentiality, marks, plan, summaries
from cases.enums.plan import Side
from cases.forms.conflict import both
from cases.forms.plan import MarksForm, kept_marks
from cases.forms.summary import SummaryForm
from cases.forms.work import posted
from cases.models import Case
from cases.moves import NotNow
from cases.views.plan import segments_of
from desk.views.again import again
from desk.views.doors import Door, Page
from referrals import consent


@require_GET
def our_plan(request: HttpRequest, door: Door) -> HttpResponse:
    """The goals with their marks, what was agreed, and the yes to it."""
    opened = door.open("plan")
    made = plan.latest(opened)
    context = door.context(opened) | {
        "plan": made, "results": plan.results_of(opened, made), "actions": agreed.of_case(opened),
        "own": Side.CLIENT,
    }  # fmt: skip
    return TemplateResponse(request, "desk/client/plan.html", context)


@require_POST
def plan_yes(request: HttpRequest, door: Door) -> HttpResponse:
    """This is the plan, says the client: of the version that they read."""
    opened = door.open("plan")
    try:
        plan.agree(opened, request.POST.get("plan"), by=door.by, at=door.at)
    except NotNow as why:
        banners.info(request, str(why))
    else:
        banners.success(request, _("Thank you. This is your plan now."))
    return redirect(door.url("plan"))


@require_http_methods(["GET", "POST"])
def plan_marks(request: HttpRequest, door: Door) -> HttpResponse:
    """How far is each goal? They give the marks themselves, and change them when they like."""
    opened = door.open("plan")
    results = plan.results_of(opened)
    moments = marks.moments_of(opened, results)
    moment = next((one for one in moments if one == request.GET.get("moment")), moments[-1])
    form, shown = MarksForm(posted(request), results=results, moment=moment, for_client=True), None
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        try:
            marks.give(opened, got["moment"], form.marks(), number=got["number"], by=door.by, at=door.at)
        except marks.Conflict as conflict:
            shown = both(form, kept_marks(conflict.results, got["moment"]), number=marks.seen(conflict.results))
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            banners.success(request, _("Your marks are kept."))
            return redirect(door.url("plan"))
    segments = segments_of(moments, moment)
    context = door.context(opened) | {"form": form, "results": results, "moment": moment, "segments": segments}
    context |= {"both": shown}
    return TemplateResponse(request, "desk/client/marks.html", context, status=200 if shown is None else 409)


@require_POST
def plan_tick(request: HttpRequest, door: Door, pk: uuid.UUID) -> HttpResponse:
    """Something that they do themselves is done, or not yet after all."""
    opened = door.open("plan")
    try:
        agreed.settle(opened, pk, done=request.POST.get("do") == "done", by=door.by, at=door.at)
    except NotNow as why:
        banners.info(request, str(why))
    return redirect(door.url("plan"))


@require_http_methods(["GET", "POST"])
def summary(request: HttpRequest, door: Door) -> HttpResponse:
    """Their summary in every version, to correct at any time. One that waits for a yes is answered first."""
    opened = door.open("summary")
    rows, saved = summaries.versions(opened), None
    form = SummaryForm(posted(request), initial=_start(opened, rows))
    asked = consent.waiting_for(opened) if opened.is_open else None
    if request.method == "POST" and asked is None and form.is_valid():
        given = form.cleaned_data
        try:
            summaries.correct(opened, given["text"], number=given["number"] or 0, by=door.by, at=door.at)
        except summaries.Conflict as conflict:
            saved = conflict.saved
            form = SummaryForm(initial=given | {"number": saved.number})
            banners.info(request, str(conflict))
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            banners.success(request, _("Changed. Whoever helps you reads it before they contact you."))
            return redirect(door.url("summary"))
    counting = next((row for row in rows if row.approved_at), None)
    context = {"form": form, "versions": rows, "counting": counting, "saved": saved, "asked": asked}
    return TemplateResponse(request, "desk/client/summary.html", door.context(opened) | context)


def _start(opened: Case, rows: list[Any]) -> dict[str, Any]:
    """Their words as they are now; before there is a summary, the story that they sent."""
    if rows:
        return {"text": rows[0].text, "number": rows[0].number}
    return {"text": str(opened.summary), "number": 1 if opened.summary else 0}


@require_GET
def limits(request: HttpRequest, door: Door) -> HttpResponse:
    """What stays between us and what does not: the words they heard, or those that count now."""
    opened = door.open("confidentiality")
    told = confidentiality.latest(opened)
    text = told.text if told else confidentiality.present_text()
    return TemplateResponse(request, "desk/client/limits.html", door.context(opened) | {"told": told, "text": text})


PLAN_PAGES: dict[str, tuple[str, Page]] = {
    "plan": ("plan/", our_plan),
    "plan_yes": ("plan/ja/", plan_yes),
    "plan_marks": ("plan/cijfers/", plan_marks),
    "plan_tick": ("plan/afspraak/<uuid:pk>/", plan_tick),
    "summary": ("samengevat/", summary),
    "again": ("nieuw/", again),
    "limits": ("geheimhouding/", limits),
}

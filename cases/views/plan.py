"""The tab "Plan and goals": what was explained, the analysis, the goals with their marks, and who does what."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import agreed, analysis, confidentiality, marks, note_drafts, plan, workspace
from cases.enums.notes import DraftOf
from cases.enums.plan import Side
from cases.forms.conflict import both
from cases.forms.plan import AgreedForm, GoalsForm, MarksForm, kept_marks, start_of
from cases.forms.work import posted
from cases.moves import NotNow
from cases.note_drafts import Place
from cases.views import keeping


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_plan(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything of the plan on one page, and a form for one thing more that was agreed."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_plan", part="plan", at=at, needs=CASE_WORK)
    form = AgreedForm(posted(request), initial={"who": Side.CLIENT})
    if request.method == "POST" and form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("who", "words", "by_day")}
        try:
            agreed.add(space.case, **answers, action_id=form.cleaned_data["submission"], by=by, at=at)
        except NotNow as why:
            form.add_error("by_day" if answers["by_day"] else None, str(why))
        else:
            messages.success(request, _("Agreed. The client sees it on their page."))
            return redirect("case_plan", reference=space.case.reference)
    made = plan.latest(space.case)
    context = space.context() | {
        "form": form, "plan": made, "results": plan.results_of(space.case, made), "today": timezone.localdate(at),
        "explained": confidentiality.latest(space.case), "analysis": analysis.latest(space.case),
        "actions": agreed.of_case(space.case), "may_change": space.is_with_worker and not space.must_explain,
    }  # fmt: skip
    return TemplateResponse(request, "cases/plan.html", context)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def change(request: HttpRequest, reference: str) -> HttpResponse:
    """Write the plan, or change it. When it changed meanwhile both are shown, and nothing is lost."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_plan", part="plan", at=at, needs=CASE_WORK)
    most, saved = plan.most_talks(space.case), None
    place = Place(space.case, by.user_id or 0, DraftOf.PLAN)
    kept = keeping.begin(request, place, GoalsForm(most_talks=most), numbered="number", at=at)
    if answer := kept.answer(request, by=by, at=at, back=reverse("case_plan", args=[space.case.reference])):
        return answer
    form = GoalsForm(kept.posted(request), initial=kept.initial(start_of(plan.latest(space.case))), most_talks=most)
    if form.is_bound and form.is_valid():
        answers = form.cleaned_data
        asked = {"talks": answers["talks"], "ends_when": answers["ends_when"], "number": answers["number"] or 0}
        try:
            with note_drafts.saving(place, kept.page, at=at):
                plan.make(space.case, form.goals(), **asked, by=by, at=at)
        except plan.Conflict as conflict:
            saved = conflict.saved
            form = GoalsForm(initial=_mine_over(request, saved.number), most_talks=most)
            messages.error(request, str(conflict))
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Saved. The client is asked whether this is their plan."))
            return redirect("case_plan", reference=space.case.reference)
    earlier = plan.versions(space.case)[1:]
    return TemplateResponse(request, "cases/plan_change.html", space.context() | {
        "form": form, "saved": saved, "earlier": earlier, "keeping": kept,
    })  # fmt: skip


def _mine_over(request: HttpRequest, number: int) -> dict[str, Any]:
    """What was typed, to be saved over the version that is shown above it."""
    return request.POST.dict() | {"number": number}


@require_POST
@needs(CASE_WORK)
def agreed_in_talk(request: HttpRequest, reference: str) -> HttpResponse:
    """The client said yes to the plan in a conversation."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_plan", part="plan", at=at, needs=CASE_WORK)
    try:
        plan.agree(space.case, request.POST.get("plan"), by=by, at=at)
    except NotNow as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("Recorded: the client agreed to the plan in a conversation."))
    return redirect("case_plan", reference=space.case.reference)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_marks(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down which marks the client gives; recorded as said by the client and typed by the worker."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_plan", part="plan", at=at, needs=CASE_WORK)
    results = plan.results_of(space.case)
    moments = marks.moments_of(space.case, results)
    moment = next((one for one in moments if one == request.GET.get("moment")), moments[-1])
    form, shown = MarksForm(posted(request), results=results, moment=moment, for_client=False), None
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        try:
            marks.give(space.case, got["moment"], form.marks(), number=got["number"], by=by, at=at)
        except marks.Conflict as conflict:
            shown = both(form, kept_marks(conflict.results, got["moment"]), number=marks.seen(conflict.results))
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Kept as what the client said."))
            return redirect("case_plan", reference=space.case.reference)
    context = {"form": form, "results": results, "moment": moment, "both": shown}
    context |= {"segments": segments_of(moments, moment)}
    return TemplateResponse(
        request, "cases/marks.html", space.context() | context, status=200 if shown is None else 409
    )


def segments_of(moments: list[Any], moment: str) -> list[dict[str, Any]]:
    """Links to the moments for which marks can be given; none when there is only one."""
    if len(moments) < 2:
        return []
    return [{"label": one.label, "url": f"?moment={one.value}", "current": one == moment} for one in moments]


@require_POST
@needs(CASE_WORK)
def settle(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Tick something that was agreed, untick it, or take it off the list."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_plan", part="plan", at=at, needs=CASE_WORK)
    try:
        if request.POST.get("do") == "drop":
            agreed.drop(space.case, pk, by=by, at=at)
        else:
            agreed.settle(space.case, pk, done=request.POST.get("do") == "done", by=by, at=at)
    except NotNow as why:
        messages.error(request, str(why))
    return redirect("case_plan", reference=space.case.reference)

"""After the help has ended: the client comes back, wants no call, or says how it was; the desk calls once."""

from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_CONTACT, CASE_TRIAGE, EVALUATION_VIEW
from cases import after_calls, after_care, callbacks, evaluation, marks, plan, reopening, safe_contact
from cases.enums.ending import AfterCareOutcome
from cases.enums.plan import GoalMoment
from cases.forms.conflict import both
from cases.forms.ending import AfterCallForm
from cases.forms.plan import kept_marks
from cases.forms.work import posted
from cases.moves import NeedsReason, NotNow
from cases.permissions import case_for
from desk import coming_back, snapshot
from desk.forms.after import AgainForm, EvaluationForm
from desk.views.doors import Door, Page


@require_http_methods(["GET", "POST"])
def come_back(request: HttpRequest, door: Door) -> HttpResponse:
    """It is not over: the case goes back to the desk, with all that they told before."""
    opened = door.open("coming back")
    form = AgainForm(posted(request))
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        try:
            coming_back.come_back(opened, got["text"], submission_id=got["submission"], by=door.by, at=door.at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            banners.success(request, _("Welcome back. We look at it again; you need not tell it twice."))
            return redirect(door.url("case"))
    context = door.context(opened) | {"form": form, "why_not": reopening.why_not(opened, door.at)}
    return TemplateResponse(request, "desk/client/come_back.html", context)


@require_http_methods(["GET", "POST"])
def no_call(request: HttpRequest, door: Door) -> HttpResponse:
    """They want no call afterwards, and may say so at any time; or they want it after all. Only a button does it."""
    opened = door.open("after care")
    if request.method == "POST":
        try:
            if "may_call" in request.POST:
                after_care.turn_on(opened, by=door.by, at=door.at)
                banners.success(request, _("We may call you afterwards."))
            elif after_care.turn_off(opened, by=door.by, at=door.at):
                banners.success(request, _("We do not call you afterwards."))
        except NotNow as why:
            banners.info(request, str(why))
        return redirect(door.url("case"))
    context = {"row": after_care.of_case(opened), "may_turn_on": after_care.may_turn_on(opened, door.at)}
    context = door.context(opened) | context
    return TemplateResponse(request, "desk/client/no_call.html", context)


@require_http_methods(["GET", "POST"])
def how_was_it(request: HttpRequest, door: Door) -> HttpResponse:
    """A few questions, once, for who wants."""
    opened = door.open("evaluation")
    form = EvaluationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            evaluation.answer(opened, form.said, words=form.cleaned_data["words"], by=door.by, at=door.at)
        except NotNow as why:
            banners.info(request, str(why))
        else:
            banners.success(request, _("Thank you. This helps us to do it better."))
        return redirect(door.url("case"))
    context = door.context(opened) | {"form": form, "asked": evaluation.waits(opened)}
    return TemplateResponse(request, "desk/client/how_was_it.html", context)


@needs(CASE_TRIAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def after_call(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One call after the help has ended: how to reach them, and how it went. The file stays shut."""
    by, at = actor_of(request), timezone.now()
    if request.method == "POST" and after_calls.was_kept(pk, request.POST.get("submission"), by):
        banners.info(request, _("This call was written down already. What it says stays as it is."))
        return redirect("call_backs")
    row = after_calls.call_for(by, pk, at)
    related = ("person__contact", "person__data_key")
    case = case_for(by, row.case.reference, needs=CASE_CONTACT, at=at, part="after care", related=related)
    form, shown = AfterCallForm(posted(request), results=plan.results_of(case)), None
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        said = {"note": got["note"], "reason": got["reason"], "attempt_id": got["submission"]}
        said |= {"given": form.marks(), "number": got["number"]}
        try:
            after_calls.called(case, got["outcome"], **said, by=by, at=at, calendar=snapshot.read().calendar)
        except marks.Conflict as conflict:
            now = kept_marks(conflict.results, GoalMoment.FOLLOW_UP)
            shown = both(form, got | now, number=marks.seen(conflict.results))
        except NeedsReason as why:
            wants = got["outcome"] == AfterCareOutcome.WANTS_HELP and not got["note"].strip()
            if wants:
                form.add_error("note", str(why))
            else:
                form.ask_reason(str(why))
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            banners.success(request, _("Kept: %(how)s.") % {"how": AfterCareOutcome(got["outcome"]).label})
            return redirect("call_backs")
    wishes = safe_contact.wishes_of(case)
    context = {
        "row": row, "case": case, "form": form, "at": at, "rules": safe_contact.rules(wishes),
        "may_identify": wishes.may_identify, "why_not": callbacks.why_not(case), "both": shown,
    }  # fmt: skip
    return TemplateResponse(request, "desk/after_call.html", context, status=200 if shown is None else 409)


@needs(EVALUATION_VIEW)
@require_safe
def evaluations(request: HttpRequest) -> TemplateResponse:
    """What clients thought of the help, a quarter at a time, of ten answers or more."""
    shown = evaluation.quarters(timezone.now())
    labels = {name: EvaluationForm.base_fields[name].label for name in ("heard", "quick", "told_once", "helped")}
    rows = [
        {
            "quarter": one,
            "number": (one.first_day.month + 2) // 3,
            "means": [{"label": label, "value": number_format(one.means[name], 1)} for name, label in labels.items()],
        }
        for one in shown
    ]
    context = {"rows": rows, "words": evaluation.words_of(shown)}
    return TemplateResponse(request, "desk/evaluations.html", context | {"least": evaluation.LEAST})


AFTER_PAGES: dict[str, tuple[str, Page]] = {
    "come_back": ("weer/", come_back),
    "no_call": ("nabellen/", no_call),
    "how_was_it": ("ervaring/", how_was_it),
}

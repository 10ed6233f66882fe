"""Closing a case, opening it again, the call afterwards, and requests split off or put together."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.duty import load_calendar
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_CONTACT, CASE_VIEW, CASE_WORK
from cases import actions, after_care, closing, merged, merging, plan, reopening, safe_contact, splitting, workspace
from cases.forms.conflict import both
from cases.forms.ending import CloseForm, MergeForm, ReopenForm, SplitForm
from cases.forms.work import posted
from cases.models import Case, Merge
from cases.moves import Changed, NotNow
from cases.passphrase import phrase_of
from cases.permissions import case_for, permissions_on
from cases.splitting import Part
from cases.topics import load_topics


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """End the case with an outcome. Says beforehand what closing does, and what is still to be done."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_close", part="closing", at=at, needs=CASE_WORK)
    no_call = after_care.why_no_call(space.case)
    goals = [result.goal.words for result in plan.results_of(space.case)]
    start = {"version": space.case.version}
    form, shown = CloseForm(posted(request), at=at, goals=goals, no_call=bool(no_call), initial=start), None
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        try:
            actions.close(
                space.case, outcome=got["outcome"], note=got["note"], goodbye=form.goodbye, by=by, at=at,
                version=got["version"],
            )  # fmt: skip
        except Changed as changed:
            now = changed.case
            shown = both(form, {"outcome": now.outcome, "note": now.outcome_note}, version=now.version)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The case is closed. The client can read that on their page."))
            return redirect("case", reference=space.case.reference)
    context = space.context() | {"form": form, "no_call": no_call, "tries_missing": closing.tries_missing(space.case)}
    context |= {"left": closing.what_is_left(space.case), "both": shown}
    return TemplateResponse(request, "cases/close.html", context, status=200 if shown is None else 409)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def reopen(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a closed case again, for the desk or for the worker who had it."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case", part="opening again", at=at, needs=CASE_WORK)
    case = space.case
    can_go_on = case.owner is not None and reopening.worker_of(case, at)
    form = ReopenForm(posted(request), worker=case.owner.name if can_go_on and case.owner else "")
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        try:
            case = reopening.reopen(case, reason=got["reason"], to=got["to"], by=by, at=at, calendar=load_calendar())
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The case is open again. What the client told is all there."))
            visible = CASE_VIEW in permissions_on(case.pk, by, at)
            return redirect("case", reference=case.reference) if visible else redirect("my_work")
    context = space.context() | {"form": form, "why_not": reopening.why_not(case, at)}
    return TemplateResponse(request, "cases/reopen.html", context)


@require_http_methods(["GET", "POST"])
@needs(CASE_CONTACT)
def after_care_off(request: HttpRequest, reference: str) -> HttpResponse:
    """The client does not want the call afterwards, now or when it comes to that. Only the button does it."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case", part="after care", at=at, needs=CASE_CONTACT)
    if request.method == "POST":
        if after_care.turn_off(space.case, by=by, at=at):
            messages.success(request, _("Nobody calls this client afterwards, now or later."))
        still = CASE_VIEW in permissions_on(space.case.pk, by, at)
        return redirect("case", reference=space.case.reference) if still else redirect("my_work")
    return TemplateResponse(request, "cases/after_care.html", space.context())


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def split(request: HttpRequest, reference: str) -> HttpResponse:
    """A second problem gets a request of its own. Shows what the client holds on to, to be told to them."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="splitting", at=at, needs=CASE_WORK)
    topics = load_topics()
    form = SplitForm(posted(request), topics=[(code, str(topic)) for code, topic in topics.items()])
    made = None
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        part = Part((got["topic"],), got["words"], got["submission"])
        try:
            made = splitting.split(space.case, part, by=by, at=at, calendar=load_calendar())
        except NotNow as why:
            form.add_error(None, str(why))
    context = space.context() | {
        "form": form, "made": made, "phrase": phrase_of(made.intake) if made else "",
        "opens": made is not None and CASE_VIEW in permissions_on(made.pk, by, at),
    }  # fmt: skip
    return TemplateResponse(request, "cases/split.html", context)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def merge(request: HttpRequest, reference: str, other: str) -> HttpResponse:
    """Put two requests of one person together, or take them apart. For who may work on both."""
    by, at = actor_of(request), timezone.now()
    second = case_for(by, other, needs=CASE_WORK, at=at, related=("person__contact",))
    space = workspace.open_workspace(by, reference, tab="case_people", part="putting together", at=at, needs=CASE_WORK)
    if second.pk == space.case.pk:
        raise Http404
    known = merged.between(space.case, second)
    if "undo" in request.POST:
        return _take_apart(request, known, space.case, by, at)
    if known is not None and request.method == "POST":  # a second click
        return redirect("case", reference=known.into.reference)
    form = MergeForm(posted(request), pair=(space.case, second))
    if request.method == "POST" and form.is_valid():
        gone, stays = form.chosen
        try:
            merging.merge(gone, stays, reason=form.cleaned_data["reason"], by=by, at=at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Put together. %(reference)s goes on.") % {"reference": stays.reference})
            return redirect("case", reference=stays.reference)
    differ = not safe_contact.same(*(safe_contact.wishes_of(case) for case in (space.case, second)))
    context = space.context() | {"form": form, "second": second, "known": known, "wishes_differ": differ}
    return TemplateResponse(request, "cases/merge.html", context | {"hidden": [{"name": "undo", "value": "1"}]})


def _take_apart(request: HttpRequest, known: Merge | None, case: Case, by: Actor, at: dt.datetime) -> HttpResponse:
    """Undo it; nothing to undo is a second click."""
    try:
        if known is not None:
            merging.undo(known, by=by, at=at)
            messages.success(request, _("They are two requests again, each as it was."))
    except NotNow as why:
        messages.error(request, str(why))
    return redirect("case", reference=(known.into if known else case).reference)

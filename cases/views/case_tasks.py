"""Tasks: those of one case, and those of one person over all cases."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_VIEW, CASE_WORK, DASHBOARD_VIEW
from cases import case_tasks, colleagues, workspace
from cases.forms.case_tasks import TaskForm
from cases.forms.work import posted
from cases.models import CaseTask
from cases.moves import NotNow

PER_PAGE = 25
MOVES = {"done": case_tasks.finish, "drop": case_tasks.drop, "reopen": case_tasks.reopen}


@require_http_methods(["GET", "POST"])
@needs(CASE_VIEW)
def case_tasks_page(request: HttpRequest, reference: str) -> HttpResponse:
    """What is still to be done in a case and what was done, and a form for one more."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_tasks", part="tasks", at=at)
    form = _new_form(request, space, by, at) if space.reads_all and space.case.is_open else None
    if form and request.method == "POST" and form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("what", "reminder")}
        try:
            case_tasks.add(
                space.case, **answers, kind=form.kind, due_at=form.starts_at, user=form.user,
                for_desk=form.user is None, task_id=form.cleaned_data["submission"], by=by, at=at,
            )  # fmt: skip
        except NotNow as why:
            form.add_error("holder", str(why))
        else:
            messages.success(request, _("Saved.") if form.user == by.user else _asked(form))
            return redirect("case_tasks", reference=space.case.reference)
    rows = case_tasks.of_case(space.case, reads_all=space.reads_all)
    context = {
        "form": form,
        "open": [row for row in rows if row.is_open],
        "ended": [row for row in rows if row.ended_at],
    }
    return TemplateResponse(request, "cases/tasks.html", space.context() | context)


def _new_form(request: HttpRequest, space: workspace.Workspace, by: Actor, at: dt.datetime) -> TaskForm:
    return TaskForm(posted(request), people=colleagues.of_case(space.case, at), me=by.user_id, at=at)


def _asked(form: TaskForm) -> str:
    """Who has been told."""
    if form.user is None:
        return _("Saved. It is on the list of the desk.")
    return _("Saved. %(name)s has been told.") % {"name": form.user.name}


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_task(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Change an open task. When a colleague changed it meanwhile, both texts are shown and nothing is lost."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_tasks", part="tasks", at=at, needs=CASE_WORK)
    task, saved = case_tasks.task_for(space.case, pk), None
    people = colleagues.of_case(space.case, at)
    form = TaskForm(posted(request), people=people, me=by.user_id, at=at, task=task)
    if request.method == "POST" and form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("what", "reminder")}
        version = form.cleaned_data["version"] or 0
        try:
            case_tasks.change(
                task, **answers, kind=form.kind, due_at=form.starts_at, user=form.user, version=version, by=by, at=at
            )
        except case_tasks.TaskChanged as changed:
            saved = changed.saved
            form.data = request.POST.copy()
            form.data["version"] = str(saved.version)
            messages.error(request, str(changed))
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Saved."))
            return redirect("case_tasks", reference=space.case.reference)
    return TemplateResponse(request, "cases/task.html", space.context() | {"form": form, "task": task, "saved": saved})


@require_POST
@needs(CASE_VIEW)
def move(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Done, to be done after all, or no longer needed. Back to where the button was."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_tasks", part="tasks", at=at)
    task, act, back = (
        case_tasks.task_for(space.case, pk),
        MOVES.get(request.POST.get("do", "")),
        request.POST.get("back"),
    )
    try:
        if act is not None:
            task = act(task, by=by, at=at)
            messages.success(request, _("The task is open again.") if task.is_open else _("The task is off the list."))
    except NotNow as why:
        messages.error(request, str(why))
    if back in {"mine", "desk"}:
        return redirect(reverse("my_tasks") + ("?list=desk" if back == "desk" else ""))
    return redirect("case" if back == "case" else "case_tasks", reference=space.case.reference)


@require_GET
@needs(CASE_VIEW)
def my_tasks(request: HttpRequest) -> HttpResponse:
    """What is asked of you in all your cases, or of the desk; what is due first on top."""
    by, at = actor_of(request), timezone.now()
    of_desk = request.GET.get("list") == "desk" and by.may(DASHBOARD_VIEW)
    rows = CaseTask.objects.of_desk(by, at) if of_desk else CaseTask.objects.mine(by, at)
    page = Paginator(rows.for_list(), PER_PAGE).get_page(request.GET.get("page"))
    audit.record_each("task.listed", page, by=by, at=at)
    context: dict[str, Any] = {
        "page": page, "of_desk": of_desk, "at_desk": by.may(DASHBOARD_VIEW), "now": at,
        "query": "list=desk" if of_desk else "",
        "columns": [{"label": label} for label in (_("To be done"), _("Task"), _("Reference"), _("Asked by"), "")],
    }  # fmt: skip
    return TemplateResponse(request, "cases/my_tasks.html", context)

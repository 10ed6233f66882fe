"""The client's summary on the side of who helps: read it, tick it, see its versions."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import reading, summaries, workspace
from cases.moves import NotNow
from cases.workspace import Workspace

TICK = "summary_read"
FILE_AGAIN = "file_again"
"""Goes along when a file was sent: a page cannot carry that itself."""
NOT_AGAIN = (TICK, "csrfmiddlewaretoken")


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_summary(request: HttpRequest, reference: str) -> HttpResponse:
    """Every version: who wrote which, when it was approved. Ticking the one that counts says that you read it."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case", part="summary", at=at, needs=CASE_WORK)
    if request.method == "POST":
        if _ticked(request, space):
            return redirect("case", reference=space.case.reference)
        return redirect("case_summary", reference=space.case.reference)
    context = space.context() | {"versions": summaries.versions(space.case)}
    return TemplateResponse(request, "cases/summary.html", context)


def first_read(request: HttpRequest, space: Workspace) -> HttpResponse | None:
    """For pages on which the client is contacted: the summary, when who opens them did not read it yet; else nothing.

    One button ticks it and goes on, also with what was typed meanwhile.
    """
    if not space.must_read:
        return None
    if request.method == "POST" and TICK in request.POST and _ticked(request, space):
        return None if set(request.POST) - set(NOT_AGAIN) else redirect(request.get_full_path())
    context = space.context() | {"typed": _typed(request), "current": summaries.counting(space.case)}
    return TemplateResponse(request, "cases/first_read.html", context)


def _ticked(request: HttpRequest, space: Workspace) -> bool:
    """Keep the tick; says whether it was of the version that counts."""
    try:
        version = uuid.UUID(request.POST.get(TICK, ""))
        reading.mark_read(space.case, version, by=actor_of(request), at=timezone.now())
    except ValueError:
        return False
    except NotNow as why:
        messages.info(request, str(why))
        return False
    messages.success(request, _("Kept that you read it. The client sees that too."))
    return True


def _typed(request: HttpRequest) -> list[dict[str, Any]]:
    """What was sent with the form, to go along."""
    if request.method != "POST":
        return []
    typed = [
        {"name": name, "value": value}
        for name, values in request.POST.lists()
        if name not in NOT_AGAIN
        for value in values
    ]
    return [*typed, {"name": FILE_AGAIN, "value": "on"}] if request.FILES else typed

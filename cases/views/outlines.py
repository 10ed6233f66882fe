"""The outline for an employer: written for the coachee first, handed over outside the portal (R16)."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Refused, actor_of, needs
from accounts.roles import CASE_WORK
from cases import outlines, workspace
from cases.enums.tracks import OUTLINE_OPEN, OutlineState
from cases.forms.tracks import OutlineForm, PassedOnForm
from cases.forms.work import posted
from cases.models import Outline
from cases.moves import NotNow


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_outlines(request: HttpRequest, reference: str) -> HttpResponse:
    """Every text about this coaching, and a form for the one that can be written or passed on now."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_sessions", part="outline", at=at, needs=CASE_WORK)
    rows, track = outlines.of_case(space.case), outlines.track_of(space.case)
    moments = outlines.moments(space.case, track)
    hands_over = "outline" in request.POST
    form: Any = OutlineForm(None if hands_over else posted(request), moments=moments)
    approved = next((row for row in rows if row.state == OutlineState.APPROVED), None)
    passing = PassedOnForm(
        request.POST if hands_over else None, initial={"outline": approved.pk} if approved else {}, auto_id="pass_%s"
    )
    shown = passing if hands_over else form
    if request.method == "POST" and shown.is_valid():
        answers = shown.cleaned_data
        try:
            if hands_over:
                outlines.pass_on(_of(rows, answers["outline"]), answers["to"], by=by, at=at)
            else:
                outlines.write(
                    space.case, answers["moment"], answers["text"], outline_id=answers["submission"], by=by, at=at
                )
        except NotNow as why:
            shown.add_error(None, str(why))
        else:
            messages.success(request, _("Kept.") if hands_over else _("The client can read it now, and answers there."))
            return redirect("case_outlines", reference=space.case.reference)
    context = {
        "rows": rows, "track": track, "moments": moments, "approved": approved if space.is_with_worker else None,
        "waits": any(row.state in OUTLINE_OPEN for row in rows), "writing": form, "passing": passing, "form": shown,
    }  # fmt: skip
    return TemplateResponse(request, "cases/outlines.html", space.context() | context)


@require_POST
@needs(CASE_WORK)
def take_back(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The worker takes a text back before it is passed on."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_sessions", part="outline", at=at, needs=CASE_WORK)
    try:
        outlines.withdraw(_of(outlines.of_case(space.case), pk), by=by, at=at)
    except NotNow as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("Taken back. Nothing of it is passed on."))
    return redirect("case_outlines", reference=space.case.reference)


def _of(rows: list[Outline], pk: uuid.UUID) -> Outline:
    found = next((row for row in rows if row.pk == pk), None)
    if found is None:
        raise Refused("outline.opened", basis="not of this case")
    return found

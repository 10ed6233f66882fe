"""Whether a search finds the client of a case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import hiding, workspace


@needs(CASE_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def case_search(request: HttpRequest, reference: str) -> HttpResponse:
    """POST with ``hidden`` says yes or no."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="people", at=at, needs=CASE_WORK)
    if request.method == "POST" and request.POST.get("hidden") in {"yes", "no"}:
        is_hidden = request.POST["hidden"] == "yes"
        hiding.hide(space.case, is_hidden, by=by, at=at)
        said = _("No search finds this person now.") if is_hidden else _("A search finds this person again.")
        messages.success(request, said)
        return redirect("case_search", reference=space.case.reference)
    return TemplateResponse(request, "cases/search.html", space.context() | {"is_hidden": space.case.person.is_hidden})

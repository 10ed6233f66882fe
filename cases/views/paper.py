"""A case on paper: the page to print, and the PDF. Both are in the audit, also for the client to see."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import paper, workspace


@require_safe
@needs(CASE_WORK)
def print_page(request: HttpRequest, reference: str) -> HttpResponse:
    """The summary, or with ?all=1 the whole file, for the printer of the browser."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case", part="paper", at=at, needs=CASE_WORK)
    which = "file" if request.GET.get("all") else "summary"
    made = paper.paper(space, which, by=by)
    return TemplateResponse(request, "cases/paper.html", {"case": space.case, "paper": made, "which": which})


@require_POST
@needs(CASE_WORK)
def pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The same as a file. By POST: making one is in the audit, and no browser does that by looking ahead."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case", part="paper", at=at, needs=CASE_WORK)
    which = "file" if request.POST.get("which") == "file" else "summary"
    made = paper.paper(space, which, by=by)
    name = f"{space.case.reference}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(paper.pdf(made), content_type="application/pdf", headers=headers)

"""What the page of a case asks by itself: who else has it open."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_VIEW
from cases import presence
from cases.permissions import case_for


@require_POST
@needs(CASE_VIEW)
def present(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that you have it open, and get the names of the others; nothing when these are the ones you know."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_VIEW, at=at, also=presence.of_case)
    presence.beat(case, by=by, at=at)
    names = presence.others(case, by, at)
    if request.POST.get("seen") == ",".join(names):
        return HttpResponse(status=204)
    return TemplateResponse(request, "cases/present.html#names", {"present": names})

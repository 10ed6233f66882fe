"""Everything that happened in a case, with filters."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import links, merged, timeline, timeline_filter, workspace
from cases.forms.timeline import TimelineForm


@require_GET
@needs(CASE_WORK)
def case_timeline(request: HttpRequest, reference: str) -> HttpResponse:
    """The lines that fit, also of what was put together with it, newest first; the address says which those are."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_timeline", part="timeline", at=at, needs=CASE_WORK)
    others = links.visible_ids(links.of_case(space.case, by, at))
    also = [row.case for row in merged.opened(space.case, by, at, part="timeline")]
    form = TimelineForm(request.GET, people=timeline_filter.people_in(space.case, *also))
    form.is_valid()
    page = timeline.for_staff(space.case, request.GET.get("page", 1), others=others, also=also, wanted=form.wanted)
    context = {"form": form, "page": page, "chips": form.chips(), "query": urlencode(form.given)}
    return TemplateResponse(request, "cases/timeline.html", space.context() | context)

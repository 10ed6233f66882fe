"""What is guarded: beside one case, and everything that a coordinator or handler is named for."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK, GUARDED_VIEW
from cases import guarded_lists, workspace

PER_PAGE = 25


@require_GET
@needs(CASE_WORK)
def case_guarded(request: HttpRequest, reference: str) -> HttpResponse:
    """What stands beside this case, as far as you may know of it, and how to begin."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="people", at=at, needs=CASE_WORK)
    context = space.context() | {"rows": guarded_lists.of_case(space.case, by, at)}
    return TemplateResponse(request, "guarded/case.html", context)


@require_GET
@needs(GUARDED_VIEW)
def guarded(request: HttpRequest) -> HttpResponse:
    """Everything that waits for somebody who is named for it, one kind at a time; what is open comes first."""
    by, at = actor_of(request), timezone.now()
    kinds = guarded_lists.kinds(by, at)
    kind = request.GET.get("list", "")
    kind = kind if kind in kinds else next(iter(kinds))
    page = Paginator(kinds[kind].rows, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page, "now": at, "query": f"list={kind}", "empty": kinds[kind].empty,
        "rows": [guarded_lists.row_of(row) for row in page], "columns": [{"label": label} for label in _columns()],
        "tabs": [
            {"label": one.label, "url": f"?list={code}", "count": one.waiting or None, "current": code == kind}
            for code, one in kinds.items()
        ],
    }  # fmt: skip
    return TemplateResponse(request, "guarded/list.html", context)


def _columns() -> list[str]:
    return [_("What"), _("Reference"), _("Status"), _("Who"), _("Since"), _("Term")]

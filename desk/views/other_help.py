"""Where else a client can be helped, for the worker who has the case: each kind of destination and how to reach it."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_REFER
from cases import workspace
from desk import request_page
from desk.numbers import ways_to
from referrals.destinations import SHOWN, TABLE
from referrals.enums import Destination

MOST = 8
"""So many of who can be asked are named; the desk chooses among all."""


@needs(CASE_REFER)
@require_safe
def other_help(request: HttpRequest, reference: str) -> HttpResponse:
    """One kind at a time, ``?to=``: what it is, what may go along, whom the client can call, who would be asked."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="other help", at=at, needs=CASE_REFER)
    asked = request.GET.get("to", "")
    kind = TABLE[asked if asked in SHOWN else Destination.CHAPLAIN]
    found = request_page.people(space.case, kind.code, by=by, at=at)
    page = reverse("case_other_help", args=[space.case.reference])
    return TemplateResponse(request, "desk/other_help.html", space.context() | {
        "kind": kind, "destinations": request_page.kinds(f"{page}?to={{}}", kind.code),
        "ways": ways_to(kind.code, space.case.unit_id, at),
        "found": found.candidates[:MOST], "more": len(found.candidates) - MOST, "lacks": found.lacks,
        "ready": "coaching" if kind.code == Destination.COACH else "other",
    })  # fmt: skip

"""What the page of a hand-over says by itself: which worker is looked at, and that nobody is any more."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_TRIAGE
from cases.permissions import case_for
from desk import request_page
from referrals import considering


@require_POST
@needs(CASE_TRIAGE)
def consider(request: HttpRequest, reference: str) -> HttpResponse:
    """Hold the worker that is ticked (decide-to) for a minute, and say who is held or why not. Without one: let go."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_TRIAGE, at=at, related=("intake", "person__data_key", "person__contact"))
    goal = request_page.destination_of(case, request.POST.get("decide-destination", ""))
    key = request.POST.get("decide-to", "")
    found = request_page.people(case, goal, by=by, at=at).candidates if key else []
    held = considering.suggest([one for one in found if one.key == key], case, by=by, at=at)
    taken = next((one for one in found if one.key == key and one.held_by), None)
    context = {"held": held, "taken": taken, "until": at + considering.LASTS}
    return TemplateResponse(request, "desk/triage/considered.html", context)

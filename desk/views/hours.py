"""Opening hours by team, in words: one page a team, for who keeps them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.duty import load_calendar
from accounts.permissions import needs
from accounts.roles import ORGANISATION_EDIT
from desk import hours


@needs(ORGANISATION_EDIT)
@require_GET
def teams(request: HttpRequest) -> HttpResponse:
    """Which team's hours to look at."""
    return TemplateResponse(request, "desk/roster/hours.html", {"teams": hours.teams()})


@needs(ORGANISATION_EDIT)
@require_GET
def team(request: HttpRequest, code: str) -> HttpResponse:
    """The week of one team and its channels, and what is different in the next 30 days."""
    found = next((team for team in hours.teams() if team.code == code), None)
    if found is None:
        raise Http404
    calendar, at = load_calendar(), timezone.now()
    context = {
        "team": found, "weeks": hours.weeks(found, calendar), "open_now": calendar.is_open(at, found.code),
        "exceptions": hours.exceptions(found, timezone.localdate(at)), "change": calendar.next_change(at, found.code),
    }  # fmt: skip
    return TemplateResponse(request, "desk/roster/hours_of.html", context)

"""The one button of an alert's link, for who has a phone in the hand and no session."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import public
from cases.moves import NotNow
from desk import calls
from desk import tap as taps


@public("the link is a secret of one person and one alert, and shows nothing of it")
@require_http_methods(["GET", "HEAD", "POST"])
def tap(request: HttpRequest, token: str) -> HttpResponse:
    """GET changes nothing, so a program that opens links does not either. An old or false link gets a calm page."""
    at = timezone.now()
    found, done = taps.waiting_for(token, at), False
    if found is None:
        return TemplateResponse(request, "desk/tap.html", {"state": "over"})
    alert, by = found
    if request.method == "POST":
        try:
            with transaction.atomic():
                done = calls.pick_up(alert.subject, by=by, at=at) is not None
        except NotNow:
            done = False
    state = "asked" if request.method != "POST" else "yours" if done else "over"
    return TemplateResponse(request, "desk/tap.html", {"state": state})

"""Asking again, for something else: the request form with what we know of them filled in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.permissions import signed_in
from desk import known, snapshot
from desk.views.doors import Door, client_actor
from desk.views.intake import first_page, held, show_page


@require_GET
@signed_in
def my_new(request: HttpRequest) -> HttpResponse:
    """For an account. The form itself knows no log-in; what is known travels in its sealed answers."""
    by, at, seen = client_actor(request), timezone.now(), snapshot.read()
    if by.user is None:
        return redirect("intake")
    page = first_page(request, seen, at, known.of_user(by.user, seen))
    return held(request, show_page(request, page, seen, at))


@require_GET
def again(request: HttpRequest, door: Door) -> HttpResponse:
    """From the page of a case, also for who follows it."""
    opened, seen = door.open("contact"), snapshot.read()
    page = first_page(request, seen, door.at, known.of_case(opened, seen))
    return held(request, show_page(request, page, seen, door.at))

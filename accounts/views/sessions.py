"""Where you are logged in."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Refused, actor_of, signed_in
from accounts.sessions import limits, opened


@require_http_methods(["GET", "POST"])
@signed_in
def sessions(request: HttpRequest) -> HttpResponse:
    """Every browser in which you are logged in; end one, or all but this one."""
    by, at, key = actor_of(request), timezone.now(), request.session.session_key
    assert by.user is not None  # noqa: S101 - signed in
    if request.method == "POST":
        return _end(request, by, at, key)
    found = opened.of_user(by.user, key=key, at=at)
    context = {
        "opened": found,
        "has_others": any(not one.here for one in found),
        "limits": limits.in_words(request.use),  # type: ignore[attr-defined]
        "frame": "base_staff.html" if by.roles else "base_client.html",
    }
    return TemplateResponse(request, "accounts/sessions.html", context)


def _end(request: HttpRequest, by: Any, at: Any, key: str | None) -> HttpResponse:
    number = request.POST.get("session", "")
    if "others" in request.POST:
        opened.end_others(by.user, key=key, by=by, at=at)
        return redirect("sessions")
    here = next((one for one in opened.of_user(by.user, key=key, at=at) if one.here), None)
    if here and number == str(here.id):
        get_adapter(request).logout(request)
        return redirect("account_login")
    if not number.isdecimal() or not opened.end(by.user, int(number[:18]), by=by, at=at):
        raise Refused("session.ended", basis="of somebody else or not existing")
    return redirect("sessions")

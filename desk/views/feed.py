"""Your shifts in your own calendar: making and revoking the secret address, and what is behind it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import feeds, shifts
from accounts.permissions import actor_of, public, signed_in
from desk.views.roster import frame_for


@signed_in
@require_http_methods(["GET", "POST"])
def feed(request: HttpRequest) -> HttpResponse:
    """Whether there is an address; a new one is shown in the answer to the click that made it, and never again."""
    by, at = actor_of(request), timezone.now()
    user = shifts.must_read(by, at, "open:feed")
    made = ""
    if request.method == "POST":
        secret = feeds.make(user, by=by, at=at)
        made = request.build_absolute_uri(reverse("feed_file", args=[secret]))
    context = {"made": made, "feed": feeds.of(user), "frame": frame_for(by.roles)}
    return TemplateResponse(request, "desk/roster/feed.html", context)


@signed_in
@require_POST
def feed_revoke(request: HttpRequest) -> HttpResponse:
    """The address stops working at once."""
    by, at = actor_of(request), timezone.now()
    feeds.revoke(shifts.must_read(by, at, "open:feed"), by=by, at=at)
    messages.success(request, _("The address is worth nothing any more."))
    return redirect("feed")


@public("A calendar cannot log in; the address is the key.")
@require_safe
def feed_file(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address; 304 when nothing changed, 404 when the address is worth nothing."""
    body = feeds.read(secret, timezone.now())
    if body is None:
        raise Http404
    tag = feeds.etag(body)
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["ETag"] = tag
    return answer

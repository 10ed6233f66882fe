"""The devices on which somebody wants a sign, and the script that shows it there."""

from uuid import UUID

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import push
from accounts.models import User
from accounts.permissions import Refused, actor_of, public, signed_in
from desk.forms.devices import DeviceForm
from desk.profile import works_here

SCRIPT = "js/seintje.js"


@public("a script without any secret; browsers fetch it by themselves, without a session", stateless=True)
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, for a script may only show signs for pages beside and under it."""
    found = finders.find(SCRIPT)
    if not isinstance(found, str):
        raise Http404
    with open(found, encoding="utf-8") as file:  # noqa: PTH123
        return HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")


@signed_in
@require_POST
def device_add(request: HttpRequest) -> HttpResponse:
    """Keep this browser, for who works here; what it sent was made by our script."""
    by, at = actor_of(request), timezone.now()
    user = by.user or User()
    if not push.is_on() or not works_here(user, at):
        raise Refused("open:device_add", basis="no role")
    form = DeviceForm(request.POST)
    try:
        if not form.is_valid():
            raise push.BadDevice
        push.add(user, form.cleaned_data["subscription"], form.label(), by=by, at=at)
        messages.success(request, _("This device shows a sign when there is something for you."))
    except push.BadDevice:
        messages.error(request, _("This did not work. You can have five devices; this one may not be able to do it."))
    return redirect("profile")


@signed_in
@require_POST
def device_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """No signs on that device any more. Somebody else's is not there."""
    by = actor_of(request)
    if not push.remove(by.user or User(), pk, by=by, at=timezone.now()):
        raise Refused("open:device_remove", basis="not theirs or not existing")
    messages.success(request, _("That device shows nothing any more."))
    return redirect("profile")

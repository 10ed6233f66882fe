"""The two who talk, each at their own door: the client by their case, the other one by a link and a code."""

import math
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.permissions import Refused, signed_in
from cases import mediation as talks
from cases import mediation_door, mediation_talks
from cases.forms.family import CodeForm
from cases.forms.mediation import version_read
from cases.forms.work import posted
from cases.mediation_door import Seat
from cases.moves import NotNow
from desk.views.doors import Door, client_actor


@require_http_methods(["GET", "POST"])
def of_client(request: HttpRequest, door: Door) -> HttpResponse:
    """The client's side of it."""
    case = door.open("mediation")
    seat = mediation_door.seat_of_client(case)
    if request.method == "POST" and seat is not None:
        _do(request, seat, door.by)
        return redirect(door.url("mediation"))
    return TemplateResponse(request, "desk/mediation/of_client.html", door.context(case) | {"seat": seat})


@signed_in
@require_http_methods(["GET", "POST"])
def of_other(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The other one's side: the same page, the same words."""
    by = client_actor(request)
    seat = mediation_door.seat_of_other(by, pk, at=timezone.now())
    if request.method == "POST":
        _do(request, seat, by)
        return redirect("mediation_seat", pk=pk)
    return TemplateResponse(request, "desk/mediation/of_other.html", {"seat": seat})


@signed_in
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The link the other one got: the code that was told by voice lets this account in. Says nothing before that."""
    by, at = client_actor(request), timezone.now()
    party = mediation_door.guest_of(token, at)
    if party is None or party.user_id not in {None, by.user_id}:
        raise Refused("mediation.link", basis="no such link, or of another account")
    if party.user_id:
        return redirect("mediation_seat", pk=party.mediation_id)
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        tried = mediation_door.try_code(party, form.cleaned_data["code"], by=by, at=at)
        if tried.right:
            return redirect("mediation_seat", pk=party.mediation_id)
        if tried.wait:
            seconds = math.ceil(tried.wait.total_seconds())
            wait = ngettext("Wait %(n)d second, then try again.", "Wait %(n)d seconds, then try again.", seconds)
            form.add_error(None, wait % {"n": seconds})
        else:
            form.add_error("code", _("This code is not right. Ask for a new one on the phone."))
    return TemplateResponse(request, "desk/mediation/code.html", {"form": form})


def _do(request: HttpRequest, seat: Seat, by: Actor) -> None:
    """Yes, no or no longer, or a signature under the text as it was read."""
    at, wish = timezone.now(), request.POST.get("do")
    try:
        if wish == "agree":
            talks.agree(seat.own, by=by, at=at)
        elif wish == "stop":
            talks.stop(seat.own, by=by, at=at)
        elif wish == "sign":
            mediation_talks.sign(seat.own, version=version_read(request.POST.get("version", "")), by=by, at=at)
    except NotNow as why:
        messages.error(request, str(why))

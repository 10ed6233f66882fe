"""Keeping a request in an account: from the page where it is followed, or by its reference and pass-phrase."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import throttle
from accounts.permissions import signed_in
from cases import claiming, following
from cases.models import Case
from cases.moves import NotNow
from desk.forms.follow import FollowForm
from desk.views.doors import client_actor


@require_http_methods(["GET", "POST"])
@signed_in
def keep(request: HttpRequest) -> HttpResponse:
    """The request that is followed in this browser. Only the button keeps it."""
    at = timezone.now()
    followed = following.follower_of(request, at)
    case = Case.objects.filter(pk=followed.case_id or "").first() if followed else None
    if case is None:
        return redirect("my_add")
    if request.method == "POST":
        try:
            claiming.claim(case, by=client_actor(request), at=at)
        except NotNow as why:
            messages.error(request, str(why))
            return redirect("keep_request")
        messages.success(request, _("Kept. From now on you find it here."))
        return redirect("my_case", case.reference)
    return TemplateResponse(request, "desk/client/keep.html", {"reference": case.reference})


@require_http_methods(["GET", "POST"])
@signed_in
def add(request: HttpRequest) -> HttpResponse:
    """Another request, by its reference and pass-phrase."""
    form, at = FollowForm(request.POST if request.method == "POST" else None), timezone.now()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        found = following.try_phrase(given["reference"], given["phrase"], place=throttle.place_of(request), at=at)
        if found.wait:
            form.add_error(None, throttle.wait_words(found.wait))
        elif found.actor is None or found.is_advice:
            form.add_error(None, _("This reference and this pass-phrase do not belong together. Check both."))
        else:
            try:
                case = Case.objects.get(pk=found.actor.case_id or "")
                claiming.claim(case, by=client_actor(request), at=at)
                messages.success(request, _("Kept. From now on you find it here."))
                return redirect("my_case", case.reference)
            except NotNow as why:
                form.add_error(None, str(why))
    return TemplateResponse(request, "desk/client/add.html", {"form": form})

"""Resets of lost second factors: for administrators, and for the person whose it is."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import factor_reset
from accounts.factor_reset import NotPossible
from accounts.forms.factor_reset import AskResetForm
from accounts.models import FactorReset
from accounts.permissions import Refused, actor_of, before_factor, fresh, needs, signed_in
from accounts.roles import FACTOR_RESET

PER_PAGE = 25


@require_GET
@needs(FACTOR_RESET)
def resets(request: HttpRequest) -> TemplateResponse:
    """All of them, the open ones first."""
    rows = FactorReset.objects.with_people().open_first()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return TemplateResponse(request, "accounts/factor_resets.html", {"page": page})


@require_http_methods(["GET", "POST"])
@needs(FACTOR_RESET)
@fresh
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for one, for a colleague."""
    form = AskResetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and form.user is not None:
        reason = form.cleaned_data["reason"]
        try:
            made = factor_reset.ask(form.user, reason=reason, by=actor_of(request), at=timezone.now())
        except NotPossible as why:
            form.add_error("email", str(why))
        else:
            messages.success(request, _("Asked. Another administrator has to agree."))
            return redirect("factor_reset", made.pk)
    return TemplateResponse(request, "accounts/factor_reset_ask.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs(FACTOR_RESET)
@fresh
def reset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them: agree, or stop it."""
    found = FactorReset.objects.with_people().filter(pk=pk).first()
    if found is None:
        raise Refused("factor_reset.opened", basis="not existing")
    by = actor_of(request)
    if request.method == "POST":
        act = {"agree": factor_reset.agree, "stop": factor_reset.stop}.get(request.POST.get("do", ""))
        try:
            if act is not None:
                act(found, by=by, at=timezone.now())
        except NotPossible as why:
            messages.error(request, str(why))
        return redirect("factor_reset", pk)
    waits_for_other = by.user_id in {found.asked_by_id, found.user_id}
    context = {"reset": found, "may_agree": found.is_open and not found.agreed_at and not waits_for_other}
    return TemplateResponse(request, "accounts/factor_reset.html", context)


@require_http_methods(["GET", "POST"])
@before_factor
@signed_in
def own_reset(request: HttpRequest) -> HttpResponse:
    """For the person themselves: what was asked, and a way to stop it. A password is enough for that."""
    by = actor_of(request)
    found = FactorReset.objects.with_people().of(by.user_id or 0).open().first()
    if request.method == "POST" and found is not None:
        try:
            factor_reset.stop(found, by=by, at=timezone.now())
            messages.success(request, _("Stopped. Your second factor stays as it is."))
        except NotPossible as why:
            messages.error(request, str(why))
        return redirect("own_factor_reset")
    return TemplateResponse(request, "accounts/factor_reset_own.html", {"reset": found})

"""How much fits with whom; for the coordinator."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import ORGANISATION_EDIT
from cases.forms.work import posted
from cases.moves import NotNow
from referrals import capacity as rows
from referrals.forms.coverage import CapacityForm, EndForm
from referrals.models import Capacity
from referrals.present import Present

PER_PAGE = 25


@needs(ORGANISATION_EDIT)
@require_GET
def capacity(request: HttpRequest) -> HttpResponse:
    """Every number that counts or will, and how they are now."""
    at = timezone.now()
    day, present = timezone.localdate(at), Present.at(at)
    found = Capacity.objects.not_over(day)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = rows.limits(page.object_list, present, day)  # type: ignore[assignment]
    labels = (_("Who"), _("At most"), _("From"), _("Room now"), "")
    context = {"page": page, "full": present.full_teams, "columns": [{"label": label} for label in labels]}
    return TemplateResponse(request, "referrals/capacity.html", context)


@needs(ORGANISATION_EDIT)
@require_http_methods(["GET", "POST"])
def capacity_add(request: HttpRequest) -> HttpResponse:
    """A new number."""
    at = timezone.now()
    form = CapacityForm(posted(request), day=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        try:
            rows.add(form.row(), by=actor_of(request), at=at)
        except NotNow as why:
            form.add_error("starts_on", str(why))
        else:
            messages.success(request, _("Added. It counts from that day on."))
            return redirect("capacity")
    context = {"form": form, "back": reverse("capacity"), "title": _("Say how much fits")}
    return TemplateResponse(request, "referrals/capacity_form.html", context)


@needs(ORGANISATION_EDIT)
@require_http_methods(["GET", "POST"])
def capacity_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a number end on a day."""
    at = timezone.now()
    row = Capacity.objects.select_related("team", "user").filter(pk=pk).first()
    if row is None:
        raise Http404
    form = EndForm(posted(request), day=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        try:
            rows.end(row, last_day=form.cleaned_data["last_day"], by=actor_of(request), at=at)
        except NotNow as why:
            form.add_error("last_day", str(why))
        else:
            messages.success(request, _("Ended."))
            return redirect("capacity")
    context = {"form": form, "back": reverse("capacity"), "title": _("End this number"), "row": row}
    return TemplateResponse(request, "referrals/capacity_form.html", context)

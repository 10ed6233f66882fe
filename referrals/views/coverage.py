"""Who serves which unit, and where nobody does; for the coordinator."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import ORGANISATION_EDIT
from cases import topics
from cases.forms.work import posted
from cases.moves import NotNow
from referrals import coverage as rows
from referrals import served
from referrals.forms.coverage import CoverageForm, EndForm
from referrals.models import Coverage
from referrals.present import Present
from referrals.standing_in import StandIns

PER_PAGE = 25


@needs(ORGANISATION_EDIT)
@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    """Every unit with who serves it; a search by name, and only the holes on request."""
    word, holes, at = request.GET.get("q", "").strip(), request.GET.get("holes") == "1", timezone.now()
    everything = served.overview(timezone.localdate(at))
    shown = [
        one
        for one in everything
        if (not holes or one.is_hole) and word.casefold() in f"{one.unit.name} {one.unit.code}".casefold()
    ]
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    now = (Present.at(at), StandIns(actor_of(request), timezone.localdate(at)), topics.names())
    page.object_list = served.with_room(page.object_list, *now)
    filters: dict[str, Any] = ({"q": word} if word else {}) | ({"holes": 1} if holes else {})
    context = {
        "page": page, "word": word, "holes": holes, "query": urlencode(filters),
        "pool": now[0].has_pool, "full": now[0].full_teams,
        "hole_count": sum(one.is_hole for one in everything),
        "countrywide": served.countrywide(everything, *now),
        "columns": [{"label": label} for label in (_("Unit"), _("Who helps there"))],
    }  # fmt: skip
    return TemplateResponse(request, "referrals/coverage.html", context)


@needs(ORGANISATION_EDIT)
@require_http_methods(["GET", "POST"])
def coverage_add(request: HttpRequest) -> HttpResponse:
    """A new line; ``?unit=`` fills in the unit of a hole."""
    by, at = actor_of(request), timezone.now()
    unit = request.GET.get("unit", "")
    start = {"unit": int(unit)} if unit.isdecimal() and len(unit) < 10 else {}
    form = CoverageForm(
        posted(request), day=timezone.localdate(at), initial=start, topics=list(topics.names().items())
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            rows.add(form.row(), by=by, at=at)
        except NotNow as why:
            form.add_error("starts_on", str(why))
        else:
            messages.success(request, _("Added. It counts from that day on."))
            return redirect("coverage")
    context = {"form": form, "back": reverse("coverage"), "title": _("Add coverage")}
    return TemplateResponse(request, "referrals/coverage_form.html", context)


@needs(ORGANISATION_EDIT)
@require_http_methods(["GET", "POST"])
def coverage_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a line end on a day."""
    by, at = actor_of(request), timezone.now()
    row = Coverage.objects.select_related("team", "user", "unit", "location", "region").filter(pk=pk).first()
    if row is None:
        raise Http404
    form = EndForm(posted(request), day=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        try:
            rows.end(row, last_day=form.cleaned_data["last_day"], by=by, at=at)
        except NotNow as why:
            form.add_error("last_day", str(why))
        else:
            messages.success(request, _("Ended."))
            return redirect("coverage")
    context = {"form": form, "back": reverse("coverage"), "title": _("End coverage"), "row": row}
    return TemplateResponse(request, "referrals/coverage_form.html", context)

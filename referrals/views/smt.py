"""The roles of a Social Medical Team and who fills them; for the coordinator."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import actor_of, needs
from accounts.roles import ORGANISATION_EDIT
from cases.forms.work import posted
from cases.moves import NotNow
from referrals import smt as rows
from referrals.forms.smt import SeatForm, SmtRoleForm
from referrals.models import SmtRole, SmtSeat


@needs(ORGANISATION_EDIT)
@require_GET
def smt(request: HttpRequest) -> HttpResponse:
    """Every role with what it gets, and of every team who fills it and what nobody fills."""
    context = {
        "roles": SmtRole.objects.in_use(), "retired": SmtRole.objects.exclude(retired_at=None),
        "teams": rows.by_team(timezone.localdate()),
    }  # fmt: skip
    return TemplateResponse(request, "referrals/smt.html", context)


@needs(ORGANISATION_EDIT)
@require_http_methods(["GET", "POST"])
def smt_role(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a role, or change it; with everything it was before."""
    role = _role(pk) if pk else None
    form = SmtRoleForm(posted(request), instance=role)
    if request.method == "POST" and form.is_valid():
        try:
            rows.keep(form.save(commit=False), by=actor_of(request), at=timezone.now())
        except NotNow as why:
            form.add_error("role", str(why))
        else:
            messages.success(request, _("Kept. It counts from now on."))
            return redirect("smt")
    title = _("Change a role of the team") if role else _("Add a role to the team")
    context = {
        "form": form, "title": title, "back": reverse("smt"), "role": _role(pk) if pk else None,
        "versions": rows.versions(role) if role else [],
    }  # fmt: skip
    return TemplateResponse(request, "referrals/smt_role.html", context)


@needs(ORGANISATION_EDIT)
@require_POST
def smt_role_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Retire a role, or with ``back`` bring it back."""
    by, at, role = actor_of(request), timezone.now(), _role(pk)
    if "back" in request.POST:
        try:
            rows.bring_back(role, by=by, at=at)
        except NotNow as why:
            messages.warning(request, str(why))
        else:
            messages.success(request, _("It is a role of every team again."))
    else:
        rows.retire(role, by=by, at=at)
        messages.success(request, _("Retired. No case goes to it any more."))
    return redirect("smt")


@needs(ORGANISATION_EDIT)
@require_http_methods(["GET", "POST"])
def smt_name(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who fills a role in a team; ``?team=`` fills that in."""
    at, role, team = timezone.now(), _role(pk), request.GET.get("team", "")
    start = {"team": int(team)} if team.isdecimal() and len(team) < 10 else {}
    form = SeatForm(posted(request), day=timezone.localdate(at), initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            rows.name(role, form.cleaned_data["team"], form.cleaned_data["user"], by=actor_of(request), at=at)
        except NotNow as why:
            form.add_error("user", str(why))
        else:
            messages.success(request, _("Named. It counts from now on."))
            return redirect("smt")
    title = _("Who is %(role)s?") % {"role": role}
    context = {"form": form, "title": title, "back": reverse("smt"), "role": None}
    return TemplateResponse(request, "referrals/smt_role.html", context)


@needs(ORGANISATION_EDIT)
@require_POST
def smt_name_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody no longer fills a role."""
    seat = SmtSeat.objects.filter(pk=pk).first()
    if seat is None:
        raise Http404
    rows.end(seat, by=actor_of(request), at=timezone.now())
    messages.success(request, _("Ended."))
    return redirect("smt")


def _role(pk: int) -> SmtRole:
    found = SmtRole.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found

"""The roster: the week for everyone who takes turns, swaps between two people, and taking over (page M)."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import shifts, swaps
from accounts.actions import Clash
from accounts.forms.roster import GoToForm, PersonForm, SwapForm
from accounts.permissions import Refused, actor_of, needs, signed_in
from accounts.roles import ORGANISATION_EDIT
from cases.forms.work import posted
from desk import roster as rosters
from desk import snapshot

ANSWERS = {"agree": swaps.agree, "refuse": swaps.refuse, "withdraw": swaps.withdraw}


@signed_in
@require_GET
def roster(request: HttpRequest) -> HttpResponse:
    """One week, what is missing in the next two, and questions about shifts."""
    by, at = actor_of(request), timezone.now()
    shifts.must_read(by, at, "open:roster")
    form = GoToForm(request.GET)
    day = form.cleaned_data["d"] if form.is_valid() else None
    calendar = snapshot.read().calendar
    context: dict[str, Any] = {
        "week": rosters.week(day or timezone.localdate(at), by, at, calendar), "form": form,
        "lacks": rosters.lacks(at, calendar), "may_edit": by.may(ORGANISATION_EDIT), **rosters.questions(by, at),
        "today": timezone.localdate(at), "frame": frame_for(by.roles),
    }  # fmt: skip
    return TemplateResponse(request, "desk/roster/week.html", context)


def frame_for(roles: Any) -> str:
    """Whose role does not count at this moment, such as by day for the after-hours line, has no rail."""
    return "base_staff.html" if roles else "base_client.html"


@signed_in
@require_http_methods(["GET", "POST"])
def swap(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a colleague to take (part of) a shift of yours."""
    by, at = actor_of(request), timezone.now()
    shifts.must_read(by, at, "open:swap")
    shift = swaps.own_shift(by, pk, at)
    begins = max(shift.starts_at, at.replace(second=0, microsecond=0))
    start = {"starts_at": timezone.localtime(begins), "ends_at": timezone.localtime(shift.ends_at)}
    form = SwapForm(posted(request), shift=shift, at=at, initial=start)
    if request.method == "POST" and form.is_valid():
        part = {name: form.cleaned_data[name] for name in start}
        try:
            swaps.ask(shift, form.cleaned_data["to"], **part, by=by, at=at)
        except Clash as clash:
            form.add_error("to", str(clash))
        else:
            messages.success(request, _("Your colleague was asked. The shift is yours until they say yes."))
            return redirect("roster")
    context = {"form": form, "shift": shift, "back": reverse("roster"), "frame": frame_for(by.roles)}
    return TemplateResponse(request, "desk/roster/swap.html", context)


@signed_in
@require_POST
def swap_answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Yes or no of who was asked; taken back by who asked."""
    by, at = actor_of(request), timezone.now()
    found = swaps.swap_for(by, pk, action="swap.answer")
    answer = request.POST.get("answer", "")
    if answer not in ANSWERS:
        raise Refused("swap.answer", basis="no such answer")
    try:
        ANSWERS[answer](found, by=by, at=at)
    except Clash as clash:
        messages.error(request, str(clash))
    else:
        said = {
            "agree": _("This shift is yours now. Your colleague knows."),
            "refuse": _("You said no. The shift stays with your colleague."),
            "withdraw": _("Withdrawn. The shift stays yours."),
        }
        messages.success(request, said[answer])
    return redirect("roster")


@needs(ORGANISATION_EDIT)
@require_http_methods(["GET", "POST"])
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a shift, or the rest of one that runs, to somebody else at once: somebody is ill."""
    by, at = actor_of(request), timezone.now()
    try:
        shift = shifts.shift_for(pk, at)
    except Clash as clash:  # such as a second click
        messages.info(request, str(clash))
        return redirect("roster")
    form = PersonForm(posted(request), shift=shift, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            given = shifts.take_over(shift, form.cleaned_data["to"], by=by, at=at)
        except Clash as clash:
            form.add_error("to", str(clash))
        else:
            messages.success(request, _("%(name)s has this shift now. Both were told.") % {"name": given.user.name})
            return redirect("roster")
    context = {"form": form, "shift": shift, "back": reverse("roster"), "runs": shift.starts_at <= at}
    return TemplateResponse(request, "desk/roster/take_over.html", context)

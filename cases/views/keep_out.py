"""Staff keep someone out of a case, themselves too: a relative or a direct colleague never sees it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import blocks, workspace
from cases.forms.keep_out import LiftForm, StaffNamedForm
from cases.forms.work import posted
from cases.models import Case
from cases.moves import NotNow


@needs(CASE_WORK)
@require_http_methods(["GET", "POST"])
def keep_out(request: HttpRequest, reference: str) -> HttpResponse:
    """Who may never see this case; with a reason. Also settles what the client asked in their own words."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="people", at=at, needs=CASE_WORK)
    rows = blocks.of_case(space.case)
    waiting = [row for row in rows if row.resolved_at is None]
    lifts = "lift" in request.POST
    lift = LiftForm(request.POST if lifts else None, rows=blocks.liftable(rows, by), asks_why=True)
    if lifts and lift.is_valid():
        blocks.lift(lift.chosen, reason=lift.cleaned_data["why"], by=by, at=at)
        messages.success(request, _("Taken back. What lets this person in counts again."))
        return redirect("case_keep_out", reference=space.case.reference)
    form = StaffNamedForm(None if lifts else posted(request), people=blocks.colleagues(at), waiting=waiting)
    if not lifts and request.method == "POST" and form.is_valid():
        try:
            return _kept_out(request, space.case, form, by)
        except NotNow as why:
            form.add_error("reason", str(why))
    context = space.context() | {"form": form, "rows": rows, "lift": lift}
    return TemplateResponse(request, "cases/keep_out.html", context)


def _kept_out(request: HttpRequest, case: Case, form: StaffNamedForm, by: Actor) -> HttpResponse:
    given, at = form.cleaned_data, timezone.now()
    if given.get("nobody"):
        blocks.no_account(given["asked"], by=by, at=at)
        messages.success(request, _("Kept: this person has no account here."))
    else:
        blocks.block(case, given["user"], by=by, at=at, reason=given["reason"], answers=given["asked"])
        if given["user"].pk == by.user_id:
            messages.success(request, _("You no longer see this case."))
            return redirect("my_work")
        messages.success(request, _("This person never sees the case, and is not told."))
    return redirect("case_keep_out", reference=case.reference)

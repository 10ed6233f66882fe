"""The desk reads that a client asks for somebody else, and decides."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.permissions import Refused, actor_of, needs
from accounts.roles import CASE_TRIAGE, CASE_VIEW
from cases import someone_else, workspace
from cases.enums.whom import SomeoneElseState
from cases.forms.someone_else import DecideForm, EnteredForm
from cases.forms.work import posted
from cases.models import SomeoneElse
from cases.moves import NotNow


@needs(CASE_TRIAGE)
@require_http_methods(["GET", "POST"])
def someone_else_asked(request: HttpRequest, reference: str) -> HttpResponse:
    """What the client asks and why, for the desk only; whom it is about sees that it is asked, never why."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case", part="someone else", at=at, needs=CASE_VIEW)
    case, row = space.case, someone_else.latest(space.case)
    waits = row is not None and row.state == SomeoneElseState.OPEN
    reads = row is None or someone_else.may_read(row, by)
    if request.method == "POST" and not reads:
        raise Refused("someone_else.answer", case_id=case.pk, basis="it is about them", visible=True)
    if request.method == "POST" and request.POST.get("asked", "") != (str(row.pk) if waits and row else ""):
        messages.info(request, _("What you answered no longer waits. See below how it is now."))
        return redirect("case_someone_else", reference=case.reference)
    goes_back = space.is_with_worker and row is not None and row.away_from_id == case.owner_id is not None
    form = _form(request, row if waits else None, case.owner if goes_back else None)
    if request.method == "POST" and form.is_valid():
        try:
            if not waits:
                someone_else.ask(case, why=form.cleaned_data["why"], by=by, at=at)
            elif form.cleaned_data["decision"] == SomeoneElseState.LOOKING:
                someone_else.look(case, by=by, at=at)
            else:
                someone_else.stays(case, by=by, at=at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Kept. The client sees it on their page."))
            return redirect("case_someone_else", reference=case.reference)
    context = space.context() | {"form": form, "row": row, "waits": waits, "reads": reads}
    return TemplateResponse(request, "cases/someone_else.html", context)


def _form(request: HttpRequest, row: SomeoneElse | None, loses_it: User | None) -> DecideForm | EnteredForm:
    if row is None:
        return EnteredForm(posted(request))
    return DecideForm(posted(request), loses_it=loses_it, initial={"asked": row.pk})

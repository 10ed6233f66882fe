"""Taking a case back to the desk when its worker works here no longer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_CONTACT, CASE_TRIAGE
from cases.forms.work import FetchBackForm, posted
from cases.handback import fetch_back as fetch
from cases.handback import may_fetch
from cases.moves import NotNow
from cases.permissions import case_for


@needs(CASE_TRIAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def fetch_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Says first what will happen. The desk sees only how to reach the client until it is done."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_CONTACT, at=at, part="taking back", related=("owner",))
    form = FetchBackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            fetch(case, reason=form.cleaned_data["reason"], by=by, at=at)
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("The case is at the desk, and you are the contact person now."))
            return redirect("triage", reference=case.reference)
    context = {"case": case, "form": form, "why_not": may_fetch(case, at)}
    return TemplateResponse(request, "desk/fetch_back.html", context)

"""The first contact person, on the staff side."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_CONTACT
from cases import first_contact, workspace
from cases.forms.first_contact import StaffFirstContactForm, answers_of
from cases.forms.work import posted


@needs(CASE_CONTACT)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, reference: str) -> HttpResponse:
    """Whom to ring first, when, and whether the one abroad hears of it; with a reason."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="contact", at=at, needs=CASE_CONTACT)
    form = StaffFirstContactForm(posted(request), initial=answers_of(first_contact.of(space.case)))
    if request.method == "POST" and form.is_valid():
        first_contact.change(space.case, form.agreed(), by=by, at=at, reason=form.cleaned_data["reason"])
        messages.success(request, _("Changed. The client sees it too."))
        return redirect("case_people", reference=space.case.reference)
    return TemplateResponse(request, "cases/first_contact.html", space.context() | {"form": form})

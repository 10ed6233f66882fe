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
from cases.forms.conflict import both
from cases.forms.first_contact import StaffFirstContactForm, answers_of
from cases.forms.work import posted
from cases.moves import Changed


@needs(CASE_CONTACT)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, reference: str) -> HttpResponse:
    """Whom to ring first, when, and whether the one abroad hears of it; with a reason."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="contact", at=at, needs=CASE_CONTACT)
    kept, shown = first_contact.of(space.case), None
    form = StaffFirstContactForm(posted(request), initial=answers_of(kept) | {"seen": first_contact.mark(kept)})
    if request.method == "POST" and form.is_valid():
        reason, seen = form.cleaned_data["reason"], request.POST.get("seen")
        try:
            first_contact.change(space.case, form.agreed(), by=by, at=at, reason=reason, seen=seen)
        except Changed as changed:
            now = first_contact.of(changed.case)
            shown = both(form, answers_of(now), seen=first_contact.mark(now))
        else:
            messages.success(request, _("Changed. The client sees it too."))
            return redirect("case_people", reference=space.case.reference)
    context = space.context() | {"form": form, "both": shown}
    return TemplateResponse(request, "cases/first_contact.html", context, status=200 if shown is None else 409)

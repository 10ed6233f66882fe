"""Other requests of the same person: see them, link one, undo it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_CONTACT
from cases import links, workspace
from cases.forms.links import LinkForm
from cases.forms.work import posted
from cases.moves import NotNow


@needs(CASE_CONTACT)
@require_http_methods(["GET", "HEAD", "POST"])
def same_person(request: HttpRequest, reference: str) -> HttpResponse:
    """The links that this reader may know of. Linking asks for a reason, and for both to be open to who does it."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="people", at=at, needs=CASE_CONTACT)
    case, rows = space.case, links.of_case(space.case, by, at)
    undone = next((one for one in rows if str(one.row.pk) == request.POST.get("undo")), None)
    if undone is not None:
        links.undo(undone.row, by=by, at=at)
        messages.success(request, _("They are no longer linked."))
        return redirect("case_same_person", reference=case.reference)
    form = LinkForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            other = links.other_of(form.cleaned_data["reference"], by=by, at=at)
            links.link(case, other, reason=form.cleaned_data["reason"], by=by, at=at)
        except NotNow as why:
            form.add_error("reference", str(why))
        else:
            messages.success(request, _("Linked. Whoever may open both sees it on both."))
            return redirect("case_same_person", reference=case.reference)
    return TemplateResponse(request, "cases/same_person.html", space.context() | {
        "form": form, "links": rows, "open_links": any(one.is_open for one in rows),
    })  # fmt: skip

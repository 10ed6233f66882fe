"""A complaint: written down for a client, and handled by who is named for it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.duty import load_calendar
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_CONTACT, COMPLAINT_HANDLE
from cases import blocks, complaints, guarded, safe_contact, workspace
from cases.forms.complaints import ComplaintForm, FoundOutForm, HandlerForm
from cases.forms.work import posted
from cases.models import Complaint
from cases.moves import NotNow


@needs(CASE_CONTACT)
@require_http_methods(["GET", "POST"])
def complaint_enter(request: HttpRequest, reference: str) -> HttpResponse:
    """For somebody on the phone. Who writes it down does not see it again."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_people", part="contact", at=at, needs=CASE_CONTACT)
    form = ComplaintForm(posted(request), people=blocks.colleagues(at))
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["submission"]
        try:
            complaints.receive(space.case, form.said, by=by, at=at, calendar=load_calendar(), number=number)
        except NotNow as why:
            form.add_error("about", str(why))
        else:
            messages.success(request, _("Written down and passed on. You no longer see it: only who handles it does."))
            return redirect("case_people", reference=space.case.reference)
    return TemplateResponse(request, "guarded/complaint_enter.html", space.context() | {"form": form})


@needs(COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the client said, what was said back, and by when they have an answer."""
    by, at = actor_of(request), timezone.now()
    row = guarded.opened(guarded.complaints(by).select_related("about", "handler", "entered_by"), pk, by=by, at=at)
    names, asks = "do" in request.POST, row.about is None and row.is_open
    found = FoundOutForm("about", posted(request), people=blocks.colleagues(at)) if asks else None
    if found is not None and found.is_valid():
        return _found_out(request, row, found)
    form = HandlerForm(None if names else posted(request))
    if not names and request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            complaints.say(row, given["body"], ends=form.state, by=by, at=at, number=given["submission"])
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Sent. The client reads it on their page."))
            return redirect("complaint", pk=row.pk)
    context = {
        "complaint": row, "case": row.case, "facts": _facts(row), "form": form, "found": found, "now": at,
        "thread": complaints.thread(row, for_client=False),
        "wishes": safe_contact.rules(safe_contact.wishes_of(row.case)),
    }  # fmt: skip
    return TemplateResponse(request, "guarded/complaint.html", context)


def _found_out(request: HttpRequest, row: Complaint, form: FoundOutForm) -> HttpResponse:
    """To the list: who found it out may be kept from it now."""
    try:
        complaints.found_out(row, form.cleaned_data["colleague"], by=actor_of(request), at=timezone.now())
    except NotNow as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("Kept. That person does not see this."))
    return redirect("guarded")


def _facts(row: Complaint) -> list[dict[str, Any]]:
    person, others = row.case.person, [user.name for user in row.not_by.all()]
    how = _("By %(name)s, for the client") % {"name": row.entered_by.name} if row.entered_by else _("By the client")
    return [
        {"label": _("Client"), "lines": [line for line in (person.name, person.phone) if line]},
        {
            "label": _("About"),
            "lines": [line for line in (row.about.name if row.about else "", row.about_words) if line],
        },
        {"label": _("Also kept from"), "value": ", ".join(others) or _("Nobody else")},
        {"label": _("Written down"), "value": how},
        {
            "label": _("Handled by"),
            "value": row.handler.name if row.handler else _("Nobody yet: your first message takes it"),
        },
    ]

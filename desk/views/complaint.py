"""The client's own complaint about somebody who works here: making one, adding to it, taking it back."""

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import complaints
from cases.forms.complaints import ComplaintForm, MoreForm
from cases.models import Case, Complaint
from cases.moves import NotNow
from desk import snapshot
from desk.views.doors import Door, Page


@require_http_methods(["GET", "POST"])
def complaint(request: HttpRequest, door: Door) -> HttpResponse:
    """The one that runs with its conversation, or a form for a new one; all others below. Also in a closed case."""
    opened = door.open("own page")  # the audit of the case does not say that it is about a complaint
    rows = complaints.of_case(opened)
    running = next((row for row in rows if row.is_open), None)
    do = request.POST.get("do", "new" if running is None else "more")
    typed = {"body": request.POST.get("body", "")}  # stays, also when it was meant for another state of the complaint
    more = MoreForm(request.POST if do == "more" and request.method == "POST" else None, initial=typed)
    people = complaints.who_it_could_be(opened, door.at)
    new = ComplaintForm(
        request.POST if do == "new" and request.method == "POST" else None, people=people, initial=typed
    )
    if do == "more" and running is None:
        banners.error(request, _("Not sent: your complaint is closed. Your words stand below, for a new complaint."))
    try:
        if request.method == "POST" and (words := _done(door, opened, running, do, new, more)):
            banners.success(request, words)
            return redirect(door.url("complaint"))
    except NotNow as why:
        banners.error(request, str(why))
    context = door.context(opened) | {
        "running": running, "form": new if running is None else more,
        "thread": complaints.thread(running, for_client=True) if running else [],
        "earlier": [(row, complaints.thread(row, for_client=True)) for row in rows if row is not running],
    }  # fmt: skip
    return TemplateResponse(request, "desk/client/complaint.html", context)


def _done(
    door: Door, opened: Case, running: Complaint | None, do: str, new: ComplaintForm, more: MoreForm
) -> str:  # fmt: skip
    """What was asked for was done, in words; empty when a form has errors or nothing was asked."""
    if do == "new" and new.is_valid():
        number, calendar = new.cleaned_data["submission"], snapshot.read().calendar
        complaints.receive(opened, new.said, by=door.by, at=door.at, calendar=calendar, number=number)
        return _("We have your complaint. The person it is about does not see it.")
    if running is not None and do == "more" and more.is_valid():
        given = more.cleaned_data
        complaints.client_says(running, given["body"], by=door.by, at=door.at, number=given["submission"])
        return _("We added it to your complaint.")
    if running is not None and do == "withdraw":
        complaints.withdraw(running, by=door.by, at=door.at)
        return _("You took your complaint back.")
    return ""


COMPLAINT_PAGES: dict[str, tuple[str, Page]] = {"complaint": ("horen/", complaint)}

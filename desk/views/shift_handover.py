"""The hand-over between shifts: what is open, a note for the next one, and that it was read."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actions import Clash
from accounts.permissions import actor_of, needs
from accounts.roles import CASE_TRIAGE
from desk import shift_handover as verbs
from desk import snapshot
from desk.forms.shift_handover import NoteForm

PER_PAGE = 20


@needs(CASE_TRIAGE)
@require_http_methods(["GET", "POST"])
def handover(request: HttpRequest) -> HttpResponse:
    """What the last shift left, and the note of this one; what was typed stays when a colleague wrote meanwhile."""
    by, at = actor_of(request), timezone.now()
    form = NoteForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            verbs.write(**form.answers(), by=by, at=at)
        except Clash as clash:
            form.add_error("text", str(clash))
        else:
            messages.success(request, _("Saved for the next shift."))
            return redirect("shift_handover")
    change = verbs.change_at(at, snapshot.read().calendar)
    coming = change.coming
    start = {"text": coming.note if coming else "", "seen": verbs.stamp(coming)}
    if form is not None:
        form.has_shown(start["seen"])
    context = {
        "change": change, "seen": verbs.overview(by, at), "at": at, "is_on": change.is_on(by),
        "form": form or NoteForm(initial=start),
    }  # fmt: skip
    return TemplateResponse(request, "desk/roster/handover.html", context)


@needs(CASE_TRIAGE)
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """ "I have read it", once for each shift."""
    try:
        verbs.confirm(by=actor_of(request), at=timezone.now())
    except Clash as clash:
        messages.info(request, str(clash))
    else:
        messages.success(request, _("Noted that you have read it."))
    return redirect("shift_handover")


@needs(CASE_TRIAGE)
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """Earlier hand-overs with their notes, and who read them."""
    page = Paginator(verbs.listed(), PER_PAGE).get_page(request.GET.get("page"))
    return TemplateResponse(request, "desk/roster/handovers.html", {"page": page})

"""Patterns that make shifts: the list, one pattern, and the preview before anything is made."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import patterns as verbs
from accounts.actions import Clash
from accounts.duty import load_calendar
from accounts.forms.roster import PatternForm
from accounts.models import ShiftPattern
from accounts.permissions import actor_of, needs
from accounts.roles import ORGANISATION_EDIT
from cases.forms.work import posted
from desk import snapshot

PER_PAGE = 25
LINES = 50


@needs(ORGANISATION_EDIT)
@require_GET
def patterns(request: HttpRequest) -> HttpResponse:
    """All patterns, those that run longest first."""
    page = Paginator(verbs.listed(), PER_PAGE).get_page(request.GET.get("page"))
    return TemplateResponse(request, "desk/roster/patterns.html", {"page": page, "today": timezone.localdate()})


@needs(ORGANISATION_EDIT)
@require_http_methods(["GET", "POST"])
def pattern(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a pattern; after that comes the preview."""
    by, at = actor_of(request), timezone.now()
    row = verbs.pattern_for(pk) if pk else ShiftPattern(first_day=timezone.localdate(at))
    form = PatternForm(posted(request), instance=row, at=at, calendar=snapshot.read().calendar)
    if request.method == "POST" and form.is_valid():
        kept = verbs.keep(form.instance, form.people, by=by, at=at)
        return redirect("pattern_make", pk=kept.pk)
    context = {"form": form, "row": row if pk else None, "back": reverse("patterns")}
    return TemplateResponse(request, "desk/roster/pattern.html", context)


@needs(ORGANISATION_EDIT)
@require_http_methods(["GET", "POST"])
def pattern_make(request: HttpRequest, pk: int) -> HttpResponse:
    """What would happen, shift by shift; and then it happens."""
    by, at = actor_of(request), timezone.now()
    row = verbs.pattern_for(pk)
    if request.method == "POST":
        try:
            done = verbs.make(row, load_calendar(), by=by, at=at)
        except Clash as clash:
            messages.error(request, str(clash))
            return redirect("pattern_make", pk=row.pk)
        text = ngettext("%(n)d shift was made.", "%(n)d shifts were made.", done.new) % {"n": done.new}
        messages.success(request, text)
        return redirect("roster")
    seen = verbs.preview(row, snapshot.read().calendar, at)
    page = Paginator(seen.lines, LINES).get_page(request.GET.get("page"))
    return TemplateResponse(request, "desk/roster/preview.html", {"pattern": row, "preview": seen, "page": page})


@needs(ORGANISATION_EDIT)
@require_POST
def pattern_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a pattern, with the shifts it made that are still to come."""
    gone = verbs.remove(verbs.pattern_for(pk), by=actor_of(request), at=timezone.now())
    text = ngettext(
        "The pattern was removed, with %(n)d shift to come.",
        "The pattern was removed, with %(n)d shifts to come.",
        gone,
    )
    messages.success(request, text % {"n": gone})
    return redirect("patterns")

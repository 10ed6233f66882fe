"""The organisation, edited by a coordinator: sheets, imports, and what needs attention (page M)."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions, imports, shifts
from accounts.duty import absent_on_shift
from accounts.forms.organisation import ImportForm
from accounts.models import Helpline, PhoneLine, Shift
from accounts.permissions import Refused, actor_of, needs
from accounts.roles import DIRECTORY_ALL, EVALUATION_VIEW, FACTOR_RESET, ORGANISATION_EDIT, ROUTING_EDIT
from desk import snapshot
from desk.sheets import SHEETS, Sheet, is_stale
from referrals.models import Reach

PER_PAGE = 25
ROSTER_AHEAD = dt.timedelta(days=60)


def _sheet(request: HttpRequest, slug: str) -> Sheet:
    """The sheet, for who may edit this one."""
    kind = SHEETS.get(slug)
    if kind is None:
        raise Http404
    if not actor_of(request).may(kind.permission):
        raise Refused(f"open:organisation_sheet {slug}", basis="role")
    return kind


def _record(sheet: Sheet, pk: int) -> Any:
    record = sheet.rows(timezone.now()).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def _shown(value: Any) -> str:
    """A cell in words: dates and moments in the reader's language and zone."""
    if isinstance(value, dt.datetime):
        return _uncapped(date_format(timezone.localtime(value), "D j M Y, H:i"))
    if isinstance(value, dt.date):
        return _uncapped(date_format(value, "D j M Y"))
    return str(value)


def _uncapped(moment: str) -> str:
    """Dutch writes days and months without capitals; Django's short Dutch months have them."""
    return moment.lower() if get_language() == "nl" else moment


@require_GET
@needs(ORGANISATION_EDIT)
def organisation(request: HttpRequest) -> HttpResponse:
    """All sheets, and which numbers nobody has checked for too long."""
    today, by = timezone.localdate(), actor_of(request)
    numbers: list[PhoneLine | Helpline | Reach] = [
        *PhoneLine.objects.all(), *Helpline.objects.all(), *Reach.objects.all(),
    ]  # fmt: skip
    return TemplateResponse(
        request,
        "desk/organisation/home.html",
        {
            "sheets": [one for one in SHEETS.values() if by.may(one.permission)],
            "stale": [number for number in numbers if is_stale(number.checked_on, today)],
            "may_reset": by.may(FACTOR_RESET),
            "may_evaluate": by.may(EVALUATION_VIEW),
            "may_route": by.may(ROUTING_EDIT),
            "may_exchange": by.may(DIRECTORY_ALL),
        },
    )


@require_GET
@needs(ORGANISATION_EDIT)
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """The rows of one sheet, 25 a page, with a search where there can be many."""
    kind, word = _sheet(request, slug), request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows = kind.rows(timezone.now())
    if word and kind.search:
        found = Q()
        for name in kind.search:
            found |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(found)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    table = [
        {"pk": row.pk, "cells": [{"label": label, "value": _shown(cell(row))} for label, cell in kind.columns]}
        for row in page
    ]
    context = {
        "sheet": kind,
        "page": page,
        "table": table,
        "word": word,
        "links": kind.links if actor_of(request).may(ROUTING_EDIT) else (),
        "columns": [{"label": label} for label, _cell in kind.columns] + [{"label": ""}],
        "absent": absent_on_shift(timezone.now(), timezone.now() + ROSTER_AHEAD) if kind.model is Shift else [],
    }
    return TemplateResponse(request, "desk/organisation/sheet.html", context)


@require_http_methods(["GET", "POST"])
@needs(ORGANISATION_EDIT)
def record(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Add or change one row; errors stand at their field and keep what was typed."""
    kind, at = _sheet(request, slug), timezone.now()
    form = kind.form(request.POST or None, instance=_record(kind, pk) if pk else None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_record(form, by=actor_of(request), at=at)
        except actions.Clash as clash:
            form.add_error(None, str(clash))
        else:
            snapshot.write(at)
            messages.success(request, _("Saved: %(what)s.") % {"what": saved})
            return redirect("organisation_sheet", slug=slug)
    context = {"sheet": kind, "form": form, "pk": pk, "back": reverse("organisation_sheet", args=[slug])}
    return TemplateResponse(request, "desk/organisation/record.html", context)


@require_POST
@needs(ORGANISATION_EDIT)
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove a row of a sheet where that is allowed; units, teams and people get an end date instead."""
    kind, at = _sheet(request, slug), timezone.now()
    if not kind.removable:
        raise Http404
    row = _record(kind, pk)
    try:
        with transaction.atomic():
            if isinstance(row, Shift):
                shifts.end_questions([row], at)
            actions.remove_record(row, by=actor_of(request), at=at)
    except actions.Clash as clash:
        messages.error(request, str(clash))
    else:
        snapshot.write(at)
        messages.success(request, _("Removed."))
    return redirect("organisation_sheet", slug=slug)


@require_http_methods(["GET", "POST"])
@needs(ORGANISATION_EDIT)
def import_rows(request: HttpRequest, kind: str) -> HttpResponse:
    """A CSV file is looked through first: every row's error is listed, and nothing is written before a second yes."""
    if kind not in imports.COLUMNS:
        raise Http404
    at, plan = timezone.now(), None
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        plan = imports.look_through(kind, form.cleaned_data["text"], by=actor_of(request))
        if not plan.errors and "apply" in request.POST:
            count = imports.apply(plan, by=actor_of(request), at=at)
            snapshot.write(at)
            messages.success(request, _("Imported: %(count)s rows.") % {"count": count})
            return redirect("organisation_sheet", slug="units") if kind == "units" else redirect("people")
    context = {
        "form": form,
        "kind": kind,
        "plan": plan,
        "columns": imports.COLUMNS[kind],
        "text": form.cleaned_data.get("text", "") if form.is_bound and form.is_valid() else "",
    }
    return TemplateResponse(request, "desk/organisation/import.html", context)

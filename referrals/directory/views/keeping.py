"""Keeping entries: for their owners, and for coordinators."""

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.permissions import Refused, actor_of, needs
from accounts.roles import DIRECTORY_EDIT
from cases.forms.work import posted
from referrals.directory import keeping
from referrals.directory.forms.entry import EntryForm, ProviderForm
from referrals.directory.forms.parts import PARTS, Part
from referrals.directory.models import Service
from referrals.directory.permissions import entry_for


@require_http_methods(["GET", "HEAD", "POST"])
@needs(DIRECTORY_EDIT)
def directory_add(request: HttpRequest) -> HttpResponse:
    """A new entry; whoever adds it keeps it."""
    return _entry(request, Service(), actor_of(request), timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@needs(DIRECTORY_EDIT)
def directory_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is said of an entry. Its numbers, hours and so on stand on a page of their own."""
    by = actor_of(request)
    return _entry(request, entry_for(by, pk, to_keep=True), by, timezone.now())


def _entry(request: HttpRequest, service: Service, by: Actor, at: dt.datetime) -> HttpResponse:
    is_new = service._state.adding
    form = EntryForm(posted(request), instance=service, by=by, day=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if is_new and given["submission"]:
            service.pk = given["submission"]
        try:
            saved = keeping.keep(
                service, provider=given["provider_name"], needs=given["needs"], regions=given["regions"],
                languages=given["spoken"], seen=given["seen"], by=by, at=at,
            )  # fmt: skip
        except keeping.Changed as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Added. Now enter numbers and hours.") if is_new else _("Saved."))
            return redirect("directory_parts" if is_new else "directory_open", saved.pk)
    context = {"form": form, "service": None if is_new else service}
    return TemplateResponse(request, "directory/entry_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(DIRECTORY_EDIT)
def directory_provider(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is said of the provider of this entry; it shows with all entries of that provider."""
    by, at = actor_of(request), timezone.now()
    service = entry_for(by, pk, to_keep=True)
    if service.provider is None:
        raise Refused("directory.provider", visible=True, basis="no provider")
    form = ProviderForm(posted(request), instance=service.provider)
    if request.method == "POST" and form.is_valid():
        keeping.change_provider(service.provider, service, by=by, at=at)
        messages.success(request, _("Saved."))
        return redirect("directory_open", service.pk)
    return TemplateResponse(request, "directory/provider_form.html", {"form": form, "service": service})


@require_safe
@needs(DIRECTORY_EDIT)
def directory_parts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Numbers, hours, places and so on, each to be added, changed or taken away."""
    service = entry_for(actor_of(request), pk, to_keep=True)
    parts = [
        {"part": part, "rows": [{"row": row, "words": part.words(row)} for row in part.rows(service)]}
        for part in PARTS.values() if part.fits(service)
    ]  # fmt: skip
    return TemplateResponse(request, "directory/parts.html", {"service": service, "parts": parts})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(DIRECTORY_EDIT)
def directory_part(request: HttpRequest, pk: UUID, slug: str, row_id: UUID | None = None) -> HttpResponse:
    """One of them, new or changed."""
    by, at = actor_of(request), timezone.now()
    service = entry_for(by, pk, to_keep=True)
    part = _part(service, slug)
    row = part.row(service, row_id) if row_id else part.model()
    form = part.form_of(row, posted(request), timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        if row_id is None and form.cleaned_data["submission"]:
            row.pk = form.cleaned_data["submission"]
        keeping.keep_part(service, row, by=by, at=at)
        messages.success(request, _("Saved."))
        return redirect("directory_parts", service.pk)
    context = {"form": form, "service": service, "part": part, "is_new": row_id is None}
    return TemplateResponse(request, "directory/part_form.html", context)


@require_POST
@needs(DIRECTORY_EDIT)
def directory_part_remove(request: HttpRequest, pk: UUID, slug: str, row_id: UUID) -> HttpResponse:
    """Take one of them away."""
    by = actor_of(request)
    service = entry_for(by, pk, to_keep=True)
    keeping.remove_part(service, _part(service, slug).row(service, row_id), by=by, at=timezone.now())
    messages.success(request, _("Removed."))
    return redirect("directory_parts", service.pk)


def _part(service: Service, slug: str) -> Part:
    part = PARTS.get(slug)
    if part is None or not part.fits(service):
        raise Refused("directory.part", basis="no such part")
    return part

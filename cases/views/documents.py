"""The documents of a case, on the worker's side."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import documents, workspace
from cases.forms.documents import DocumentForm, RemoveDocumentForm, VersionForm
from cases.forms.work import posted
from cases.models import Document, DocumentVersion
from cases.moves import NotNow
from cases.permissions import case_for

TYPES = {
    "pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp",
    "txt": "text/plain; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
SHUT = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_documents(request: HttpRequest, reference: str) -> HttpResponse:
    """All documents, and a form for one more."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_documents", part="documents", at=at, needs=CASE_WORK)
    form = DocumentForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            documents.receive(
                space.case, file=given["file"], title=given["title"], for_client=given["who"] == "client", by=by, at=at,
                submission_id=given["submission"],
            )  # fmt: skip
        except NotNow as why:
            form.add_error("file", str(why))
        else:
            messages.success(request, _("Received. It can be opened as soon as it is checked."))
            return redirect("case_documents", reference=space.case.reference)
    page = documents.page_of(space.case, request.GET.get("page"))
    return TemplateResponse(request, "cases/documents.html", space.context() | {"form": form, "page": page})


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_document(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """One document: what it looks like, its versions, and room for a newer one."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_documents", part="document", at=at, needs=CASE_WORK)
    row = documents.document_for(space.case, pk, by)
    form = VersionForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            documents.receive(
                space.case, file=given["file"], title="", for_client=row.for_client, by=by, at=at, document=row,
                submission_id=given["submission"],
            )  # fmt: skip
        except NotNow as why:
            form.add_error("file", str(why))
        else:
            messages.success(request, _("Received. It can be opened as soon as it is checked."))
            return redirect("case_document", reference=space.case.reference, pk=row.pk)
    versions = versions_of(row, lambda name, *more: reverse(f"case_{name}", args=[space.case.reference, *more]))
    context = space.context() | {"form": form, "row": row, "versions": versions}
    return TemplateResponse(request, "cases/document.html", context)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def share(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Let the client see a document; asked first, because they can read it from then on."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_documents", part="document", at=at, needs=CASE_WORK)
    row = documents.document_for(space.case, pk, by)
    if request.method == "POST":
        try:
            documents.share(row, by=by, at=at)
        except NotNow as why:
            messages.error(request, str(why))
        else:
            messages.success(request, _("The client can see this document now."))
        return redirect("case_document", reference=space.case.reference, pk=row.pk)
    return TemplateResponse(request, "cases/document_share.html", space.context() | {"row": row})


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def remove(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Take a document away, with a reason; the line stays."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_documents", part="document", at=at, needs=CASE_WORK)
    row = documents.document_for(space.case, pk, by)
    form = RemoveDocumentForm(posted(request))
    if request.method == "POST" and form.is_valid():
        documents.remove(row, reason=form.cleaned_data["reason"], by=by, at=at)
        messages.success(request, _("Removed. Nobody can open it any more."))
        return redirect("case_documents", reference=space.case.reference)
    return TemplateResponse(request, "cases/document_remove.html", space.context() | {"form": form, "row": row})


@require_safe
@needs(CASE_WORK)
def file(request: HttpRequest, reference: str, pk: uuid.UUID, number: int) -> HttpResponse:
    """A version, only ever as a download under our own name for it."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_WORK, at=at)
    return as_download(*documents.open_document(case, pk, number, by=by, at=at))


@require_safe
@needs(CASE_WORK)
def page(request: HttpRequest, reference: str, pk: uuid.UUID, number: int, place: int) -> HttpResponse:
    """A page of a version as a picture that we drew."""
    by, at = actor_of(request), timezone.now()
    case = case_for(by, reference, needs=CASE_WORK, at=at)
    return as_picture(documents.open_page(case, pk, number, place, by=by, at=at))


def versions_of(document: Document, address: Callable[..., str]) -> list[dict[str, Any]]:
    """For cases/document_versions.html; ``address`` makes those of a file and of a page out of their names."""
    return [
        {
            "version": one,
            "url": address("document_file", document.pk, one.number),
            "pages": [address("document_page", document.pk, one.number, place) for place in one.page_numbers],
        }
        for one in document.versions.all()
    ]


def as_download(version: DocumentVersion, body: bytes) -> HttpResponse:
    """Nothing in it runs in a browser: it is saved, its kind is not guessed, and opened here it would be in a box."""
    answer = HttpResponse(body, content_type=TYPES[version.kind])
    answer["Content-Disposition"] = f'attachment; filename="{version.own_name}"'
    return _shut(answer)


def as_picture(body: bytes) -> HttpResponse:
    return _shut(HttpResponse(body, content_type="image/jpeg"))


def _shut(answer: HttpResponse) -> HttpResponse:
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SHUT
    return answer

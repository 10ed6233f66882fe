"""The documents of a case as its client sees them: what is shared with them, and what they sent."""

from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases import documents
from cases.forms.documents import OwnDocumentForm, VersionForm
from cases.forms.work import posted
from cases.moves import NotNow
from cases.views.documents import as_download, as_picture, versions_of
from desk import surge
from desk.views.doors import Door, Page


def too_busy(form: Any, field: str = "file") -> bool:
    """In a surge no files are taken from outside (SECURITY, surges); words always are. Says so beside the file."""
    if not form.cleaned_data[field] or not surge.is_on():
        return False
    form.add_error(field, _("It is very busy now, and we take no files. Send it later. Messages do come in."))
    return True


@require_http_methods(["GET", "POST"])
def own_documents(request: HttpRequest, door: Door) -> HttpResponse:
    """Everything that they may see, and room to send more."""
    opened = door.open("documents")
    form = OwnDocumentForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid() and not too_busy(form):
        given = form.cleaned_data
        try:
            documents.receive(
                opened, file=given["file"], title=given["title"], for_client=True, by=door.by, at=door.at,
                submission_id=given["submission"],
            )  # fmt: skip
        except NotNow as why:
            form.add_error("file", str(why))
        else:
            banners.success(request, _("We have it. First we check it, then it can be opened."))
            return redirect(door.url("documents"))
    page = documents.page_of(opened, request.GET.get("page"), for_client=True)
    rows = [{"row": row, "url": door.url("document", row.pk)} for row in page]
    context = door.context(opened) | {"form": form, "page": page, "rows": rows}
    return TemplateResponse(request, "desk/client/documents.html", context)


@require_http_methods(["GET", "POST"])
def own_document(request: HttpRequest, door: Door, pk: UUID) -> HttpResponse:
    """One document with its versions; of what they sent themselves they can send a newer one."""
    opened = door.open("document")
    row = documents.document_for(opened, pk, door.by)
    form = VersionForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid() and not too_busy(form):
        given = form.cleaned_data
        try:
            documents.receive(
                opened, file=given["file"], title="", for_client=True, by=door.by, at=door.at, document=row,
                submission_id=given["submission"],
            )  # fmt: skip
        except NotNow as why:
            form.add_error("file", str(why))
        else:
            banners.success(request, _("We have it. First we check it, then it can be opened."))
            return redirect(door.url("document", row.pk))
    versions = versions_of(row, door.url)
    context = door.context(opened) | {"form": form, "row": row, "versions": versions}
    return TemplateResponse(request, "desk/client/document.html", context)


@require_safe
def own_file(request: HttpRequest, door: Door, pk: UUID, number: int) -> HttpResponse:
    """A version as a download."""
    return as_download(*documents.open_document(door.open(""), pk, number, by=door.by, at=door.at))


@require_safe
def own_page(request: HttpRequest, door: Door, pk: UUID, number: int, place: int) -> HttpResponse:
    """A page of a version as a picture that we drew."""
    return as_picture(documents.open_page(door.open(""), pk, number, place, by=door.by, at=door.at))


DOCUMENT_PAGES: dict[str, tuple[str, Page]] = {
    "documents": ("stukken/", own_documents),
    "document": ("stukken/<uuid:pk>/", own_document),
    "document_file": ("stukken/<uuid:pk>/<int:number>/", own_file),
    "document_page": ("stukken/<uuid:pk>/<int:number>/<int:place>/", own_page),
}

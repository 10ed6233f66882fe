"""The two kinds of notes of a case, each with its own look and rules."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import notes, workspace
from cases.enums import NoteKind
from cases.forms.work import NoteForm, posted
from cases.moves import NotNow


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_notes(request: HttpRequest, reference: str) -> HttpResponse:
    """All notes you may read, and a form for one more: for the file, or with ?own=1 only for yourself."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_notes", part="notes", at=at, needs=CASE_WORK)
    kind = NoteKind.WORKING if request.GET.get("own") else NoteKind.FILE
    form = NoteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            notes.write(space.case, answers["body"], kind=kind, by=by, at=at, note_id=answers["submission"])
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Saved.") if kind == NoteKind.WORKING else _("Saved in the file."))
            return redirect("case_notes", reference=space.case.reference)
    rows = [{"note": note, "parts": notes.parts(note.body)} for note in notes.of_case(space.case, by)]
    context = space.context() | {
        "form": form, "rows": rows, "me": by.user_id, "own": kind == NoteKind.WORKING,
        "writing": bool(request.GET.get("own") or request.GET.get("new") or form.errors),
    }  # fmt: skip
    return TemplateResponse(request, "cases/notes.html", context)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def note(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Change your own note. When it changed meanwhile, both texts are shown and nothing is lost."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_notes", part="notes", at=at, needs=CASE_WORK)
    row, saved = notes.note_for(space.case, pk, by, at), None
    form = NoteForm(posted(request), initial={"body": row.body, "version": row.version})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            notes.edit(row, answers["body"], version=answers["version"] or 0, by=by, at=at)
        except notes.Conflict as conflict:
            saved = conflict.saved
            form = NoteForm(initial={"body": conflict.mine, "version": saved.version})
            messages.error(request, str(conflict))
        except NotNow as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _("Saved."))
            return redirect("case_notes", reference=space.case.reference)
    context = space.context() | {"form": form, "row": row, "saved": saved, "own": row.kind == NoteKind.WORKING}
    return TemplateResponse(request, "cases/note.html", context)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def share(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Make your working note part of the file; asked first, because the client can read it from then on."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_notes", part="notes", at=at, needs=CASE_WORK)
    row = notes.note_for(space.case, pk, by, at)
    if request.method == "POST":
        try:
            notes.share(row, by=by, at=at)
        except NotNow as why:
            messages.error(request, str(why))
        else:
            messages.success(request, _("The note is in the file now."))
        return redirect("case_notes", reference=space.case.reference)
    return TemplateResponse(request, "cases/share.html", space.context() | {"row": row, "parts": notes.parts(row.body)})

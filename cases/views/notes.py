"""The two kinds of notes of a case, each with its own look and rules."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import actor_of, needs
from accounts.roles import CASE_WORK
from cases import colleagues, mentions, note_drafts, notes, workspace
from cases.enums import NoteKind
from cases.forms.notes import ThrowAwayForm
from cases.moves import NotNow
from cases.views import note_writing


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def case_notes(request: HttpRequest, reference: str) -> HttpResponse:
    """All notes you may read, and a form for one more: for the file, or with ?own=1 only for yourself."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_notes", part="notes", at=at, needs=CASE_WORK)
    kind = NoteKind.WORKING if request.GET.get("own") else NoteKind.FILE
    writes = bool(request.GET.get("own") or request.GET.get("new") or request.method == "POST")
    context: dict[str, Any] = {"me": by.user_id, "own": kind == NoteKind.WORKING, "writing": writes}
    if writes:
        writing = note_writing.begin(request, space, by, at, kind=kind)
        if request.method == "POST" and (answer := note_writing.send(request, writing, by, at)):
            return answer
        context |= writing.context()
    else:
        context["kept"] = note_drafts.of_author(space.case, by.user_id or 0, at) if space.case.is_open else []
    context["rows"] = [{"note": note, "parts": notes.parts(note.body)} for note in notes.of_case(space.case, by)]
    return TemplateResponse(request, "cases/notes.html", space.context() | context)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def note(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Change your own note. When it changed meanwhile, both texts are shown and nothing is lost."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_notes", part="notes", at=at, needs=CASE_WORK)
    row = notes.note_for(space.case, pk, by, at)
    writing = note_writing.begin(request, space, by, at, kind=row.kind, note=row)
    if request.method == "POST" and (answer := note_writing.send(request, writing, by, at)):
        return answer
    context = space.context() | writing.context() | {"row": row, "own": row.kind == NoteKind.WORKING}
    return TemplateResponse(request, "cases/note.html", context)


@require_POST
@needs(CASE_WORK)
def throw_away(request: HttpRequest, reference: str) -> HttpResponse:
    """Give up a note of yours that was not saved."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_notes", part="notes", at=at, needs=CASE_WORK)
    number = ThrowAwayForm(request.POST).number
    for draft in note_drafts.of_author(space.case, by.user_id or 0, at):
        if draft.pk == number:
            note_drafts.throw_away(draft, by=by, at=at)
            messages.success(request, _("Thrown away."))
    return redirect("case_notes", reference=space.case.reference)


@require_http_methods(["GET", "POST"])
@needs(CASE_WORK)
def share(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Make your working note part of the file; asked first, because the client can read it from then on."""
    by, at = actor_of(request), timezone.now()
    space = workspace.open_workspace(by, reference, tab="case_notes", part="notes", at=at, needs=CASE_WORK)
    row = notes.note_for(space.case, pk, by, at)
    named = mentions.named_in(row.body, [user for user in colleagues.of_case(space.case, at) if user.pk != by.user_id])
    if request.method == "POST":
        try:
            notes.share(row, by=by, at=at, tell=named.people)
        except NotNow as why:
            messages.error(request, str(why))
        else:
            messages.success(request, _("The note is in the file now."))
        return redirect("case_notes", reference=space.case.reference)
    return TemplateResponse(
        request, "cases/share.html", space.context() | {"row": row, "parts": notes.parts(row.body), "named": named}
    )

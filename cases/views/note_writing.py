"""The form in which a note is written: what is kept of it, texts to begin with, and saving it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actors import Actor
from cases import colleagues, mentions, note_drafts, notes
from cases.enums import NoteKind
from cases.forms.notes import NoteForm
from cases.forms.work import posted
from cases.models import Note, NoteDraft
from cases.moves import NotNow
from cases.note_drafts import OtherText, Page, Place
from cases.workspace import Workspace


@dataclass
class Writing:
    """A form, what is kept of it, and what stands beside it: ``other`` is what another tab keeps, ``saved`` the note as
    it was saved meanwhile."""

    place: Place
    form: NoteForm
    draft: NoteDraft | None
    other: NoteDraft | None = None
    saved: Note | None = None

    @property
    def page(self) -> Page:
        """Only for a valid form."""
        given = self.form.cleaned_data
        seen = given["over"] or given["seen"] or 0
        return Page(given["submission"], seen=seen, of_version=given["version"] or 0)

    def show(self, **changed: Any) -> None:
        """The form once more, with what was typed."""
        self.form = NoteForm(
            initial=self.form.again(**changed), kind=self.place.kind, people=list(self.form.people.values())
        )

    def context(self) -> dict[str, Any]:
        return {"form": self.form, "draft": self.draft, "other": self.other, "saved": self.saved}


def begin(
    request: HttpRequest, space: Workspace, by: Actor, at: dt.datetime, *, kind: str, note: Note | None = None
) -> Writing:
    """What was kept before is in the form again; otherwise the note as it is, or nothing yet."""
    place = Place(space.case, by.user_id or 0, kind, note)
    draft = note_drafts.of(place, at)
    initial: dict[str, Any] = {"body": note.body, "version": note.version} if note else {}
    if draft is not None:
        initial |= {"body": draft.body, "seen": draft.version, "version": draft.of_version}
    people = colleagues.of_case(space.case, at) if kind == NoteKind.FILE else []
    form = NoteForm(
        posted(request), initial=initial, kind=kind, saving=_do(request) == "save",
        people=[user for user in people if user.pk != by.user_id],
    )  # fmt: skip
    return Writing(place, form, draft)


def send(request: HttpRequest, writing: Writing, by: Actor, at: dt.datetime) -> HttpResponse | None:
    """Save it, keep it for later, or fill in a text to begin with. None when the page shows again."""
    if not writing.form.is_valid():
        return _kept(request, writing) if "HX-Request" in request.headers else None
    if _do(request) == "fill":
        _fill(writing)
        return None
    if _do(request) == "keep":
        return _keep(request, writing, by, at)
    return _save(request, writing, by, at)


def _do(request: HttpRequest) -> str:
    return "keep" if request.POST.get("over") else request.POST.get("do", "save")


def _fill(writing: Writing) -> None:
    """Under what was typed already, so that nothing is lost."""
    answers = writing.form.cleaned_data
    if template := answers["template"]:
        writing.show(body="\n\n".join(part for part in (answers["body"].rstrip(), template.body) if part))
    else:
        writing.form.add_error("template", _("Choose a text first."))


def _keep(request: HttpRequest, writing: Writing, by: Actor, at: dt.datetime) -> HttpResponse | None:
    try:
        writing.draft = note_drafts.keep(writing.place, writing.form.cleaned_data["body"], writing.page, by=by, at=at)
    except OtherText as both:
        writing.other = both.saved
        if "HX-Request" not in request.headers:
            messages.error(request, str(both))
            writing.show()
            return None
    except NotNow as why:
        writing.form.add_error("body", str(why))
    if "HX-Request" in request.headers:
        return _kept(request, writing)
    if writing.form.errors:
        return None
    if writing.draft is not None:
        until = date_format(localtime(writing.draft.expires_at), "j F")
        messages.success(request, _("Kept until %(day)s. Only you see it.") % {"day": until})
    return redirect("case_notes", reference=writing.place.case.reference)


def _kept(request: HttpRequest, writing: Writing) -> HttpResponse:
    """The line under the text, for who keeps on typing."""
    return TemplateResponse(request, "cases/kept_note.html", writing.context())


def _save(request: HttpRequest, writing: Writing, by: Actor, at: dt.datetime) -> HttpResponse | None:
    answers, place = writing.form.cleaned_data, writing.place
    named = mentions.named_in(answers["body"], list(writing.form.people.values()))
    try:
        note = note_drafts.save(
            place, answers["body"], writing.page, by=by, at=at, tell=[*writing.form.chosen, *named.people]
        )
    except notes.Conflict as conflict:
        writing.saved = conflict.saved
        writing.show(version=conflict.saved.version)
        messages.error(request, str(conflict))
        return None
    except NotNow as why:
        writing.form.add_error(None, str(why))
        return None
    messages.success(request, _("Saved.") if place.note or note.kind == NoteKind.WORKING else _("Saved in the file."))
    if note.kind == NoteKind.FILE and named.unknown:
        names = ", ".join(f"@{name}" for name in named.unknown)
        messages.warning(
            request, _("Nobody was told by %(names)s: no one colleague in this case is called so.") % {"names": names}
        )
    return redirect("case_notes", reference=place.case.reference)

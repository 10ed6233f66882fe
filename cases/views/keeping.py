"""Keeping what is typed in a long form of the file until it is saved, as a note is (cases/note_drafts.py): the
analysis, the plan, and how a talk with a group went. Without a script there is a button."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actors import Actor
from cases import note_drafts
from cases.models import NoteDraft
from cases.moves import NotNow
from cases.note_drafts import OtherText, Page, Place

DO = ("keep", "drop")


@dataclass
class Keeping:
    """What is kept of one form. ``labels`` are its questions by name, ``numbered`` the field with the version it is of.
    ``typed`` is what was sent to be kept, ``other`` what another tab keeps, ``why`` why nothing was kept."""

    place: Place
    labels: Mapping[str, str]
    numbered: str
    page: Page
    draft: NoteDraft | None
    do: str
    typed: Mapping[str, str]
    other: NoteDraft | None = None
    why: str = ""

    def posted(self, request: HttpRequest) -> Any:
        """What the form is filled with: nothing while it is only opened or kept."""
        return request.POST if request.method == "POST" and not self.do else None

    def initial(self, saved: Mapping[str, Any]) -> dict[str, Any]:
        """What the form begins with: what was typed or kept, or else how it is saved."""
        if self.draft is None or self.typed:
            return {**saved, **self.typed}
        return {**saved, **_words(self.draft), self.numbered: self.draft.of_version}

    @property
    def other_rows(self) -> list[tuple[str, str]]:
        """What another tab keeps, by question."""
        kept = _words(self.other) if self.other else {}
        return [(label, kept[name]) for name, label in self.labels.items() if kept.get(name)]

    def answer(self, request: HttpRequest, *, by: Actor, at: dt.datetime, back: str) -> HttpResponse | None:
        """Keep it or throw it away, where that was asked. None when the page shows."""
        if self.do == "drop":
            if self.draft is not None:
                note_drafts.throw_away(self.draft, by=by, at=at)
                messages.success(request, _("Thrown away."))
            return redirect(request.path)
        if self.do == "keep":
            return self._keep(request, by, at, back)
        return None

    def _keep(self, request: HttpRequest, by: Actor, at: dt.datetime, back: str) -> HttpResponse | None:
        wrote = any(self.typed.get(name, "").strip() for name in self.labels)
        try:
            body = json.dumps(self.typed, ensure_ascii=False) if wrote else ""
            self.draft = note_drafts.keep(self.place, body, self.page, by=by, at=at)
        except OtherText as both:
            self.other, self.why = both.saved, str(both)
        except NotNow as why:
            self.why = str(why)
        if "HX-Request" in request.headers:
            return TemplateResponse(request, "cases/kept_form.html", {"keeping": self})
        if self.why:
            messages.error(request, self.why)
            return None
        if self.draft is not None:
            until = date_format(localtime(self.draft.expires_at), "j F")
            messages.success(request, _("Kept until %(day)s. Only you see it.") % {"day": until})
        return redirect(back)


def begin(request: HttpRequest, place: Place, blank: forms.Form, *, numbered: str, at: dt.datetime) -> Keeping:
    """``blank`` is the form with nothing in it; ``numbered`` names its field with the version that was opened."""
    sent = request.POST
    do = "keep" if "over" in sent else sent.get("do", "") if sent.get("do") in DO else ""
    draft = note_drafts.of(place, at)
    seen = draft.version if draft and request.method != "POST" else _number(sent.get("over") or sent.get("kept_seen"))
    page = Page(_form_id(sent.get("kept_form")), seen=seen, of_version=_number(sent.get(numbered)))
    typed = {name: sent.get(name, "") for name in blank.fields if name in sent} if do == "keep" else {}
    labels = {bound.name: str(bound.label) for bound in blank if not bound.is_hidden}
    return Keeping(place, labels, numbered, page, draft, do, typed)


def _words(draft: NoteDraft) -> dict[str, str]:
    found: dict[str, str] = json.loads(draft.body)
    return found


def _form_id(sent: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(sent or "")
    except ValueError:
        return uuid.uuid4()


def _number(sent: str | None) -> int:
    return int(sent) if sent and sent.isascii() and sent.isdigit() and len(sent) < 9 else 0

"""Keeping a note, or another long text of the file, that is still being written: by itself while typing, or with a
button, for seven days.

One text for each of them and author. Two tabs know each other by the number of their form: what the other one kept is
never overwritten without being shown. Every rule of a working note counts: nobody else ever sees it, and closing the
case removes it.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.forms.words import too_long
from accounts.models import User
from cases import analysis, merged, notes
from cases.enums import NoteKind
from cases.enums.notes import DraftOf
from cases.models import Analysis, Case, GroupTalk, Note, NoteDraft, Plan
from cases.moves import NotNow, locked

KEPT_FOR = dt.timedelta(days=7)
COUNTED_FROM = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""A draft's version begins at the seconds since then, so that no two drafts after each other have the same."""
LONGEST_FORM = (len(analysis.PARTS) + 1) * analysis.LONGEST
"""Of a form that is kept whole; each of its answers has its own limit when it is saved."""


class OtherText(NotNow):
    """Another tab keeps another text. ``saved`` is what it keeps; nothing was overwritten."""

    def __init__(self, saved: NoteDraft) -> None:
        super().__init__(_("You are writing this in another tab as well. That text is kept; yours is not, yet."))
        self.saved = saved


@dataclass(frozen=True)
class Place:
    """Whose draft of what: a new note of a kind, or ``note`` when it is being changed; the analysis or the plan of the
    case, or how ``talk`` went."""

    case: Case
    author_id: int
    kind: str
    note: Note | None = None
    talk: GroupTalk | None = None

    @property
    def is_note(self) -> bool:
        return self.kind in NoteKind.values


@dataclass(frozen=True)
class Page:
    """The form in a tab: its number, the version of the draft it began with (0: none), and that of the note."""

    form_id: UUID
    seen: int = 0
    of_version: int = 0

    def knows(self, draft: NoteDraft) -> bool:
        return draft.form_id == self.form_id or draft.version == self.seen


def of(place: Place, at: dt.datetime) -> NoteDraft | None:
    """What is kept there now. One query."""
    draft = _rows(place).filter(expires_at__gt=at).first()
    if draft is not None:
        draft.case = place.case  # the key is at hand
    return draft


def of_author(case: Case, author_id: int, at: dt.datetime) -> list[NoteDraft]:
    """All notes that somebody keeps in a case, or kept in one that was put together with it: these first, because they
    can only be copied; then the last one first. One query."""
    one = Q(case=case) | Q(case__in=merged.ends_with(case))
    own = NoteDraft.objects.filter(one, author=author_id, kind__in=NoteKind.values, expires_at__gt=at)
    rows = list(own.select_related("case__data_key").order_by("-saved_at"))
    for row in rows:
        if row.case_id == case.pk:
            row.case = case
    return sorted(rows, key=lambda row: row.case_id == case.pk)


@transaction.atomic
def keep(place: Place, body: str, page: Page, *, by: Actor, at: dt.datetime) -> NoteDraft | None:
    """Keep the text in place of what this page kept before; None when it is empty: then nothing stays. Raises
    OtherText, and NotNow for a closed case or a text that is far too long."""
    case = locked(place.case)
    if not case.is_open:
        raise NotNow(_("This case is closed. Notes can no longer be written or changed."))
    if (saved := _saved_note(place, page, case)) and _says(saved, body):
        return None  # sent just before the note was saved, and come in just after
    if words := too_long(body, notes.LONGEST if place.is_note else LONGEST_FORM):
        raise NotNow(words)
    if saved or (not place.is_note and page.of_version != _saved_as(place)):
        raise NotNow(_("This was saved meanwhile. What you type now is not kept: save it to see both."))
    draft = _rows(place).select_for_update().first()
    if draft is not None and draft.expires_at > at and not page.knows(draft):
        draft.case = case
        if draft.body == body:
            return draft
        raise OtherText(draft)
    if not body.strip():
        forget(place, page, at=at)
        return None
    if draft is None:
        draft = NoteDraft(
            author_id=place.author_id, kind=place.kind, note=place.note, talk=place.talk,
            version=max(page.seen, int((at - COUNTED_FROM).total_seconds())),
        )  # fmt: skip
        audit.record("note.kept", by=by, at=at, case_id=case.pk, part=place.kind)
    draft.case, draft.body, draft.form_id, draft.of_version = case, body, page.form_id, page.of_version
    draft.saved_at, draft.expires_at, draft.version = at, at + KEPT_FOR, draft.version + 1
    draft.save()
    return draft


def _saved_note(place: Place, page: Page, case: Case) -> Note | None:
    """The note that this page became, or the one it changes when that was saved since."""
    if place.note is None:
        return Note.objects.filter(pk=page.form_id, case=case, author=place.author_id).first()
    now = Note.objects.get(pk=place.note.pk)
    return now if now.version != page.of_version else None


def _says(note: Note, body: str) -> bool:
    """Whether the note has these words already, or these and more: somebody typed on before it was saved."""
    return str(note.body).startswith(body.strip())


@transaction.atomic
def save(place: Place, body: str, page: Page, *, by: Actor, at: dt.datetime, tell: Iterable[User] = ()) -> Note:
    """Write or change the note itself; what this page kept of it goes. Raises as ``notes.write`` and ``notes.edit``."""
    if place.note is None:
        note = notes.write(place.case, body, kind=place.kind, by=by, at=at, note_id=page.form_id, tell=tell)
    else:
        note = notes.edit(place.note, body, version=page.of_version, by=by, at=at, tell=tell)
    forget(place, page, at=at)
    return note


@contextmanager
def saving(place: Place, page: Page, *, at: dt.datetime) -> Iterator[None]:
    """Around what saves a form: what this page kept of it goes with that, or stays when it fails."""
    with transaction.atomic():
        yield
        forget(place, page, at=at)


def forget(place: Place, page: Page, *, at: dt.datetime) -> None:
    """The note was saved, or is given up: what this page knows of goes; what another tab kept since stays."""
    draft = _rows(place).first()
    if draft is not None and (page.knows(draft) or draft.expires_at <= at):
        draft.delete()


@transaction.atomic
def throw_away(draft: NoteDraft, *, by: Actor, at: dt.datetime) -> None:
    """At once and for good."""
    draft.delete()
    audit.record("note.thrown_away", by=by, at=at, case_id=draft.case_id, part=draft.kind)


def forget_old(at: dt.datetime) -> int:
    """What is over seven days old goes; by the sweep."""
    return NoteDraft.objects.over(at).delete()[0]


def _rows(place: Place) -> "QuerySet[NoteDraft]":
    return NoteDraft.objects.filter(
        case=place.case, author=place.author_id, kind=place.kind, note=place.note, talk=place.talk
    )


def _saved_as(place: Place) -> int:
    """The version in which the text itself is saved now, so that what comes in just after makes no draft of it."""
    return _VERSIONS[DraftOf(place.kind)](place)


def _of_talk(place: Place) -> int:
    return GroupTalk.objects.values_list("version", flat=True).get(pk=place.talk.pk) if place.talk else 0


_VERSIONS: dict[DraftOf, Callable[[Place], int]] = {
    DraftOf.ANALYSIS: lambda place: Analysis.objects.filter(case=place.case).aggregate(n=Max("number"))["n"] or 0,
    DraftOf.PLAN: lambda place: Plan.objects.filter(case=place.case).aggregate(n=Max("number"))["n"] or 0,
    DraftOf.GROUP: _of_talk,
}

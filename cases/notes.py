"""Two kinds of notes, kept apart (DOMAIN 3.4): the file, which the client may read, and someone's own working notes.

A working note is a memory aid: only its author ever sees it, it never travels, it is never printed, and closing the
case removes it. What is shared becomes a file note.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from accounts.permissions import Refused
from cases import mentions, timeline
from cases.enums import EntryKind, NoteKind
from cases.models import Case, Note
from cases.moves import NotNow, locked, unused

LONGEST = 8000
TITLE = 80


class Conflict(NotNow):
    """The note was saved elsewhere meanwhile. ``saved`` is how it is now, ``mine`` the text that was not saved."""

    def __init__(self, saved: Note, mine: str) -> None:
        super().__init__(_("This note was changed while you had it open. Nothing is lost: both texts are below."))
        self.saved, self.mine = saved, mine


def of_case(case: Case, reader: Actor) -> list[Note]:
    """The file notes and the reader's own working notes, newest first, with who was told of them. Two queries."""
    mine = Q(kind=NoteKind.WORKING, author_id=reader.user_id) if reader.user_id else Q(pk=None)
    return _with_key(case, Q(kind=NoteKind.FILE) | mine, "mentioned")


def for_client(case: Case) -> list[Note]:
    """The file notes, newest first; working notes are not even asked for."""
    return _with_key(case, Q(kind=NoteKind.FILE))


def _with_key(case: Case, which: Q, *along: str) -> list[Note]:
    rows = Note.objects.filter(which, case=case).select_related("author").prefetch_related(*along)
    notes = list(rows.order_by("-created_at", "-pk"))
    for note in notes:
        note.case = case  # the key is at hand, so no note asks for it again
    return notes


def parts(body: str) -> tuple[str, str]:
    """Heading and text: a short first line above other lines is the heading."""
    first, _sep, rest = body.strip().partition("\n")
    return (first.strip(), rest.strip()) if rest.strip() and len(first.strip()) <= TITLE else ("", body.strip())


def note_for(case: Case, pk: uuid.UUID, by: Actor, at: dt.datetime) -> Note:
    """A note of this case that ``by`` may change: their own. Someone else's working note does not exist for them."""
    note = Note.objects.filter(case=case, pk=pk).select_related("author").first()
    if note is None or note.author_id != by.user_id:
        visible = note is not None and note.kind == NoteKind.FILE
        raise Refused("note.change", visible=visible, case_id=case.pk, basis="not the author")
    note.case = case
    return note


@transaction.atomic
def write(
    case: Case, body: str, *, kind: str, by: Actor, at: dt.datetime, note_id: uuid.UUID | None = None,
    tell: Iterable[User] = (),
) -> Note:  # fmt: skip
    """Add a note. ``note_id`` comes from the form, so that a second click is the same note; other words from the same
    form are another one. ``tell`` are colleagues to be told of a file note."""
    case = locked(case)
    for number in (note_id, note_id and uuid.uuid5(note_id, body.strip())):
        known = Note.objects.filter(pk=number, case=case, author_id=by.user_id).first() if number else None
        if known is None or known.body == body.strip():
            break
    if known is not None:
        return known
    _must_be_open(case)
    note = Note(id=unused(Note, number), case=case, author=by.user, kind=kind, created_at=at, changed_at=at)
    note.body = body.strip()
    note.save(force_insert=True)
    if kind == NoteKind.FILE:
        timeline.add(case, EntryKind.NOTE, by=by, at=at, facts={"note": str(note.pk)})
        mentions.tell(note, tell, by=by, at=at)
    audit.record("note.written", by=by, at=at, case_id=case.pk, obj=note, part=kind)
    return note


@transaction.atomic
def edit(note: Note, body: str, *, version: int, by: Actor, at: dt.datetime, tell: Iterable[User] = ()) -> Note:
    """Change one's own note. Raises Conflict when it is no longer at ``version``; then nothing is saved. Of a file note
    only who was not told before is told."""
    case, note = _locked(note, by, at)
    if note.kind == NoteKind.FILE and note.version == version:
        mentions.tell(note, tell, by=by, at=at)
    if note.body == body.strip():
        return note
    if note.version != version:
        raise Conflict(note, body)
    note.body, note.changed_at, note.version = body.strip(), at, note.version + 1
    note.save(update_fields=["body", "changed_at", "version"])
    audit.record("note.changed", by=by, at=at, case_id=case.pk, obj=note, part=note.kind)
    return note


@transaction.atomic
def share(note: Note, *, by: Actor, at: dt.datetime, tell: Iterable[User] = ()) -> Note:
    """Make one's own working note part of the file, and tell these colleagues. There is no way back: the client may
    have read it."""
    case, note = _locked(note, by, at)
    if note.kind == NoteKind.FILE:
        return note
    note.kind, note.changed_at, note.version = NoteKind.FILE, at, note.version + 1
    note.save(update_fields=["kind", "changed_at", "version"])
    timeline.add(case, EntryKind.NOTE, by=by, at=at, facts={"note": str(note.pk)})
    mentions.tell(note, tell, by=by, at=at)
    audit.record("note.shared", by=by, at=at, case_id=case.pk, obj=note)
    return note


def _locked(note: Note, by: Actor, at: dt.datetime) -> tuple[Case, Note]:
    """The case and the note as they are now. Case first, as everywhere, so that two verbs never wait for each other."""
    case = locked(note.case)
    _must_be_open(case)
    Note.objects.select_for_update().get(pk=note.pk)
    return case, note_for(case, note.pk, by, at)


def _must_be_open(case: Case) -> None:
    if not case.is_open:
        raise NotNow(_("This case is closed. Notes can no longer be written or changed."))

"""What travels with a hand-over beside the summary: notes of the file and documents, as they are when they are chosen.

Working notes are not even offered, nor is a document that was not found clean or that was removed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.enums import NoteKind
from cases.enums.documents import DocumentState
from cases.models import Case, Document, DocumentVersion, Note
from cases.moves import NotNow
from referrals.models import Referral, Travelling

MOST = 40
"""Of each kind, the newest first: more than that is a file, not a part of it."""


@dataclass(frozen=True)
class Item:
    """Something that can travel, or does. ``words`` is a note; a document has a ``number``, of its version."""

    key: str
    title: str
    words: str = ""
    document_id: UUID | None = None
    number: int = 0
    pages: int = 0


def to_choose(case: Case) -> list[Item]:
    """What of this case can travel, notes first. Two queries."""
    notes = Note.objects.filter(case=case, kind=NoteKind.FILE).select_related("author").order_by("-created_at")[:MOST]
    found = []
    for note in notes:
        note.case = case  # its key is at hand
        found.append(Item(f"n{note.pk}", _title(note), str(note.body)))
    return found + [_of_version(version, f"d{version.document_id}") for version in _clean(case)[:MOST]]


def put(referral: Referral, keys: Iterable[str]) -> None:
    """Bind these to a new hand-over. Raises NotNow for anything that cannot travel (any more)."""
    wanted = list(dict.fromkeys(keys))
    known = {item.key: item for item in to_choose(referral.case)} if wanted else {}
    if set(wanted) - set(known):
        raise NotNow(_("Something you chose can no longer travel. Choose again."))
    for item in (known[key] for key in wanted):
        row = Travelling(referral=referral, document_id=item.document_id, number=item.number)
        if item.document_id is None:
            row.note_id = UUID(item.key[1:])
            row.save(force_insert=True)  # its place is bound into the cipher text
            row.words = item.words
        row.save()


def of(referral: Referral) -> list[Item]:
    """What travels with it, as it was approved or waits for that; ``referral.case`` is at hand. At most two queries."""
    return of_each(referral.case, [referral])[referral.pk]


def of_each(case: Case, referrals: Collection[Referral]) -> dict[UUID, list[Item]]:
    """The same of several of one case. At most two queries."""
    known = {one.pk: one for one in referrals}
    rows = list(Travelling.objects.filter(referral__in=known).select_related("note__author").order_by("pk"))
    versions: dict[tuple[UUID | None, int], DocumentVersion] = {
        (version.document_id, version.number): version for version in _versions(case, rows)
    }
    found: dict[UUID, list[Item]] = {pk: [] for pk in known}
    for row in rows:
        row.referral = known[row.referral_id]
        if row.note is not None:
            found[row.referral_id].append(Item(str(row.pk), _title(row.note), str(row.words)))
        elif version := versions.get((row.document_id, row.number)):
            found[row.referral_id].append(_of_version(version, str(row.pk)))
    return found


def keys_of(referral: Referral) -> list[str]:
    """The keys of what travels with it, to choose the same again."""
    rows = Travelling.objects.filter(referral=referral).order_by("pk")
    return [f"n{note}" if note else f"d{document}" for note, document in rows.values_list("note", "document")]


def keep_only(referral: Referral, keys: Collection[str]) -> int:
    """The client wants only these of them to travel; answers with how many stay."""
    rows = Travelling.objects.filter(referral=referral)
    rows.exclude(pk__in=[int(key) for key in keys if key.isascii() and key.isdigit()]).delete()
    return rows.count()


def _title(note: Note) -> str:
    """Who wrote it and when: its words are below."""
    day = date_format(timezone.localtime(note.created_at), "j F Y")
    return _("Note by %(name)s, %(day)s") % {"name": note.author.name, "day": day}


def _of_version(version: DocumentVersion, key: str) -> Item:
    title = str(version.document.title or version.name)
    return Item(key, title, document_id=version.document_id, number=version.number, pages=version.pages)


def _clean(case: Case) -> list[DocumentVersion]:
    """The newest clean version of each document that is still there."""
    there = Document.objects.filter(case=case, removed_at=None, versions__state=DocumentState.CLEAN)
    newest = dict(there.annotate(newest=Max("versions__number")).values_list("pk", "newest"))
    rows = DocumentVersion.objects.filter(document__in=newest, state=DocumentState.CLEAN).select_related("document")
    found = [row for row in rows.order_by("-added_at") if row.number == newest[row.document_id]]
    return _with_key(case, found)


def _versions(case: Case, rows: Iterable[Travelling]) -> list[DocumentVersion]:
    """The versions that travel, of documents that were not removed since."""
    wanted = {(row.document_id, row.number) for row in rows if row.document_id}
    if not wanted:
        return []
    found = DocumentVersion.objects.filter(
        document__in={pk for pk, _number in wanted}, document__removed_at=None, state=DocumentState.CLEAN
    ).select_related("document")
    return _with_key(case, [row for row in found if (row.document_id, row.number) in wanted])


def _with_key(case: Case, rows: list[DocumentVersion]) -> list[DocumentVersion]:
    for row in rows:
        row.case = row.document.case = case
    return rows

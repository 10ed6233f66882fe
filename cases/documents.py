"""Documents of a case. Nobody opens a file before it was looked through; what is locked is never given out, nor kept.

Checking is due work in the database: ``check_at`` of a version is when a worker looks at it, and a worker that died
over it loses it to the next one (docs/adr/0020).
"""

import datetime as dt
import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor, system
from accounts.notices import tell_user
from accounts.permissions import Refused
from cases import answering, looking, scanner, timeline
from cases.enums import EntryKind
from cases.enums.documents import DOCUMENT_NEXT, TO_CHECK, DocumentState, Lock, Waits
from cases.looking import LARGEST, Found
from cases.models import Case, Document, DocumentPart, DocumentVersion, Message
from cases.moves import NeedsReason, NotNow, locked, unused
from cases.notices import DOCUMENT_LOCKED, tell_client

LONGEST_TITLE = 120
LONGEST_NAME = 200
PER_PAGE = 25
MOST_FILES = 5
"""With one message; together they are at most ``LARGEST_TOGETHER`` bytes."""
LARGEST_TOGETHER = 25_000_000
FROM_CLIENT_MOST = 100
"""Documents that a client can send in one case."""
FROM_CLIENT_UNCHECKED = 25_000_000
"""Bytes of theirs that can wait to be checked at once."""

LEASE = dt.timedelta(minutes=5)
AGAIN = dt.timedelta(minutes=1)
MOST_TRIES = 3
SECONDS_A_SWEEP = 15
BY = system("documents")
log = logging.getLogger("cases.documents")


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes


# -- Reading ----------------------------------------------------------------------------------------------------------


def page_of(case: Case, number: int | str | None, *, for_client: bool = False) -> "Page[Document]":
    """A page of the documents, with their versions; what changed last comes first. Three queries."""
    page = Paginator(_visible(case, for_client).order_by("-changed_at", "-pk"), PER_PAGE).get_page(number)
    _with_key(case, list(page))
    return page


def titles_of(case: Case) -> list[Document]:
    """Those that are still there, the oldest first, without their versions. One query."""
    rows = list(Document.objects.filter(case=case, removed_at=None).select_related("added_by").order_by("added_at"))
    for row in rows:
        row.case = case  # the key is at hand
    return rows


def document_for(case: Case, pk: uuid.UUID, by: Actor) -> Document:
    """A document of this case, with its versions, the newest first. What the client may not see does not exist for
    them. Raises Refused."""
    row = _visible(case, for_client=not by.roles).filter(pk=pk).first()
    if row is None:
        raise Refused("document.open", case_id=case.pk, basis="not visible or not existing")
    return _with_key(case, [row])[0]


@transaction.atomic
def open_document(
    case: Case, pk: uuid.UUID, number: int, *, place: int = 0, chosen: bool = False, by: Actor, at: dt.datetime
) -> tuple[DocumentVersion, bytes]:
    """The bytes of a clean version: the file, or with ``place`` the picture of a page. The look is in the audit.
    ``chosen``: it travels with a hand-over, so that the client may read it too, before they say yes.

    Raises Refused for everything that is not clean, not there, removed, or not for this reader.
    """
    rows = DocumentPart.objects.select_related("version").filter(
        case=case, place=place, version__number=number, version__state=DocumentState.CLEAN,
        version__document__in=_visible(case, for_client=not by.roles and not chosen).filter(pk=pk, removed_at=None),
    )  # fmt: skip
    part = rows.first()
    if part is None:
        raise Refused("document.open", case_id=case.pk, basis="not clean, not visible or not existing")
    part.case = part.version.case = case
    what = ("document.page", str(place)) if place else ("case.viewed", "document")
    audit.record(what[0], by=by, at=at, case_id=case.pk, obj=part.version, part=what[1])
    return part.version, part.body


def open_page(case: Case, pk: uuid.UUID, number: int, place: int, *, by: Actor, at: dt.datetime) -> bytes:
    """The picture of a page, from 1 on: the file itself is never shown. Raises Refused as ``open_document``."""
    if place < 1:
        raise Refused("document.open", case_id=case.pk, basis="not a page")
    return open_document(case, pk, number, place=place, by=by, at=at)[1]


def _visible(case: Case, for_client: bool) -> "QuerySet[Document]":
    rows = Document.objects.filter(case=case).select_related("added_by", "removed_by")
    return (rows.filter(for_client=True) if for_client else rows).prefetch_related("versions__added_by")


def _with_key(case: Case, rows: list[Document]) -> list[Document]:
    for row in rows:
        row.case = case  # the key is at hand, so no row asks for it again
        for version in row.versions.all():
            version.case, version.document = case, row
    return rows


# -- Adding, showing, removing ----------------------------------------------------------------------------------------


@transaction.atomic
def receive(
    case: Case,
    *,
    file: Upload,
    title: str,
    by: Actor,
    at: dt.datetime,
    for_client: bool,
    submission_id: uuid.UUID,
    document: Document | None = None,
    message: Message | None = None,
    place: int = 0,
) -> DocumentVersion:
    """Keep a file that was sent: a new document, or a new version of ``document``. It is checked later, by itself.

    What the client sends is theirs to see, and whoever helps them is told (not when it came with ``message``, which
    tells by itself; ``place`` is which of its files). The same ``submission_id`` is the same file. Raises NotNow.
    """
    case = locked(case)
    if known := DocumentVersion.objects.filter(submission_id=submission_id, case=case).first():
        return known
    _must_fit(case, file, by)
    if document is None:
        row = _new_document(case, title or file.name, by=by, at=at, for_client=for_client, message=message, place=place)
    else:
        row = _for_another_version(case, document, by=by, at=at)
    version = DocumentVersion(
        case=case, document=row, number=row.versions.count() + 1, size=len(file.content), added_at=at, check_at=at,
        submission_id=unused(DocumentVersion, submission_id, "submission_id"), added_by=by.user if by.roles else None,
    )  # fmt: skip
    version.name = file.name[:LONGEST_NAME]
    version.save(force_insert=True)
    _keep(version, 0, file.content)
    _tell_line(version, "version" if document else "added", by=by, at=at)
    audit.record("document.received", by=by, at=at, case_id=case.pk, obj=version, part=str(version.number))
    if not by.roles and message is None:
        answering.reached_us(case, occasion=f"document{version.pk}", by=by, at=at)
    return version


def _must_fit(case: Case, file: Upload, by: Actor) -> None:
    if not case.is_open:
        raise NotNow(_("This case is closed. Documents can no longer be added here."))
    if why := too_big(len(file.content)):
        raise NotNow(why)
    if by.roles:
        return
    theirs = DocumentVersion.objects.filter(case=case, added_by=None)
    if theirs.count() >= FROM_CLIENT_MOST:
        raise NotNow(_("You sent very many files already. Call us when there is more that we should see."))
    waiting = theirs.filter(state__in=TO_CHECK).aggregate(size=Sum("size"))["size"] or 0
    if waiting + len(file.content) > FROM_CLIENT_UNCHECKED:
        raise NotNow(_("We are still checking what you sent before. Try again in a few minutes."))


def too_big(size: int) -> str:
    """Why a file of this size is not taken; empty when it is."""
    if not size:
        return _("This file is empty. Choose another one.")
    if size > LARGEST:
        return _("This file is too large. At most %(most)d MB.") % {"most": LARGEST // 1_000_000}
    return ""


def unknown_kind(content: bytes) -> str:
    """Why a file is not taken that is nothing that we know; empty when it is. Nothing in it is opened for that."""
    return "" if looking.kind_of(content) else str(Lock.KIND.label)


def too_many(files: Sequence[tuple[str, int]]) -> str:
    """Why files of these names and sizes do not go along with one message; empty when they do."""
    if len(files) > MOST_FILES:
        return _("At most %(most)d files go along with one message. Too many: %(names)s.") % {
            "most": MOST_FILES, "names": ", ".join(name for name, _size in files[MOST_FILES:]),
        }  # fmt: skip
    if sum(size for _name, size in files) > LARGEST_TOGETHER:
        return _("Together these files are too large. At most %(most)d MB go along with one message.") % {
            "most": LARGEST_TOGETHER // 1_000_000
        }
    return ""


def _new_document(
    case: Case, title: str, *, by: Actor, at: dt.datetime, for_client: bool, message: Message | None, place: int
) -> Document:
    row = Document(
        case=case, for_client=for_client or not by.roles, message=message, place=place,
        added_by=by.user if by.roles else None, added_at=at, changed_at=at,
    )  # fmt: skip
    row.title = title.strip()[:LONGEST_TITLE] or _("Document")
    row.save(force_insert=True)
    return row


def _for_another_version(case: Case, document: Document, *, by: Actor, at: dt.datetime) -> Document:
    """A client adds versions to what they sent themselves."""
    row = document_for(case, document.pk, by)
    if row.removed_at:
        raise NotNow(_("This document was removed."))
    if not by.roles and row.added_by_id is not None:
        raise NotNow(_("Only who sent this document can send a new version. Send yours as a new document."))
    row.changed_at = at
    row.save(update_fields=["changed_at"])
    return row


@transaction.atomic
def share(document: Document, *, by: Actor, at: dt.datetime) -> Document:
    """Let the client see it, in all its versions. There is no way back: they may have read it."""
    case = locked(document.case)
    row = document_for(case, document.pk, by)
    if row.for_client:
        return row
    if row.removed_at or not case.is_open:
        raise NotNow(_("This document can no longer be shared."))
    row.for_client = True
    row.save(update_fields=["for_client"])
    newest = row.versions.all()[0]
    _tell_line(newest, "shared", by=by, at=at)
    audit.record("document.shared", by=by, at=at, case_id=case.pk, obj=row)
    if newest.is_clean:
        tell_client(case, occasion=f"document{newest.pk}", at=at)
    return row


@transaction.atomic
def remove(document: Document, *, reason: str, by: Actor, at: dt.datetime) -> Document:
    """Take the files away for good; the line stays, with who did it, when and why. Raises NeedsReason."""
    case = locked(document.case)
    row = document_for(case, document.pk, by)
    if row.removed_at:
        return row
    if not reason.strip():
        raise NeedsReason(_("Write down why it is removed."))
    row.removed_at, row.removed_by, row.removed_why = at, by.user, reason.strip()
    row.save(update_fields=["removed_at", "removed_by", "removed_why"])
    DocumentPart.objects.filter(version__document=row).delete()
    DocumentVersion.objects.filter(document=row, state__in=TO_CHECK).update(
        state=DocumentState.LOCKED, lock=Lock.REMOVED, waits="", check_at=None, checked_at=at
    )
    _tell_line(row.versions.all()[0], "removed", by=by, at=at)
    audit.record("document.removed", by=by, at=at, case_id=case.pk, obj=row)
    return row


# -- Checking ---------------------------------------------------------------------------------------------------------


def check_due(at: dt.datetime) -> int:
    """Look through what is due, for a while; what is left is for the next sweep. Returns how many were looked at.

    Call it outside a transaction: a file that kills its worker must leave behind that it was tried.
    """
    ends, done = time.monotonic() + SECONDS_A_SWEEP, 0
    while time.monotonic() < ends and (version := _begin(at)):
        if not check(version, at=at):
            break  # the scanner is away, and would be for the next one too
        done += 1
    return done


@transaction.atomic
def _begin(at: dt.datetime) -> DocumentVersion | None:
    """Take the one that is due longest, so that for a while nobody else does."""
    due = DocumentVersion.objects.filter(check_at__lte=at).order_by("check_at", "pk")
    version = due.select_for_update(skip_locked=True).first()
    if version is None:
        return None
    version.state, version.tries, version.check_at = DocumentState.SCANNING, version.tries + 1, at + LEASE
    version.save(update_fields=["state", "tries", "check_at"])
    return DocumentVersion.objects.select_related("case__data_key").get(pk=version.pk)


def check(version: DocumentVersion, *, at: dt.datetime) -> bool:
    """Look through a version that was taken for it, first for viruses. False when the scanner does not answer: then it
    stays as it is and is tried again. A file over which workers died too often is locked."""
    part = DocumentPart.objects.filter(version=version, place=0).first()
    if part is None:
        return True  # removed meanwhile
    part.case = version.case
    if version.tries > MOST_TRIES:
        end(version, Found(lock=Lock.UNREADABLE), at=at)
        return True
    try:
        if scanner.is_set() and scanner.infected(part.body):
            end(version, Found(lock=Lock.VIRUS), at=at)
            return True
    except scanner.ScannerAway as error:
        log.warning("the virus scanner does not answer: %s", error)
        mine = DocumentVersion.objects.filter(pk=version.pk, state=DocumentState.SCANNING)
        mine.update(waits=Waits.SCANNER, tries=0, check_at=at + AGAIN)
        return False
    end(version, looking.look_through(part.body), at=at)
    return True


@transaction.atomic
def end(version: DocumentVersion, found: Found, *, at: dt.datetime) -> None:
    """Write down what was found, once. Of a locked file nothing is kept."""
    case = locked(version.case)
    row = DocumentVersion.objects.select_for_update().get(pk=version.pk)
    state = DocumentState.LOCKED if found.lock else DocumentState.CLEAN
    if state not in DOCUMENT_NEXT[row.state]:
        return
    row.case = case
    row.document = Document.objects.get(pk=row.document_id)
    row.document.case = case
    row.state, row.lock, row.kind, row.waits = state, found.lock, found.kind, ""
    row.check_at, row.checked_at, row.pages = None, at, len(found.pages)
    row.parts.all().delete()
    if not found.lock:
        row.size = len(found.body)
        for place, body in enumerate([found.body, *found.pages]):
            _keep(row, place, body)
    row.save(update_fields=["state", "lock", "kind", "waits", "check_at", "checked_at", "pages", "size"])
    audit.record("document.checked", by=BY, at=at, case_id=case.pk, obj=row, part=found.lock or state)
    if found.lock:
        _tell_line(row, "locked", by=BY, at=at)
    if case.is_open:
        _tell_people(row, at=at)


def _keep(version: DocumentVersion, place: int, body: bytes) -> None:
    part = DocumentPart(case=version.case, version=version, place=place)
    part.body = body
    part.save(force_insert=True)


def _tell_people(version: DocumentVersion, *, at: dt.datetime) -> None:
    """Who sent a file that is locked; or the client, of one that is there for them to read."""
    if not version.is_clean and version.added_by is not None:
        path = reverse("case_document", args=[version.case.reference, version.document_id])
        tell_user(DOCUMENT_LOCKED, version.added_by, about=version.case.pk, occasion=f"locked{version.pk}",
                  path=path, at=at)  # fmt: skip
    own, shown = version.added_by_id is None, version.document.for_client
    if (own and not version.is_clean) or (not own and shown and version.is_clean and not _came_with_message(version)):
        tell_client(version.case, occasion=f"document{version.pk}", at=at)


def _came_with_message(version: DocumentVersion) -> bool:
    return version.number == 1 and version.document.message_id is not None


def _tell_line(version: DocumentVersion, what: str, *, by: Actor, at: dt.datetime) -> None:
    facts = {"what": what, "document": str(version.document_id), "number": version.number}
    document = version.document
    timeline.add(
        version.case, EntryKind.DOCUMENT, by=by, at=at, facts=facts, text=str(document.title),
        for_client=document.for_client,
    )  # fmt: skip

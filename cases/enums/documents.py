"""States of a document, what it is, and why it may not be opened."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentState(models.TextChoices):
    RECEIVED = "received", _("Received")
    SCANNING = "scanning", _("Being checked")
    CLEAN = "clean", _("Checked")
    LOCKED = "locked", _("Locked")


DOCUMENT_NEXT: dict[str, frozenset[str]] = {
    DocumentState.RECEIVED: frozenset({DocumentState.SCANNING, DocumentState.LOCKED}),
    DocumentState.SCANNING: frozenset({DocumentState.CLEAN, DocumentState.LOCKED}),
    DocumentState.CLEAN: frozenset(),
    DocumentState.LOCKED: frozenset(),
}
"""Allowed moves. What is clean or locked stays so; a better file is a new version. Locked at once: removed unseen."""

TO_CHECK = (DocumentState.RECEIVED, DocumentState.SCANNING)


class DocumentKind(models.TextChoices):
    """By content; the value is also the ending of the name under which it is given out."""

    PDF = "pdf", "PDF"
    JPG = "jpg", "JPEG"
    PNG = "png", "PNG"
    WEBP = "webp", "WebP"
    DOCX = "docx", "Word"
    TXT = "txt", _("Text")


PICTURES = (DocumentKind.JPG, DocumentKind.PNG, DocumentKind.WEBP)


class Lock(models.TextChoices):
    """Why a file is never given out, said plainly to who sent it."""

    VIRUS = "virus", _("There is a virus in this file. Nobody can open it here.")
    ACTIVE = "active", _("This file does something by itself when it is opened. Send a picture or a plain PDF.")
    PASSWORD = "password", _("This file is closed with a password, so we cannot check it. Send it without one.")
    KIND = "kind", _("We do not take this kind of file. Send a PDF, a picture, Word or plain text.")
    UNREADABLE = "unreadable", _("We cannot read this file. It may be damaged. Send it again, or as another kind.")
    TOO_MUCH = "too_much", _("There is too much in this file to check. Send it in parts.")
    REMOVED = "removed", _("This file was removed before it was checked.")


class Waits(models.TextChoices):
    """Why a check takes longer; for staff."""

    SCANNER = "scanner", _("The virus scanner does not answer. We try again by ourselves.")

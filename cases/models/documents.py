"""Documents of a case, their versions, and what of them is kept (docs/adr/0020)."""

from django.db import models
from django.db.models import Q

from accounts.sealed import SealedBytes, SealedText
from cases.enums.documents import PICTURES, TO_CHECK, DocumentKind, DocumentState, Lock, Waits
from cases.models.timeline import InCase


class Document(InCase):
    """One document in all its versions. ``added_by`` is empty when the client sent it."""

    title = SealedText()
    for_client = models.BooleanField()
    added_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()  # of the newest version
    message = models.ForeignKey(  # with which it came
        "cases.Message", models.SET_NULL, null=True, related_name="documents", db_index=False
    )
    place = models.PositiveSmallIntegerField(default=0, db_default=0)  # in that message
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    removed_why = SealedText()

    class Meta:
        indexes = [models.Index(fields=["case", "-changed_at"], name="document_by_case")]
        constraints = [models.UniqueConstraint(fields=["message", "place"], name="document_place_once")]


class DocumentVersion(InCase):
    """One file. Its bytes are parts of it: as it may be given out, and pages to look at; of a locked one there are
    none. ``check_at`` is when the worker looks at it (again)."""

    submission_id = models.UUIDField(unique=True)
    document = models.ForeignKey(Document, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    name = SealedText()  # as its sender called the file
    size = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=DocumentKind.choices, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)  # of which there is a picture
    state = models.CharField(max_length=8, choices=DocumentState.choices, default=DocumentState.RECEIVED)
    lock = models.CharField(max_length=12, choices=Lock.choices, blank=True)
    waits = models.CharField(max_length=12, choices=Waits.choices, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    check_at = models.DateTimeField(null=True)
    added_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_once"),
            models.CheckConstraint(
                condition=Q(state__in=TO_CHECK, check_at__isnull=False) | (~Q(state__in=TO_CHECK) & Q(check_at=None)),
                name="document_due_until_checked",
            ),
            models.CheckConstraint(condition=Q(state="locked") ^ Q(lock=""), name="document_locked_with_why"),
        ]
        indexes = [models.Index(fields=["check_at"], condition=Q(check_at__isnull=False), name="document_to_check")]

    @property
    def is_clean(self) -> bool:
        return self.state == DocumentState.CLEAN

    @property
    def is_picture(self) -> bool:
        return self.kind in PICTURES

    @property
    def own_name(self) -> str:
        """What it is called when it is given out: nothing of its sender's name gets into a header."""
        return f"document-{str(self.document_id)[:8]}-{self.number}.{self.kind}"

    @property
    def page_numbers(self) -> range:
        return range(1, self.pages + 1)


class DocumentPart(InCase):
    """Bytes of a version: place 0 is the file itself, 1 and up are pictures of its pages."""

    version = models.ForeignKey(DocumentVersion, models.CASCADE, related_name="parts")
    place = models.PositiveSmallIntegerField()
    body = SealedBytes()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "place"], name="document_part_once")]

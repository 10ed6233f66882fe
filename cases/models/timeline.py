"""What happened in a case: the timeline, notes, messages and attempts to reach someone."""

import uuid

from django.db import models

from accounts.models import DataKey
from accounts.sealed import SealedText
from cases.enums import AttemptOutcome, ContactWay, EntryKind, NoteKind
from cases.models.case import Case


class InCase(models.Model):
    """A row that belongs to a case and is sealed with the case's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    def vault_key(self) -> DataKey:
        return self.case.data_key


class TimelineEntry(InCase):
    """A line for people. ``facts`` holds codes, dates and user ids only; words are made when it is shown."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="timeline")
    at = models.DateTimeField()
    kind = models.CharField(max_length=24, choices=EntryKind.choices)
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    by_client = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)
    text = SealedText()
    for_client = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["case", "-at"], name="timeline_by_case")]


class Note(InCase):
    """A file note (the client may read it) or someone's own working note (a memory aid, removed at closing)."""

    author = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=NoteKind.choices)
    body = SealedText()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    mentioned = models.ManyToManyField("accounts.User", related_name="+")  # told of it; never of a working note

    class Meta:
        indexes = [models.Index(fields=["case", "-created_at"], name="note_by_case")]


class MessageQuerySet(models.QuerySet["Message"]):
    def open_promises(self) -> "MessageQuerySet":
        """Of clients, and not answered yet."""
        return self.filter(sender=None, answered_at=None, answer_by__isnull=False)


class Message(InCase):
    """Between the client and the people who help. ``sender`` is empty when the client wrote it, or a relative.

    A thread is one level deep: ``answers`` is the message that began it, none for that one itself, which keeps in
    ``thread_at`` when something was last written in the thread.
    """

    submission_id = models.UUIDField(unique=True)
    sender = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    family = models.ForeignKey("cases.Invitation", models.PROTECT, null=True, related_name="+")  # who wrote it then
    answers = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    body = SealedText()
    sent_at = models.DateTimeField()
    thread_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)  # promised to the client, shown to both
    at_risk_at = models.DateTimeField(null=True)  # from then on little opening time is left to keep that
    answered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answers=None) ^ models.Q(thread_at=None), name="message_begins_or_answers"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "sent_at"], name="message_by_case"),
            models.Index(fields=["case", "-thread_at"], condition=models.Q(answers=None), name="message_threads"),
            models.Index(
                fields=["answer_by"], condition=models.Q(answered_at=None, sender=None), name="message_waiting"
            ),
        ]


class ContactAttempt(InCase):
    """One try to reach the client; a try that ended in a talk is the first human contact."""

    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    way = models.CharField(max_length=8, choices=ContactWay.choices)
    outcome = models.CharField(max_length=12, choices=AttemptOutcome.choices)
    note = SealedText()

    class Meta:
        indexes = [models.Index(fields=["case", "-at"], name="attempt_by_case")]

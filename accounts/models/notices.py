"""The outbox: what must be told to whom. Written in the transaction of the change, delivered afterwards."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q

from accounts.enums import Channel


class NoticeQuerySet(models.QuerySet["Notice"]):
    def due(self, at: dt.datetime) -> "NoticeQuerySet":
        """To be delivered now: available, not finished, not in somebody's hands; urgent first."""
        return (
            self.filter(finished_at=None, available_at__lte=at)
            .filter(Q(lease_until=None) | Q(lease_until__lte=at))
            .order_by("priority", "available_at")
        )

    def inbox_of(self, user_id: int) -> "NoticeQuerySet":
        return self.filter(user_id=user_id, channel=Channel.INBOX).order_by("-created_at")

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def newer_than(self, notice: "Notice") -> "NoticeQuerySet":
        """The same again to the same person by the same way, written later."""
        same = {name: getattr(notice, name) for name in ("kind", "channel", "subject_id", "user_id")}
        return self.filter(created_at__gt=notice.created_at, **same)

    def sent_as(self, message_ids: Iterable[str]) -> "NoticeQuerySet":
        """The mails that went out under these Message-IDs (without their host)."""
        return self.filter(message_id__in=list(message_ids)).exclude(message_id="")

    def undelivered(self) -> "NoticeQuerySet":
        return self.filter(finished_at=None)


class Notice(models.Model):
    """One message to one person by one channel. The text comes from ``kind``; no case detail is stored (promise 7).

    ``subject_id`` is the case (or advice request) it is about; for someone without an account the address is looked
    up there at the moment of sending, so that the safe-contact answers of that moment count.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    dedupe_key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="notices")
    subject_id = models.UUIDField(null=True)
    path = models.CharField(max_length=200, blank=True)
    params = models.JSONField(default=dict)
    language = models.CharField(max_length=2, default="nl")
    priority = models.PositiveSmallIntegerField(default=5)
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)  # sent, skipped or dead
    sent_at = models.DateTimeField(null=True)
    skipped_because = models.CharField(max_length=60, blank=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True)
    message_id = models.CharField(
        max_length=40, blank=True
    )  # of the mail, without its host: replies and bounces name it

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(F("priority"), F("available_at"), condition=Q(finished_at=None), name="notice_due"),
            models.Index(fields=["user", "-created_at"], condition=Q(channel="inbox"), name="notice_inbox"),
            models.Index(fields=["user"], condition=Q(channel="inbox", read_at=None), name="notice_unread"),
            models.Index(fields=["dead_at"], condition=Q(dead_at__isnull=False), name="notice_dead"),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="notice_message_id"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}"


class NoticeHold(models.Model):
    """News about ``subject_id`` waits, for who is no colleague, while this row is there. ``source`` takes it away."""

    subject_id = models.UUIDField()
    source = models.UUIDField()
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_id", "source"], name="notice_hold_once")]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.since}"


class Heartbeat(models.Model):
    """When a part of the machinery was last alive: ``tick``, ``beat``, ``worker``."""

    name = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at}"

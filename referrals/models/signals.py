"""Signals to the prevention officer: about a unit, never about a person (R20, R21)."""

import uuid

from django.db import models

from accounts.actors import Actor
from accounts.models import DataKey, Unit
from accounts.roles import SIGNAL_ANSWER
from accounts.sealed import SealedText
from referrals.enums import SignalState


class SignalQuerySet(models.QuerySet["Signal"]):
    def seen_by(self, actor: Actor) -> "SignalQuerySet":
        """All of them for a prevention officer, for anybody else their own; what waits first, then the newest."""
        rows = self.select_related("unit", "sent_by").order_by("-waits", "-sent_at", "pk")
        return rows if actor.may(SIGNAL_ANSWER) else rows.filter(sent_by=actor.user_id or 0)


class Signal(models.Model):
    """A pattern or something unsafe at a unit. Nothing in it leads to a case: only who sent it knows which made them
    write it. The words are sealed all the same, for whoever names somebody by mistake."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission_id = models.UUIDField(unique=True)
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")  # none: the organisation as a whole
    topic = models.CharField(max_length=40)
    words = SealedText()
    state = models.CharField(max_length=10, choices=SignalState.choices, default=SignalState.SENT)
    waits = models.BooleanField(default=True)
    sent_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    answer = SealedText()
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = SignalQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-waits", "-sent_at"], name="signal_waits_first")]

    def __str__(self) -> str:
        return str(self.pk)

    def vault_key(self) -> DataKey:
        return self.data_key

"""A request that somebody began and keeps to go on with later (UX 1.1, save and return)."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q

from accounts.models import DataKey
from accounts.sealed import SealedJSON, SealedText
from cases.models.intake import Intake


class DraftQuerySet(models.QuerySet["Draft"]):
    def alive(self, at: dt.datetime) -> "DraftQuerySet":
        """Not too old, and not sent since."""
        sent = Intake.objects.filter(submission_id=models.OuterRef("submission_id"))
        return self.filter(~models.Exists(sent), expires_at__gt=at).select_related("data_key")

    def of_user(self, user_id: int, at: dt.datetime) -> "DraftQuerySet":
        """Those of an account, the last one first."""
        return self.alive(at).filter(user=user_id).order_by("-changed_at")

    def over(self, at: dt.datetime) -> "DraftQuerySet":
        """What goes: too old, or sent."""
        sent = Intake.objects.filter(submission_id=models.OuterRef("submission_id"))
        return self.filter(models.Exists(sent) | Q(expires_at__lte=at))


class Draft(models.Model):
    """The answers of one person, for seven days: of an account, or of a guest with a link by mail.

    Each has a key of its own, which goes with it: what was thrown away or sent cannot be read from any copy.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission_id = models.UUIDField()  # of the form: what was sent is no draft any more
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="drafts")
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    answers = SealedJSON()
    email = SealedText()  # of a guest, who said that it is safe
    token_hash = models.CharField(max_length=64, blank=True)
    opened_in = models.CharField(max_length=64, blank=True)  # hash of the first browser, and the only one
    language = models.CharField(max_length=2, default="nl")
    changed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="draft_expiry")]
        constraints = [
            models.UniqueConstraint(fields=["user", "submission_id"], name="draft_of_account_once"),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="draft_link_once"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, token_hash="") | (Q(user=None) & ~Q(token_hash="")),
                name="draft_of_one_kind",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def vault_key(self) -> DataKey:
        return self.data_key

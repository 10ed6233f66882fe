"""What belongs to a hand-over: what travels with it, what both sides think of it, who is looked at for it."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import DataKey
from accounts.sealed import SealedText
from cases.models import Case
from referrals.enums import Verdict
from referrals.models.hand_over import Referral


class Travelling(models.Model):
    """A note or a document that travels with a hand-over, beside the summary; the client said yes to each.

    What they say yes to is what travels: ``words`` is the note as it was then, ``number`` the version of the document.
    """

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="travelling")
    note = models.ForeignKey("cases.Note", models.CASCADE, null=True, related_name="+")
    document = models.ForeignKey("cases.Document", models.CASCADE, null=True, related_name="+")
    words = SealedText()
    number = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(note=None, document__isnull=False) | Q(note__isnull=False, document=None),
                name="travelling_one",
            ),
            models.UniqueConstraint(fields=["referral", "note", "document"], nulls_distinct=False, name="travels_once"),
        ]

    def __str__(self) -> str:
        return f"{self.referral_id}: {self.note_id or self.document_id}"

    def vault_key(self) -> DataKey:
        return self.referral.vault_key()


class Feedback(models.Model):
    """What one side thinks of a hand-over: who received it, of the referral; the desk, of how it was returned."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # the note is sealed for it
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="feedback")
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by_desk = models.BooleanField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    note = SealedText()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "by_desk"], name="feedback_once_a_side")]
        indexes = [models.Index(fields=["-at"], name="feedback_by_time")]

    def __str__(self) -> str:
        return f"{self.referral_id}: {self.verdict}"

    def vault_key(self) -> DataKey:
        return self.referral.vault_key()


class Considered(models.Model):
    """Somebody of the desk is looking at this worker for a case: until then nobody else gives them one."""

    worker = models.OneToOneField("accounts.User", models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker_id} by {self.by_id}"

"""The client's summary in its versions, and who has read which."""

from django.db import models

from accounts.sealed import SealedText
from cases.models.timeline import InCase


class SummaryVersion(InCase):
    """Words that sum up the story. They count from ``approved_at`` on, when the client says that they are right."""

    number = models.PositiveIntegerField()
    text = SealedText()
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")  # none: the client
    at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="summary_once")]


class SummaryRead(models.Model):
    """Somebody ticked that they have read a version."""

    version = models.ForeignKey(SummaryVersion, models.CASCADE, related_name="reads")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "user"], name="summary_read_once")]

    def __str__(self) -> str:
        return str(self.version_id)

"""What somebody had typed when their session ended."""

import uuid

from django.db import models

from accounts.models.keys import DataKey
from accounts.sealed import SealedJSON


class KeptText(models.Model):
    """The answers of one form, for the person who typed them, for a day. Each has a key of its own, which goes with
    it: what was sent, thrown away or left lying cannot be read from any copy."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="kept_texts")
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    path = models.CharField(max_length=200)
    fields = SealedJSON()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at"]
        constraints = [models.UniqueConstraint(fields=["user", "path"], name="kept_text_once")]
        indexes = [models.Index(fields=["expires_at"], name="kept_text_expiry")]

    def __str__(self) -> str:
        return f"{self.path} {self.made_at}"

    def vault_key(self) -> DataKey:
        return self.data_key

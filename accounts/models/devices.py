"""Browsers that may show a sign while nobody looks at the site (Web Push)."""

import uuid

from django.db import models

from accounts.models.keys import DataKey
from accounts.sealed import SealedJSON, SealedText


class Device(models.Model):
    """One browser of one person. Where it is reached is sealed: whoever has that can send it anything."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="devices")
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    label = models.CharField(max_length=40)
    endpoint = SealedText()
    secrets = SealedJSON()  # p256dh and auth, as the browser gave them
    endpoint_index = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField()
    last_notice = models.UUIDField(null=True)  # already shown here: not again when another device made us try again

    class Meta:
        ordering = ["added_at"]

    def __str__(self) -> str:
        return self.label

    def vault_key(self) -> DataKey:
        return self.data_key

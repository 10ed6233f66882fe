"""Data keys: one per case, one per person. Deleting a row makes all that was written with it unreadable."""

import os
import uuid

from django.db import models

from accounts import vault


class DataKeyQuerySet(models.QuerySet["DataKey"]):
    def make(self) -> "DataKey":
        """A new key, saved. Call it in the transaction that writes the row it belongs to."""
        return self.make_some(1)[0]

    def make_some(self, count: int) -> list["DataKey"]:
        """Several new keys, saved in one query."""
        keys = [DataKey() for _number in range(count)]
        for key in keys:
            key.wrapped_by, key.wrapped = vault.wrap(os.urandom(32), str(key.pk))
        DataKey.objects.using(self.db).bulk_create(keys)
        return keys


class DataKey(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped_by = models.CharField(max_length=40)
    wrapped = models.BinaryField()

    objects = DataKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)

    def secret(self) -> bytes:
        """The key itself; raises vault.CannotRead when it cannot be unwrapped."""
        return vault.unwrap(self.wrapped_by, bytes(self.wrapped), str(self.pk))

"""What every row of the directory has."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models.organisation import in_language


class Row(models.Model):
    """``source_id`` is what the row is called where it came from; ``extra`` keeps from there what has no field here,
    so that it can be given back whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source_id = models.CharField(max_length=200, blank=True, editable=False)
    extra = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["source_id"], condition=~Q(source_id=""), name="%(class)s_of_source"),
        ]


def in_both(field: str) -> property:
    """The text of two columns in the language of the moment; Dutch when there is no English."""
    return property(lambda row: in_language(getattr(row, f"{field}_nl"), getattr(row, f"{field}_en")))

"""What an imported file says for which the directory has no table."""

from django.db import models


class KeptRow(models.Model):
    """A row of a table of HSDS 3 that is not kept here (funding, programs, metadata and the like), whole, so that an
    export gives it back."""

    table = models.CharField(max_length=40)
    source_id = models.CharField(max_length=200)
    data = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "source_id"], name="kept_row_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.source_id}"

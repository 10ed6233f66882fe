"""Requests of which a human said that they are of the same person. Nothing is merged, and nothing follows from it."""

from django.db import models
from django.db.models import F, Q

from accounts.sealed import SealedText
from cases.models.case import Case
from cases.models.timeline import InCase


class SamePerson(InCase):
    """One such pair; ``case`` is the one with the smaller id. Stays after it was undone. Gives no access."""

    other = models.ForeignKey(Case, models.CASCADE, related_name="+")
    reason = SealedText()  # only for who may see both
    linked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    undone_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="same_person_case"),
            models.Index(fields=["other"], name="same_person_other"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "other"], condition=Q(undone_at=None), name="same_person_once"),
            models.CheckConstraint(condition=Q(case__lt=F("other")), name="same_person_order"),
        ]

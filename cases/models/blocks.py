"""Who may never see a case, as it was asked: by the client, by staff, or by a worker about themselves."""

from django.db import models
from django.db.models import Q

from accounts.sealed import SealedText
from cases.models.timeline import InCase


class KeepOutQuerySet(models.QuerySet["KeepOut"]):
    def waiting(self) -> "KeepOutQuerySet":
        """Asked in own words; nobody has looked yet which account it is."""
        return self.filter(resolved_at=None)


class KeepOut(InCase):
    """One wish. What keeps the person out is the CaseAccess row with reason BLOCKED; this tells who asked, and why.

    ``user`` is empty while it is only a name, and stays so when that person has no account here.
    """

    words = SealedText()  # who it is, in the client's own words
    reason = SealedText()  # of staff
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="+")
    by_client = models.BooleanField(default=False)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    resolved_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    objects = KeepOutQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "asked_at"], name="keep_out_by_case")]
        constraints = [
            models.CheckConstraint(condition=Q(user=None) | Q(resolved_at__isnull=False), name="keep_out_resolved")
        ]

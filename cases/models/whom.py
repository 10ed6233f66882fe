"""A client asks for somebody else."""

from django.db import models
from django.db.models import Q

from accounts.sealed import SealedText
from cases.enums.whom import SomeoneElseState
from cases.models.timeline import InCase


class SomeoneElseQuerySet(models.QuerySet["SomeoneElse"]):
    def open(self) -> "SomeoneElseQuerySet":
        return self.filter(state=SomeoneElseState.OPEN)


class SomeoneElse(InCase):
    """One time that it was asked. ``away_from`` was the contact person then; empty when that was the desk. Nobody but
    the desk reads ``why``, and never who it is about."""

    away_from = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    why = SealedText()
    state = models.CharField(max_length=12, choices=SomeoneElseState.choices, default=SomeoneElseState.OPEN)
    asked_at = models.DateTimeField()
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")  # for who called
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = SomeoneElseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-asked_at"], name="someone_else_by_case")]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="open"), name="someone_else_once"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None) | ~Q(state="open") & Q(answered_at__isnull=False),
                name="someone_else_answered",
            ),
        ]

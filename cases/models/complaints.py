"""A complaint of a client about somebody who works here. It is the client's, not of those who help in the case."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.sealed import SealedText
from cases.enums.guarded import COMPLAINT_OPEN, ComplaintState, ComplaintStep
from cases.models.timeline import InCase


class ComplaintTerm(models.Model):
    """How long we give ourselves. Kept by the coordinator."""

    step = models.CharField(_("term"), max_length=12, choices=ComplaintStep.choices, unique=True)
    days = models.PositiveSmallIntegerField(
        _("number of days"), validators=[MinValueValidator(1), MaxValueValidator(365)]
    )

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.days}"


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def open(self) -> "ComplaintQuerySet":
        return self.filter(state__in=COMPLAINT_OPEN)

    def to_look_at(self, at: Any) -> "ComplaintQuerySet":
        """Those of which a term, or who handles them, is to be looked at."""
        return self.open().filter(next_look_at__lte=at).order_by("next_look_at")


class Complaint(InCase):
    """``about`` is empty while the client could not say who it was. ``not_by`` may not handle it either."""

    state = models.CharField(max_length=12, choices=ComplaintState.choices, default=ComplaintState.RECEIVED)
    about = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    about_words = SealedText()
    not_by = models.ManyToManyField("accounts.User", related_name="+")
    received_at = models.DateTimeField()
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    acknowledge_by = models.DateTimeField()
    answer_by = models.DateTimeField()
    handler = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "-received_at"], name="complaint_by_case"),
            models.Index(fields=["next_look_at"], condition=Q(next_look_at__isnull=False), name="complaint_to_look_at"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in COMPLAINT_OPEN


class ComplaintHandler(models.Model):
    """Somebody who may see and handle this complaint now; planned anew by cases/complaints.py."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="handlers")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "user"], name="complaint_handler_once")]

    def __str__(self) -> str:
        return str(self.user)


class ComplaintLine(InCase):
    """What was said in it. ``by`` is empty for the client."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="lines")
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    body = SealedText()

"""Alerts about urgent requests: who was told when, and who picked it up."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q

from cases.enums import Urgency
from cases.models.case import Case


class AlertQuerySet(models.QuerySet["Alert"]):
    def due(self, at: dt.datetime) -> "AlertQuerySet":
        """Alerts whose next step is to be taken now."""
        return self.filter(acknowledged_at=None, ended_at=None, next_step_at__lte=at).order_by("next_step_at")


class Alert(models.Model):
    """Goes up one step at a time until somebody picks it up: first in line, next in line, coordinator."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="alerts")
    urgency = models.CharField(max_length=12, choices=Urgency.choices)
    raised_at = models.DateTimeField()
    step = models.PositiveSmallIntegerField(default=0)  # steps taken so far
    next_step_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)  # handled another way, such as by triage

    objects = AlertQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["next_step_at"], condition=Q(acknowledged_at=None, ended_at=None), name="alert_due")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(acknowledged_at=None, ended_at=None), name="one_open_alert"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.raised_at:%Y-%m-%d %H:%M}"


class AlertStep(models.Model):
    """One step of an alert: who was told, or that nobody was there to be told."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    rung = models.CharField(max_length=20)  # duty_1, duty_2, ..., coordinator
    skipped = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["alert", "number", "user"], name="alert_step_once")]

    def __str__(self) -> str:
        return f"{self.rung} {self.at:%H:%M}"

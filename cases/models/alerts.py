"""Alerts about urgent requests: who was told when, and who picked it up."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q

from accounts.actors import Actor
from cases.enums import Urgency
from cases.models.case import Case

SEALED = ("case__summary", "case__own_words", "case__outcome_note")


class AlertQuerySet(models.QuerySet["Alert"]):
    def open(self) -> "AlertQuerySet":
        """Nobody is on it yet."""
        return self.filter(acknowledged_at=None, ended_at=None)

    def of(self, case: object) -> "AlertQuerySet":
        """All alerts of a case (or of an expression that gives its id)."""
        return self.filter(case=case)

    def open_for(self, case: Case) -> "Alert | None":
        """The open alert of a case, taken FOR UPDATE; there is one at most."""
        return self.open().of(case).select_for_update(of=("self",)).first()

    def for_eyes_of(self, actor: Actor, at: dt.datetime) -> "AlertQuerySet":
        """Open alerts about cases that this actor may see, the most urgent and then the oldest first."""
        visible = Case.objects.visible_to(actor, at)
        return self.open().filter(case__in=visible).order_by("case__urgency_rank", "raised_at")

    def with_steps(self) -> "AlertQuerySet":
        """With the case (nothing sealed) and who was told; three queries for any number of alerts."""
        return self.select_related("case").defer(*SEALED).prefetch_related("steps__user")

    def touched_since(self, moment: object) -> "AlertQuerySet":
        """Raised, picked up or ended at ``moment`` (a time or an expression) or later."""
        return self.filter(Q(raised_at__gte=moment) | Q(acknowledged_at__gte=moment) | Q(ended_at__gte=moment))

    def due(self, at: dt.datetime) -> "AlertQuerySet":
        """Alerts whose next step is to be taken now."""
        return self.open().filter(next_step_at__lte=at).order_by("next_step_at")


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

    @property
    def is_open(self) -> bool:
        """Nobody is on it yet."""
        return self.acknowledged_at is None and self.ended_at is None

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

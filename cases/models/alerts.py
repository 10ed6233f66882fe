"""Alerts about urgent requests: who was told when, and who picked it up."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q, When

from accounts.actors import Actor
from cases.enums import AT_DESK, Urgency
from cases.models.case import Case
from cases.models.intake import CommanderAdvice

SEALED = ("case__summary", "case__own_words", "case__outcome_note", "advice__advice")
SEALED_INTAKE = ("story", "unit_words", "topic_words", "contact_answers")

CONTACT = ("case__data_key", "case__person__data_key", "case__person__contact")
"""What is needed to call the client of a case."""

Subject = Case | CommanderAdvice
"""What an alert is about: somebody's case, or a commander's question (R10)."""


def about(subject: Subject) -> dict[str, Subject]:
    """The column that points to this subject."""
    return {"case" if isinstance(subject, Case) else "advice": subject}


class AlertQuerySet(models.QuerySet["Alert"]):
    def open(self) -> "AlertQuerySet":
        """Nobody is on it yet."""
        return self.filter(acknowledged_at=None, ended_at=None)

    def of(self, pk: object) -> "AlertQuerySet":
        """All alerts about the case or the question with this id (or an expression that gives it)."""
        return self.filter(Q(case=pk) | Q(advice=pk))

    def about(self, subject: Subject) -> "AlertQuerySet":
        return self.filter(**about(subject))

    def open_for(self, subject: Subject) -> "Alert | None":
        """The open alert about it, taken FOR UPDATE; there is one at most."""
        return self.open().about(subject).select_for_update(of=("self",)).first()

    def for_eyes_of(self, actor: Actor, at: dt.datetime) -> "AlertQuerySet":
        """Open alerts about what this actor may see, the most urgent and then the oldest first."""
        rank = models.Case(*(When(urgency=one, then=one.rank) for one in Urgency), output_field=models.IntegerField())
        cases, questions = Case.objects.visible_to(actor, at), CommanderAdvice.objects.visible_to(actor)
        return self.open().filter(Q(case__in=cases) | Q(advice__in=questions)).order_by(rank, "raised_at")

    def with_steps(self) -> "AlertQuerySet":
        """With what it is about (nothing sealed) and who was told; two queries for any number of alerts."""
        steps = models.Prefetch("steps", AlertStep.objects.select_related("user"))
        sealed = (*SEALED, *(f"advice__intake__{name}" for name in SEALED_INTAKE))
        return self.select_related("case", "advice__intake").defer(*sealed).prefetch_related(steps)

    def called(self, user_id: int, since: dt.datetime) -> "AlertQuerySet":
        """Alerts about which this person was called since then, with what they are about."""
        calls = AlertStep.objects.filter(alert=OuterRef("pk"), user=user_id, at__gte=since)
        return self.filter(Exists(calls)).select_related("case", "advice__intake")

    def in_hand_of(self, user_id: int, since: dt.datetime) -> "AlertQuerySet":
        """About a case that this person picked up and has, while nobody has spoken to the client yet."""
        waiting = Q(case__first_contact_at=None, case__state__in=AT_DESK, case__owner=user_id)
        return self.filter(waiting, acknowledged_by=user_id, acknowledged_at__gte=since).order_by("acknowledged_at")

    def end(self, at: dt.datetime) -> int:
        """It was handled another way: no more reminders. Returns how many there were to end."""
        return self.open().update(ended_at=at, next_step_at=None)

    def touched_since(self, moment: object) -> "AlertQuerySet":
        """Raised, picked up or ended at ``moment`` (a time or an expression) or later."""
        return self.filter(Q(raised_at__gte=moment) | Q(acknowledged_at__gte=moment) | Q(ended_at__gte=moment))

    def due(self, at: dt.datetime) -> "AlertQuerySet":
        """Alerts whose next step is to be taken now."""
        return self.open().filter(next_step_at__lte=at).order_by("next_step_at")


class Alert(models.Model):
    """Goes up one step at a time until somebody picks it up: first in line, next in line, coordinator."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="alerts")
    advice = models.ForeignKey(CommanderAdvice, models.CASCADE, null=True, related_name="alerts")
    urgency = models.CharField(max_length=12, choices=Urgency.choices)
    raised_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)  # words of the list in what was written later; only a person ends it
    policy = models.PositiveSmallIntegerField(default=0)  # the version it climbs by; 0: the usual ladder
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
            ),
            models.UniqueConstraint(
                fields=["advice"], condition=Q(acknowledged_at=None, ended_at=None), name="one_open_alert_of_advice"
            ),
            models.CheckConstraint(
                condition=Q(case=None, advice__isnull=False) | Q(case__isnull=False, advice=None),
                name="alert_about_one_thing",
            ),
        ]

    @property
    def subject(self) -> Subject:
        """The case or the commander's question."""
        found = self.case or self.advice
        assert found is not None  # noqa: S101  the database keeps it so
        return found

    @property
    def is_open(self) -> bool:
        """Nobody is on it yet."""
        return self.acknowledged_at is None and self.ended_at is None

    def __str__(self) -> str:
        return f"{self.case_id or self.advice_id} {self.raised_at:%Y-%m-%d %H:%M}"


class AlertStep(models.Model):
    """One step of an alert: who was told, or that nobody was there to be told."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    rung = models.CharField(max_length=60)  # duty_1, duty_2, ..., coordinator, everyone, team:<code>
    skipped = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["alert", "number", "user"], name="alert_step_once")]

    def __str__(self) -> str:
        return f"{self.rung} {self.at:%H:%M}"


class PagingPolicy(models.Model):
    """One version of who is called about an urgency, by which way, and after how long. Never changed: a new one counts.

    ``calls`` is a list of {"who", "minutes", "channels"} in the order of calling; see desk/policies.py. Without any
    row the usual ladder counts.
    """

    urgency = models.CharField(max_length=12, choices=Urgency.choices)
    number = models.PositiveSmallIntegerField()
    calls = models.JSONField()
    repeat_minutes = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["urgency", "-number"]
        constraints = [models.UniqueConstraint(fields=["urgency", "number"], name="paging_policy_version")]

    def __str__(self) -> str:
        return f"{self.urgency} {self.number}"

"""What is kept when a case ends, what follows afterwards, and requests that were put together."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q

from accounts.actors import Actor
from accounts.models import DataKey
from accounts.sealed import SealedJSON, SealedText
from cases.enums import CaseOutcome
from cases.enums.ending import AfterCareOutcome, AfterCareState, Agrees, GoalResult
from cases.models.access import SeenBy
from cases.models.case import Case
from cases.models.timeline import InCase


class Ending(InCase):
    """How the help ended, in the client's words. A case that was opened again can have more than one."""

    at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=CaseOutcome.choices)
    note = SealedText()  # what was done
    takes_along = SealedText()  # what the client thinks they take along
    onward = SealedText()  # where they went on to
    results = SealedJSON()  # by goal, in words: a GoalResult
    asks = models.BooleanField(default=False)  # we may ask how it was

    class Meta:
        indexes = [
            models.Index(fields=["case", "-at"], name="ending_by_case"),
            models.Index(fields=["at"], condition=Q(asks=True), name="ending_asks"),
        ]

    @property
    def goals(self) -> list[dict[str, str]]:
        """For components/summary_list.html."""
        return [{"label": goal, "value": str(GoalResult(result).label)} for goal, result in self.results.items()]


class AfterCareQuerySet(models.QuerySet["AfterCare"]):
    def open(self) -> "AfterCareQuerySet":
        return self.filter(state=AfterCareState.OPEN)

    def due(self, at: dt.datetime) -> "AfterCareQuerySet":
        """To be called at ``at``; the longest due first."""
        return self.open().filter(next_at__lte=at, call_until__gt=at).order_by("next_at", "id")

    def over(self, at: dt.datetime) -> "AfterCareQuerySet":
        """Nobody was reached, and the time for it has passed."""
        return self.open().filter(call_until__lte=at).order_by("call_until")

    def visible_to(self, actor: Actor, at: dt.datetime) -> "AfterCareQuerySet":
        if actor.kind == "user":
            return self.filter(SeenBy(actor, at, case="case"))  # the same rule, asked of the few that are due
        return self.filter(case__in=Case.objects.visible_to(actor, at))


class AfterCare(InCase):
    """One call after the help has ended, on the list of the desk from ``call_from`` until ``call_until``."""

    created_at = models.DateTimeField()
    call_from = models.DateTimeField()
    call_until = models.DateTimeField()
    next_at = models.DateTimeField()  # the first moment of the next attempt
    state = models.CharField(max_length=5, choices=AfterCareState.choices, default=AfterCareState.OPEN)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempt_id = models.UUIDField(null=True)  # of the last one: a second click is the same attempt
    outcome = models.CharField(max_length=12, choices=AfterCareOutcome.choices, blank=True)
    note = SealedText()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = AfterCareQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(state="open"), name="after_care_due"),
            models.Index(fields=["call_until"], condition=Q(state="open"), name="after_care_over"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="open"), name="after_care_once"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | ~Q(state="open") & Q(ended_at__isnull=False),
                name="after_care_ended",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == AfterCareState.OPEN


class Evaluation(InCase):
    """That a client was asked how it was, once for a case, and whether they answered. What they said is not here."""

    asked_at = models.DateTimeField()
    answered = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case"], name="evaluation_once")]


class EvaluationAnswer(models.Model):
    """What someone thought of the help. Nothing leads back to a person, a case, a worker or a day (ADR 24)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    month = models.DateField()  # its first day
    heard = models.PositiveSmallIntegerField(choices=Agrees.choices)
    quick = models.PositiveSmallIntegerField(choices=Agrees.choices)
    helped = models.PositiveSmallIntegerField(choices=Agrees.choices)
    told_once = models.PositiveSmallIntegerField(choices=Agrees.choices)
    words = SealedText()

    class Meta:
        indexes = [models.Index(fields=["month"], name="evaluation_by_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    def vault_key(self) -> DataKey:
        return self.data_key


class Merge(InCase):
    """``case`` was put together with ``into``, which goes on. Its own rows stay its own, under its own key."""

    into = models.ForeignKey(Case, models.CASCADE, related_name="+")
    reason = SealedText()  # only for who may see both
    merged_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    merged_at = models.DateTimeField()
    undone_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    before = models.JSONField()  # both as they were: codes, ids and moments

    class Meta:
        indexes = [
            models.Index(fields=["into"], condition=Q(undone_at=None), name="merge_into"),
            models.Index(fields=["case"], name="merge_case"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(undone_at=None), name="merge_once"),
            models.CheckConstraint(condition=~Q(case=F("into")), name="merge_of_two"),
        ]

"""What a worker and a client find out and agree on together. All of it belongs to the file: the client reads it too."""

import uuid
from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from accounts.sealed import SealedJSON, SealedText
from cases.enums.plan import HIGHEST_MARK, GoalMoment, PlanYes, Side
from cases.models.timeline import InCase


class Analysis(InCase):
    """The analysis as it was saved at one moment: added once, never changed. The highest number of a case counts."""

    number = models.PositiveIntegerField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    demand = SealedText()
    context = SealedText()
    strengths = SealedText()
    risk = SealedText()
    others = SealedText()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="analysis_once")]


@dataclass(frozen=True)
class Goal:
    """A goal in the client's words. It keeps its id when the words change, and with it its marks."""

    id: str
    words: str


class Plan(InCase):
    """The plan as it was saved at one moment. The highest number of a case counts; the client agrees to each anew."""

    number = models.PositiveIntegerField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kept_goals = SealedJSON()
    talks = models.PositiveSmallIntegerField()
    ends_when = SealedText()
    agreed_at = models.DateTimeField(null=True)
    agreed_how = models.CharField(max_length=10, choices=PlanYes.choices, blank=True)
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="plan_once")]

    @property
    def goals(self) -> list[Goal]:
        """In the order that the client gave them."""
        return [Goal(**row) for row in self.kept_goals.get("goals", [])]


class GoalMark(InCase):
    """How far a goal is, 0 to 10, in the client's own mark. ``by`` is who wrote down what the client said. It is added
    and never changed: of each moment the highest number counts, and who comes back gives all of them again."""

    goal = models.UUIDField(default=uuid.uuid4)
    moment = models.CharField(max_length=10, choices=GoalMoment.choices)
    since = models.DateTimeField(null=True)  # when the case was opened again; none for the first time of help
    number = models.PositiveIntegerField(default=1)
    mark = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "goal", "moment", "since", "number"], nulls_distinct=False, name="goal_mark_once"
            ),
            models.CheckConstraint(condition=Q(mark__lte=HIGHEST_MARK), name="goal_mark_range"),
        ]

    @property
    def by_client(self) -> bool:
        """Whether the client gave it on their own page."""
        return self.by_id is None


class AgreedAction(InCase):
    """Something that one of the two does, by a day. Done by who ticked it; what is no longer needed is dropped."""

    who = models.CharField(max_length=8, choices=Side.choices)
    words = SealedText()
    by_day = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case", "made_at"], name="agreed_by_case"),
            models.Index(
                fields=["by_day"], include=["case"], condition=Q(done_at=None, dropped_at=None), name="agreed_due"
            ),
        ]

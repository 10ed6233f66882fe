"""What somebody still has to do in a case."""

import datetime as dt

from django.db import models
from django.db.models import Q

from accounts.actors import Actor
from accounts.roles import DASHBOARD_VIEW
from accounts.sealed import SealedText
from cases.enums.tasks import Reminder, TaskKind, TaskState
from cases.models.access import SeenBy
from cases.models.case import Case
from cases.models.timeline import InCase

OPEN = Q(state=TaskState.OPEN)


class CaseTaskQuerySet(models.QuerySet["CaseTask"]):
    def open(self) -> "CaseTaskQuerySet":
        return self.filter(OPEN)

    def of_case(self, case: Case, *, reads_all: bool) -> "CaseTaskQuerySet":
        """Who does not read the file sees what is asked of the desk, and nothing else."""
        rows = self.filter(case=case).select_related("user", "ended_by")
        return rows if reads_all else rows.filter(user=None)

    def mine(self, by: Actor, at: dt.datetime) -> "CaseTaskQuerySet":
        """Open ones of this user and of whom they stand in for, in cases that they may see."""
        return self.open().filter(SeenBy(by, at, case="case"), user__in=[by.user_id or 0, *by.stands_in_for])

    def of_desk(self, by: Actor, at: dt.datetime) -> "CaseTaskQuerySet":
        """Open ones for the desk, for who works there, in cases that they may see."""
        if not by.may(DASHBOARD_VIEW):
            return self.none()
        return self.open().filter(SeenBy(by, at, case="case"), user=None)

    def for_list(self) -> "CaseTaskQuerySet":
        """What a row over all cases needs, what is due first on top."""
        return self.select_related("case__data_key", "user", "created_by").order_by("due_at", "pk")

    def overdue(self, at: dt.datetime) -> "CaseTaskQuerySet":
        return self.open().filter(due_at__lt=at)

    def to_tell(self, at: dt.datetime) -> "CaseTaskQuerySet":
        """The moment to remind of it has come, and that did not happen yet."""
        return self.open().filter(told_at=None, tell_at__lte=at)


class CaseTask(InCase):
    """A task of someone with access to the case, or, without ``user``, of the desk."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="tasks")
    what = SealedText()
    kind = models.CharField(max_length=12, choices=TaskKind.choices, blank=True)
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    reminder = models.CharField(max_length=8, choices=Reminder.choices, default=Reminder.THEN)
    tell_at = models.DateTimeField()  # when it is looked after, with or without a notice
    told_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=TaskState.choices, default=TaskState.OPEN)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = CaseTaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "due_at"], name="task_by_case"),
            models.Index(fields=["user", "due_at", "id"], condition=OPEN, name="task_open_of_user"),
            models.Index(fields=["due_at", "id"], condition=OPEN & Q(user=None), name="task_open_of_desk"),
            models.Index(fields=["due_at"], include=["case"], condition=OPEN, name="task_due"),
            models.Index(fields=["tell_at"], condition=OPEN & Q(told_at=None), name="task_to_tell"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | ~Q(state="open") & Q(ended_at__isnull=False),
                name="task_open_or_ended",
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.state == TaskState.OPEN

    @property
    def for_desk(self) -> bool:
        return self.user_id is None

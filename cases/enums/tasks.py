"""Codes of the tasks of a case."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskKind(models.TextChoices):
    PLAIN = "", _("Task")
    AFTERCARE = "aftercare", _("Aftercare")


OUTLIVES_CLOSING = (TaskKind.AFTERCARE,)
"""Every other task ends with its case."""


class TaskState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class Reminder(models.TextChoices):
    """How long before a task is due its holder is told."""

    NONE = "none", _("No reminder")
    THEN = "then", _("At that time")
    HOUR = "hour", _("An hour before")
    DAY = "day", _("A day before")

    @property
    def before(self) -> dt.timedelta:
        return {Reminder.HOUR: dt.timedelta(hours=1), Reminder.DAY: dt.timedelta(days=1)}.get(self, dt.timedelta())

"""Codes of the plan that a client and a worker make together."""

from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_GOALS = 3
HIGHEST_MARK = 10


class GoalMoment(models.TextChoices):
    """When a client says how far a goal is, in marks of 0 to 10."""

    START = "start", _("At the start")
    END = "end", _("At the end")
    FOLLOW_UP = "follow_up", _("Some time afterwards")


class Side(models.TextChoices):
    """Who does what was agreed."""

    CLIENT = "client", _("The client")
    WORKER = "worker", _("The worker")


class PlanYes(models.TextChoices):
    """How a client agreed to a plan."""

    IN_PORTAL = "in_portal", _("On their own page")
    IN_TALK = "in_talk", _("In a conversation")

"""Codes of notes, and of what is kept while it is written."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TemplateMoment(models.TextChoices):
    """When in a case a template for a note is used; in the order in which they come."""

    INTAKE = "intake", _("Intake")
    CALL = "call", _("Phone call")
    SESSION = "session", _("Conversation")
    HANDOVER = "handover", _("Handing over")
    CLOSING = "closing", _("Closing")
    OTHER = "other", _("Something else")


class DraftOf(models.TextChoices):
    """What somebody is writing: a note of either kind, or another long text of the file."""

    FILE = "file", _("File note")
    WORKING = "working", _("Own working note")
    ANALYSIS = "analysis", _("Problem analysis")
    PLAN = "plan", _("Plan")
    GROUP = "group", _("Talk with a group")

"""Codes of notes."""

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

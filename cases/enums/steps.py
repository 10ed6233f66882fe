"""What comes next in a case."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StepKind(models.TextChoices):
    """Why a case has a next moment. Of two at the same moment the first of these counts."""

    CONTACT = "contact", _("Speak to the client")
    MEET = "meet", _("First contact of the worker")
    ANSWER = "answer", _("Answer the client")
    CALL = "call", _("Call back")
    CONVERSATION = "conversation", _("Conversation")
    RECORD = "record", _("Say how the conversation went")
    GROUP = "group", _("Talk with the group")
    REPORT = "report", _("Say how the talk with the group went")
    TASK = "task", _("Task")
    AGREED = "agreed", _("Do what was agreed")
    TEAM = "team", _("Ask how the team is")
    CLIENT = "client", _("The client answers")
    OFFER = "offer", _("The offer is answered")
    SUMMARY = "summary", _("The client answers the summary")
    COORDINATOR = "coordinator", _("The coordinator decides")
    PUT_OUT = "put_out", _("Offer it now")
    LOOK = "look", _("Look at it again")
    DECIDE = "decide", _("Decide what comes next")


AFTER = {StepKind.CONVERSATION: StepKind.RECORD, StepKind.GROUP: StepKind.REPORT}
"""What is to be done once the moment has come, within a day."""

"""What becomes of a mail, and why it waits."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MailState(models.TextChoices):
    NEW = "new", pgettext_lazy("mail", "New")
    WAITING = "waiting", _("Waits for a person")
    JOINED = "joined", _("Joined a case")
    REQUEST = "request", _("Became a request")
    AUTOMATIC = "automatic", _("Sent by a machine")
    SET_ASIDE = "set_aside", _("Not for us")


OPEN = (MailState.WAITING, MailState.AUTOMATIC, MailState.SET_ASIDE)
"""What a person can still decide about, also after another thought."""


class Because(models.TextChoices):
    """Why the machine did not go on by itself, or what it recognised."""

    STRANGER = "stranger", _("Names a case, but comes from an address we do not know there")
    CLOSED = "closed", _("Answers in a case that is closed")
    SEVERAL = "several", _("Names more than one case")
    NO_CASE = "no_case", _("Answers a mail of ours that is about no case")
    ADVICE = "advice", _("Is about advice for a commander")
    BOUNCE = "bounce", _("One of our mails did not arrive")
    MANY = "many", _("Many mails from one address in an hour")
    NO_SENDER = "no_sender", _("The address of the sender is not right")
    EMPTY = "empty", _("Nothing is written in it")
    UNREADABLE = "unreadable", _("It cannot be read whole")
    TOO_BIG = "too_big", _("It is too big; only the beginning was kept")
    NO_ANSWER = "no_answer", _("It asks not to be answered")
    AUTO_REPLY = "auto_reply", _("An automatic reply")
    LIST = "list", _("A mailing to many people")
    OWN = "own", _("Comes from our own address")
    RECEIPT = "receipt", _("A message about delivery or reading")


class FileKind(models.TextChoices):
    """By content, never by name. ``OTHER`` is kept, and given out to nobody."""

    PDF = "pdf", "PDF"
    JPG = "jpg", _("Photo (JPG)")
    PNG = "png", _("Picture (PNG)")
    HEIC = "heic", _("Photo (HEIC)")
    DOCX = "docx", _("Document (Word)")
    TXT = "txt", _("Text")
    OTHER = "other", _("Another kind of file")


GIVEN_OUT = tuple(kind for kind in FileKind if kind != FileKind.OTHER)

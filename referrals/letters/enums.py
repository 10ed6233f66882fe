"""A letter to a provider outside: how far it is, what it can say, and what of that needs the client's yes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterState(models.TextChoices):
    ASKED = "asked", _("Waits for the client's yes")
    APPROVED = "approved", _("Approved, not sent yet")
    REFUSED = "refused", _("Client said no")
    SENT = "sent", _("Sent, no answer yet")
    ACCEPTED = "accepted", _("They can help")
    DECLINED = "declined", _("They cannot help")
    NO_ANSWER = "no_answer", _("No answer came")
    WITHDRAWN = "withdrawn", _("Taken back")


LETTER_NEXT: dict[str, frozenset[str]] = {
    LetterState.ASKED: frozenset({LetterState.APPROVED, LetterState.REFUSED, LetterState.WITHDRAWN}),
    LetterState.APPROVED: frozenset({LetterState.SENT, LetterState.WITHDRAWN}),
    LetterState.REFUSED: frozenset(),
    LetterState.SENT: frozenset(
        {LetterState.ACCEPTED, LetterState.DECLINED, LetterState.NO_ANSWER, LetterState.WITHDRAWN}
    ),
    LetterState.NO_ANSWER: frozenset({LetterState.ACCEPTED, LetterState.DECLINED}),
    LetterState.ACCEPTED: frozenset(),
    LetterState.DECLINED: frozenset(),
    LetterState.WITHDRAWN: frozenset(),
}
"""An answer that comes late is an answer."""

LETTER_OPEN = (LetterState.ASKED, LetterState.APPROVED, LetterState.SENT)
"""Somebody still has to say or do something."""
WENT = (LetterState.SENT, LetterState.ACCEPTED, LetterState.DECLINED, LetterState.NO_ANSWER)
"""The provider has it. Only these were ever sent, but for what was taken back after that."""
ANSWERS = (LetterState.ACCEPTED, LetterState.DECLINED, LetterState.NO_ANSWER)
"""What a worker can write down; a provider says one of the first two."""


class LetterWay(models.TextChoices):
    LINK = "link", _("Secure link with a code")
    PAPER = "paper", _("On paper")


class LetterYes(models.TextChoices):
    """How the client said yes to exactly this letter."""

    IN_PORTAL = "in_portal", _("Approved on the site")
    BY_PHONE = "by_phone", _("Approved by phone")


class Field(models.TextChoices):
    """Everything that a template can ask for; there is nothing else."""

    PROVIDER = "provider", _("Name of the provider")
    SERVICE = "service", _("What they offer")
    DATE = "date", _("Date of the letter")
    DESK = "desk", _("Name of the desk")
    DESK_PHONE = "desk_phone", _("Number of the desk")
    WORKER = "worker", _("Who writes the letter")
    REFERENCE = "reference", _("Reference of the case")
    NAME = "name", _("Name of the client")
    PHONE = "phone", _("Phone number of the client")
    EMAIL = "email", _("E-mail address of the client")
    REACH = "reach", _("How and when to reach the client")
    LANGUAGE = "language", _("Language the client speaks")
    SUMMARY = "summary", _("Summary that the client approved")
    QUESTION = "question", _("What we ask")


ALWAYS = (
    Field.PROVIDER, Field.SERVICE, Field.DATE, Field.DESK, Field.DESK_PHONE, Field.WORKER, Field.REFERENCE,
)  # fmt: skip
"""Says nothing about the client, so it needs no yes."""
ABOUT_CLIENT = tuple(field for field in Field if field not in ALWAYS)
TO_CLIENT = {
    Field.NAME: _("Your name"),
    Field.PHONE: _("Your phone number"),
    Field.EMAIL: _("Your e-mail address"),
    Field.REACH: _("How and when to reach you"),
    Field.LANGUAGE: _("The language you speak"),
    Field.SUMMARY: _("The summary of your request"),
}
"""What the client can take out, in words to them; the question is what the letter is for."""

LONGEST_QUESTION = 2000
LONGEST_REASON = 1000
LONGEST_NOTE = 1000

"""Letters to providers outside: what they can say, and each that was written."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import in_language
from accounts.sealed import SealedJSON, SealedText
from cases.enums import CaseState, Language
from cases.models.timeline import InCase
from referrals.letters.enums import LETTER_OPEN, LetterState, LetterWay, LetterYes


class LetterTemplateQuerySet(models.QuerySet["LetterTemplate"]):
    def in_use(self) -> "LetterTemplateQuerySet":
        return self.filter(active=True)


class LetterTemplate(models.Model):
    """What letters can say, kept by the coordinator. Names between braces are fields of ``letter_enums.Field``."""

    name_nl = models.CharField(_("name in Dutch"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    text_nl = models.TextField(_("text in Dutch"), max_length=6000)
    text_en = models.TextField(_("text in English"), max_length=6000)
    active = models.BooleanField(_("in use"), default=True)

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["name_nl"]
        constraints = [models.UniqueConstraint(fields=["name_nl"], name="letter_template_once")]

    def __str__(self) -> str:
        return in_language(self.name_nl, self.name_en)

    def text_in(self, language: str) -> str:
        return self.text_en if language == Language.ENGLISH else self.text_nl


class LetterQuerySet(models.QuerySet["Letter"]):
    def accepted_by(self, services: Iterable[uuid.UUID]) -> "LetterQuerySet":
        """What these services said yes to, the latest of each first."""
        rows = self.filter(state=LetterState.ACCEPTED, service__in=list(services))
        return rows.order_by("service_id", "-answered_on", "-sent_at")

    def to_remind(self, at: dt.datetime) -> "LetterQuerySet":
        """Without an answer at half of the time or at its end, where nobody was told that yet."""
        untold = Q(reminded_at=None) | Q(reminded_at__lt=F("due_at"), due_at__lte=at)
        rows = self.filter(untold, state=LetterState.SENT, remind_at__lte=at).exclude(case__state=CaseState.CLOSED)
        return rows.order_by("remind_at", "id")

    def left_behind(self) -> "LetterQuerySet":
        """Still to be answered, by the client or by the provider, although the case was closed meanwhile."""
        gone = Q(case__state=CaseState.CLOSED) | Q(written_at__lt=F("case__reopened_at"))
        return self.filter(gone, state__in=LETTER_OPEN)


class Letter(InCase):
    """One letter about a client to one provider. ``text`` is exactly what the client said yes to, and what goes.

    ``template`` and ``facts`` are kept as they were when it was written, so that nothing in it changes between the
    question and the yes. The link's secret is kept nowhere, only a keyed hash; so is the code.
    """

    service = models.ForeignKey("directory.Service", models.SET_NULL, null=True, related_name="+")
    to_name = SealedText()
    to_email = SealedText()
    to_phone = SealedText()
    language = models.CharField(max_length=2, choices=Language.choices)
    template = SealedText()
    facts = SealedJSON()
    covers = ArrayField(models.CharField(max_length=12), default=list)  # the fields about the client that are in it
    text = SealedText()
    reason = SealedText()  # why this provider, for the file
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.ASKED)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    yes = models.CharField(max_length=10, choices=LetterYes.choices, blank=True)
    yes_at = models.DateTimeField(null=True)
    yes_recorded_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    way = models.CharField(max_length=6, choices=LetterWay.choices, blank=True)
    sent_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)  # when it was written down here
    answered_on = models.DateField(null=True)  # the day they answered
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")  # none: they did
    answer_note = SealedText()
    token_hash = models.CharField(max_length=64, blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    link_until = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)  # wrong codes since the last new one
    openings = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)  # the first time
    last_opened_at = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "-written_at"], name="letter_by_case"),
            models.Index(fields=["remind_at"], condition=Q(state="sent"), name="letter_remind"),
            models.Index(fields=["service", "-answered_on"], condition=Q(state="accepted"), name="letter_accepted_by"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="letter_link_once"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(yes_at__isnull=False) & ~Q(yes="") & ~Q(way=""),
                name="letter_sent_with_a_yes",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "accepted", "declined", "no_answer"])
                | Q(sent_at__isnull=False, due_at__isnull=False, remind_at__isnull=False),
                name="letter_sent_has_clock",
            ),
        ]

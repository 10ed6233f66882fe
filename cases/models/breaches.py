"""Breaking confidentiality: what somebody wants to tell whom, and what became of it. Both tables only ever grow."""

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.sealed import SealedText
from cases.enums.guarded import ENDS, BreachAct, Ground
from cases.models.timeline import InCase


class BreachQuerySet(models.QuerySet["ConfidentialityBreach"]):
    def waiting(self) -> "BreachQuerySet":
        """Something is still to be done: signed, or carried out."""
        return self.exclude(steps__act__in=ENDS)

    def unsigned(self, before: dt.datetime) -> "BreachQuerySet":
        """Asked before this moment, and nobody signed or refused; who waits longest first."""
        return self.filter(steps=None, made_at__lte=before).order_by("made_at", "pk")

    def waiting_for(self, user_id: int) -> "BreachQuerySet":
        """What asks something of this person: to sign for a colleague, or to carry out what was signed for them."""
        decided, mine = Exists(BreachStep.objects.filter(breach=OuterRef("pk"))), Q(made_by=user_id)
        return self.waiting().filter((mine & Q(decided)) | (~mine & ~Q(decided)))


class ConfidentialityBreach(InCase):
    """One wish to break it, as it was weighed. What follows stands in its acts."""

    ground = models.CharField(max_length=16, choices=Ground.choices)
    weighing = SealedText()
    consulted = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    to_whom = SealedText()
    what = SealedText()
    tells_client = models.BooleanField()  # as intended; that it happened is an act
    telling_note = SealedText()  # how, or why not
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = BreachQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-made_at"], name="breach_by_case")]


class BreachStep(InCase):
    """One act, by whom and when; ``reason`` is why it was refused, or how it was carried out or told."""

    breach = models.ForeignKey(ConfidentialityBreach, models.CASCADE, related_name="steps")
    act = models.CharField(max_length=12, choices=BreachAct.choices)
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = SealedText()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["breach", "act"], name="breach_act_once"),
            models.UniqueConstraint(
                fields=["breach"], condition=Q(act__in=["signed", "refused"]), name="breach_decided_once"
            ),
            models.UniqueConstraint(fields=["breach"], condition=Q(act__in=list(ENDS)), name="breach_ends_once"),
        ]

"""A talk between a client and somebody at work, led by somebody neutral (R17). It lies in neither's file."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import DataKey
from accounts.sealed import SealedText
from cases.enums import ContactWay, SessionState
from cases.enums.mediation import MediationEnding, MediationState, OtherIs, Side, TalkWith
from cases.models.case import Case


class Mediation(models.Model):
    """Sealed with a key of its own: who leads it opens no file, and who keeps the file reads nothing of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="mediations")  # of who asked for it
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    leader = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    opened_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=MediationState.choices, default=MediationState.ASKED)
    subject = SealedText()  # what it is about, in words that both read
    answer_by = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    agreement = SealedText()
    agreement_version = models.PositiveIntegerField(default=0)
    ending = models.CharField(max_length=12, choices=MediationEnding.choices, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["leader", "-opened_at"], name="mediation_by_leader"),
            models.Index(fields=["answer_by"], condition=Q(state=MediationState.ASKED), name="mediation_unanswered"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="one_open_mediation"),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) & ~Q(ending="")
                | ~Q(state="ended") & Q(ended_at=None, ending=""),
                name="mediation_ended_how",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def vault_key(self) -> DataKey:
        return self.data_key


class OfMediation(models.Model):
    """A row that belongs to a mediation and is sealed with its key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mediation = models.ForeignKey(Mediation, models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    def vault_key(self) -> DataKey:
        return self.mediation.data_key


class Party(OfMediation):
    """One of the two. Of the client only what the other one may read stands here; the rest is in their own file."""

    side = models.CharField(max_length=8, choices=Side.choices)
    name = SealedText()  # as the other one reads it
    relation = models.CharField(max_length=12, choices=OtherIs.choices, blank=True)
    email = SealedText()
    phone = SealedText()
    # The other one's link; of it and of the spoken code only keyed hashes are kept
    token_hash = models.CharField(max_length=64, unique=True, null=True)
    code_hash = models.CharField(max_length=64, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    user = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")  # who heard the yes
    signed_version = models.PositiveIntegerField(null=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mediation", "side"], name="mediation_two_sides")]


class MediationTalk(OfMediation):
    """With one of the two, or with both: then only after both said yes."""

    with_whom = models.CharField(max_length=8, choices=TalkWith.choices)
    state = models.CharField(max_length=10, choices=SessionState.choices, default=SessionState.PLANNED)
    way = models.CharField(max_length=8, choices=ContactWay.choices, default=ContactWay.VISIT)
    place = SealedText()
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60)

    class Meta:
        indexes = [models.Index(fields=["mediation", "starts_at"], name="mediation_talks")]
        constraints = [models.CheckConstraint(condition=Q(minutes__gte=15, minutes__lte=480), name="talk_minutes")]


class MediationNote(OfMediation):
    """The leader's own, kept apart for each of the two; nobody else reads it, and it goes when the talks end."""

    about = models.CharField(max_length=8, choices=TalkWith.choices)
    body = SealedText()
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["mediation", "-written_at"], name="mediation_notes")]

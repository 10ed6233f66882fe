"""The request as it was sent: raw and immutable. The site's role can add and read rows here, nothing else."""

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.actors import Actor
from accounts.enums import TeamKind
from accounts.models import DataKey, Unit
from accounts.sealed import SealedJSON, SealedText
from cases.enums import AdviceState, Danger, IntakeChannel, OnBehalf, Overlay, Requester, Situation, Urgency, Wish


class Intake(models.Model):
    """What somebody asked, in their own words, and what the routing rules answered at that moment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission_id = models.UUIDField(unique=True)  # made by the form: a resend finds the same request
    reference = models.CharField(max_length=20, unique=True)
    passphrase_hash = models.CharField(max_length=64)
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=IntakeChannel.choices, default=IntakeChannel.WEB)
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=2, default="nl")

    danger = models.CharField(max_length=20, choices=Danger.choices)
    requester = models.CharField(max_length=24, choices=Requester.choices)
    situation = models.CharField(max_length=24, choices=Situation.choices)
    returned_month = models.DateField(null=True)  # first day of the month of return
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    topics = ArrayField(models.CharField(max_length=40), default=list)
    wish = models.CharField(max_length=16, choices=Wish.choices, default=Wish.NONE)
    story = SealedText()
    unit_words = SealedText()  # the unit as typed, when it is not on the list
    topic_words = SealedText()  # "something else", in their words
    contact_answers = SealedJSON()  # question 7 as it was answered

    desk_was_open = models.BooleanField()
    handler_now = models.CharField(max_length=20)
    proposal = models.CharField(max_length=20)
    overlay = models.CharField(max_length=12, choices=Overlay.choices)
    rule = models.CharField(max_length=40)
    rules_version = models.PositiveIntegerField(default=1)  # of the routing table, see referrals.RuleVersion
    also_fits = ArrayField(models.CharField(max_length=40), default=list)  # rules that fitted too, but came later
    raised_by = SealedText()  # words of the story that raised the urgency
    because_nl = models.CharField(max_length=300)
    because_en = models.CharField(max_length=300)
    urgency = models.CharField(max_length=12, choices=Urgency.choices)
    promised_at = models.DateTimeField()  # the first human contact, as told to the client

    class Meta:
        indexes = [models.Index(fields=["-sent_at"], name="intake_by_time")]

    def __str__(self) -> str:
        return self.reference

    def vault_key(self) -> DataKey:
        return self.data_key

    @property
    def is_young(self) -> bool:
        """Under 16: called back, no account, no mail (DOMAIN, minors)."""
        answers: dict[str, bool] = self.contact_answers
        return bool(answers.get("young"))


class Entered(models.Model):
    """What belongs to a request that the desk entered for someone: raw and immutable, as the request itself."""

    intake = models.OneToOneField(Intake, models.PROTECT, primary_key=True, related_name="entered")
    on_behalf = models.CharField(max_length=10, choices=OnBehalf.choices)
    caller = SealedText()  # who called, when it was someone else
    received_at = models.DateTimeField(null=True)  # of a letter that came earlier; the promise counts from entering
    read_out = models.BooleanField()  # the summary was read to the caller, who said that it was right

    def __str__(self) -> str:
        return str(self.pk)

    def vault_key(self) -> DataKey:
        return self.intake.data_key


class CommanderAdviceQuerySet(models.QuerySet["CommanderAdvice"]):
    def visible_to(self, actor: Actor) -> "CommanderAdviceQuerySet":
        """The desk and the after-hours line see all; after passing on, the team that received it sees it as well."""
        if actor.in_kind(TeamKind.DESK, TeamKind.AFTER_HOURS):
            return self
        return self.filter(team_id__in=list(actor.teams))

    def waiting_for(self, actor: Actor) -> "CommanderAdviceQuerySet":
        """Not answered yet, and still where this actor works; the first due first."""
        return self.visible_to(actor).at_desk().order_by("due_at", "pk")

    def at_desk(self) -> "CommanderAdviceQuerySet":
        """Not answered, and not passed on to a team."""
        return self.exclude(state=AdviceState.PASSED_ON).filter(done_at=None)

    def pressing(self) -> "CommanderAdviceQuerySet":
        """Emergencies and urgent questions that the desk still has."""
        return self.at_desk().filter(intake__urgency__in=[Urgency.EMERGENCY, Urgency.URGENT])


class CommanderAdvice(models.Model):
    """Advice a commander asked for (R10): an intake without a case, and so without a client record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    intake = models.OneToOneField(Intake, models.PROTECT, related_name="advice")
    state = models.CharField(max_length=12, choices=AdviceState.choices, default=AdviceState.OPEN)
    taken_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey("accounts.Team", models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    advice = SealedText()
    version = models.PositiveIntegerField(default=1)

    objects = CommanderAdviceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "due_at"], condition=models.Q(done_at=None), name="advice_open")]

    def __str__(self) -> str:
        return str(self.intake_id)

    @property
    def urgency(self) -> str:
        return self.intake.urgency

    @property
    def reference(self) -> str:
        return self.intake.reference

    @property
    def sent_at(self) -> dt.datetime:
        return self.intake.sent_at

    @property
    def first_contact_due_at(self) -> dt.datetime:
        return self.due_at

    def vault_key(self) -> DataKey:
        return self.intake.data_key

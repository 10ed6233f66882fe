"""The file that follows a request."""

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import DataKey, Membership, Region, Team, Unit
from accounts.sealed import SealedText
from cases.enums import AT_DESK, WITH_WORKER, CaseOutcome, CaseState, Overlay, Urgency
from cases.models.access import CaseAccess, SeenBy
from cases.models.intake import Intake
from cases.models.people import Person


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Actor, at: dt.datetime, *, many: bool = False) -> "CaseQuerySet":
        """The cases this actor may see now; lists and single pages use this same rule (promise 2).

        A blocked row wins over every grant. What lets someone in at work, as the client or as family opens nothing in
        another capacity. The after-hours team counts only while the person is on shift. ``many``
        is quicker for counting hundreds of cases, and says the same.
        """
        if actor.kind == "system":
            return self
        if actor.kind == "follower":
            return self.filter(pk=actor.case_id)
        return self.filter(SeenBy(actor, at, many=many))

    def of_intakes(self, intakes: list[uuid.UUID]) -> dict[uuid.UUID, str]:
        """The references of the cases that followed these requests, by request. One query."""
        return dict(self.filter(intake_id__in=intakes).values_list("intake_id", "reference"))

    def at_desk(self) -> "CaseQuerySet":
        """Cases the desk answers for: not yet accepted by anyone else."""
        return self.filter(state__in=AT_DESK)

    def with_worker(self) -> "CaseQuerySet":
        return self.filter(state__in=WITH_WORKER)

    def open(self) -> "CaseQuerySet":
        return self.exclude(state=CaseState.CLOSED)

    def new(self) -> "CaseQuerySet":
        """Sent, and not taken by anyone."""
        return self.filter(state=CaseState.SUBMITTED)

    def pressing(self) -> "CaseQuerySet":
        """Emergencies and urgent requests that the desk still has."""
        return self.at_desk().filter(urgency_rank__lte=Urgency.URGENT.rank)

    def waiting_for_acceptance(self) -> "CaseQuerySet":
        return self.filter(state=CaseState.REFERRED)

    def to_look_at(self, at: dt.datetime) -> "CaseQuerySet":
        """Of a worker, and it is time to see whether what comes next is late; who waits longest first."""
        now = Q(next_look_at=None) | Q(next_look_at__lte=at)
        rows = self.with_worker().filter(now).select_related("owner").defer("summary", "own_words", "outcome_note")
        return rows.order_by(F("next_look_at").asc(nulls_first=True), "pk")

    def step_late(self) -> "CaseQuerySet":
        """Of a worker, and what comes next is late; the longest late first."""
        return self.with_worker().filter(late_since__isnull=False).order_by("late_since", "pk")

    def waiting_too_long(self, at: dt.datetime) -> "CaseQuerySet":
        """We asked the client something, and the time we wait for an answer is over; the longest over first."""
        return self.filter(state=CaseState.WAITING_CLIENT, waiting_until__lte=at).order_by("waiting_until")

    def sent_back(self) -> "CaseQuerySet":
        """Came back from a worker and nobody has looked at it since."""
        return self.filter(state__in=[CaseState.SUBMITTED, CaseState.IN_TRIAGE], returned_at__isnull=False)

    def unreached(self) -> "CaseQuerySet":
        """Somebody tried to reach this person and nobody has spoken to them yet; who waits longest first."""
        return self.filter(first_contact_at=None, tried_at__isnull=False).order_by("first_contact_due_at", "pk")

    def overdue(self, at: dt.datetime) -> "CaseQuerySet":
        """The promised first human contact has passed and did not happen. While the client has to answer, it waits."""
        waiting = Q(state=CaseState.WAITING_CLIENT)
        return self.at_desk().exclude(waiting).filter(first_contact_at=None, first_contact_due_at__lt=at)

    def owned_by(self, user_id: int) -> "CaseQuerySet":
        return self.open().filter(owner_id=user_id)

    def stood_in_by(self, actor: Actor, at: dt.datetime) -> "CaseQuerySet":
        """Open ones of colleagues for whom this user stands in now."""
        now = CaseAccess.objects.standing_in(actor, at)
        return self.open().filter(pk__in=now).exclude(owner_id=actor.user_id or 0)

    def owner_gone(self, day: dt.date) -> "CaseQuerySet":
        """Open, of somebody who works here no longer: their account is closed, or every role they had is over."""
        here = Membership.objects.live_on(day).filter(user__is_active=True).values("user")
        gone = Membership.objects.exclude(user__in=here).values("user")  # few, so that their cases are looked up
        return self.open().filter(owner__in=gone)

    def by_pressure(self) -> "CaseQuerySet":
        """Most urgent first; within one urgency the longest waiting first."""
        return self.order_by("urgency_rank", "sent_at", "id")

    def for_list(self) -> "CaseQuerySet":
        """What a row needs, and nothing sealed."""
        return self.select_related("unit", "owner", "team").defer("summary", "own_words", "outcome_note")


class Case(models.Model):
    """One person's case. State, dates, urgency, topics and unit are clear; every word about the person is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="cases")
    intake = models.OneToOneField(Intake, models.PROTECT, related_name="case")
    state = models.CharField(_("state"), max_length=16, choices=CaseState.choices, default=CaseState.SUBMITTED)
    state_since = models.DateTimeField()
    urgency = models.CharField(_("urgency"), max_length=12, choices=Urgency.choices)
    urgency_rank = models.PositiveSmallIntegerField()
    overlay = models.CharField(max_length=12, choices=Overlay.choices, default=Overlay.NONE)
    topics = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("topics"))  # first one leads
    requester = models.CharField(max_length=24)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")  # whose queue it is in
    owner = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    primary_contact = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()
    first_contact_due_at = models.DateTimeField()
    first_contact_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)  # the last attempt to reach the client, since it was opened again
    next_action_at = models.DateTimeField(null=True)
    waiting_until = models.DateTimeField(null=True)  # the end of waiting_client
    returned_at = models.DateTimeField(null=True)
    own_words = SealedText()  # the client's own short description, for their page
    summary = SealedText()  # the client's summary, as approved
    danger_now = models.BooleanField(null=True)  # asked again at triage
    outcome = models.CharField(max_length=20, choices=CaseOutcome.choices, blank=True)
    outcome_note = SealedText()
    closed_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)  # the last time
    next_look_at = models.DateTimeField(null=True)  # when to see whether what comes next is late
    late_since = models.DateTimeField(null=True)  # it was, and nothing happened since
    is_quiet = models.BooleanField(default=False, db_default=False)  # to whom it went is no news until they have met
    passed_along = models.PositiveSmallIntegerField(default=0, db_default=0)  # because its worker left
    version = models.PositiveIntegerField(default=1)

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                F("urgency_rank"),
                F("sent_at"),
                F("id"),
                condition=Q(state__in=list(AT_DESK)),
                name="case_desk_queue",
            ),
            models.Index(
                fields=["state", "urgency_rank", "owner", "first_contact_due_at"],
                include=[
                    "id",
                    "sent_at",
                    "state_since",
                    "first_contact_at",
                    "returned_at",
                    "requester",
                    "next_action_at",
                    "tried_at",
                ],  # fmt: skip
                condition=Q(state__in=list(AT_DESK)),
                name="case_desk_counts",
            ),
            models.Index(fields=["owner", "state"], condition=~Q(state="closed"), name="case_owner_open"),
            models.Index(
                fields=["owner", "-closed_at"], condition=Q(closed_at__isnull=False), name="case_owner_closed"
            ),
            models.Index(fields=["unit", "-sent_at"], name="case_by_unit"),
            models.Index(fields=["person", "-sent_at"], name="case_by_person"),
            models.Index(fields=["first_contact_due_at"], condition=Q(first_contact_at=None), name="case_promise"),
            models.Index(
                fields=["next_action_at"],
                condition=Q(state="in_triage", next_action_at__isnull=False),
                name="case_call_back",
            ),
            models.Index(fields=["waiting_until"], condition=Q(state="waiting_client"), name="case_waiting"),
            models.Index(fields=["next_look_at"], condition=Q(state__in=list(WITH_WORKER)), name="case_to_look_at"),
            models.Index(fields=["late_since"], condition=Q(late_since__isnull=False), name="case_step_late"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="closed") & Q(closed_at=None, outcome=""),
                name="case_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "active"]) | Q(owner__isnull=False), name="case_accepted_has_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def vault_key(self) -> DataKey:
        return self.data_key

    @property
    def is_open(self) -> bool:
        return self.state != CaseState.CLOSED

    @property
    def promised_at(self) -> dt.datetime:
        """By when a person speaks to the client, as it was told to them: at sending, or when it was opened again."""
        return self.first_contact_due_at if self.reopened_at else self.intake.promised_at

    @property
    def topic(self) -> str:
        """The leading topic's code; empty when none was chosen."""
        return self.topics[0] if self.topics else ""

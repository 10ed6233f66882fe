"""Who serves whom, the routing rules, and hand-overs."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import DataKey, Location, Region, Team, Unit
from accounts.roles import REFERRAL_ANSWER, permissions_of
from accounts.sealed import SealedText
from cases.enums import WITH_WORKER, CaseState, Urgency
from cases.models import Case, CaseAccess
from referrals.enums import PENDING, Consent, Destination, MatchStep, ReferralState, ReturnReason


class CoverageQuerySet(models.QuerySet["Coverage"]):
    def live_on(self, day: dt.date) -> "CoverageQuerySet":
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class Coverage(models.Model):
    """A team or a worker serves a unit (with or without what is under it), a location or a region."""

    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="coverage", verbose_name=_("team")
    )
    user = models.ForeignKey(
        "accounts.User", models.CASCADE, null=True, blank=True, related_name="coverage", verbose_name=_("worker")
    )
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="coverage", verbose_name=_("unit")
    )
    with_parts = models.BooleanField(_("and everything under it"), default=True)
    location = models.ForeignKey(Location, models.CASCADE, null=True, blank=True, verbose_name=_("location"))
    region = models.ForeignKey(Region, models.CASCADE, null=True, blank=True, verbose_name=_("region"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until and including"), null=True, blank=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["unit"], name="coverage_by_unit"),
            models.Index(fields=["location"], name="coverage_by_location"),
            models.Index(fields=["region"], name="coverage_by_region"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, team__isnull=False) | Q(user__isnull=False, team=None), name="coverage_who"
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, location=None, region=None)
                | Q(unit=None, location__isnull=False, region=None)
                | Q(unit=None, location=None, region__isnull=False),
                name="coverage_what",
            ),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="coverage_order"),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.team} → {self.unit or self.location or self.region}"


class RuleVersionQuerySet(models.QuerySet["RuleVersion"]):
    def newest_first(self) -> "RuleVersionQuerySet":
        return self.select_related("published_by").order_by("-number")

    def numbered(self, number: int) -> "RuleVersion | None":
        return self.newest_first().filter(number=number).first()


class RuleVersion(models.Model):
    """The routing table as it was published, whole: added once, never changed (see the grants). The highest number
    counts. ``rules`` are the rows of ``routing.Rule`` in the order in which they are asked."""

    number = models.PositiveIntegerField(unique=True)
    rules = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    restored_from = models.PositiveIntegerField(null=True)

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)


class RuleDraft(models.Model):
    """The one draft of the next version. ``revision`` goes up with every change, so that nobody writes over another."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    rules = models.JSONField()
    based_on = models.PositiveIntegerField()
    restored_from = models.PositiveIntegerField(null=True)
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_rule_draft")]

    def __str__(self) -> str:
        return f"{self.based_on}+{self.revision}"


class ReferralQuerySet(models.QuerySet["Referral"]):
    def pending(self) -> "ReferralQuerySet":
        return self.filter(state__in=PENDING)

    def addressed_to(self, actor: Actor) -> "ReferralQuerySet":
        """Sent to this user, to a colleague for whom they stand in today, or to a team in which they may answer; by
        somebody else, about a client who did not block them. Before the client's yes there is nothing to see."""
        teams = [team for team, roles in actor.teams.items() if REFERRAL_ANSWER in permissions_of(set(roles))]
        if not teams or actor.user_id is None:
            return self.none()
        return (
            self.filter(
                Q(to_user_id__in=[actor.user_id, *sorted(actor.stands_in_for)]) | Q(to_user=None, to_team_id__in=teams),
                offered_at__isnull=False,
            )
            .exclude(case__in=CaseAccess.objects.blocking(actor).values("case"))
            .exclude(created_by_id=actor.user_id)
        )

    def offered_to(self, actor: Actor) -> "ReferralQuerySet":
        """Waiting for an answer from this user or one of their teams; not about someone they said to know."""
        known = self.model.objects.filter(answered_by_id=actor.user_id, return_reason=ReturnReason.CONFLICT)
        offered = self.addressed_to(actor).filter(state=ReferralState.OFFERED, case__state=CaseState.REFERRED)
        return offered.exclude(case__in=known.values("case"))

    def fitting(self, actor: Actor, units: Iterable[int]) -> Any:
        """With whether each ``fits`` this user: to them by name (or to whom they stand in for), about one of these
        units, or too pressing or too old to leave out. Without units everything fits."""
        served = list(units)
        fits = (
            Q(to_user_id__in=[actor.user_id, *sorted(actor.stands_in_for)])
            | Q(case__unit_id__in=served)
            | Q(urgency_rank__lte=Urgency.URGENT.rank)
            | Q(reminded_at__isnull=False)
        )
        return self.annotate(
            fits=models.Case(models.When(fits, then=True), default=False) if served else models.Value(value=True)
        )

    def accepted_by(self, actor: Actor) -> "ReferralQuerySet":
        """Accepted by this user, whose case is still theirs and open."""
        return self.filter(
            answered_by_id=actor.user_id, state=ReferralState.ACCEPTED,
            case__owner_id=actor.user_id, case__state__in=WITH_WORKER,
        )  # fmt: skip

    def returned_by(self, actor: Actor) -> "ReferralQuerySet":
        return self.filter(answered_by_id=actor.user_id, state=ReferralState.RETURNED)

    def by_pressure(self) -> "ReferralQuerySet":
        """What fits first; of that the most urgent; within one urgency the longest waiting."""
        return self.order_by("-fits", "urgency_rank", "offered_at", "id")

    def last_answered(self) -> "ReferralQuerySet":
        return self.order_by("-answered_at", "id")

    def for_card(self) -> "ReferralQuerySet":
        """One with what its card shows: the summary can be read, the rest of the file stays behind."""
        return self.select_related(
            "case__data_key", "case__unit", "case__person__contact", "answered_by", "to_user"
        ).defer("case__own_words", "case__summary", "case__outcome_note", "choice_reason", "return_note")

    def to_remind(self, at: dt.datetime) -> "ReferralQuerySet":
        """Half of the time has passed, nobody was reminded, and it is not due yet."""
        return self.filter(state=ReferralState.OFFERED, reminded_at=None, remind_at__lte=at, due_at__gt=at).order_by(
            "remind_at", "id"
        )

    def expired(self, at: dt.datetime) -> "ReferralQuerySet":
        return self.filter(state=ReferralState.OFFERED, due_at__lte=at).order_by("due_at", "id")

    def unanswered(self, at: dt.datetime) -> "ReferralQuerySet":
        """The client has a summary to approve, and the time in which that may be expected is over."""
        return self.filter(state=ReferralState.AWAITING_CONSENT, consent=Consent.ASKED, due_at__lte=at)

    def to_chase(self, at: dt.datetime) -> "ReferralQuerySet":
        """The same at half of that time or at its end, where the desk was not told yet."""
        asked = self.filter(state=ReferralState.AWAITING_CONSENT, consent=Consent.ASKED, remind_at__lte=at)
        untold = Q(reminded_at=None) | Q(reminded_at__lt=F("due_at"), due_at__lte=at)
        return asked.filter(untold, case__state=CaseState.IN_TRIAGE).order_by("remind_at", "id")

    def left_behind(self) -> "ReferralQuerySet":
        """Pending although the case was closed meanwhile; also when it was opened again at once."""
        return self.pending().filter(Q(case__state=CaseState.CLOSED) | Q(created_at__lt=F("case__reopened_at")))


class Referral(models.Model):
    """Asking someone to help. The desk stays responsible until it is accepted (decision 7)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="referrals")
    destination = models.CharField(max_length=20, choices=Destination.choices)
    to_team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="referrals")
    to_user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=ReferralState.choices)
    match_step = models.CharField(max_length=10, choices=MatchStep.choices)
    match_name = models.CharField(max_length=160, blank=True)  # the unit, location or region that matched
    choice_reason = SealedText()  # why the desk chose otherwise than proposed
    summary = SealedText()  # exactly what travels
    consent = models.CharField(max_length=10, choices=Consent.choices)
    consent_at = models.DateTimeField(null=True)
    consent_recorded_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    urgency = models.CharField(max_length=12, choices=Urgency.choices)
    urgency_rank = models.PositiveSmallIntegerField()
    offered_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    return_reason = models.CharField(max_length=12, choices=ReturnReason.choices, blank=True)
    return_note = SealedText()

    objects = ReferralQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["to_team", "urgency_rank", "offered_at"], condition=Q(state="offered"), name="referral_team"
            ),
            models.Index(
                fields=["to_user", "urgency_rank", "offered_at"], condition=Q(state="offered"), name="referral_user"
            ),
            models.Index(fields=["answered_by", "state", "-answered_at"], name="referral_answered"),
            models.Index(fields=["answered_by"], condition=Q(return_reason="conflict"), name="referral_conflict"),
            models.Index(fields=["remind_at"], condition=Q(state="offered", reminded_at=None), name="referral_remind"),
            models.Index(fields=["due_at"], condition=Q(state="offered"), name="referral_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["awaiting_consent", "offered"]), name="one_pending_referral"
            ),
            models.CheckConstraint(condition=Q(to_team__isnull=False) | Q(to_user__isnull=False), name="referral_to"),
            models.CheckConstraint(
                condition=~Q(state="offered")
                | Q(offered_at__isnull=False, due_at__isnull=False, remind_at__isnull=False),
                name="referral_offered_has_clock",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.to_user or self.to_team}"

    def vault_key(self) -> DataKey:
        return self.case.data_key


class Considered(models.Model):
    """Somebody of the desk is looking at this worker for a case: until then nobody else gives them one."""

    worker = models.OneToOneField("accounts.User", models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker_id} by {self.by_id}"

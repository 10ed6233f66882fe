"""Asking somebody to help: hand-overs of every kind."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.enums import TeamKind
from accounts.models import DataKey, Team
from accounts.roles import REFERRAL_ANSWER, REFERRAL_ANSWER_FOR, permissions_of
from accounts.sealed import SealedText
from cases import mediation
from cases.enums import KEEPS_OUT, WITH_WORKER, AccessReason, CaseState, SessionState, Urgency
from cases.enums.whom import NOT_AGAIN as ASKED_AWAY
from cases.models import Case, CaseAccess, Merge, Session, SomeoneElse
from referrals.destinations import answered_by
from referrals.enums import (
    BY_WORKER,
    MOVES_CASE,
    NOT_AGAIN,
    PENDING,
    SAID_YES,
    Consent,
    Destination,
    HandOver,
    MatchStep,
    ReferralState,
    ReturnReason,
    SmtGets,
)
from referrals.models.smt import seating_of

STANDS = Q(kind=HandOver.REFERRAL, case__state=CaseState.REFERRED) | Q(kind__in=BY_WORKER, case__state__in=WITH_WORKER)
"""Where the case is as an offer of that kind needs it, so that the offer can still be answered."""


def not_again(case: uuid.UUID, user: int | OuterRef) -> Q:
    """Whether this user does not come again for this case: the client asked away from them, also in a request that was
    put together with it, or they returned it as not theirs to help with. Somebody may still ask them by name, and the
    client says yes to that name."""
    away = SomeoneElse.objects.filter(away_from=user, state__in=ASKED_AWAY)
    gone = Merge.objects.filter(into=case, undone_at=None).values("case")
    back = Referral.objects.filter(case=case, state=ReferralState.RETURNED, return_reason__in=NOT_AGAIN)
    asked = Q(Exists(away.filter(case=case))) | Q(Exists(away.filter(case__in=gone)))
    return asked | Q(Exists(back.filter(_unfit(user))))


def _unfit(user: int | OuterRef) -> Q:
    """Of what came back: this user is meant. Not a coordinator who said it, nor whose deputy knows the client."""
    asked = Q(to_user=user) & ~Q(return_reason=ReturnReason.CONFLICT)
    return asked | Q(answered_by=user, answered_for=False)


def _again(user: int) -> Q:
    """The same the other way round: cases for which this user may come again. As sets, which a board reads quickest."""
    away = SomeoneElse.objects.filter(away_from=user, state__in=ASKED_AWAY).values("case")
    back = Referral.objects.filter(state=ReferralState.RETURNED, return_reason__in=NOT_AGAIN)
    mine = back.filter(_unfit(user)).values("case")
    joined = Merge.objects.filter(case__in=away, undone_at=None).values("into")
    return ~Q(case__in=away) & ~Q(case__in=joined) & ~Q(case__in=mine)


def _answered_at(actor: Actor, teams: Mapping[int, frozenset[str]]) -> Q:
    """To this user by name, to whom they stand in for, or to one of these teams; as the kinds of destination at which
    their roles answer (there, for a team)."""
    by_codes: dict[frozenset[str], list[int]] = {}
    for team, roles in teams.items():
        by_codes.setdefault(answered_by(roles), []).append(team)
    anywhere = frozenset[str]().union(*by_codes)
    found = Q(to_user_id__in=[actor.user_id, *sorted(actor.stands_in_for)], destination__in=sorted(anywhere))
    for codes, ids in by_codes.items():
        found |= Q(to_user=None, to_team_id__in=ids, destination__in=sorted(codes))
    if not actor.in_kind(TeamKind.SMT):
        return found
    seating, smt = seating_of(actor), Q(destination=Destination.SMT, to_team__kind=TeamKind.SMT)
    no_case = Q(to_team__in=seating.shut(actor, SmtGets.FILE), kind__in=MOVES_CASE)
    nothing = Q(to_team__in=seating.shut(actor, SmtGets.FILE, SmtGets.CONTACT))
    return found & ~(smt & (no_case | nothing))


class ReferralQuerySet(models.QuerySet["Referral"]):
    def pending(self) -> "ReferralQuerySet":
        """Handed over by who has the case, and not answered yet."""
        return self.filter(state__in=PENDING).exclude(kind=HandOver.REQUEST)

    def offered(self) -> "ReferralQuerySet":
        """Of those, what somebody has to answer; the first due first."""
        return self.filter(state=ReferralState.OFFERED).exclude(kind=HandOver.REQUEST).order_by("due_at", "id")

    def asked_for(self) -> "ReferralQuerySet":
        """Asked for by somebody else, and not answered yet."""
        return self.filter(kind=HandOver.REQUEST, state=ReferralState.OFFERED)

    def handed_over(self) -> "ReferralQuerySet":
        """By which a case came to somebody else: what counts as a hand-over of it."""
        return self.filter(state__in=[ReferralState.ACCEPTED, ReferralState.ENDED], kind__in=MOVES_CASE)

    def to_decide(self, actor: Actor, at: dt.datetime) -> "ReferralQuerySet":
        """Second hand-overs that wait for a coordinator, of cases that this one may see; the longest waiting first."""
        rows = self.filter(state=ReferralState.AWAITING_COORDINATOR, case__in=Case.objects.visible_to(actor, at))
        return rows.order_by("created_at", "id")

    def addressed_to(self, actor: Actor) -> "ReferralQuerySet":
        """Sent to this user, to a colleague for whom they stand in today, or to a team in which they may answer; by
        somebody else, about a client who did not block them, and to a team not for who leads a talk of that client, nor
        for who does not come again for this case.
        Only as the kind of destination that this user answers as, and in a Social Medical Team what their role may get.
        Before the client's yes there is nothing to see. Who asks for a case is answered by who has it, elsewhere."""
        teams = {team: roles for team, roles in actor.teams.items() if REFERRAL_ANSWER in permissions_of(set(roles))}
        if not teams or actor.user_id is None:
            return self.none()
        return (
            self.filter(_answered_at(actor, teams), offered_at__isnull=False)
            .exclude(kind=HandOver.REQUEST)
            .exclude(case__in=CaseAccess.objects.blocking(actor).values("case"))
            .exclude(to_user=None, case__person__in=mediation.clients_of(actor.user_id))
            .filter(Q(to_user=actor.user_id) | Q(answered_by=actor.user_id) | _again(actor.user_id))
            .exclude(created_by_id=actor.user_id)
        )

    def in_team_of(self, actor: Actor) -> "ReferralQuerySet":
        """Offered to the people of a team that this one coordinates; sent by somebody else, about a client who does not
        keep them out, and of whom they lead no talk. What is for them by name is on their own board."""
        teams = [team for team, roles in actor.teams.items() if REFERRAL_ANSWER_FOR in permissions_of(set(roles))]
        if not teams or actor.user_id is None:
            return self.none()
        return (
            self.filter(to_team_id__in=teams, offered_at__isnull=False)
            .exclude(kind=HandOver.REQUEST)
            .exclude(case__in=CaseAccess.objects.blocking(actor).values("case"))
            .exclude(case__person__in=mediation.clients_of(actor.user_id))
            .exclude(Q(created_by=actor.user_id) | Q(to_user=actor.user_id, to_user__isnull=False))
            .exclude(kind__in=BY_WORKER, case__owner=actor.user_id)
        )

    def waiting_in_team_of(self, actor: Actor) -> "ReferralQuerySet":
        """The same that can still be answered, what is due first before the rest."""
        return self.in_team_of(actor).filter(STANDS, state=ReferralState.OFFERED).order_by("due_at", "id")

    def offered_to(self, actor: Actor) -> "ReferralQuerySet":
        """Waiting for an answer from this user or one of their teams; not about someone they said to know, nor what a
        deputy asked about their own case."""
        known = self.model.objects.filter(answered_by_id=actor.user_id, return_reason=ReturnReason.CONFLICT)
        offered = self.addressed_to(actor).filter(STANDS, state=ReferralState.OFFERED)
        own = Q(kind__in=BY_WORKER, case__owner=actor.user_id)
        return offered.exclude(case__in=known.values("case")).exclude(own)

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
            answered_by_id=actor.user_id, state=ReferralState.ACCEPTED, kind__in=MOVES_CASE,
            case__owner_id=actor.user_id, case__state__in=WITH_WORKER,
        )  # fmt: skip

    def returned_by(self, actor: Actor) -> "ReferralQuerySet":
        rows = self.filter(answered_by_id=actor.user_id, state=ReferralState.RETURNED)
        return rows.exclude(kind=HandOver.REQUEST)

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
        rows = self.filter(state=ReferralState.OFFERED)
        return rows.filter(reminded_at=None, remind_at__lte=at, due_at__gt=at).order_by("remind_at", "id")

    def expired(self, at: dt.datetime) -> "ReferralQuerySet":
        return self.filter(state=ReferralState.OFFERED, due_at__lte=at).order_by("due_at", "id")

    def unanswered(self, at: dt.datetime) -> "ReferralQuerySet":
        """The client has a summary to approve, and the time in which that may be expected is over."""
        return self.filter(state=ReferralState.AWAITING_CONSENT, consent=Consent.ASKED, due_at__lte=at)

    def to_chase(self, at: dt.datetime) -> "ReferralQuerySet":
        """The same at half of that time or at its end, where the desk was not told yet."""
        waits = Q(case__state=CaseState.IN_TRIAGE) | Q(kind__in=BY_WORKER, case__state__in=WITH_WORKER)
        return self.filter(waits, state=ReferralState.AWAITING_CONSENT, consent=Consent.ASKED).untold(at)

    def undecided(self, at: dt.datetime) -> "ReferralQuerySet":
        """The same of what waits for a coordinator."""
        return self.filter(state=ReferralState.AWAITING_COORDINATOR).untold(at)

    def untold(self, at: dt.datetime) -> "ReferralQuerySet":
        """At half of its time or at its end, and not told of that yet."""
        untold = Q(reminded_at=None) | Q(reminded_at__lt=F("due_at"), due_at__lte=at)
        return self.filter(untold, remind_at__lte=at).order_by("remind_at", "id")

    def being_introduced(self) -> "ReferralQuerySet":
        """Accepted, and who accepted has not met the client yet."""
        return self.filter(state=ReferralState.ACCEPTED, contacted_at=None, contact_due_at__isnull=False)

    def uncontacted(self, at: dt.datetime) -> "ReferralQuerySet":
        """The same at half of the time for it or at its end, where nobody was told of that yet. The reminder of the
        answer is over by then, so that ``remind_at`` is half of this clock."""
        untold = Q(contact_reminded_at=None) | Q(contact_reminded_at__lt=F("contact_due_at"), contact_due_at__lte=at)
        rows = self.being_introduced().filter(untold, remind_at__lte=at, case__state__in=WITH_WORKER)
        return rows.order_by("contact_due_at", "id")

    def left_behind(self) -> "ReferralQuerySet":
        """Pending although the case was closed meanwhile, also when it was opened again at once; begun by a worker who
        gave the case back to the desk since; or to somebody who got the case by another road."""
        gone = Q(kind__in=BY_WORKER) & ~Q(case__state__in=WITH_WORKER)
        theirs = Q(to_user=F("case__owner")) & ~Q(kind=HandOver.REFERRAL)
        waits = self.filter(state__in=PENDING)
        return waits.filter(Q(case__state=CaseState.CLOSED) | Q(created_at__lt=F("case__reopened_at")) | gone | theirs)

    def barred(self) -> "ReferralQuerySet":
        """Pending with somebody who is kept out of the case since, so that nobody can answer."""
        return self.pending().filter(Exists(_kept_out("to_user")))

    def consulted_by(self, actor: Actor, at: dt.datetime) -> "ReferralQuerySet":
        """Consultations that this user reads along in now: by their access row, to the second, not by the state."""
        rows = CaseAccess.objects.live(at).filter(reason=AccessReason.CONSULTATION, user_id=actor.user_id or 0)
        mine = rows.filter(case=OuterRef("case"), source=Cast(OuterRef("pk"), models.CharField()))
        out = CaseAccess.objects.blocking(actor).values("case")
        found = self.filter(Exists(mine), kind=HandOver.CONSULTATION, answered_by_id=actor.user_id)
        return found.exclude(case__in=out).order_by("ends_at", "id") if actor.may(REFERRAL_ANSWER) else self.none()

    def consultations_over(self, at: dt.datetime) -> "ReferralQuerySet":
        """That ended by the clock, because no worker has the case any more, or because who read along left, has the
        case now or is kept out of it; and are still called accepted."""
        running = self.filter(kind=HandOver.CONSULTATION, state=ReferralState.ACCEPTED)
        left = Q(answered_by__is_active=False) | Q(answered_by=F("case__owner")) | Exists(_kept_out("answered_by"))
        over = Q(ends_at__lte=at) | ~Q(case__state__in=WITH_WORKER) | left
        return running.filter(over).order_by("ends_at", "id")


def _kept_out(who: str) -> models.QuerySet[CaseAccess]:
    """Rows that keep this person of a hand-over out of its case."""
    return CaseAccess.objects.filter(case=OuterRef("case"), user=OuterRef(who), reason__in=KEEPS_OUT)


class Referral(models.Model):
    """Asking someone to help. The desk stays responsible until it is accepted (decision 7)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="referrals")
    kind = models.CharField(max_length=12, choices=HandOver.choices, default=HandOver.REFERRAL)
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
    answered_for = models.BooleanField(default=False, db_default=False)  # by the coordinator, for who was asked
    return_reason = models.CharField(max_length=16, choices=ReturnReason.choices, blank=True)
    return_note = SealedText()
    reason = SealedText()  # why somebody is asked, or asks, in their own words
    share_contact = models.BooleanField(default=True)  # whether the ways to reach the client travel
    override_reason = SealedText()  # why it was passed on without the client's yes
    overridden_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    untold_reason = SealedText()  # and why the client was not told of that
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")  # the coordinator
    decided_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)  # of a consultation: until then what was shared can be read
    warm = models.BooleanField(default=False)  # a talk of three first; until then the desk stays the contact person
    talk = models.OneToOneField("cases.Session", models.SET_NULL, null=True, related_name="+")
    contact_due_at = models.DateTimeField(null=True)  # by when who accepted speaks to the client
    contact_reminded_at = models.DateTimeField(null=True)
    contacted_at = models.DateTimeField(null=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["to_team", "urgency_rank", "offered_at"], condition=Q(state="offered"), name="referral_team"
            ),
            models.Index(
                fields=["to_user", "urgency_rank", "offered_at"], condition=Q(state="offered"), name="referral_user"
            ),
            models.Index(
                fields=["to_user"],
                condition=Q(state__in=["awaiting_coordinator", "awaiting_consent", "offered"]),
                name="referral_waits_for",
            ),
            models.Index(fields=["answered_by", "state", "-answered_at"], name="referral_answered"),
            models.Index(fields=["answered_by"], condition=Q(return_reason="conflict"), name="referral_conflict"),
            models.Index(fields=["remind_at"], condition=Q(state="offered", reminded_at=None), name="referral_remind"),
            models.Index(fields=["due_at"], condition=Q(state="offered"), name="referral_due"),
            models.Index(
                fields=["due_at"],
                include=["case", "kind", "created_at"],
                condition=Q(state__in=["awaiting_coordinator", "awaiting_consent", "offered"]),
                name="referral_pending_due",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state="awaiting_consent", consent="asked"),
                name="referral_unanswered",
            ),
            models.Index(
                fields=["contact_due_at"], condition=Q(state="accepted", contacted_at=None), name="referral_contact"
            ),
            models.Index(fields=["created_at"], condition=Q(state="awaiting_coordinator"), name="referral_undecided"),
            models.Index(
                fields=["ends_at"], condition=Q(state="accepted", ends_at__isnull=False), name="referral_ends"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(
                    state__in=["awaiting_coordinator", "awaiting_consent", "offered"], kind__in=["referral", "transfer"]
                ),
                name="one_pending_referral",
            ),
            models.UniqueConstraint(
                fields=["case", "created_by"],
                condition=Q(state__in=["awaiting_coordinator", "awaiting_consent", "offered"], kind="request"),
                name="one_request_of_each",
            ),
            models.UniqueConstraint(
                fields=["case", "to_user", "to_team"],
                condition=Q(state__in=["awaiting_coordinator", "awaiting_consent", "offered"], kind="consultation"),
                nulls_distinct=False,
                name="one_consultation_of_each",
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

    @property
    def not_agreed(self) -> bool:
        """Whether a coordinator said no to it, and not the client."""
        decided = self.decided_by_id is not None and self.consent != Consent.REFUSED
        return self.state == ReferralState.REFUSED and decided

    @property
    def state_text(self) -> str:
        """How it is or ended, in a word."""
        if self.consent == Consent.TAKEN_BACK:
            return str(self.get_consent_display())
        return _("The coordinator did not agree") if self.not_agreed else str(self.get_state_display())

    @property
    def can_be_taken_back(self) -> bool:
        """Whether the client said yes to it and can still change their mind: while it waits, or is read along with."""
        reads_along = self.kind == HandOver.CONSULTATION and self.state == ReferralState.ACCEPTED
        return self.consent in SAID_YES and (self.state in PENDING or reads_along)

    @property
    def planned_talk(self) -> Session | None:
        """The talk of three, while it is planned."""
        return self.talk if self.talk is not None and self.talk.state == SessionState.PLANNED else None

    def vault_key(self) -> DataKey:
        return self.case.data_key

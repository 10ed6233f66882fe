"""Whom a client lets in: an invitation, what it shows and until when (SECURITY 2.2, UX page G)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.actors import Actor
from accounts.sealed import SealedText
from cases.enums import FAMILY_SCOPES, AccessScope, InvitationState
from cases.models.appointments import Session
from cases.models.timeline import InCase

SCOPES = [(scope.value, scope.label) for scope in FAMILY_SCOPES]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def accepted_by_actor(self, actor: Actor, at: dt.datetime) -> "InvitationQuerySet":
        """What someone was let into and still is, newest first. Whether it opens is asked by case_for."""
        mine = self.filter(accepted_by_id=actor.user_id, accepted_by__isnull=False, withdrawn_at=None, ends_at__gt=at)
        return mine.select_related("case__data_key").order_by("-accepted_at")

    def unanswered(self) -> "InvitationQuerySet":
        """Still open, by the clock of the database."""
        return self.filter(open_until__gt=Now(), accepted_at=None, declined_at=None, withdrawn_at=None)

    def read_by(self, user_id: int) -> "InvitationQuerySet":
        """Those by which someone reads messages now, by the clock of the database."""
        return self.filter(
            accepted_by=user_id, scope=AccessScope.MESSAGES, withdrawn_at=None, left_at=None, ends_at__gt=Now()
        )

    def in_force(self, at: dt.datetime) -> "InvitationQuerySet":
        """Accepted, not withdrawn, and not over."""
        return self.filter(accepted_at__isnull=False, withdrawn_at=None, ends_at__gt=at)


class Invitation(InCase):
    """Stays after it ended, so that the client sees whom they let in. What lets someone in is a CaseAccess row whose
    ``source`` is this invitation. Of the link and the code only keyed hashes are kept."""

    submission_id = models.UUIDField(unique=True)
    scope = models.CharField(max_length=10, choices=SCOPES)
    session = models.ForeignKey(Session, models.SET_NULL, null=True, related_name="+")  # of a joint conversation
    # Two clients who show each other something: both invitations are open, or none; they end together
    mutual = models.BooleanField(default=False)
    answers = models.OneToOneField("self", models.SET_NULL, null=True, related_name="answered")
    name = SealedText()  # as the client wrote it
    relation = SealedText()
    called = SealedText()  # what the client is called to this person
    email = SealedText()  # where a neutral mail may go; empty when the client hands over the link
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    open_until = models.DateTimeField()
    ends_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    # Who gave the code, as which log-in address (a blind index): a changed address must give it again
    shown_to = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    shown_as = models.CharField(max_length=64, blank=True)
    accepted_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="invitations")
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-created_at"], name="invitation_by_case")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("created_at")), name="family_invitation_order"),
            models.CheckConstraint(
                condition=Q(session=None) | Q(scope=AccessScope.JOINT), name="invitation_session_is_joint"
            ),
        ]

    @property
    def partner(self) -> "Invitation | None":
        """The other half of a mutual one, once there are two. One query."""
        if not self.mutual:
            return None
        other = Q(pk=self.answers_id) if self.answers_id else Q(answers=self.pk)
        return Invitation.objects.filter(other).select_related("case__data_key").first()

    def state(self, at: dt.datetime) -> InvitationState:
        """Where it is, by the clock."""
        if self.withdrawn_at:
            return InvitationState.WITHDRAWN
        if self.declined_at:
            return InvitationState.DECLINED
        if self.left_at:
            return InvitationState.LEFT
        if at >= (self.ends_at if self.accepted_at else self.open_until):
            return InvitationState.OVER
        return InvitationState.ACCEPTED if self.accepted_at else InvitationState.OPEN

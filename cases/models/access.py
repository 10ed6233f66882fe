"""Who may see a case: rows with a reason, a start and an end (SECURITY, adopted 3). They end by the clock."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from accounts.actors import Actor
from cases.enums import AccessReason, AccessScope


class CaseAccessQuerySet(models.QuerySet["CaseAccess"]):
    def live(self, at: dt.datetime) -> "CaseAccessQuerySet":
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)

    def of(self, actor: Actor) -> "CaseAccessQuerySet":
        """Rows that name this user or a team in which they count now."""
        return self.filter(Q(user_id=actor.user_id) | Q(team_id__in=list(actor.teams)))

    def granting(self, actor: Actor, at: dt.datetime) -> "CaseAccessQuerySet":
        return self.exclude(reason=AccessReason.BLOCKED).live(at).of(actor)

    def blocked_from(self, case: object) -> "CaseAccessQuerySet":
        """Everyone who may never see this case."""
        return self.filter(reason=AccessReason.BLOCKED, case=case)

    def blocking(self, actor: Actor) -> "CaseAccessQuerySet":
        """A blocked row has no end and beats every grant."""
        return self.filter(reason=AccessReason.BLOCKED, user_id=actor.user_id)


class CaseAccess(models.Model):
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="access")
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="case_access")
    team = models.ForeignKey("accounts.Team", models.PROTECT, null=True, related_name="case_access")
    scope = models.CharField(max_length=10, choices=AccessScope.choices, default=AccessScope.FULL)
    reason = models.CharField(max_length=12, choices=AccessReason.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=60, blank=True)  # what gave it, so that only that can take it away

    objects = CaseAccessQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "team", "user"], name="access_by_case"),
            models.Index(fields=["user", "case"], condition=Q(user__isnull=False), name="access_by_user"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, team__isnull=False) | Q(user__isnull=False, team=None),
                name="access_user_or_team",
            ),
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="access_order"),
            models.CheckConstraint(
                condition=~Q(reason="blocked") | Q(user__isnull=False, ends_at=None), name="access_blocked_user"
            ),
            models.UniqueConstraint(
                fields=["case", "team", "user", "reason", "source"],
                condition=Q(ends_at=None),
                nulls_distinct=False,
                name="access_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.team or self.user}"

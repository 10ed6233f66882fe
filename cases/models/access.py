"""Who may see a case: rows with a reason, a start and an end (SECURITY, adopted 3). They end by the clock."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import F, Q

from accounts.actors import Actor
from cases.enums import AccessReason, AccessScope


class SeenBy(models.Func):
    """A condition on a case: a live row names the user or one of the teams, and none blocks the user.

    One look at the case's own rows, for each case that the other conditions leave over. It stands in nearly every
    query, so it is written as SQL: joined by the planner it would cost more to plan than to answer.
    """

    output_field = models.BooleanField()
    rule = (
        "(SELECT bool_and(reason <> 'blocked') FROM cases_caseaccess WHERE case_id = {case}"
        " AND (reason = 'blocked' OR starts_at <= %s AND (ends_at IS NULL OR ends_at > %s))"
        " AND (user_id = %s OR team_id = ANY(%s)))"
    )

    def __init__(self, user_id: int | None, teams: tuple[int, ...], at: dt.datetime, case: str = "pk") -> None:
        super().__init__(case)
        self.asked = [at, at, user_id, list(teams)]

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        case, params = compiler.compile(self.source_expressions[0])
        return self.rule.format(case=case), [*params, *self.asked]


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

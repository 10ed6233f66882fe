"""Who may see a case: rows with a reason, a start and an end (SECURITY, adopted 3). They end by the clock."""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.actors import Actor
from cases.enums import KEEPS_OUT, AccessReason, AccessScope

_KEEPS_OUT = "(" + ", ".join(f"'{reason.value}'" for reason in KEEPS_OUT) + ")"


class SeenBy(models.Func):
    """A condition on a case: a live row lets the actor in, in the capacity they act in, and none keeps them out.

    One look at the case's own rows, for each case that the other conditions leave over. It stands in nearly every
    query, so it is written as SQL: joined by the planner it would cost more to plan than to answer. For a condition
    on hundreds of cases ``many`` first reads, once, which cases the teams have in full and without an end; only what
    is not among them is looked at one by one. The answer is the same.
    """

    output_field = models.BooleanField()
    rule = (
        "(SELECT bool_and({lets_in}) FROM cases_caseaccess WHERE case_id = {case} AND {counts}"
        " AND (user_id = %s OR team_id = ANY(%s)) IS TRUE)"  # so that only the case's index is worth using
    )
    live = "starts_at <= %s AND (ends_at IS NULL OR ends_at > %s)"
    capacities: ClassVar[dict[str, tuple[str, str]]] = {
        # capacity: (which rows let in, which rows count at all)
        "work": (
            f"reason NOT IN {_KEEPS_OUT}",
            f"(reason IN {_KEEPS_OUT} OR {live} AND reason <> '{AccessReason.CONSULTATION.value}')",
        ),
        "own": ("reason <> 'blocked'", f"(reason = 'blocked' OR reason = 'client' AND {live})"),
        "family": ("reason <> 'blocked'", f"(reason = 'blocked' OR reason = 'family' AND {live})"),
    }
    at_once = (
        "({case} IN (SELECT case_id FROM cases_caseaccess WHERE team_id = ANY(%s) AND ends_at IS NULL"
        " AND scope = 'full' AND starts_at <= %s)"
        " AND {case} NOT IN (SELECT case_id FROM cases_caseaccess WHERE user_id = %s AND reason IN {keeps_out})"
        " OR {rule})"
    )

    def __init__(self, actor: Actor, at: dt.datetime, *, many: bool = False, case: str = "pk") -> None:
        super().__init__(case)
        teams = list(actor.teams)
        lets_in, counts = self.capacities[actor.capacity]
        self.sql = self.rule.replace("{lets_in}", lets_in).replace("{counts}", counts)
        self.asked: list[Any] = [at, at, actor.user_id, teams]
        if many and actor.capacity == "work":
            self.sql = self.at_once.replace("{keeps_out}", _KEEPS_OUT).replace("{rule}", self.sql)
            self.asked = [teams, at, actor.user_id, *self.asked]

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        case, params = compiler.compile(self.source_expressions[0])
        return self.sql.format(case=case), [*params, *self.asked]


class CaseAccessQuerySet(models.QuerySet["CaseAccess"]):
    def live(self, at: dt.datetime) -> "CaseAccessQuerySet":
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)

    def of(self, actor: Actor) -> "CaseAccessQuerySet":
        """Rows that name this user or a team in which they count now."""
        return self.filter(Q(user_id=actor.user_id) | Q(team_id__in=list(actor.teams)))

    def granting(self, actor: Actor, at: dt.datetime) -> "CaseAccessQuerySet":
        """Rows that let this actor in now, in their capacity. Whatever grants, someone who is kept out stays out. Who
        is consulted is not let into the case: they have a page of their own (referrals/consulting.py)."""
        own = {"own": [AccessReason.CLIENT], "family": [AccessReason.FAMILY]}.get(actor.capacity)
        rows = self.filter(reason__in=own) if own else self.exclude(reason__in=(*KEEPS_OUT, AccessReason.CONSULTATION))
        return rows.live(at).of(actor).exclude(case__in=CaseAccess.objects.blocking(actor).values("case"))

    def standing_in(self, actor: Actor, at: dt.datetime) -> "models.QuerySet[Any]":
        """Ids of the cases that this user sees now because a colleague is away."""
        return self.live(at).filter(reason=AccessReason.DEPUTY, user_id=actor.user_id or 0).values("case")

    def keeping_out_of(self, *cases: object) -> "CaseAccessQuerySet":
        """The rows of everyone who may never see these cases at work."""
        return self.filter(reason__in=KEEPS_OUT, case__in=cases, user__isnull=False)

    def blocking(self, actor: Actor) -> "CaseAccessQuerySet":
        """The rows that keep this actor out, whatever else grants. At work also those of their own case and of a case
        that a client ever let them into: a worker never sees the file of a relative."""
        reasons = KEEPS_OUT if actor.capacity == "work" else (AccessReason.BLOCKED,)
        return self.filter(reason__in=reasons, user_id=actor.user_id, user__isnull=False)


class CaseAccess(models.Model):
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="access", db_index=False)  # access_by_case
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
            models.Index(
                fields=["case"], include=["team", "user", "reason", "starts_at", "ends_at"], name="access_by_case"
            ),
            models.Index(fields=["user", "case"], condition=Q(user__isnull=False), name="access_by_user"),
            models.Index(fields=["user", "case"], condition=Q(reason__in=list(KEEPS_OUT)), name="access_keeps_out"),
            models.Index(
                fields=["team", "case"],
                include=["starts_at"],
                condition=Q(ends_at=None, scope="full"),
                name="access_in_full",
            ),
            models.Index(fields=["user", "case"], condition=Q(reason="deputy"), name="access_deputy"),
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
            models.CheckConstraint(
                condition=~Q(reason="family") | Q(user__isnull=False, ends_at__isnull=False), name="access_family_ends"
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

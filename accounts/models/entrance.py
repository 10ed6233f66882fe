"""What the entrance remembers: tries that failed, the last code that was used, and resets of a lost factor."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Throttle(models.Model):
    """Tries that did not succeed. ``key`` is a keyed hash of what was tried, and where; no more is kept."""

    key = models.CharField(primary_key=True, max_length=64)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="throttle_age")]

    def __str__(self) -> str:
        return f"{self.failures} {self.last_at}"


class UsedCode(models.Model):
    """The last half minute of which someone's code was used. Codes of it and of those before work no more."""

    user = models.OneToOneField("accounts.User", models.CASCADE, primary_key=True, related_name="used_code")
    step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.user_id} {self.step}"


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    def open(self) -> "FactorResetQuerySet":
        """Neither done nor stopped."""
        return self.filter(done_at=None, stopped_at=None)

    def of(self, user_id: int) -> "FactorResetQuerySet":
        return self.filter(user_id=user_id)

    def due(self, at: dt.datetime) -> "FactorResetQuerySet":
        """Agreed, waited for, and stopped by nobody."""
        return self.open().filter(due_at__lte=at).order_by("due_at")

    def open_first(self) -> "FactorResetQuerySet":
        """Newest first, but what is open comes before all that is over."""
        over = models.Case(models.When(done_at=None, stopped_at=None, then=0), default=1)
        return self.order_by(over, "-asked_at")

    def with_people(self) -> "FactorResetQuerySet":
        return self.select_related("user", "asked_by", "agreed_by", "stopped_by")


class FactorReset(models.Model):
    """Someone lost their second factor: asked by one administrator, agreed by another, done after a waiting time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="factor_resets")
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at=None, stopped_at=None), name="reset_due"),
            models.Index(fields=["-asked_at"], name="reset_asked"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(done_at=None, stopped_at=None), name="reset_one_open"),
            models.CheckConstraint(condition=~Q(asked_by=F("user")), name="reset_not_asked_for_oneself"),
            models.CheckConstraint(
                condition=Q(agreed_by=None) | ~Q(agreed_by=F("asked_by")) & ~Q(agreed_by=F("user")),
                name="reset_two_administrators",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None, due_at=None)
                | Q(agreed_by__isnull=False, agreed_at__isnull=False, due_at__gte=F("agreed_at")),
                name="reset_agreed_whole",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(agreed_by__isnull=False, stopped_at=None, done_at__gte=F("due_at")),
                name="reset_done_after_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.asked_at}"

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.stopped_at is None

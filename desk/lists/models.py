"""Views: a list of the desk under a name. A view is an address; who opens it sees of it what they may see."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from desk.lists.enums import Tell

MANY = 5


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def open_to(self, by: Actor) -> "SavedViewQuerySet":
        """Their own, and those of the teams in which they count now."""
        return self.filter(Q(owner=by.user_id or 0) | Q(team__in=list(by.teams)))

    def by_title(self) -> "SavedViewQuerySet":
        return self.order_by("title", "created_at")


class SavedView(models.Model):
    """What narrows the list, as it stands in the address; never words that were searched for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=600, blank=True)
    owner = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    team = models.ForeignKey("accounts.Team", models.CASCADE, null=True, related_name="+")  # none: for the owner only
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["team"], condition=Q(team__isnull=False), name="saved_view_of_team")]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> str:
        """Where it opens. By its number: what it narrows to may be too long for a notice."""
        return reverse("view_open", args=[self.pk])


class FollowingQuerySet(models.QuerySet["Following"]):
    def due(self, at: dt.datetime) -> "FollowingQuerySet":
        """To be looked at now, the longest due first."""
        return self.filter(due_at__lte=at).order_by("due_at", "pk")


class Following(models.Model):
    """What one person wants with a view: that it opens first, and when they hear of something new."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="followings")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    is_default = models.BooleanField(default=False)
    tell = models.CharField(max_length=5, choices=Tell.choices, default=Tell.NEVER)
    after = models.PositiveSmallIntegerField(default=MANY)  # so many new ones, for MANY
    due_at = models.DateTimeField(null=True)  # when it is looked at next

    objects = FollowingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="following_due")]
        constraints = [
            models.UniqueConstraint(fields=["view", "user"], name="following_once"),
            models.UniqueConstraint(fields=["user"], condition=Q(is_default=True), name="one_default_view"),
            models.CheckConstraint(
                condition=Q(tell=Tell.NEVER, due_at=None) | ~Q(tell=Tell.NEVER) & Q(due_at__isnull=False),
                name="following_due_or_never",
            ),
            models.CheckConstraint(condition=Q(after__gte=1, after__lte=100), name="following_after"),
        ]

    def __str__(self) -> str:
        return f"{self.view_id} {self.tell}"


class Match(models.Model):
    """A request that fits a followed view. Told once: ``told_at`` says when, or that it was there before."""

    following = models.ForeignKey(Following, models.CASCADE, related_name="matches", db_index=False)
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["following", "case"], name="match_once")]

    def __str__(self) -> str:
        return f"{self.following_id} {self.case_id}"

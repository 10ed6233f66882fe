"""People of the team: invitations, absence and who stands in, and how someone wants to be told."""

import datetime as dt
import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Channel, Role
from accounts.models.keys import DataKey
from accounts.models.organisation import Team
from accounts.models.users import User
from accounts.sealed import SealedText


class InvitationQuerySet(models.QuerySet["StaffInvitation"]):
    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; it may have expired."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def newest_first(self) -> "InvitationQuerySet":
        return self.select_related("team", "invited_by").order_by("-sent_at", "pk")


class StaffInvitation(models.Model):
    """A link by mail with which someone joins a team. Only a keyed hash of the link's token is kept.

    ``round`` counts how often it was sent: each time the link is another one, and the old one is worth nothing.
    ``user`` is who had an account with this address then: nobody else may use the link, whatever addresses become.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=2, default="nl")
    team = models.ForeignKey(Team, models.CASCADE, related_name="+", verbose_name=_("team"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until and including"), null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    round = models.PositiveSmallIntegerField(default=1)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-sent_at"], condition=Q(accepted_at=None, withdrawn_at=None), name="invitation_open")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="invitation_order"),
            models.UniqueConstraint(
                fields=["email", "team", "role"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.get_role_display()} · {self.team}"


class DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def touching(self, first: dt.date | OuterRef, last: dt.date | OuterRef) -> "AbsenceQuerySet":
        """Absences of which at least one day falls in these days."""
        return self.filter(first_day__lte=last, last_day__gte=first)

    def not_over(self, day: dt.date) -> "AbsenceQuerySet":
        return self.filter(last_day__gte=day)


class Absence(models.Model):
    """Whole local days on which someone is away, and who stands in. Why is nobody's business, so it is not asked."""

    user = models.ForeignKey(User, models.CASCADE, related_name="absences")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    deputy = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "pk"]
        indexes = [models.Index(fields=["last_day"], name="absence_by_end")]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_order"),
            models.CheckConstraint(condition=Q(deputy=None) | ~Q(deputy=F("user")), name="absence_not_own_deputy"),
            ExclusionConstraint(
                name="absence_person_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        DateRange("first_day", "last_day", RangeBoundary(inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("This person is already away on one of these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.first_day}..{self.last_day}"


class Substitution(models.Model):
    """Who stands in for whom, on which days, after the whole chain was followed. Planned anew when an absence changes.

    What is about one case is a row in CaseAccess; this is for what is not: offers, notices, and what a page says.
    """

    absence = models.ForeignKey(Absence, models.CASCADE, related_name="substitutions")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    deputy = models.ForeignKey(User, models.CASCADE, null=True, related_name="stands_in")  # none: the desk
    first_day = models.DateField()
    last_day = models.DateField()
    goes_round = models.BooleanField(default=False)

    class Meta:
        ordering = ["first_day", "pk"]
        indexes = [
            models.Index(fields=["deputy", "last_day"], name="substitution_deputy"),
            models.Index(fields=["user", "last_day"], name="substitution_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.deputy_id} {self.first_day}..{self.last_day}"


class NoticeChoice(models.Model):
    """Someone wants it otherwise than usual: not in the portal or by mail, or also by text message or on a device."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="muted_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}"


class Photo(models.Model):
    """A small square picture of someone, without anything a camera adds. Sealed, with a key of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, models.CASCADE, related_name="photo")
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    picture = SealedText()  # WebP in base64
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)

    def vault_key(self) -> DataKey:
        return self.data_key

"""People who log in, and what a membership of a team lets them do."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role, TeamKind

NO_ADDRESS = "zonder-adres.invalid"
"""The domain of an account that came without a mail address; nothing can be sent there."""


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """A new account; without a password nobody can log in with it until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Addresses are kept in small letters. Asking the database for any case would find others that look alike."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """An account. What clients are called is sealed on their Person; staff are known by their name."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True, help_text=_("Shown to clients and colleagues."))
    language = models.CharField(_("language"), max_length=2, default="nl")
    is_active = models.BooleanField(default=True)
    reachable_number = models.CharField(_("number when on duty"), max_length=20, blank=True)
    keyboard_shortcuts = models.BooleanField(default=False)
    shortcut_keys = models.JSONField(default=dict)  # by act what they chose instead of the usual key; empty: none
    compact_rows = models.BooleanField(default=False)
    list_columns = ArrayField(models.CharField(max_length=12), default=list)  # of the desk's list; none: the usual ones
    employer_unit = models.ForeignKey("accounts.Unit", models.SET_NULL, null=True, blank=True, related_name="+")
    has_photo = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    is_staff = False  # nobody uses Django's admin

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def has_address(self) -> bool:
        """Whether a mail can reach them."""
        return not self.email.endswith(f"@{NO_ADDRESS}")

    @property
    def initials(self) -> str:
        """Two letters at most, for the doorway."""
        words = [word for word in self.name.split() if word[0].isupper()] or self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"

    @property
    def photo_url(self) -> str:
        """Where the photo is, for who may see it; empty without one."""
        return reverse("photo", args=[self.public_id]) if self.has_photo else ""

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name else ""


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live_on(self, day: dt.date | OuterRef) -> "MembershipQuerySet":
        """Memberships that count on a local day, or the one an expression gives; they end after their last day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def of_desk(self) -> "MembershipQuerySet":
        """Of the desk and its after-hours line, with an account that is open."""
        kinds = (TeamKind.DESK, TeamKind.AFTER_HOURS)
        return self.filter(team__kind__in=kinds, user__is_active=True).order_by("user_id")


class Membership(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    team = models.ForeignKey("accounts.Team", models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until and including"), null=True, blank=True)
    from_claim = models.BooleanField(default=False, editable=False)  # ends when the employer says so no longer

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team", "role", "starts_on"], name="membership_once"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_order"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.team}"

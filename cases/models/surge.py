"""Whether far more requests come in than normal, in one row that the sweep keeps (SECURITY 2.10)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.enums import ByHand


class Surge(models.Model):
    """The figures as last counted, whether they mean a surge, and what a coordinator chose by hand until when."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_on = models.BooleanField(default=False)
    since = models.DateTimeField(null=True)
    quiet_since = models.DateTimeField(null=True)
    last_ten_minutes = models.PositiveIntegerField(default=0)
    last_hour = models.PositiveIntegerField(default=0)
    normal_hour = models.FloatField(default=0)
    counted_at = models.DateTimeField(null=True)
    by_hand = models.CharField(_("by hand"), max_length=3, choices=ByHand.choices, blank=True)
    hand_until = models.DateTimeField(null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    changed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_surge")]

    def __str__(self) -> str:
        return "on" if self.is_on else "off"

"""What an employer hears of coaching: in outline, at the start and at the end, and only with a yes (R16)."""

from django.db import models
from django.db.models import Q

from accounts.sealed import SealedText
from cases.enums.tracks import OutlineMoment, OutlineState, Recipient
from cases.models.appointments import Track
from cases.models.timeline import InCase


class Outline(InCase):
    """The very text that the coachee reads first. It is handed over outside the portal, to a role, never to a name."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="outlines")
    moment = models.CharField(max_length=8, choices=OutlineMoment.choices)
    text = SealedText()
    state = models.CharField(max_length=10, choices=OutlineState.choices, default=OutlineState.ASKED)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    passed_on_at = models.DateTimeField(null=True)
    passed_to = models.CharField(max_length=16, choices=Recipient.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["track", "moment"],
                condition=Q(state__in=["asked", "approved", "passed_on"]),
                name="one_outline_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="passed_on", passed_on_at__isnull=False, answered_at__isnull=False)
                | (~Q(state="passed_on") & Q(passed_on_at=None)),
                name="outline_passed_on_with_a_yes",
            ),
        ]

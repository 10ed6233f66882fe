"""A serious incident: who informs whom in which order. News for the client waits until that was done in person."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import in_language
from accounts.sealed import SealedText
from cases.enums.guarded import IncidentKind, StepOutcome
from cases.models.timeline import InCase


class IncidentListItem(models.Model):
    """A line of the list that an incident begins with. Kept by the coordinator."""

    kind = models.CharField(_("kind"), max_length=8, choices=IncidentKind.choices)
    place = models.PositiveSmallIntegerField(_("place in the order"))
    words_nl = models.CharField(_("in Dutch"), max_length=200)
    words_en = models.CharField(_("in English"), max_length=200, blank=True)
    releases = models.BooleanField(_("after this, portal notices go out again"), default=False)

    class Meta:
        ordering = ["kind", "place"]
        constraints = [models.UniqueConstraint(fields=["kind", "place"], name="incident_item_once")]

    def __str__(self) -> str:
        return in_language(self.words_nl, self.words_en)


class Incident(InCase):
    """``released_at`` is empty while notices to the client and those they let in are held."""

    kind = models.CharField(max_length=8, choices=IncidentKind.choices)
    known = SealedText()  # what is known
    opened_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_look_at"], condition=Q(next_look_at__isnull=False), name="incident_to_look_at")
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="incident_open_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(released_at__isnull=False), name="incident_ends_released"
            ),
        ]

    @property
    def is_holding(self) -> bool:
        return self.released_at is None


class IncidentStep(InCase):
    """One line of the checklist, copied from the list; settled in order."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200)
    releases = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, choices=StepOutcome.choices, blank=True)
    note = SealedText()
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "place"], name="incident_step_once")]

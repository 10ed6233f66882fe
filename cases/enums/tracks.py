"""Kinds of help within a case, and how many conversations each has (R14, R15, R17)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TrackKind(models.TextChoices):
    SHORT_TERM_HELP = "short_term_help", _("Short-term help")
    COACHING = "coaching", _("Coaching")
    MEDIATION = "mediation", _("Mediation")
    DEBRIEFING = "debriefing", _("Debriefing")


SESSION_LIMIT: dict[str, int] = {TrackKind.SHORT_TERM_HELP: 5, TrackKind.COACHING: 9}
"""At most so many, over all periods of a kind within one case; a kind that is not here has no limit. The guard is in
cases/tracks.py."""

SESSION_LEAST: dict[str, int] = {TrackKind.COACHING: 5}
"""From how many on a kind is in general complete. It is said, never forced."""

SHORTEST_SESSION_MINUTES = 15
"""Calls under this length do not count (decision 5)."""

"""Kinds of help within a case, and how many conversations each has (R14, R15, R17)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TrackKind(models.TextChoices):
    SHORT_TERM_HELP = "short_term_help", _("Short-term help")
    COACHING = "coaching", _("Coaching")
    MEDIATION = "mediation", _("Mediation")
    DEBRIEFING = "debriefing", _("Debriefing")


class CoachingFocus(models.TextChoices):
    """The kinds of coaching (R18)."""

    CAREER = "career", _("Career")
    CONFLICT = "conflict", _("Conflict")
    TEAM = "team", _("Working in a team")
    LEADERSHIP = "leadership", _("Leadership")


class NextStep(models.TextChoices):
    """What is decided about the help that runs: at the last place it must be one of these, before that it may."""

    STOP = "stop", _("Finish: close the case")
    REFER = "refer", _("Other help, through the desk")
    COACHING = TrackKind.COACHING.value, _("Start coaching")
    SHORT_TERM_HELP = TrackKind.SHORT_TERM_HELP.value, _("Start short-term help")
    PAUSE = "pause", _("Only end this help; the case stays open")


STARTS = (NextStep.COACHING, NextStep.SHORT_TERM_HELP)


class OutlineMoment(models.TextChoices):
    """The only two moments at which an employer may hear of coaching (R16)."""

    START = "start", _("At the start")
    END = "end", _("At the end")


class OutlineState(models.TextChoices):
    ASKED = "asked", _("Waits for the coachee")
    APPROVED = "approved", _("Approved by the coachee")
    REFUSED = "refused", _("Not approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    PASSED_ON = "passed_on", _("Passed on")


OUTLINE_OPEN = (OutlineState.ASKED, OutlineState.APPROVED)


class Recipient(models.TextChoices):
    """To whom an outline went: a role, so that no list of names comes about."""

    MANAGER = "manager", _("Manager")
    PERSONNEL = "personnel", _("Personnel department")
    REINTEGRATION = "reintegration", _("Reintegration adviser")


SESSION_LIMIT: dict[str, int] = {TrackKind.SHORT_TERM_HELP: 5, TrackKind.COACHING: 9}
"""At most so many, over all periods of a kind within one case; a kind that is not here has no limit. The guard is in
cases/tracks.py."""

EXPLAINS_ITSELF = frozenset({TrackKind.MEDIATION, TrackKind.DEBRIEFING})
"""Kinds with a page of their own that begins and ends them: no reason is asked."""

SESSION_LEAST: dict[str, int] = {TrackKind.COACHING: 5}
"""From how many on a kind is in general complete. It is said, never forced."""

SHORTEST_SESSION_MINUTES = 15
"""Calls under this length do not count (decision 5)."""


def places_of(kind: str) -> str:
    """The kind of which a conversation takes a place. A mediation and a talk with a group have meetings of their own;
    a conversation with the worker beside them is one of short-term help, so that they never give a sixth."""
    return TrackKind.SHORT_TERM_HELP if kind in EXPLAINS_ITSELF else kind

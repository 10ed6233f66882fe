"""The lines of the timeline in groups, to look for one kind of thing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.enums import EntryKind


class LineGroup(models.TextChoices):
    CONTACT = "contact", _("Contact")
    CONVERSATIONS = "conversations", _("Conversations")
    NOTES = "notes", _("Notes and tasks")
    HANDOVERS = "handovers", _("Handing over")
    ACCESS = "access", _("Access")
    DECISIONS = "decisions", _("Decisions and the rest")


KINDS: dict[str, frozenset[EntryKind]] = {
    LineGroup.CONTACT: frozenset(
        {
            EntryKind.CONTACT_ATTEMPT, EntryKind.MESSAGE, EntryKind.CALL_BACK, EntryKind.CONTACT_CHANGED,
            EntryKind.MORE_ASKED, EntryKind.ADDED, EntryKind.FIRST_CONTACT, EntryKind.AFTER_CARE,
        }
    ),
    LineGroup.CONVERSATIONS: frozenset(
        {
            EntryKind.SESSION_PLANNED, EntryKind.SESSION_HELD, EntryKind.SESSION_MISSED, EntryKind.SESSION_CANCELLED,
            EntryKind.OUTSIDE_TRACK, EntryKind.TRACK_STARTED, EntryKind.TRACK_ENDED, EntryKind.MEDIATION,
            EntryKind.GROUP_TALK,
        }
    ),
    LineGroup.NOTES: frozenset({EntryKind.NOTE, EntryKind.TASK, EntryKind.DOCUMENT}),
    LineGroup.HANDOVERS: frozenset(
        {
            EntryKind.TAKEN, EntryKind.GIVEN_BACK, EntryKind.CONSENT_ASKED, EntryKind.CONSENT_GIVEN,
            EntryKind.CONSENT_REFUSED, EntryKind.REFERRED, EntryKind.ACCEPTED, EntryKind.RETURNED, EntryKind.EXPIRED,
            EntryKind.HAND_OVER,
        }
    ),
    LineGroup.ACCESS: frozenset(
        {
            EntryKind.FAMILY_INVITED, EntryKind.FAMILY_ACCEPTED, EntryKind.FAMILY_CHANGED, EntryKind.FAMILY_ENDED,
            EntryKind.KEEP_OUT, EntryKind.CLAIMED, EntryKind.LINKED, EntryKind.UNLINKED, EntryKind.MERGED,
            EntryKind.UNMERGED, EntryKind.SPLIT,
        }
    ),
}  # fmt: skip
"""Every other kind is in the last group, so that none can be missed."""

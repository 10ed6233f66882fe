"""Holding back what would be told to clients and those they let in, until a person has told them something first.

A hold is a row, so whatever is written while it is there waits too; the outbox and the inbox leave it out. Letting go
takes the row away: what waited is due at that moment, once, because each notice is written once.
"""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import Audience, Channel
from accounts.models import Notice, NoticeHold
from accounts.notices import KINDS

HELD_BACK = (Audience.CLIENTS, Audience.GUESTS, Audience.OUTSIDE)


def held() -> Q:
    """A condition on notices: for a client, or somebody let in, about something on hold, and not out before that."""
    kinds = [kind.code for kind in KINDS.values() if kind.audience in HELD_BACK]
    holds = NoticeHold.objects.filter(subject_id=OuterRef("subject_id"))
    since = holds.filter(since__lte=OuterRef("created_at"))
    return Q(kind__in=kinds) & (Q(Exists(holds), finished_at=None) | Q(Exists(since)))


def hold(subjects: Collection[UUID], *, source: UUID, at: dt.datetime) -> None:
    """From now on nothing about these goes out. What is being sent at this very moment cannot be stopped."""
    rows = [NoticeHold(subject_id=subject, source=source, since=at) for subject in subjects]
    NoticeHold.objects.bulk_create(rows, ignore_conflicts=True)


def sources_of(subject: UUID) -> list[UUID]:
    """What holds news about this. One query."""
    return list(NoticeHold.objects.filter(subject_id=subject).values_list("source", flat=True))


def let_go(*, source: UUID, at: dt.datetime) -> int:
    """End the holds of ``source``; what no other hold keeps goes out now. Returns how many notices that are.

    They count as written now: otherwise a long hold would look like a day of trying in vain, and a line in an inbox
    would come in below what was read already.
    """
    waited = list(_waiting(source).values_list("pk", flat=True))
    NoticeHold.objects.filter(source=source).delete()
    return Notice.objects.filter(pk__in=waited).exclude(held()).update(created_at=at, available_at=at)


def how_many(*, source: UUID) -> int:
    """How many notices its holds keep back now. One query."""
    return _waiting(source).count()


def _waiting(source: UUID) -> "QuerySet[Notice]":
    """What its holds keep back: mails that were not sent, and lines of an inbox written since."""
    own = NoticeHold.objects.filter(source=source).values("subject_id")
    return Notice.objects.filter(held(), Q(finished_at=None) | Q(channel=Channel.INBOX), subject_id__in=own)

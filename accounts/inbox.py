"""Someone's own notices: in words, counted, and marked as read."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from accounts import holding
from accounts.actors import Actor
from accounts.models import Notice
from accounts.models.notices import NoticeQuerySet
from accounts.notices import KINDS


@dataclass(frozen=True)
class Line:
    """A notice in the reader's language."""

    id: UUID
    title: str
    text: str
    moment: dt.datetime
    is_read: bool
    is_urgent: bool
    leads_on: bool


def of(by: Actor) -> NoticeQuerySet:
    """All of them, newest first; nobody else's, and nothing that is held."""
    return Notice.objects.inbox_of(by.user_id or 0).exclude(holding.held())


def unread_count(by: Actor) -> int:
    """For the rail. One query on an index of unread notices only."""
    return of(by).unread().count()


def line(notice: Notice) -> Line:
    """The words of a notice; one of a kind that no longer exists keeps its place without its words."""
    kind = KINDS.get(notice.kind)
    return Line(
        id=notice.pk,
        title=str(kind.title).format(**notice.params) if kind else _("Message"),
        text=str(kind.text).format(**notice.params) if kind else "",
        moment=notice.created_at,
        is_read=notice.read_at is not None,
        is_urgent=kind is not None and kind.is_urgent,
        leads_on=bool(notice.path),
    )


def mark_read(by: Actor, notice_id: UUID, *, at: dt.datetime) -> Notice | None:
    """The notice, now read; None when it is not yours. The first time of reading is kept."""
    notice = of(by).filter(pk=notice_id).first()
    if notice is not None and notice.read_at is None:
        Notice.objects.filter(pk=notice_id, read_at=None).update(read_at=at)
    return notice


def mark_all_read(by: Actor, *, at: dt.datetime) -> int:
    """Everything unread is read now; returns how many."""
    return of(by).unread().update(read_at=at)

"""The outbox (SECURITY, adopted 1): write a notice with the change, deliver it afterwards, send again when in doubt.

The kind of a notice lives beside the app that emits it: ``register(Kind(...))`` in its ``notices.py``.
"""

import datetime as dt
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import Audience, Channel
from accounts.models import Notice, NoticeChoice, User

log = logging.getLogger("accounts.notices")


@dataclass(frozen=True)
class Address:
    """Where a mail may go, or the reason why it may not."""

    email: str = ""
    skip: str = ""


def address_of_user(notice: Notice) -> Address:
    """The log-in address of an active user; nobody else's."""
    if notice.user is None or not notice.user.is_active:
        return Address(skip="no active user")
    if notice.channel == Channel.EMAIL and not notice.user.has_address:
        return Address(skip="no address")
    return Address(email=notice.user.email)


FAILED, GIVEN_UP = "failed", "given up"
"""How an attempt ended, for ``Kind.ended``: it is tried again, or no longer."""

USUAL = (Channel.INBOX, Channel.EMAIL)
EXTRA = (Channel.SMS, Channel.PUSH)
"""Ways by which somebody is told unless they say otherwise, and ways that they may ask for."""


def silent(notice: Notice, how: str, at: dt.datetime) -> None:
    """Nothing is kept of how it ended, but with the notice itself."""


@dataclass(frozen=True)
class Kind:
    """A kind of notice. ``title`` and ``text`` are templates for ``str.format`` over ``params``, translated when shown.

    They carry no case detail. ``address`` is asked at the moment of sending, so that the safe-contact answers of
    that moment count; so is ``path``, for a link that must not lie in the database.
    ``brief`` is all that a text message or a sign on a device says. ``ended`` hears how it went: nothing when it was
    sent, or why not.
    """

    code: str
    title: Any  # lazy translation
    text: Any  # lazy translation
    address: Callable[[Notice], Address] = field(default=address_of_user)
    priority: int = 5
    path: Callable[[Notice], str] = field(default=attrgetter("path"))  # a secret link is made when it is sent
    audience: Audience = Audience.STAFF
    label: Any = ""  # on the profile, where the title alone would not say what it is about
    brief: Any = _("There is a message for you.")
    ended: Callable[[Notice, str, dt.datetime], None] = silent

    @property
    def is_urgent(self) -> bool:
        """Cannot wait; shown and mailed as urgent."""
        return self.priority <= 1

    @property
    def reaches_clients(self) -> bool:
        """Sent to who asked for help, at the address they gave."""
        return self.audience in {Audience.CLIENTS, Audience.OUTSIDE}

    @property
    def mutable(self) -> frozenset[str]:
        """The channels people choose about. Not what cannot wait, nor what guards their account: whoever got into it
        would mute that first. A client's mails follow their safe contact."""
        if self.is_urgent:
            return frozenset()
        return _MUTABLE[self.audience]


_BOTH = frozenset({Channel.INBOX.value, Channel.EMAIL.value})
_MUTABLE: dict[Audience, frozenset[str]] = {
    Audience.STAFF: frozenset(channel.value for channel in (*USUAL, *EXTRA)),
    Audience.GUESTS: _BOTH,
    Audience.CLIENTS: frozenset({Channel.INBOX.value}),
    Audience.EVERYONE: frozenset(),
    Audience.OUTSIDE: frozenset(),
}

KINDS: dict[str, Kind] = {}


bars: list[Callable[[UUID, int, bool], bool]] = []
"""Asked with what a notice is about, whom it is for, and whether they hear it at work: true when that person may know
nothing about it."""


def is_barred(kind: Kind, about: UUID | None, user_id: int | None) -> bool:
    """Whether a notice to this user about this may not be written, nor sent when it was written before."""
    if about is None or user_id is None:
        return False
    return any(bar(about, user_id, kind.audience == Audience.STAFF) for bar in bars)


def register(kind: Kind) -> Kind:
    """Make a kind known; the code must be new."""
    if kind.code in KINDS:
        raise ValueError(f"notice kind {kind.code} exists already")
    KINDS[kind.code] = kind
    return kind


def tell_user(
    kind: Kind,
    user: User,
    *,
    about: UUID | None,
    occasion: str,
    path: str = "",
    at: dt.datetime,
    params: dict[str, Any] | None = None,
    channels: tuple[str, ...] = USUAL,
) -> None:
    """Queue a notice to someone with an account, once per ``occasion``, in the transaction of the change.

    Nothing is written for someone who may know nothing of what it is about. What they muted is left out, and a way they
    asked for is added, unless it cannot wait: then all ``channels`` count, whatever anybody chose.
    """
    if is_barred(kind, about, user.pk):
        return
    if kind.mutable.intersection(channels):
        rows = NoticeChoice.objects.filter(user=user, kind=kind.code).values_list("channel", flat=True)
        chosen = kind.mutable.intersection(rows)
        extra = tuple(way for way in EXTRA if way in chosen) if channels == USUAL else ()
        channels = tuple(channel for channel in channels if channel not in chosen) + extra
    _queue(
        kind,
        [{"channel": channel, "user": user, "language": user.language} for channel in channels],
        who=f"user{user.pk}",
        about=about,
        occasion=occasion,
        path=path,
        at=at,
        params=params,
    )


def mail_client(
    kind: Kind,
    *,
    about: UUID,
    occasion: str,
    language: str,
    path: str = "",
    at: dt.datetime,
    params: dict[str, Any] | None = None,
) -> None:
    """Queue a mail to the client of ``about``; ``kind.address`` decides at sending whether and where it may go."""
    _queue(
        kind,
        [{"channel": Channel.EMAIL, "user": None, "language": language}],
        who="client",
        about=about,
        occasion=occasion,
        path=path,
        at=at,
        params=params,
    )


def mail_stranger(
    kind: Kind, *, about: UUID, occasion: str, language: str, at: dt.datetime, params: dict[str, Any] | None = None
) -> None:
    """Queue a mail to somebody without an account here; ``kind`` knows where it may go and where its link leads."""
    rows = [{"channel": Channel.EMAIL, "user": None, "language": language}]
    _queue(kind, rows, who="stranger", about=about, occasion=occasion, path="", at=at, params=params)


def _queue(kind: Kind, rows: list[dict[str, Any]], **facts: Any) -> None:
    send_all(_notices(kind, rows, **facts))


def send_all(notices: list[Notice]) -> None:
    """Inbox rows are delivered by being written; mails wait for the deliverer, which is poked after commit."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    if any(notice.finished_at is None for notice in notices):
        transaction.on_commit(_poke, robust=True)


def letters_to_client(
    kind: Kind, *, about: UUID, user: User | None, occasion: str, language: str, paths: tuple[str, str], at: dt.datetime
) -> list[Notice]:
    """What ``mail_client`` and an inbox line would queue, made but not kept, for many clients in one go. ``paths`` are
    those of the mail and of the inbox."""
    mail = [{"channel": Channel.EMAIL, "user": None, "language": language}]
    inbox = [{"channel": Channel.INBOX, "user": user, "language": user.language}] if user else []
    told = _notices(kind, mail, who="client", about=about, occasion=occasion, path=paths[0], at=at, params=None)
    who = f"user{user.pk}" if user else ""
    return told + _notices(kind, inbox, who=who, about=about, occasion=occasion, path=paths[1], at=at, params=None)


def _notices(
    kind: Kind,
    rows: list[dict[str, Any]],
    *,
    who: str,
    about: UUID | None,
    occasion: str,
    path: str,
    at: dt.datetime,
    params: dict[str, Any] | None,
) -> list[Notice]:
    return [
        Notice(
            kind=kind.code,
            dedupe_key=f"{kind.code}:{about or ''}:{who}:{occasion}:{row['channel']}"[:200],
            subject_id=about,
            path=path,
            params=params or {},
            priority=kind.priority,
            created_at=at,
            available_at=at,
            finished_at=at if row["channel"] == Channel.INBOX else None,
            sent_at=at if row["channel"] == Channel.INBOX else None,
            **row,
        )
        for row in rows
    ]


def who_muted(kind: Kind, channel: Channel, users: Collection[User]) -> set[int]:
    """Those of these who do not want this kind by this way, which must be mutable. One query."""
    rows = NoticeChoice.objects.filter(kind=kind.code, channel=channel, user__in=users)
    return set(rows.values_list("user_id", flat=True))


def _poke() -> None:
    """Hint the worker that there is something to deliver. A lost hint costs seconds: the sweep finds it."""
    from accounts import tasks

    tasks.hint_delivery()

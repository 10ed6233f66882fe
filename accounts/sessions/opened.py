"""Where somebody is logged in, and ending that: here, elsewhere, everywhere."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from accounts.sessions import browsers, kept, limits

NO_ADDRESS = "0.0.0.0"  # noqa: S104 - nothing listens here


@dataclass(frozen=True)
class Opened:
    """One browser in which somebody is logged in."""

    id: int
    browser: str
    since: dt.datetime
    last_used: dt.datetime
    here: bool


def note(user_id: str, key: str, *, agent: str) -> None:
    """Put a new session on its owner's list. Its network address is kept nowhere (allauth would)."""
    own = {"user_id": int(user_id), "ip": NO_ADDRESS, "user_agent": agent[:200]}
    UserSession.objects.update_or_create(session_key=key, defaults=own)


def of_user(user: User, *, key: str | None, at: dt.datetime) -> list[Opened]:
    """Every session of this person that still counts at ``at``; the one of ``key`` first, then the last used. Two
    queries."""
    rows = {row.session_key: row for row in UserSession.objects.filter(user=user)}
    stored = Session.objects.filter(session_key__in=rows, expire_date__gt=at)
    found = []
    for session in stored:
        use = limits.read(SessionStore().decode(session.session_data))
        if use is not None and use.user_id == str(user.pk) and not use.lapsed(at):
            row = rows[session.session_key]
            found.append(
                Opened(
                    id=row.pk,
                    browser=browsers.in_words(row.user_agent),
                    since=dt.datetime.fromtimestamp(use.begun, dt.UTC),
                    last_used=dt.datetime.fromtimestamp(use.seen, dt.UTC),
                    here=session.session_key == key,
                )
            )
    return sorted(found, key=lambda one: (not one.here, -one.last_used.timestamp()))


@transaction.atomic
def end(user: User, number: int, *, by: Actor, at: dt.datetime) -> bool:
    """End one session of this person; False when it is not theirs or has gone. Nothing is found there any more."""
    rows = UserSession.objects.filter(user=user, pk=number)
    if not _end(rows.values_list("session_key", flat=True)):
        return False
    audit.record("session.ended", by=by, at=at, obj=user)
    return True


@transaction.atomic
def end_others(user: User, *, key: str | None, by: Actor, at: dt.datetime) -> int:
    """End every session of this person but the one of ``key``; returns how many."""
    rows = UserSession.objects.filter(user=user).exclude(session_key=key or "")
    count = _end(rows.values_list("session_key", flat=True))
    audit.record("session.others_ended", by=by, at=at, obj=user)
    return count


def end_all(user: User) -> int:
    """End every session of this person, in the transaction of whoever decides so; returns how many."""
    return _end(UserSession.objects.filter(user=user).values_list("session_key", flat=True))


def leave(key: str) -> None:
    """Somebody leaves at once: this session ends, and what was kept of their typing goes. The sweep clears the list."""
    session = SessionStore(key)
    use = limits.read(session)
    whole = use is not None and limits.is_whole(session, use)
    Session.objects.filter(session_key=key).delete()
    if use and whole:
        kept.forget_all(int(use.user_id))


def renamed(old: str, new: str) -> None:
    """A session got another key."""
    UserSession.objects.filter(session_key=old).update(session_key=new)


def sweep(at: dt.datetime) -> int:
    """Clear away sessions past their last moment, the list's lines about those, and text nobody came back for."""
    kept.sweep(at)
    Session.objects.filter(expire_date__lte=at).delete()
    gone, _each = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return gone


def _end(keys: Iterable[str]) -> int:
    """A request under way cannot bring an ended session back: saving one that is gone is an error in Django."""
    ended = list(keys)
    Session.objects.filter(session_key__in=ended).delete()
    UserSession.objects.filter(session_key__in=ended).delete()
    return len(ended)

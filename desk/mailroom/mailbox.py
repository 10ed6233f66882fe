"""From the mail server to the database: kept first, in a transaction of its own, and only then moved on the server.

Whatever dies in between, a mail lies in one of the two places, and being seen twice does no harm. This talks to
another machine, which may hang: it runs beside the sweep and never in it, and ends by itself.
"""

import datetime as dt
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, connection
from imap_tools import BaseMailBox, MailboxFetchError

from desk import sweeps
from desk.mailroom import keeping, sorting
from desk.mailroom.configuration import Mailbox
from desk.mailroom.line import Line

log = logging.getLogger("desk.mailroom")

NAME = "mailbox"  # of the heartbeat
LOCK = sweeps.LOCKS + 1000
RUN = 25.0  # seconds after which a run begins no further mail; the next one goes on
LARGEST = 30_000_000
OF_A_LARGER_ONE = 200_000
AT_ONCE = 20


class Stuck(Exception):
    """Some mails cannot be kept and lie on the server still."""


def look(box: Mailbox, at: dt.datetime) -> bool:
    """Fetch what is new and sort it. False when it failed, which is written down as a failed step of the sweep is."""
    try:
        fetch(box, at)
        sorting.sort_due(at)
        return True
    except Exception as error:  # noqa: BLE001 - the server, the line or the database; the next look begins afresh
        log.warning("no mail fetched: %s", type(error).__name__)
        with suppress(DatabaseError, InterfaceError):
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            sweeps.beat(f"{sweeps.FAILED}{NAME}", at)
        return False


def fetch(box: Mailbox, at: dt.datetime) -> int:
    """Keep every new mail; returns how many were new. Raises what the server or the database raises.

    One process at a time does it; another one returns at once. Call it outside a transaction.
    """
    with sweeps.alone(LOCK, wanted=True) as free:
        if not free:
            return 0
        with _contact(box) as post:
            found = _keep_all(post, box, at)
    sweeps.beat(NAME, at)
    return found


@contextmanager
def _contact(box: Mailbox) -> Iterator[Line]:
    post = Line(box)
    try:
        post.login(box.user, box.password, initial_folder=box.folder)
        yield post
    finally:
        post.hang_up()


def _keep_all(post: BaseMailBox, box: Mailbox, at: dt.datetime) -> int:
    """Each mail of the folder, the oldest first, some at once moved to where kept mail goes. Raises Stuck in the end
    when one of them cannot be kept; it stays where it is and holds up no other."""
    started, new, stuck = time.monotonic(), 0, 0
    validity = post.folder.status(box.folder, ["UIDVALIDITY"])["UIDVALIDITY"]
    uids = [int(uid) for uid in post.uids(charset=None)]
    if uids and not post.folder.exists(box.done):
        post.folder.create(box.done)
    for first in range(0, len(uids), AT_ONCE):
        part = uids[first : first + AT_ONCE]
        kept = keeping.known_places(box.place, validity, part)
        for uid in part:
            if uid in kept or time.monotonic() - started > RUN:
                continue
            try:
                if (got := _bytes_of(post, uid)) is None:
                    continue
                raw, size = got
                new += keeping.keep(
                    raw, folder=box.place, uidvalidity=validity, uid=uid, size=size, is_cut=size > len(raw), at=at
                )
                kept.add(uid)
            except (MailboxFetchError, DataError, IntegrityError) as error:
                log.error("mail %d cannot be kept: %s", uid, type(error).__name__)
                stuck += 1
        post.move([str(uid) for uid in sorted(kept)], box.done)
    if stuck:
        raise Stuck(f"{stuck} of {len(uids)}")
    return new


def _bytes_of(post: BaseMailBox, uid: int) -> tuple[bytes, int] | None:
    """The mail and its size; only the beginning of a giant. None when it is gone. Raises MailboxFetchError."""
    size = _size_of(post, uid)
    most = LARGEST if size <= LARGEST else OF_A_LARGER_ONE
    found = next(iter(post._fetch_by_one([str(uid)], f"(BODY.PEEK[]<0.{most}>)")), None)
    body = next((item[1] for item in found or [] if isinstance(item, tuple)), None)
    return None if body is None else (body, max(size, len(body)))


def _size_of(post: BaseMailBox, uid: int) -> int:
    answer = next(iter(post._fetch_by_one([str(uid)], "(RFC822.SIZE)")), [b""])
    words = bytes(answer[0]).replace(b")", b" ").split()
    return int(words[words.index(b"RFC822.SIZE") + 1]) if b"RFC822.SIZE" in words else 0

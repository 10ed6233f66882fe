"""Delivering the outbox: lease a notice, send it, mark it. When it is unclear whether it went: send it again.

A notice is taken in a short transaction of its own (FOR UPDATE SKIP LOCKED), so any number of deliverers may run side
by side, and one that is killed while sending loses nothing: its lease runs out and another sends the mail again,
under the same Message-ID. No transaction is open while the mail server is talked to.
"""

import datetime as dt
import logging
import random
import re
import smtplib
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Min
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Notice
from accounts.notices import KINDS, Kind, is_barred

log = logging.getLogger("accounts.delivery")

LEASE = dt.timedelta(seconds=60)  # longer than RUN and the slowest talk with a mail server together
RUN = 25.0  # seconds after which a run begins no further mail; the next sweep goes on
FIRST_PAUSE = dt.timedelta(seconds=5)
LONGEST_PAUSE = dt.timedelta(minutes=15)
GIVE_UP_AFTER = dt.timedelta(hours=24)
SHOW_DEAD_FOR = dt.timedelta(days=7)


class Unreachable(Exception):
    """The mail server does not let us in; its cause says how."""


class Post:
    """The connection to the mail server for one run: opened at the first mail, opened again after a failure."""

    def __init__(self) -> None:
        self.connection: Any = None

    def send(self, mail: EmailMultiAlternatives) -> None:
        """Send one mail; raises Unreachable, or what the mail server says about this mail."""
        if self.connection is None:
            self.connection = get_connection()
        try:
            self.connection.open()
        except OSError as error:
            self.close()
            raise Unreachable from error
        try:
            self.connection.send_messages([mail])
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        if self.connection is not None:
            with suppress(Exception):
                self.connection.close()
            self.connection = None


def deliver_due(at: dt.datetime) -> int:
    """Send every mail that is due at ``at``, urgent first; returns how many notices were finished.

    Call it outside a transaction. A mail server that cannot be reached ends the run: what is left stays due. Safe to
    run late, twice, and several at once.
    """
    post, started, finished = Post(), time.monotonic(), 0
    try:
        while time.monotonic() - started < RUN:
            notice = _take_next(at)
            if notice is None:
                break
            try:
                finished += _deliver(notice, post, at)
            except Unreachable as error:  # no use to try the next one now
                _put_back(notice, error.__cause__ or error, at)
                break
            except Exception as error:  # noqa: BLE001 - one mail that cannot be made or sent must not stop the others
                _put_back(notice, error, at)
    finally:
        post.close()
    return finished


def dead(at: dt.datetime) -> int:
    """How many notices of the last week were given up after a day of trying: the desk has to see that."""
    return Notice.objects.filter(dead_at__gt=at - SHOW_DEAD_FOR).count()


def oldest_undelivered(at: dt.datetime) -> dt.timedelta | None:
    """How long the notice that waits longest has been waiting; None when nothing waits."""
    first = Notice.objects.undelivered().aggregate(first=Min("created_at"))["first"]
    return max(at - first, dt.timedelta(0)) if first else None


def message_id(notice: Notice) -> str:
    """The same for every attempt at one notice, so that the receiver's mail program can merge doubles."""
    return f"<{_number(notice)}@{_host()}>"


def named_in(text: str) -> list[str]:
    """What stands before the host in each Message-ID of ours in this text, each once: as ``Notice.message_id``."""
    return list(dict.fromkeys(re.findall(rf"<([0-9a-f]{{40}})@{re.escape(_host())}>", text)))


def bounced(message_ids: Iterable[str], at: dt.datetime) -> list[Notice]:
    """A mail server tells that these mails never arrived: they count as given up, which the desk sees. Which they are.

    Once is enough: a second notice about the same mail changes nothing.
    """
    found = list(Notice.objects.sent_as(message_ids))
    lost = Notice.objects.filter(pk__in=[notice.pk for notice in found], dead_at=None, sent_at__isnull=False)
    lost.update(dead_at=at, last_error="came back")
    return found


def _number(notice: Notice) -> str:
    return salted_hmac("accounts.delivery", notice.dedupe_key, algorithm="sha256").hexdigest()[:40]


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def pause_after(attempts: int) -> dt.timedelta:
    """Doubles from 5 seconds to 15 minutes, with up to a fifth on top so that not all come back together."""
    plain = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return plain * random.uniform(1.0, 1.2)  # noqa: S311 - spreads load, guards nothing


@transaction.atomic
def _take_next(at: dt.datetime) -> Notice | None:
    """Lease the most urgent due notice; None when nothing is due, or all of it is in other hands."""
    notice = Notice.objects.due(at).select_for_update(skip_locked=True).first()
    if notice is None:
        return None
    notice.lease_until = at + LEASE
    notice.attempts += 1
    Notice.objects.filter(pk=notice.pk).update(lease_until=notice.lease_until, attempts=F("attempts") + 1)
    return notice


def _deliver(notice: Notice, post: Post, at: dt.datetime) -> bool:
    """Send it, or record why it may not be sent. True: it is finished."""
    kind = KINDS[notice.kind]
    if is_barred(notice.subject_id, notice.user_id):
        _finish(notice, at, skipped_because="may not know of it")
        return True
    address = kind.address(notice)
    if address.skip:
        _finish(notice, at, skipped_because=address.skip[:60])
        return True
    post.send(make_mail(notice, kind, address.email))
    _finish(notice, at, sent_at=at, last_error="", message_id=_number(notice))
    return True


def make_mail(notice: Notice, kind: Kind, to: str) -> EmailMultiAlternatives:
    """The mail in the receiver's language: neutral sender and subject, two sentences and a link."""
    with translation.override(notice.language):
        context = {
            "language": notice.language,
            "brand_name": settings.BRAND_NAME,
            "heading": str(kind.title).format(**notice.params),
            "text": str(kind.text).format(**notice.params),
            "can_answer": settings.MAILBOX is not None and kind.reaches_clients,
            "link": settings.SITE_URL + (kind.path(notice) or "/"),
        }
        subject = _("Urgent: there is a message for you") if kind.is_urgent else _("There is a message for you")
        mail = EmailMultiAlternatives(subject, render_to_string("mail/notice.txt", context), None, [to])
        mail.attach_alternative(render_to_string("mail/notice.html", context), "text/html")
    mail.extra_headers = {
        "Message-ID": message_id(notice),
        "Auto-Submitted": "auto-generated",
    }
    if kind.is_urgent:
        mail.extra_headers["Importance"] = "high"
    return mail


def _finish(notice: Notice, at: dt.datetime, **facts: Any) -> None:
    """Mark it; a second deliverer that sent it too finds it finished."""
    Notice.objects.filter(pk=notice.pk, finished_at=None).update(finished_at=at, lease_until=None, **facts)


def _put_back(notice: Notice, error: BaseException, at: dt.datetime) -> None:
    """Try again later; after a day it is dead, which the desk sees. Somebody else's newer lease is left alone."""
    reason = describe(error)
    mine = Notice.objects.filter(pk=notice.pk, finished_at=None, lease_until=notice.lease_until)
    if at - notice.created_at < GIVE_UP_AFTER:
        mine.update(lease_until=None, last_error=reason, available_at=at + pause_after(notice.attempts))
        log.warning("notice %s not sent (%s), attempt %d", notice.pk, reason, notice.attempts)
    else:
        mine.update(lease_until=None, last_error=reason, finished_at=at, dead_at=at)
        log.error("notice %s given up after %d attempts: %s", notice.pk, notice.attempts, reason)


def describe(error: BaseException) -> str:
    """What went wrong, without the address or anything else that a mail server repeats in its answer."""
    code = getattr(error, "smtp_code", "")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((answer[0] for answer in error.recipients.values()), "")
    return f"{type(error).__name__} {code}".strip()[:200]

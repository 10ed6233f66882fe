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
from collections.abc import Set as AbstractSet
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import gateway, holding, push
from accounts.carriers import NotTaken, Post, Unreachable
from accounts.enums import Channel
from accounts.models import Notice
from accounts.notices import FAILED, GIVEN_UP, KINDS, Kind, is_barred

log = logging.getLogger("accounts.delivery")

LEASE = dt.timedelta(seconds=60)  # longer than RUN and the slowest talk with a mail server together
RUN = 25.0  # seconds after which a run begins no further mail; the next sweep goes on
FIRST_PAUSE = dt.timedelta(seconds=5)
LONGEST_PAUSE = dt.timedelta(minutes=15)
GIVE_UP_AFTER = dt.timedelta(hours=24)
SHOW_DEAD_FOR = dt.timedelta(days=7)


def deliver_due(at: dt.datetime) -> int:
    """Send all that is due at ``at``, urgent first; returns how many notices were finished.

    Call it outside a transaction. A server that cannot be reached ends the run for what goes by that way, and for
    nothing else: what is left stays due. Safe to run late, twice, and several at once.
    """
    post, started, finished = Post(), time.monotonic(), 0
    away: set[str] = set()
    try:
        while time.monotonic() - started < RUN:
            notice = _take_next(at, away)
            if notice is None:
                break
            try:
                finished += _deliver(notice, post, at)
            except Unreachable as error:  # no use to try the next one now
                _put_back(notice, error.__cause__ or error, at)
                away.add(notice.channel)
            except Exception as error:  # noqa: BLE001 - one mail that cannot be made or sent must not stop the others
                _put_back(notice, error, at)
    finally:
        post.close()
    return finished


def dead(at: dt.datetime) -> int:
    """How many notices of the last week were given up after a day of trying: the desk has to see that."""
    return Notice.objects.filter(dead_at__gt=at - SHOW_DEAD_FOR).count()


def undelivered() -> QuerySet[Notice]:
    """What waits to be sent, but for what is held."""
    return Notice.objects.undelivered().exclude(holding.held())


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
def _take_next(at: dt.datetime, away: AbstractSet[str] = frozenset()) -> Notice | None:
    """Lease the most urgent due notice; None when nothing is due by a way that works, or all is in other hands."""
    due = Notice.objects.due(at).exclude(holding.held())
    due = due.exclude(channel__in=away) if away else due
    notice = due.select_for_update(skip_locked=True).first()
    if notice is None:
        return None
    notice.lease_until = at + LEASE
    notice.attempts += 1
    Notice.objects.filter(pk=notice.pk).update(lease_until=notice.lease_until, attempts=F("attempts") + 1)
    return notice


def _deliver(notice: Notice, post: Post, at: dt.datetime) -> bool:
    """Send it, or record why it may not be sent. True: it is finished."""
    kind = KINDS[notice.kind]
    if is_barred(kind, notice.subject_id, notice.user_id):
        _finish(notice, at, skipped_because="may not know of it")
        return True
    address = kind.address(notice)
    skip = address.skip or _carry(notice, kind, address.email, post)
    if skip:
        _finish(notice, at, skipped_because=skip[:60])
        return True
    by_mail = {"message_id": _number(notice)} if notice.channel == Channel.EMAIL else {}
    _finish(notice, at, sent_at=at, last_error="", **by_mail)
    return True


def _carry(notice: Notice, kind: Kind, email: str, post: Post) -> str:
    """Bring it by its own way; the reason when there is no such way to this person."""
    if notice.channel == Channel.EMAIL:
        post.send(make_mail(notice, kind, email))
        return ""
    words = brief(notice, kind)
    if notice.channel == Channel.SMS:
        number = notice.user.reachable_number if notice.user else ""
        if settings.SMS is None or not number:
            return "no number" if settings.SMS else "no gateway"
        text = f"{words['body']} {words['link']}"
        gateway.send(settings.SMS, number=number, words=text, message_id=message_id(notice).strip("<>"))
        return ""
    shown = notice.user is not None and push.send_all(notice.user, notice.pk, words, urgent=kind.is_urgent)
    return "" if shown else "no device"


def brief(notice: Notice, kind: Kind) -> dict[str, str]:
    """One neutral sentence and a link, for what others may see lying on a table."""
    with translation.override(notice.language):
        link = settings.SITE_URL + (kind.path(notice) or "/")
        return {"title": settings.BRAND_NAME, "body": str(kind.brief), "link": link}


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
    """Mark it and say so to its kind; a second deliverer that sent it too finds it finished."""
    with transaction.atomic():
        rows = Notice.objects.filter(pk=notice.pk, finished_at=None)
        if rows.update(finished_at=at, lease_until=None, **facts):
            _say(notice, str(facts.get("skipped_because", "")), at)


def _put_back(notice: Notice, error: BaseException, at: dt.datetime) -> None:
    """Try again later; after a day it is dead, which the desk sees. Somebody else's newer lease is left alone."""
    reason = describe(error)
    mine = Notice.objects.filter(pk=notice.pk, finished_at=None, lease_until=notice.lease_until)
    if at - notice.created_at < GIVE_UP_AFTER:
        mine.update(lease_until=None, last_error=reason, available_at=at + pause_after(notice.attempts))
        if notice.attempts == 1:
            _say(notice, FAILED, at)
        log.warning("notice %s not sent (%s), attempt %d", notice.pk, reason, notice.attempts)
    else:
        mine.update(lease_until=None, last_error=reason, finished_at=at, dead_at=at)
        _say(notice, GIVEN_UP, at)
        log.error("notice %s given up after %d attempts: %s", notice.pk, notice.attempts, reason)


def _say(notice: Notice, how: str, at: dt.datetime) -> None:
    """Tell the kind how it went. One that cannot hear it must not stop the post, nor make us send again."""
    try:
        with transaction.atomic():
            KINDS[notice.kind].ended(notice, how, at)
    except Exception:
        log.exception("how notice %s ended could not be told", notice.pk)


def describe(error: BaseException) -> str:
    """What went wrong, without the address or anything else that a mail server repeats in its answer."""
    code = getattr(error, "smtp_code", "") or (error.status if isinstance(error, NotTaken) else "")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((answer[0] for answer in error.recipients.values()), "")
    return f"{type(error).__name__} {code}".strip()[:200]

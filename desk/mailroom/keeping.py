"""Keeping a mail the moment it arrives, before anything is done with it; and letting go of it when its time is over."""

import datetime as dt
import hashlib
import hmac
import re

from django.conf import settings
from django.db import transaction

from accounts import audit
from accounts.actors import system
from accounts.models import DataKey
from desk.mailroom.enums import MailState
from desk.mailroom.models import Mail

BY = system("desk.mailroom")
KEPT = dt.timedelta(days=30)
"""How long the bytes of a mail are kept once it is sorted, and all of one that was not for us (ADR 0012)."""

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_NUMBER = re.compile(rb"(?im)^message-id:[ \t]*(?:\r?\n[ \t]+)?(\S{1,500})")
_WRITER = re.compile(rb"(?im)^(?:from|date|subject):.{0,500}")


def known_places(folder: str, uidvalidity: int, uids: list[int]) -> set[int]:
    """Which of these are kept already. One query."""
    rows = Mail.objects.filter(folder=folder, uidvalidity=uidvalidity, uid__in=uids)
    return set(rows.values_list("uid", flat=True))


@transaction.atomic
def keep(
    raw: bytes, *, folder: str, uidvalidity: int, uid: int, size: int, is_cut: bool = False, at: dt.datetime
) -> bool:
    """Store a mail, sealed, in one transaction; False when it was stored before, wherever it lay then.

    It asks nothing of the bytes, so there is none that cannot be kept.
    """
    identity = identity_of(raw)
    if Mail.objects.filter(identity=identity).exists():
        return False
    mail = Mail(
        data_key=DataKey.objects.make(), folder=folder, uidvalidity=uidvalidity, uid=uid, identity=identity,
        fetched_at=at, size=size, is_cut=is_cut,
    )  # fmt: skip
    mail.raw = raw.decode("latin-1")
    mail.save(force_insert=True)
    audit.record("mail.fetched", by=BY, at=at, obj=mail)
    return True


def identity_of(raw: bytes) -> str:
    """A keyed hash of the Message-ID and of what is below the headers: the same mail has it in every folder and by
    every road, and another mail that bears the same Message-ID has not. Without a Message-ID whoever wrote it, when
    and about what stand for it: two people may write the same few words."""
    gap = _BLANK_LINE.search(raw)
    head, body = (raw[: gap.start()], raw[gap.end() :]) if gap else (raw, raw)
    found = _NUMBER.search(head[:100_000])
    number = found[1] if found else b"\n".join(line.strip() for line in _WRITER.findall(head[:100_000]))
    key = hmac.new(next(iter(settings.INDEX_KEY.values())), b"mail", hashlib.sha256).digest()
    content = hashlib.sha256(body.strip() or raw).digest()
    return hmac.new(key, number + b"|" + content, hashlib.sha256).hexdigest()


def forget_over(at: dt.datetime) -> int:
    """Let go of what is only kept for a while. Safe to run late and twice; returns how many."""
    rows = list(Mail.objects.over(at).defer("raw", "body", "said")[:200])
    for mail in rows:
        _forget(mail, at)
    return len(rows)


@transaction.atomic
def _forget(mail: Mail, at: dt.datetime) -> None:
    """The bytes of a mail that is part of a case; all of one that is not, with its key. The row stays as a mark that
    this mail was here, so that it is not taken in a second time."""
    row = Mail.objects.filter(pk=mail.pk)
    if mail.state in {MailState.JOINED, MailState.REQUEST}:
        row.update(raw=None, erase_at=None)
    else:
        texts = dict.fromkeys(("raw", "sender", "sender_name", "subject", "body", "said", "reason"))
        mail.enclosures.all().delete()
        row.update(**texts, data_key=None, sender_index="", erase_at=None, state=MailState.SET_ASIDE)
        DataKey.objects.filter(pk__in=[mail.data_key_id] if mail.data_key_id else []).delete()
    audit.record("mail.erased", by=BY, at=at, obj=mail)

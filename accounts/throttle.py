"""Guessing costs time: each try is counted in the database before it is looked at, and given back when it succeeds.

After a few free tries the next one has to wait, each time longer, up to a few minutes. It is a delay and never a
lock-out: nobody can shut out the duty worker, and log-in by passkey has nothing to guess. Counting comes first, under a
lock on the row, so that forty tries at the same moment get no further than forty after each other. Only keyed hashes
of account and network address are kept, for a day.
"""

import datetime as dt
import hashlib
import hmac
import ipaddress
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import ngettext

from accounts.models import Throttle

FORGOTTEN_AFTER = dt.timedelta(days=1)


@dataclass(frozen=True)
class Pace:
    """How many tries are free, and how long the next ones wait: ``first``, then twice as long each time."""

    free: int
    first: dt.timedelta
    longest: dt.timedelta


NEAR = Pace(5, dt.timedelta(seconds=5), dt.timedelta(minutes=5))
"""From one network, on one account."""

FAR = Pace(30, dt.timedelta(seconds=1), dt.timedelta(seconds=20))
"""On one account from everywhere together: short, because it also holds up whoever the account belongs to."""

Keys = dict[str, Pace]


def keys(what: str, account: str, place: str) -> Keys:
    """The rows that tries on this account count in. ``place`` is the network address they come from."""
    return near(what, account, place) | {_hash(what, account.lower(), "everywhere"): FAR}


def near(what: str, account: str, place: str) -> Keys:
    """Only the row of this account and this place together: nobody elsewhere is held up."""
    return {_hash(what, account.lower(), network(place)): NEAR}


def admit(rows: Keys, at: dt.datetime) -> dt.timedelta:
    """Nothing when the try may be looked at: it is counted then. Otherwise how long to wait; nothing is counted.

    Call it outside a transaction, so that the count stands before anything is looked at.
    """
    with transaction.atomic():
        Throttle.objects.bulk_create([Throttle(key=key, last_at=at) for key in rows], ignore_conflicts=True)
        found = list(Throttle.objects.select_for_update().filter(key__in=rows).order_by("key"))
        wait = max(waiting_time(row, rows[row.key], at) for row in found)
        if wait:
            return wait
        forgotten = [row.key for row in found if at - row.last_at > FORGOTTEN_AFTER]
        Throttle.objects.filter(key__in=forgotten).update(failures=0)
        Throttle.objects.filter(key__in=rows).update(failures=F("failures") + 1, last_at=at)
    return dt.timedelta()


def forgive(rows: Iterable[str]) -> None:
    """The try succeeded: what was counted before it counts no more."""
    Throttle.objects.filter(key__in=list(rows)).delete()


def waiting_time(row: Throttle, pace: Pace, at: dt.datetime) -> dt.timedelta:
    """How long the next try has to wait; nothing until the free ones are used up."""
    if at - row.last_at > FORGOTTEN_AFTER:
        return dt.timedelta()
    return max(row.last_at + delay_after(row.failures, pace) - at, dt.timedelta())


def delay_after(failures: int, pace: Pace = NEAR) -> dt.timedelta:
    """How long to wait after so many failures; never so long that somebody is locked out."""
    if failures < pace.free:
        return dt.timedelta()
    return min(pace.first * 2 ** min(failures - pace.free, 16), pace.longest)


def forget_old(at: dt.datetime) -> int:
    """Rows of yesterday go, by the sweep; returns how many."""
    return Throttle.objects.filter(last_at__lt=at - FORGOTTEN_AFTER).delete()[0]


def wait_words(wait: dt.timedelta) -> str:
    """What to tell somebody who has to wait."""
    seconds = math.ceil(wait.total_seconds())
    if seconds > 90:
        minutes = math.ceil(seconds / 60)
        words = ngettext("Wait %(n)d minute, then try again.", "Wait %(n)d minutes, then try again.", minutes)
        return words % {"n": minutes}
    return ngettext("Wait %(n)d second, then try again.", "Wait %(n)d seconds, then try again.", seconds) % {
        "n": seconds
    }


def place_of(request: Any) -> str:
    """The network address of the visitor: what the last of our own proxies wrote down, never what a visitor claims."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if proxies and passed:
        return passed[-min(proxies, len(passed))]
    return str(request.META.get("REMOTE_ADDR", ""))


def network(place: str) -> str:
    """The address; of IPv6 only the network, which one household or barracks has as a whole."""
    try:
        address = ipaddress.ip_address(place)
    except ValueError:
        return place
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def _hash(*parts: str) -> str:
    own = hmac.new(next(iter(settings.INDEX_KEY.values())), b"throttle", hashlib.sha256).digest()
    return hmac.new(own, "|".join(parts).encode(), hashlib.sha256).hexdigest()

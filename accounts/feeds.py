"""Somebody's shifts as iCalendar, behind a secret address. Shows nothing of anybody else, and no place or number."""

import datetime as dt
import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts import audit, vault
from accounts.actors import Actor
from accounts.models import Membership, Shift, ShiftFeed, User

SHOWN_BACK = dt.timedelta(days=31)
SHOWN_AHEAD = dt.timedelta(days=400)
NOBODY = User(pk=0, language="nl")


@transaction.atomic
def make(user: User, *, by: Actor, at: dt.datetime) -> str:
    """A new address, which is shown this once; an older one is worth nothing from now on."""
    secret = secrets.token_urlsafe(32)
    ShiftFeed.objects.update_or_create(user=user, defaults={"secret_hash": hash_of(secret), "made_at": at})
    audit.record("shift_feed.made", by=by, at=at, obj=user)
    return secret


@transaction.atomic
def revoke(user: User, *, by: Actor, at: dt.datetime) -> bool:
    """The address is worth nothing any more; False when there was none."""
    gone, _rows = ShiftFeed.objects.filter(user=user).delete()
    if gone:
        audit.record("shift_feed.revoked", by=by, at=at, obj=user)
    return bool(gone)


def of(user: User) -> ShiftFeed | None:
    return ShiftFeed.objects.filter(user=user).first()


def read(secret: str, at: dt.datetime) -> bytes | None:
    """The calendar behind an address; None for one that is unknown, revoked, or of somebody who works here no longer.

    The work is the same either way: an unknown address is looked up and written out as an empty calendar.
    """
    live = Membership.objects.live_on(timezone.localdate(at)).filter(user__is_active=True)
    rows = ShiftFeed.objects.filter(secret_hash=hash_of(secret), user__in=live.values("user")).select_related("user")
    found = rows.first()
    body = _written(found.user if found else NOBODY, found.made_at if found else at, at)
    return body if found else None


def etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return vault.blind_index("shift feed", secret)


def _written(user: User, made_at: dt.datetime, at: dt.datetime) -> bytes:
    """Moments are written in UTC, so that no calendar has to know our clock changes. The stamp stays the same as long
    as the shifts do, or every poll would look like a change."""
    rows = Shift.objects.filter(user_id=user.pk, ends_at__gt=at - SHOWN_BACK, starts_at__lt=at + SHOWN_AHEAD)
    with translation.override(user.language):
        calendar = Calendar()
        calendar.add("prodid", f"-//{settings.BRAND_NAME}//roster//NL")
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", _("Shifts"))
        for shift in rows.order_by("starts_at", "pk"):
            event = Event()
            event.add("uid", f"shift-{shift.pk}@nabij")
            event.add("dtstamp", made_at.astimezone(dt.UTC))
            event.add("dtstart", shift.starts_at.astimezone(dt.UTC))
            event.add("dtend", shift.ends_at.astimezone(dt.UTC))
            event.add("summary", _("Shift"))
            event.add("transp", "OPAQUE")
            calendar.add_component(event)
    return bytes(calendar.to_ical())

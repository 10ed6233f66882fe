"""The link of an alert: one button for one person, without log-in. It says nothing and shows nothing.

It is made from the alert and the person with a key, so it is stored nowhere and fits nothing else. Whoever finds it
can do one thing only: say that this person is on it.
"""

import base64
import datetime as dt
import hashlib
import hmac
from uuid import UUID

from django.conf import settings

from accounts.actors import Actor, actor_for
from accounts.models import User
from accounts.roles import CASE_TRIAGE
from cases.models import Alert

USE = b"alert tap"
SIGN = 16
COUNTS_FOR = dt.timedelta(hours=12)


def token(alert_id: UUID, user_id: int) -> str:
    """The last part of the link, made with the first key."""
    body = alert_id.bytes + user_id.to_bytes(4, "big")
    return base64.urlsafe_b64encode(body + _sign(next(iter(settings.INTAKE_KEY.values())), body)).decode()


def read(text: str) -> tuple[UUID, int] | None:
    """The alert and the person; None for anything that we did not make."""
    try:
        raw = base64.b64decode(text[:80].encode(), altchars=b"-_", validate=True)
    except ValueError:
        return None
    body, sign = raw[:-SIGN], raw[-SIGN:]
    known = [hmac.compare_digest(_sign(key, body), sign) for key in settings.INTAKE_KEY.values()]
    return (UUID(bytes=body[:16]), int.from_bytes(body[16:], "big")) if len(body) == 20 and any(known) else None


def waiting_for(text: str, at: dt.datetime) -> tuple[Alert, Actor] | None:
    """The alert and the person, as long as the link counts: called in these hours, still open, and may see it."""
    found = read(text)
    if found is None:
        return None
    alert_id, user_id = found
    user = User.objects.filter(pk=user_id, is_active=True).first()
    alert = Alert.objects.called(user_id, since=at - COUNTS_FOR).filter(pk=alert_id).first()
    if user is None or alert is None:
        return None
    by = actor_for(user, at)
    if not by.may(CASE_TRIAGE) or not Alert.objects.for_eyes_of(by, at).filter(pk=alert_id).exists():
        return None
    return alert, by


def _sign(key: bytes, body: bytes) -> bytes:
    """A key of its own for this use."""
    return hmac.new(hmac.new(key, USE, hashlib.sha256).digest(), body, hashlib.sha256).digest()[:SIGN]

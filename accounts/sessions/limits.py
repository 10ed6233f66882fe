"""How long a session lasts: an idle limit and an absolute one, for staff and for clients (SECURITY 2.8).

What is needed to judge lies in the session itself, so that a request costs no query more.
"""

import datetime as dt
from dataclasses import asdict, dataclass, replace
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Membership

KEY = "use"
WRITE_AFTER = dt.timedelta(minutes=1)
"""Use is written down at most this often, so that the idle limit is never longer than said and up to this shorter."""


@dataclass(frozen=True)
class Use:
    """Whose session it is, since when, when it was last used (seconds since 1970), and which limits count."""

    user_id: str
    begun: float
    seen: float
    staff: bool

    @property
    def limits(self) -> tuple[dt.timedelta, dt.timedelta]:
        """Idle and absolute."""
        return settings.SESSION_LIMITS["staff" if self.staff else "client"]

    @property
    def closes_at(self) -> float:
        """The moment at which it has lapsed: the nearest of both limits."""
        idle, absolute = self.limits
        return min(self.seen + idle.total_seconds(), self.begun + absolute.total_seconds())

    @property
    def who(self) -> str:
        """A word that is the same for the same person, for a page to notice that somebody else is logged in now."""
        return salted_hmac("accounts.sessions.who", self.user_id).hexdigest()[:16]

    def lapsed(self, at: dt.datetime) -> bool:
        return at.timestamp() >= self.closes_at

    def seconds_left(self, at: dt.datetime) -> int:
        return max(0, int(self.closes_at - at.timestamp()))

    def used(self, at: dt.datetime) -> "Use":
        """The same session after use at ``at``; a late request never turns the clock back."""
        return replace(self, seen=max(self.seen, at.timestamp()))


def read(session: Any) -> Use | None:
    """What the session says; None when nobody is logged in, or it does not say yet."""
    kept = session.get(KEY)
    user_id = session.get(SESSION_KEY)
    if user_id is None or not isinstance(kept, dict) or kept.get("user_id") != str(user_id):
        return None
    return Use(**kept)


def write(session: Any, use: Use) -> None:
    session[KEY] = asdict(use)


def begin(session: Any, at: dt.datetime) -> Use | None:
    """Note who has just logged in; None when nobody has. One query: staff are those with a live membership."""
    user_id = session.get(SESSION_KEY)
    if user_id is None:
        return None
    staff = Membership.objects.filter(user=int(user_id)).live_on(timezone.localdate(at)).exists()
    use = Use(user_id=str(user_id), begun=at.timestamp(), seen=at.timestamp(), staff=staff)
    write(session, use)
    return use


def is_whole(session: Any, use: Use) -> bool:
    """Whether the session proved enough to keep or throw away what was typed: of staff a password alone does not."""
    proofs = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or ()
    return not use.staff or any(proof.get("method") == "mfa" for proof in proofs)


def is_due(use: Use, at: dt.datetime) -> bool:
    """Whether use has to be written down again."""
    return at.timestamp() - use.seen >= WRITE_AFTER.total_seconds()


def in_words(use: Use) -> dict[str, int]:
    """The limits for who reads them: ``idle`` in minutes, ``hours`` at the most."""
    idle, absolute = use.limits
    return {"idle": int(idle.total_seconds() // 60), "hours": int(absolute.total_seconds() // 3600)}

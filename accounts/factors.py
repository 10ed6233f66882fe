"""The second factor: who must have one, what this session proved and when, and codes that work once (SECURITY 2.8).

All of it is read from what allauth wrote in the session while logging in; one that passed a factor costs no query.
"""

import datetime as dt
import time
from collections.abc import Iterable
from typing import Any

import qrcode
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.utils.translation import gettext as _

from accounts import vault
from accounts.models import UsedCode, User

FRESH_FOR = dt.timedelta(minutes=5)
REAL = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)
"""Recovery codes are the spare key of one of these, never a factor alone."""

PURPOSE = "second factor"


def is_strong(request: Any) -> bool:
    """Whether this session passed a second factor, or came in with a passkey. No query."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def remember_strong(request: Any, user: User, kind: str) -> None:
    """This session proved a second factor by ``kind``: one that was just added, or the employer's own log-in."""
    record_authentication(request, user, "mfa", type=kind)


def is_fresh(request: Any) -> bool:
    """Whether the person proved in the last five minutes that it is them, with their factor when they have one."""
    since = time.time() - FRESH_FOR.total_seconds()
    records = [record for record in get_authentication_records(request, request.user) if record.get("at", 0) >= since]
    if any(record.get("method") == "mfa" for record in records):
        return True
    return bool(records) and not has_factor(request.user)


def has_factor(user: User) -> bool:
    """Whether there is a passkey or an app to ask for. One query."""
    return Authenticator.objects.filter(user=user, type__in=REAL).exists()


def kinds_of(user: User) -> str:
    """In words which second factors somebody has. One query."""
    kinds = set(Authenticator.objects.filter(user=user, type__in=REAL).values_list("type", flat=True))
    if kinds == set(REAL):
        return _("Passkey and app")
    if kinds:
        return _("Passkey") if Authenticator.Type.WEBAUTHN in kinds else _("App with codes")
    return _("None yet")


def is_last(authenticator: Authenticator) -> bool:
    """Whether the user has no other passkey or app. One query."""
    return (
        not Authenticator.objects.filter(user=authenticator.user_id, type__in=REAL)
        .exclude(pk=authenticator.pk)
        .exists()
    )


def use_code(user: User, secret: str, code: str) -> bool:
    """Whether an app with this secret shows this code now, or half a minute ago or ahead, and nobody used it yet.

    From then on it works no more, and neither does an earlier one. One row a user in the database decides, so that two
    tries at once or an emptied cache change nothing. The half minutes on either side are for who types slowly and for
    a phone whose clock is off (RFC 6238, 5.2).
    """
    typed = [
        step
        for step in totp.yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=_code(secret, step))
    ]
    if not typed:
        return False
    UsedCode.objects.bulk_create([UsedCode(user=user)], ignore_conflicts=True)
    return UsedCode.objects.filter(user=user, step__lt=typed[0]).update(step=typed[0]) == 1


def give_apps(users: Iterable[User], secret: str) -> None:
    """An app with this secret for each, as if they had added it. One query."""
    kind = Authenticator.Type.TOTP
    rows = [Authenticator(user=user, type=kind, data={"secret": seal(secret)}) for user in users]
    Authenticator.objects.bulk_create(rows, ignore_conflicts=True)


def code_of(secret: str) -> str:
    """The code that an app with this secret shows now."""
    return _code(secret, int(time.time()) // app_settings.TOTP_PERIOD)


def _code(secret: str, step: int) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, step))


def seal(text: str) -> str:
    return vault.seal_secret(PURPOSE, text)


def unseal(text: str) -> str:
    return vault.unseal_secret(PURPOSE, text)


def square_code(text: str) -> str:
    """The square code of a text as the path of an SVG, one unit a dot, with the size of its side before it."""
    code = qrcode.QRCode(border=2)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    dots = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return f"{len(rows)} {dots}"

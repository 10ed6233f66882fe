"""Visitors halfway through a door, for the walk: each has done what comes before the page, by the site's own forms."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from accounts.entrance import know_addresses
from accounts.models import User
from desk.demo.organisation import PASSWORD
from tests.factories.passkey import SoftKey

PLAIN = "iris@thuis.example"
"""Somebody who never chose a password."""


def _sent(path: str, **fields: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.post(path, fields)
    return client


def _key(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _code() -> Client:
    return _sent("/account/inloggen/code/", email="tom@thuis.example")


def _sign_up() -> Client:
    return _sent("/account/nieuw/", email="nieuw@thuis.example", password1="een lange zin van mij")


def _forgotten() -> Client:
    return _sent("/account/wachtwoord/vergeten/", email="lisa@thuis.example")


def _choosing() -> Client:
    client = _forgotten()
    code = SessionStore(_key(client))["account_password_reset_verification"]["code"]
    client.post("/account/wachtwoord/vergeten/code/", {"code": code})
    return client


def _factor() -> Client:
    return _sent("/account/inloggen/", login="samira@nabij.example", password=PASSWORD)


DOORS: dict[str, Callable[[], Client]] = {
    "code": _code,
    "sign_up": _sign_up,
    "forgotten": _forgotten,
    "choosing": _choosing,
    "factor": _factor,
}


def session_at(door: str) -> str:
    """The session key of somebody who stands there."""
    return _key(DOORS[door]())


def plain() -> User:
    """Somebody who logs in with a code by mail."""
    found = User.objects.filter(email=PLAIN).first()
    if found is None:
        found = User.objects.create_user(PLAIN)
        know_addresses([found])
    return found


def give_passkey(user: User, name: str) -> Authenticator:
    """A passkey and recovery codes, as if the user had added them."""
    made = SoftKey().create({"publicKey": {"user": {"id": "AAAA"}, "challenge": "AAAA"}})
    RecoveryCodes.activate(user)
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": made}
    )

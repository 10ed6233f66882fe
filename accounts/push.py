"""Web Push: a sign on somebody's own device, encrypted for that device, that says nothing (RFC 8030, 8291, 8292).

A browser gives us an address at its maker's push service. We only ever write to services that settings name, so that
nobody can make the site write to a machine of their choice.
"""

import datetime as dt
import json
from base64 import urlsafe_b64decode
from urllib.parse import urlsplit
from uuid import UUID

import requests
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django.conf import settings
from django.db import transaction
from pywebpush import WebPushException, webpush

from accounts import audit, vault
from accounts.actors import Actor
from accounts.carriers import NotTaken, Unreachable
from accounts.models import DataKey, Device, User

MOST_DEVICES = 5
TIMEOUT = 5.0
AUTH_BYTES = 16
KEEP_FOR = {True: dt.timedelta(minutes=30), False: dt.timedelta(hours=12)}
"""How long a push service keeps a sign for a device that is off: an old alert helps nobody."""

GONE = (404, 410)


class BadDevice(Exception):
    """What the browser sent is no subscription that we can use."""


def is_on() -> bool:
    """Whether this site can show signs at all."""
    return bool(settings.VAPID_KEY)


@transaction.atomic
def add(user: User, subscription: str, label: str, *, by: Actor, at: dt.datetime) -> Device:
    """Remember this browser. One that somebody else used before is theirs no longer. Raises BadDevice."""
    endpoint, keys = _parts(subscription)
    index = vault.blind_index("push endpoint", endpoint)
    _forget(list(Device.objects.select_for_update().filter(endpoint_index=index)))
    if Device.objects.filter(user=user).count() >= MOST_DEVICES:
        raise BadDevice
    device = Device(user=user, data_key=DataKey.objects.make(), label=label[:40], endpoint_index=index, added_at=at)
    device.endpoint, device.secrets = endpoint, keys
    device.save(force_insert=True)
    audit.record("device.added", by=by, at=at, obj=device)
    return device


@transaction.atomic
def remove(user: User, device_id: UUID, *, by: Actor, at: dt.datetime) -> bool:
    """No signs there any more; False when it is not theirs."""
    rows = list(Device.objects.select_for_update().filter(user=user, pk=device_id))
    _forget(rows)
    for device in rows:
        audit.record("device.removed", by=by, at=at, obj=device)
    return bool(rows)


def forget_all(user: User) -> None:
    """No device of theirs shows anything any more; for an account that is closed."""
    _forget(list(Device.objects.select_for_update().filter(user=user)))


def send_all(user: User, notice_id: UUID, words: dict[str, str], *, urgent: bool) -> int:
    """A sign on each device of somebody; how many have it by now. Raises what the last that failed said.

    A device that has it does not get it again when another makes us try again; one that is gone is forgotten. Each
    has a push service, so one that cannot be reached says nothing about the others, and is not asked again.
    """
    shown, away = 0, set()
    failure: NotTaken | Unreachable | None = None
    for device in Device.objects.filter(user=user).select_related("data_key"):
        try:
            if device.last_notice != notice_id:
                if (host := urlsplit(str(device.endpoint)).netloc) in away:
                    continue
                _send(device, notice_id, words, urgent=urgent)
                Device.objects.filter(pk=device.pk).update(last_notice=notice_id)
        except (NotTaken, Unreachable) as error:
            if isinstance(error, NotTaken) and error.status in GONE:
                _forget([device])
            else:
                failure = error
            if isinstance(error, Unreachable):
                away.add(host)
        else:
            shown += 1
    if failure is not None:
        raise failure
    return shown


def _send(device: Device, notice_id: UUID, words: dict[str, str], *, urgent: bool) -> None:
    headers = {"Urgency": "high" if urgent else "normal", "Topic": notice_id.hex}
    with requests.Session() as session:
        session.max_redirects = 0  # the address was checked, another one was not
        try:
            webpush(
                {"endpoint": str(device.endpoint), "keys": dict(device.secrets)}, json.dumps(words), headers=headers,
                vapid_private_key=settings.VAPID_KEY, vapid_claims={"sub": settings.VAPID_CONTACT},
                ttl=int(KEEP_FOR[urgent].total_seconds()), timeout=TIMEOUT, requests_session=session,
            )  # fmt: skip
        except WebPushException as error:
            raise NotTaken(error.response.status_code if error.response is not None else 0) from error
        except requests.TooManyRedirects as error:
            raise NotTaken(302) from error
        except requests.RequestException as error:
            raise Unreachable from error


def _parts(subscription: str) -> tuple[str, dict[str, str]]:
    """Address and keys of what the browser's PushSubscription turns into as JSON."""
    try:
        sent = json.loads(subscription)
        endpoint = sent["endpoint"]
        keys = {name: sent["keys"][name] for name in ("p256dh", "auth")}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadDevice from error
    if not all(isinstance(text, str) and 0 < len(text) <= 1000 for text in (endpoint, *keys.values())):
        raise BadDevice
    if not is_push_service(endpoint) or not _can_encrypt(**keys):
        raise BadDevice
    return endpoint, keys


def _can_encrypt(p256dh: str, auth: str) -> bool:
    """Whether these are a point on the curve and a secret (RFC 8291): with others no sign could ever be made."""
    try:
        point, secret = (urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in (p256dh, auth))
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        return False
    return len(secret) == AUTH_BYTES


def is_push_service(address: str) -> bool:
    """Whether this is at one of the push services we know; ``*.`` before a name stands for anything in front."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username or parts.password:
        return False
    if f"{host}:{port}" in settings.PUSH_SERVICES:  # on this machine, in tests
        return parts.scheme == "http"
    known = any(host.endswith(name[1:]) if name.startswith("*.") else host == name for name in settings.PUSH_SERVICES)
    return known and parts.scheme == "https" and port in (None, 443)


def _forget(devices: list[Device]) -> None:
    """With their keys."""
    for device in devices:
        key = device.data_key_id
        device.delete()
        DataKey.objects.filter(pk=key).delete()

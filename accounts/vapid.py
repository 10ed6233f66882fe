"""The key with which the site shows push services that it is itself (VAPID, RFC 8292)."""

import base64
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.exceptions import ImproperlyConfigured
from py_vapid import Vapid02, VapidException
from py_vapid.utils import b64urlencode

LENGTH = 32


def check(key: str) -> str:
    """The private key in base64url, when it is one; raises ImproperlyConfigured. Empty: no push."""
    key = key.translate(str.maketrans("+/", "-_")).rstrip("=")
    if key:
        try:
            if len(base64.urlsafe_b64decode(key + "=")) != LENGTH:
                raise ValueError(key)
            Vapid02.from_raw(key.encode())
        except (VapidException, ValueError, TypeError) as error:
            raise ImproperlyConfigured("NABIJ_VAPID_KEY must be a P-256 private key of 32 bytes, base64url.") from error
    return key


def public_key(key: str) -> str:
    """What a browser needs to subscribe; empty when there is no push here."""
    if not key:
        return ""
    own: Any = Vapid02.from_raw(key.encode())
    return str(b64urlencode(own.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)))

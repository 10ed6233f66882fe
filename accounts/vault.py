"""Encryption of personal text (SECURITY, adopted 6; GDPR art. 32).

One random 256-bit data key per case and one per person, wrapped by a key-encryption key from the environment.
A value is AES-256-GCM, bound to its table, column, row and key: copied to another place it cannot be read.
Destroying a data key erases everything written with it. A value that cannot be read raises; it is never shown raw.
"""

import base64
import hashlib
import hmac
import logging
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = b"\x01"
NONCE = 12
log = logging.getLogger("accounts.vault")


class CannotRead(Exception):
    """A sealed value was changed, moved, or its key is gone."""


def wrap(data_key: bytes, name: str) -> tuple[str, bytes]:
    """Seal a new data key with the first key-encryption key; returns that key's id and the wrapped bytes."""
    key_id = next(iter(settings.VAULT_KEYS))
    nonce = os.urandom(NONCE)
    return key_id, nonce + AESGCM(settings.VAULT_KEYS[key_id]).encrypt(nonce, data_key, name.encode())


@lru_cache(maxsize=4096)
def unwrap(key_id: str, wrapped: bytes, name: str) -> bytes:
    """The data key again; raises CannotRead when the key-encryption key is unknown or the bytes were changed."""
    try:
        return AESGCM(settings.VAULT_KEYS[key_id]).decrypt(wrapped[:NONCE], wrapped[NONCE:], name.encode())
    except (KeyError, InvalidTag) as error:
        log.error("data key %s cannot be unwrapped", name)
        raise CannotRead(name) from error


def seal(data_key: bytes, text: str, place: str) -> bytes:
    """Encrypt ``text`` for ``place`` (``table|column|row|key``)."""
    return seal_bytes(data_key, text.encode(), place)


def unseal(data_key: bytes, sealed: bytes, place: str) -> str:
    """The text again; raises CannotRead when the value was changed or comes from another place."""
    return unseal_bytes(data_key, sealed, place).decode()


def seal_bytes(data_key: bytes, content: bytes, place: str) -> bytes:
    """The same for what is no text."""
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(data_key).encrypt(nonce, content, place.encode())


def unseal_bytes(data_key: bytes, sealed: bytes, place: str) -> bytes:
    """Those bytes again; raises CannotRead as ``unseal`` does."""
    if sealed[:1] != VERSION:
        raise CannotRead(place)
    try:
        return AESGCM(data_key).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], place.encode())
    except InvalidTag as error:
        log.error("sealed value cannot be read: %s", place)
        raise CannotRead(place) from error


def seal_secret(purpose: str, text: str) -> str:
    """Encrypt a secret that belongs to no case or person, with a key of its own for ``purpose``; text for a column."""
    key_id = next(iter(settings.VAULT_KEYS))
    return f"{key_id}:{base64.b64encode(seal(_key_for(purpose, key_id), text, purpose)).decode()}"


def unseal_secret(purpose: str, sealed: str) -> str:
    """The secret again; raises CannotRead when it was changed, was made for something else, or its key is gone."""
    key_id, _colon, body = sealed.partition(":")
    try:
        return unseal(_key_for(purpose, key_id), base64.b64decode(body, validate=True), purpose)
    except (KeyError, ValueError) as error:
        log.error("secret of %s cannot be read", purpose)
        raise CannotRead(purpose) from error


def _key_for(purpose: str, key_id: str) -> bytes:
    return hmac.new(settings.VAULT_KEYS[key_id], f"purpose|{purpose}".encode(), hashlib.sha256).digest()


def blind_index(kind: str, normalised: str) -> str:
    """A keyed hash for exact search on an e-mail address, phone, personnel number or surname; empty stays empty."""
    if not normalised:
        return ""
    key = next(iter(settings.INDEX_KEY.values()))
    return hmac.new(key, f"{kind}|{normalised}".encode(), hashlib.sha256).hexdigest()

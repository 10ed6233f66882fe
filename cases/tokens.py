"""The link and the spoken code of an invitation, and the links to a draft and to a led talk.

Only keyed hashes of them are kept. The link is derived from the invitation's id, so that it can be shown again and
mailed without being stored; the code is random and shown once. Both are needed: whoever
reads a mail has not heard the code.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from uuid import UUID

from django.conf import settings

CODE_DIGITS = 8
TOKEN_BYTES = 20
FAMILY, DRAFT, MEDIATION = "family link", "draft link", "mediation link"
"""What a link is for: each use has a key of its own."""


def token_of(invitation_id: UUID, token_hash: str, use: str = FAMILY) -> str:
    """The last part of the link; empty when the key it was made with is gone."""
    for key in settings.INTAKE_KEY.values():
        token = _token(key, invitation_id, use)
        if hmac.compare_digest(_keyed(key, f"{use} hash", token.encode()).hex(), token_hash):
            return token
    return ""


def new_token(invitation_id: UUID, use: str = FAMILY) -> str:
    """For a new invitation or draft, with the first key."""
    return _token(next(iter(settings.INTAKE_KEY.values())), invitation_id, use)


def token_hashes(token: str, use: str = FAMILY) -> list[str]:
    """What may be stored of this link: one hash per key, the first for new invitations."""
    return list(_hashes(f"{use} hash", token[:80]))


def new_code() -> str:
    """Eight digits in two groups, to be told by voice."""
    digits = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    return f"{digits[:4]} {digits[4:]}"


def code_hash(invitation_id: UUID, code: str) -> str:
    return next(_code_hashes(invitation_id, code))


def code_fits(stored: str, invitation_id: UUID, typed: str) -> bool:
    """Whether this is the code, with or without blanks and dashes."""
    found = [hmac.compare_digest(stored, candidate) for candidate in _code_hashes(invitation_id, typed)]
    return any(found)


def _code_hashes(invitation_id: UUID, code: str) -> Iterator[str]:
    digits = "".join(sign for sign in code[:60] if sign.isdecimal())
    return _hashes("family code", f"{invitation_id}|{digits}")


def _hashes(use: str, text: str) -> Iterator[str]:
    for key in settings.INTAKE_KEY.values():
        yield _keyed(key, use, text.encode(errors="replace")).hex()


def _token(key: bytes, invitation_id: UUID, use: str) -> str:
    made = _keyed(key, use, invitation_id.bytes)[:TOKEN_BYTES]
    return base64.b32encode(made).decode().lower()


def _keyed(key: bytes, use: str, value: bytes) -> bytes:
    """The key is also used for other things: a key of its own for each use."""
    return hmac.new(hmac.new(key, use.encode(), hashlib.sha256).digest(), value, hashlib.sha256).digest()

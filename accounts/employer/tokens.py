"""Judging an identity token (OpenID Connect Core 3.1.3.7). allauth trusts the connection; we look at the token too.

Pure but for the clock that PyJWT reads: the keys and everything to compare with are given.
"""

import hmac
from typing import Any

import jwt
from jwt import PyJWK

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a public key only: with others, whoever knows that key could sign."""

LEEWAY = 30
LONGEST_SUBJECT = 191


class NotAccepted(Exception):
    """A token that proves nothing; the message is one word for the audit."""


def check(
    token: Any, *, keys: Any, issuer: str, client_id: str, nonce: str, max_age: int = 0, now: float = 0
) -> dict[str, Any]:
    """The claims of a token that is signed by one of ``keys`` (a JWKS), for us, and fresh. Raises NotAccepted."""
    claims = _verified(token, keys, issuer, client_id)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()) or not nonce:
        raise NotAccepted("nonce")
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", client_id if not several else None) != client_id:
        raise NotAccepted("azp")
    if max_age and not _recent(claims.get("auth_time"), max_age, now):
        raise NotAccepted("auth_time")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or "\x00" in subject:
        raise NotAccepted("sub")
    return claims


def proves_second_factor(claims: dict[str, Any], *, acr: frozenset[str], amr: frozenset[str]) -> bool:
    """Whether the provider says, in one of the ways that were agreed, that it asked for a second factor."""
    ways = claims.get("amr")
    said = {way for way in ways if isinstance(way, str)} if isinstance(ways, list) else set()
    return bool(said & amr) or (isinstance(claims.get("acr"), str) and claims["acr"] in acr)


def _verified(token: Any, keys: Any, issuer: str, client_id: str) -> dict[str, Any]:
    """Signature, issuer, audience and times."""
    if not isinstance(token, str):
        raise NotAccepted("no_token")
    try:
        header = jwt.get_unverified_header(token)
        key = _key(header, keys)
        return jwt.decode(
            token, key=key, algorithms=[header["alg"]], issuer=issuer, audience=client_id, leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )  # fmt: skip
    except jwt.ExpiredSignatureError as error:
        raise NotAccepted("expired") from error
    except jwt.InvalidAudienceError as error:
        raise NotAccepted("aud") from error
    except jwt.InvalidIssuerError as error:
        raise NotAccepted("iss") from error
    except jwt.InvalidSignatureError as error:
        raise NotAccepted("signature") from error
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise NotAccepted("token") from error


def _key(header: dict[str, Any], keys: Any) -> Any:
    """The key that signed it: the one it names, or the only one there is."""
    if header.get("alg") not in ALGORITHMS:
        raise NotAccepted("algorithm")
    rows = keys.get("keys") if isinstance(keys, dict) else None
    usable = [row for row in rows or [] if isinstance(row, dict) and row.get("use", "sig") == "sig"]
    named = [row for row in usable if row.get("kid") == header.get("kid")] if "kid" in header else usable
    if len(named) != 1:
        raise NotAccepted("key")
    return PyJWK.from_dict(named[0], algorithm=header["alg"]).key


def _recent(moment: Any, max_age: int, now: float) -> bool:
    return isinstance(moment, int | float) and moment >= now - max_age - LEEWAY

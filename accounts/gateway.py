"""Text messages through an HTTP gateway of the organisation's choice. What a message looks like there is data.

A gateway is an address, a method, one header that proves who asks, and a JSON body in which ``{number}``, ``{text}``
and ``{id}`` are filled in. The id is the same for every attempt at one message, so that a gateway that knows it can
leave out doubles.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.core.exceptions import ImproperlyConfigured

from accounts.carriers import NotTaken, Unreachable

METHODS = ("POST", "PUT")
FIELDS = '{"to": "{number}", "text": "{text}", "reference": "{id}"}'
TIMEOUT = (3.0, 7.0)  # seconds to connect, and to wait for an answer
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Gateway:
    """Where text messages go, and how they are put."""

    url: str
    method: str
    headers: dict[str, str]
    fields: dict[str, Any]


def read(text: Callable[[str, str | None], str], *, production: bool) -> Gateway | None:
    """The gateway of the environment; None without one. Raises ImproperlyConfigured for one that cannot work."""
    url = text("NABIJ_SMS_URL", " ").strip()
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" and (production or parts.scheme != "http" or parts.hostname not in LOOPBACK):
        raise ImproperlyConfigured("NABIJ_SMS_URL must start with https://.")
    method = text("NABIJ_SMS_METHOD", METHODS[0]).upper()
    if method not in METHODS:
        raise ImproperlyConfigured(f"NABIJ_SMS_METHOD must be one of {', '.join(METHODS)}.")
    name, _colon, value = text("NABIJ_SMS_HEADER", ":").partition(":")
    return Gateway(url, method, {name.strip(): value.strip()} if name.strip() else {}, _fields(text))


def _fields(text: Callable[[str, str | None], str]) -> dict[str, Any]:
    written = text("NABIJ_SMS_FIELDS", FIELDS)
    try:
        fields = json.loads(written)
    except ValueError:
        fields = None
    if not isinstance(fields, dict) or "{number}" not in written or "{text}" not in written:
        raise ImproperlyConfigured("NABIJ_SMS_FIELDS must be a JSON object in which {number} and {text} stand.")
    return fields


def send(gateway: Gateway, *, number: str, words: str, message_id: str) -> None:
    """Hand one message over; raises Unreachable or NotTaken. A redirect is not followed: it may lead anywhere. What
    is in the answer is not read: it says nothing that we need, and it may be without end."""
    body = _filled(gateway.fields, {"{number}": number, "{text}": words, "{id}": message_id})
    try:
        with requests.request(
            gateway.method, gateway.url, json=body, headers=gateway.headers, timeout=TIMEOUT, allow_redirects=False,
            stream=True,
        ) as answer:  # fmt: skip
            status = answer.status_code
    except requests.RequestException as error:
        raise Unreachable from error
    if not 200 <= status < 300:
        raise NotTaken(status)


def _filled(value: Any, words: dict[str, str]) -> Any:
    """The same, with the words in their places; a number or a list stays what it is."""
    if isinstance(value, str):
        for place, word in words.items():
            value = value.replace(place, word)
        return value
    if isinstance(value, dict):
        return {name: _filled(part, words) for name, part in value.items()}
    return [_filled(part, words) for part in value] if isinstance(value, list) else value

"""Reading the environment: one clear sentence for every bad or missing value."""

import base64
import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The value of ``name``; raises ImproperlyConfigured when it is missing and has no default."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. See .env.example for what it means.")
    return value


def flag(name: str, default: bool) -> bool:
    """A yes or no."""
    value = os.environ.get(name, "yes" if default else "no").strip().lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")
    return value in TRUE


def number(name: str, default: int) -> int:
    """A whole number of zero or more."""
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def names(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [part.strip() for part in text(name, default or " ").split(",") if part.strip()]


def table(name: str) -> dict[str, dict[str, int]]:
    """Numbers by row and column, such as ``urgent.alert_minutes=10, soon.referral_hours=6``."""
    found: dict[str, dict[str, int]] = {}
    for part in names(name):
        place, _, value = part.partition("=")
        row, _, column = place.strip().partition(".")
        if not (row and column and value.strip().isdigit()):
            raise ImproperlyConfigured(f"{name} must look like urgent.alert_minutes=10, not {part!r}.")
        found.setdefault(row, {})[column] = int(value)
    return found


def database(url: str, name: str) -> dict[str, Any]:
    """A DATABASES entry from a URL such as ``postgresql://user:word@host:5432/db`` or with ``?host=/socket/folder``."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgresql://user:password@host:5432/database.")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", unquote(parts.hostname or ""))
    port = query.pop("port", str(parts.port or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 3, **query},
    }


def keys(name: str, default: str | None) -> dict[str, bytes]:
    """Named 256-bit keys, ``id:base64`` separated by commas; the first one encrypts, all decrypt."""
    found: dict[str, bytes] = {}
    for part in text(name, default).split(","):
        key_id, _, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not key_id or len(key) != 32:
            raise ImproperlyConfigured(f"{name} must be id:base64 of 32 bytes, several separated by commas.")
        found[key_id] = key
    return found


def kept_secret(folder: Path, name: str) -> str:
    """A random secret for development, made once and kept in ``folder`` (mode 0600).

    Safe when several processes start together: the file appears whole or not at all.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "w") as file:
            file.write(base64.b64encode(os.urandom(32)).decode())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    return path.read_text().strip()

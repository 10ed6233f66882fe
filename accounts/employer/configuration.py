"""What the environment says about the employer's identity provider. Nothing said: there is no such log-in."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class RoleRule:
    """Whoever has ``value`` in ``claim`` is a member of ``team`` as ``role`` (codes)."""

    claim: str
    value: str
    team: str
    role: str


@dataclass(frozen=True)
class ClaimTable:
    """How claims become a unit and memberships. ``units`` translates values; others are taken as a unit's code."""

    unit_claim: str = ""
    units: dict[str, str] = field(default_factory=dict)
    roles: tuple[RoleRule, ...] = ()


@dataclass(frozen=True)
class Employer:
    """One identity provider. ``acr`` and ``amr`` are the values that prove a second factor; one of them is enough."""

    issuer: str
    name: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...] = ("openid", "profile")
    acr: frozenset[str] = frozenset()
    amr: frozenset[str] = frozenset({"mfa"})
    new_accounts: bool = False
    max_age: int = 0
    origins: tuple[str, ...] = ()
    claims: ClaimTable = ClaimTable()

    @property
    def form_origins(self) -> list[str]:
        """Where the log-in button may lead, for the Content-Security-Policy."""
        parts = urlsplit(self.issuer)
        return list(dict.fromkeys([f"{parts.scheme}://{parts.netloc}", *self.origins]))


def read_claims(path: str, roles: set[str]) -> ClaimTable:
    """The table in a TOML file; raises ImproperlyConfigured with the place of what is wrong. No path: no table."""
    if not path:
        return ClaimTable()
    try:
        given = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ImproperlyConfigured(f"NABIJ_OIDC_CLAIMS cannot be read: {error}.") from error
    unit = given.get("unit", {})
    values = unit.get("values", {}) if isinstance(unit, dict) else None
    if values is None or not all(isinstance(code, str) for code in values.values()):
        raise ImproperlyConfigured("NABIJ_OIDC_CLAIMS: [unit] needs a claim, and [unit.values] unit codes.")
    rules = given.get("role", [])
    return ClaimTable(
        unit_claim=str(unit.get("claim", "")),
        units={str(value): code for value, code in values.items()},
        roles=tuple(_rule(number, row, roles) for number, row in enumerate(rules, 1)),
    )


def _rule(number: int, row: Any, roles: set[str]) -> RoleRule:
    names = ("claim", "value", "team", "role")
    if not isinstance(row, dict) or not all(isinstance(row.get(name), str) and row[name] for name in names):
        raise ImproperlyConfigured(f"NABIJ_OIDC_CLAIMS: [[role]] number {number} needs claim, value, team and role.")
    if row["role"] not in roles:
        raise ImproperlyConfigured(f"NABIJ_OIDC_CLAIMS: [[role]] number {number} has no role {row['role']!r}.")
    return RoleRule(**{name: row[name] for name in names})


def check_issuer(issuer: str, *, production: bool) -> str:
    """The issuer, when it may be one: https, or on this machine outside production."""
    parts = urlsplit(issuer)
    on_this_machine = parts.scheme == "http" and parts.hostname in LOOPBACK and not production
    if not parts.hostname or not (parts.scheme == "https" or on_this_machine) or parts.query or parts.fragment:
        raise ImproperlyConfigured("NABIJ_OIDC_ISSUER must start with https:// and have no question mark.")
    if len(issuer) > 200:
        raise ImproperlyConfigured("NABIJ_OIDC_ISSUER is longer than 200 characters.")
    return issuer


def read(
    text: Callable[..., str],
    names: Callable[..., list[str]],
    *,
    max_age: int,
    new_accounts: bool,
    production: bool,
    roles: set[str],
) -> Employer | None:
    """From the environment by ``text`` and ``names`` (desk/environment.py); None when no issuer is given."""
    issuer = text("NABIJ_OIDC_ISSUER", " ").strip()
    if not issuer:
        return None
    return Employer(
        issuer=check_issuer(issuer, production=production),
        name=text("NABIJ_OIDC_NAME", None),
        client_id=text("NABIJ_OIDC_CLIENT_ID", None),
        client_secret=text("NABIJ_OIDC_CLIENT_SECRET", None),
        scopes=tuple(dict.fromkeys(["openid", *text("NABIJ_OIDC_SCOPES", "profile").split()])),
        acr=frozenset(names("NABIJ_OIDC_ACR", "")),
        amr=frozenset(names("NABIJ_OIDC_AMR", "mfa")),
        new_accounts=new_accounts,
        max_age=max_age * 60,
        origins=tuple(names("NABIJ_OIDC_ORIGINS", "")),
        claims=read_claims(text("NABIJ_OIDC_CLAIMS", " ").strip(), roles),
    )

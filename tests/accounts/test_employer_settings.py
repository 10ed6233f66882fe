"""What the environment may say about the employer's log-in, and what claims mean by a table."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.employer.claims import Wanted, wanted
from accounts.employer.configuration import ClaimTable, RoleRule, check_issuer, read_claims
from accounts.employer.tokens import proves_second_factor

ROLES = {"desk_worker"}
FILE = """
[unit]
claim = "department"
[unit.values]
"90BAT-A" = "90bat-a"

[[role]]
claim = "groups"
value = "loket"
team = "desk"
role = "desk_worker"
"""
DESK = frozenset({("desk", "desk_worker")})
TABLE = ClaimTable("department", {"90BAT-A": "90bat-a"}, (RoleRule("groups", "loket", "desk", "desk_worker"),))


def test_a_table_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "claims.toml").write_text(FILE)
    assert read_claims(str(tmp_path / "claims.toml"), ROLES) == TABLE
    assert read_claims("", ROLES) == ClaimTable()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("= nonsense", "cannot be read"),
        ("unit = 3", "needs a claim"),
        ('[unit]\nclaim = "d"\n[unit.values]\nx = 3', "unit codes"),
        ('[[role]]\nclaim = "g"', "number 1 needs claim, value, team and role"),
        (FILE.replace("desk_worker", "king"), "number 1 has no role 'king'"),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "claims.toml").write_text(text)
    with pytest.raises(ImproperlyConfigured, match=words):
        read_claims(str(tmp_path / "claims.toml"), ROLES)


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        read_claims("/nowhere/claims.toml", ROLES)


@pytest.mark.parametrize(
    ("issuer", "production", "right"),
    [
        ("https://inloggen.werkgever.example", True, True),
        ("https://inloggen.werkgever.example/tenant/v2.0", True, True),
        ("http://127.0.0.1:9", False, True),
        ("http://127.0.0.1:9", True, False),
        ("http://inloggen.werkgever.example", False, False),
        ("https://inloggen.werkgever.example/?x=1", True, False),
        ("inloggen.werkgever.example", True, False),
        ("https://x.example/" + "a" * 200, True, False),
    ],
)
def test_an_issuer_is_reached_safely(issuer: str, production: bool, right: bool) -> None:
    if right:
        assert check_issuer(issuer, production=production) == issuer
    else:
        with pytest.raises(ImproperlyConfigured):
            check_issuer(issuer, production=production)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({}, Wanted()),
        (
            {"department": "90BAT-A", "groups": ["loket", "x"]},
            Wanted("90bat-a", "", frozenset({("desk", "desk_worker")})),
        ),
        ({"department": ["INKOOP"], "groups": "loket"}, Wanted("inkoop", "", DESK)),
        ({"department": 7, "groups": {"loket": True}, "name": " Petra \n Proef "}, Wanted("", "Petra Proef")),
        ({"groups": [None, 3, "Loket"]}, Wanted()),
    ],
)
def test_what_claims_mean(claims: dict[str, Any], said: Wanted) -> None:
    assert wanted(claims, TABLE) == said


@pytest.mark.parametrize(
    ("claims", "proof"),
    [
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": "mfa"}, False),
        ({"amr": [["mfa"]]}, False),
        ({"acr": "urn:high"}, True),
        ({"acr": ["urn:high"]}, False),
    ],
)
def test_what_proves_a_second_factor(claims: dict[str, Any], proof: bool) -> None:
    assert proves_second_factor(claims, acr=frozenset({"urn:high"}), amr=frozenset({"mfa"})) is proof


def test_a_form_may_lead_to_the_employer_and_nowhere_else(db: None) -> None:
    policy = Client().get("/account/inloggen/")["Content-Security-Policy"]
    assert "form-action 'self' http://127.0.0.1:9;" in policy + ";"


def test_half_an_employer_does_not_start(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NABIJ_")}
    own = {"NABIJ_ENV": "development", "NABIJ_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "desk.settings"}
    own |= {"NABIJ_OIDC_ISSUER": "https://inloggen.werkgever.example", "NABIJ_OIDC_NAME": "Defensie"}
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"], env=environment | own, capture_output=True, text=True
    )
    assert "NABIJ_OIDC_CLIENT_ID is not set" in done.stderr

"""Production refuses to start on a bad or missing value, with one sentence, and is clean when all is given."""

import base64
import json
import os
import subprocess
import sys

import pytest

from desk.embedded import REPOSITORY


def key(letter: str) -> str:
    return f"k1:{base64.b64encode(letter.encode() * 32).decode()}"


GIVEN = {
    "NABIJ_ENV": "production",
    "NABIJ_SECRET_KEY": "6nW2zqk0cVY5sQm7RrB1tFhXo9JdLpUe3GaTiKxNwEyHvDfMbCPSOZA",
    "NABIJ_VAULT_KEYS": key("v"),
    "NABIJ_INDEX_KEY": key("i"),
    "NABIJ_INTAKE_KEY": key("s"),
    "NABIJ_HOSTS": "hulp.nabij.example",
    "NABIJ_SITE_URL": "https://hulp.nabij.example",
    "DATABASE_URL": "postgresql://site:word@127.0.0.1:1/nabij",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "NABIJ_SMTP_HOST": "mail.nabij.example",
    "NABIJ_FROM_EMAIL": "Loket <loket@nabij.example>",
}


IMPORT_EACH = """
import importlib, json, os, sys
from django.core.exceptions import ImproperlyConfigured
for changes in json.loads(sys.argv[1]):
    before = dict(os.environ)
    os.environ.update({name: value or "" for name, value in changes.items()})
    try:
        importlib.import_module("desk.settings")
        print("starts")
    except ImproperlyConfigured as error:
        print(error)
    os.environ.clear()
    os.environ.update(before)
    sys.modules.pop("desk.settings", None)
"""


def run(*words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Python in production, with these changes."""
    outside = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *words],
        cwd=REPOSITORY,
        env=outside | GIVEN | changes,
        capture_output=True,
        text=True,
        timeout=60,
    )


def sentences(*changes: dict[str, str]) -> list[str]:
    """What the settings say to each set of changes; one process, because a start of Python for each takes long."""
    return run("-c", IMPORT_EACH, json.dumps(changes)).stdout.splitlines()


def test_production_is_clean_for_django_and_for_us() -> None:
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), done.stderr


def test_a_bad_value_ends_a_command_with_one_sentence_and_exit_code_1() -> None:
    done = run("manage.py", "check", NABIJ_SMTP_PORT="smtp")
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        "NABIJ_SMTP_PORT must be a whole number, not 'smtp'.\n",
    )


def test_missing_values_are_named() -> None:
    needed = [name for name in GIVEN if name != "NABIJ_ENV"]
    expected = [f"{name} is not set. See .env.example for what it means." for name in needed]
    assert sentences({}, *({name: ""} for name in needed)) == ["starts", *expected]


BAD = [
    ("NABIJ_ENV", "staging", "NABIJ_ENV must be development, test or production, not 'staging'."),
    ("NABIJ_SECRET_KEY", "short", "NABIJ_SECRET_KEY must have at least 50 characters."),
    ("NABIJ_VAULT_KEYS", "k1:abc", "NABIJ_VAULT_KEYS must be id:base64 of 32 bytes, several separated by commas."),
    ("NABIJ_INDEX_KEY", key("v"), "NABIJ_VAULT_KEYS, NABIJ_INDEX_KEY and NABIJ_INTAKE_KEY must all be different keys."),
    ("NABIJ_SITE_URL", "http://hulp.nabij.example", "NABIJ_SITE_URL must start with https://."),
    ("NABIJ_BEHIND_PROXY", "perhaps", "NABIJ_BEHIND_PROXY must be yes or no, not 'perhaps'."),
    ("NABIJ_STAFF_IDLE_MINUTES", "-1", "NABIJ_STAFF_IDLE_MINUTES must be a whole number, not '-1'."),
    ("DATABASE_URL", "mysql://x/y", "DATABASE_URL must look like postgresql://user:password@host:5432/database."),
]


def test_bad_values_are_refused_in_words() -> None:
    assert sentences(*({name: value} for name, value, _ in BAD)) == [sentence for _, _, sentence in BAD]


@pytest.mark.parametrize("name", ["NABIJ_DEBUG", "NABIJ_DEMO"])
def test_what_is_for_trying_out_is_off_in_production(name: str) -> None:
    (sentence,) = sentences({name: "yes"})
    assert name in sentence
    assert sentence.endswith("must be off in production.")


def test_monitors_are_not_sent_to_https() -> None:
    done = run("-c", "from desk import settings; print(settings.SECURE_SSL_REDIRECT, settings.SECURE_REDIRECT_EXEMPT)")
    assert done.stdout.strip() == "True ['^health/']"


def test_an_empty_mail_server_in_the_demo_means_the_folder() -> None:
    code = "from desk import settings; print(settings.EMAIL_BACKEND)"
    assert run("-c", code).stdout.strip() == "django.core.mail.backends.smtp.EmailBackend"
    demo = {"NABIJ_ENV": "development", "NABIJ_SMTP_HOST": "", "NABIJ_DEMO": "yes"}
    assert run("-c", code, **demo).stdout.strip() == "desk.demo.mail.FolderBackend"

"""What the environment says about the mailbox: nothing, all of it, or a sentence about what is wrong."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from desk import environment as env
from desk.mailroom.configuration import Mailbox, read

GIVEN = {"HOST": "imap.nabij.example", "USER": "loket", "PASSWORD": "geheim"}


def configured(monkeypatch: pytest.MonkeyPatch, *, production: bool = True, **given: str) -> Mailbox | None:
    for name, value in given.items():
        monkeypatch.setenv(f"NABIJ_IMAP_{name}", value)
    return read(env.text, env.number, production=production)


def test_nothing_given_is_no_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configured(monkeypatch) is None
    assert configured(monkeypatch, HOST="  ", USER="loket") is None


def test_sensible_values(monkeypatch: pytest.MonkeyPatch) -> None:
    box = configured(monkeypatch, **GIVEN)
    assert box == Mailbox("imap.nabij.example", 993, "tls", "loket", "geheim")
    assert (box.folder, box.done, box.every, box.trusts) == ("INBOX", "Verwerkt", 60, "")
    assert box.place == "imap.nabij.example/loket/INBOX"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"USER": ""}, "NABIJ_IMAP_USER is not set. See .env.example for what it means."),
        ({"PASSWORD": ""}, "NABIJ_IMAP_PASSWORD is not set. See .env.example for what it means."),
        ({"TLS": "maybe"}, "NABIJ_IMAP_TLS must be tls, starttls or none, not 'maybe'."),
        ({"TLS": "none"}, "NABIJ_IMAP_TLS must be tls or starttls in production."),
        ({"DONE": "inbox"}, "NABIJ_IMAP_DONE must be another folder than NABIJ_IMAP_FOLDER."),
        ({"SECONDS": "4"}, "NABIJ_IMAP_SECONDS must be 5 or more."),
        ({"PORT": "x"}, "NABIJ_IMAP_PORT must be a whole number, not 'x'."),
    ],
)
def test_what_is_wrong_is_said(monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], said: str) -> None:
    with pytest.raises(ImproperlyConfigured) as error:
        configured(monkeypatch, **(GIVEN | changes))
    assert str(error.value) == said


def test_starttls_has_a_port_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    box = configured(monkeypatch, **GIVEN, TLS="STARTTLS")
    assert box is not None and (box.port, box.tls) == (143, "starttls")
    assert configured(monkeypatch, production=False, TLS="none", PORT="1143").port == 1143

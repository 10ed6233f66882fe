"""What the environment says about the mailbox that people write to. Nothing said: nobody can write to us by mail."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

WAYS = ("tls", "starttls", "none")


@dataclass(frozen=True)
class Mailbox:
    """One mailbox on an IMAP server. ``done`` is the folder for mail that is kept here; ``trusts`` is the name under
    which the receiving mail server signs Authentication-Results, empty when it does not."""

    host: str
    port: int
    tls: str
    user: str
    password: str
    folder: str = "INBOX"
    done: str = "Verwerkt"
    every: int = 60
    trusts: str = ""

    @property
    def place(self) -> str:
        """The folder, and whose on which server: another mailbox may number its mails alike."""
        return f"{self.host}/{self.user}/{self.folder}"[:200]


def read(text: Callable[..., str], number: Callable[..., int], *, production: bool) -> Mailbox | None:
    """From the environment by ``text`` and ``number`` (desk/environment.py); None when no host is given."""
    host = text("NABIJ_IMAP_HOST", " ").strip()
    if not host:
        return None
    tls = text("NABIJ_IMAP_TLS", "tls").lower()
    if tls not in WAYS:
        raise ImproperlyConfigured(f"NABIJ_IMAP_TLS must be tls, starttls or none, not {tls!r}.")
    if tls == "none" and production:
        raise ImproperlyConfigured("NABIJ_IMAP_TLS must be tls or starttls in production.")
    box = Mailbox(
        host=host,
        port=number("NABIJ_IMAP_PORT", 993 if tls == "tls" else 143),
        tls=tls,
        user=text("NABIJ_IMAP_USER", None),
        password=text("NABIJ_IMAP_PASSWORD", None),
        folder=text("NABIJ_IMAP_FOLDER", "INBOX"),
        done=text("NABIJ_IMAP_DONE", "Verwerkt"),
        every=number("NABIJ_IMAP_SECONDS", 60),
        trusts=text("NABIJ_IMAP_TRUSTS", " ").strip(),
    )
    if box.done.casefold() == box.folder.casefold():
        raise ImproperlyConfigured("NABIJ_IMAP_DONE must be another folder than NABIJ_IMAP_FOLDER.")
    if box.every < 5:
        raise ImproperlyConfigured("NABIJ_IMAP_SECONDS must be 5 or more.")
    return box

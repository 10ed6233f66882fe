"""The demonstration's post: mails become files, and can be read on the site."""

import email
import email.policy
import hashlib
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage as Parsed
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

NAME = re.compile(r"\d{19}-[0-9a-f]{8}")


class FolderBackend(BaseEmailBackend):
    """Writes each mail to ``settings.DEMO_MAIL_FOLDER`` as a file of its own, whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.DEMO_MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            content = message.message().as_bytes()
            name = f"{time.time_ns():019d}-{hashlib.sha256(content).hexdigest()[:8]}"
            draft = folder / f"{name}.{os.getpid()}"
            draft.write_bytes(content)
            draft.rename(folder / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True)
class Letter:
    """A mail that was kept. ``name`` is its place in the address."""

    name: str
    message: Parsed

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def moment(self) -> datetime:
        """Mails carry their date in UTC, as "-0000", which is read as no zone at all."""
        moment = parsedate_to_datetime(str(self.message["Date"]))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


def names() -> list[str]:
    """All letters by name, newest first."""
    return sorted((file.stem for file in Path(settings.DEMO_MAIL_FOLDER).glob("*.eml")), reverse=True)


def letter(name: str) -> Letter | None:
    """The letter of this name; None when there is none, or when the name is something else than a name."""
    file = Path(settings.DEMO_MAIL_FOLDER) / f"{name}.eml"
    if not NAME.fullmatch(name) or not file.is_file():
        return None
    return Letter(name, email.message_from_bytes(file.read_bytes(), policy=email.policy.default))

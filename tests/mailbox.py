"""A real SMTP server for tests, which can also misbehave the way mail servers do."""

import email
import email.policy
import socket
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

PATIENCE = 20.0


@dataclass(frozen=True)
class Letter:
    """One accepted mail: the envelope's receiver and the message itself."""

    to: str
    message: EmailMessage

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain text part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


class QuietSMTP(SMTP):
    """Ends a connection as a plug that is pulled, when the mailbox says so."""

    def pull_the_plug(self) -> None:
        self.transport.abort()


class QuietController(Controller):
    def factory(self) -> SMTP:
        return QuietSMTP(self.handler, hostname="mail.nabij.example")


class Mailbox:
    """``mood`` decides what happens to a mail:

    ``accept``; ``refuse`` (451, try later); ``reject`` (550, never); ``hang_up`` (connection lost before the mail);
    ``drop`` (mail kept, connection lost before the answer: the sender cannot know). ``pause`` seconds pass before the
    answer to each mail. ``letters`` holds what was accepted or dropped, in order.
    """

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.tries = 0
        self.mood = "accept"
        self.pause = 0.0
        self.port = _free_port()
        self._changed = threading.Condition()
        self._server: QuietController | None = None

    def start(self) -> "Mailbox":
        """Listen; on the same port as before."""
        self._server = QuietController(self, hostname="127.0.0.1", port=self.port)
        self._server.start()
        return self

    def stop(self) -> None:
        """Refuse connections."""
        if self._server:
            self._server.stop()
            self._server = None

    def clear(self) -> None:
        self.letters.clear()
        self.tries = 0

    def wait_for(self, count: int, seconds: float = PATIENCE) -> list[Letter]:
        """The letters, as soon as there are ``count``; after ``seconds`` those that came."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.letters) >= count, seconds)
        return list(self.letters)

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.letters if letter.to == address]

    @property
    def ids(self) -> list[str]:
        return [letter.id for letter in self.letters]

    # -- what aiosmtpd calls ---------------------------------------------------------------------------

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        self.tries += 1
        if self.mood == "hang_up":
            server.pull_the_plug()
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.pause:
            import asyncio

            await asyncio.sleep(self.pause)
        if self.mood == "refuse":
            return "451 Try again later"
        if self.mood == "reject":
            return "550 No such box"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._changed:
            self.letters.extend(Letter(to, message) for to in envelope.rcpt_tos)
            self._changed.notify_all()
        if self.mood == "drop":
            server.pull_the_plug()
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(condition: Any, seconds: float = PATIENCE, every: float = 0.1) -> Any:
    """Ask again until the answer is true, or the time is up; returns the last answer."""
    end = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < end:
        time.sleep(every)
    return answer

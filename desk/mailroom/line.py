"""The line to the mail server: it is cut after a while, whatever the server does.

A time-out counts from sign to sign, so a server that drips could hold a line for ever, from its first greeting on.
"""

import imaplib
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any

from imap_tools import BaseMailBox

from desk.mailroom.configuration import Mailbox

PATIENCE = 10.0  # seconds from sign to sign
LONGEST = 40.0  # seconds for all of it


class Scissors:
    """Cuts a connection when its time is over; it holds a handle of its own, for TLS takes the other one away."""

    def __init__(self, connection: socket.socket) -> None:
        self._handle = connection.dup()
        self._timer = threading.Timer(LONGEST, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        with suppress(OSError):
            self._handle.shutdown(socket.SHUT_RDWR)
        self._handle.close()

    def away(self) -> None:
        """The talk is over."""
        self._timer.cancel()
        self._handle.close()


class Plain(imaplib.IMAP4):
    scissors: Scissors

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain: socket.socket = super()._create_socket(timeout)  # type: ignore[misc]
        self.scissors = Scissors(plain)
        return plain


class Secure(imaplib.IMAP4_SSL):
    scissors: Scissors

    def _create_socket(self, timeout: float | None) -> Any:
        plain: socket.socket = imaplib.IMAP4._create_socket(self, timeout)  # type: ignore[attr-defined]
        self.scissors = Scissors(plain)
        return self.ssl_context.wrap_socket(plain, server_hostname=self.host)


class Line(BaseMailBox):
    """Connected, and secured as the mailbox says; not logged in yet."""

    def __init__(self, box: Mailbox) -> None:
        self._box = box
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        box = self._box
        if box.tls == "tls":
            return Secure(box.host, box.port, ssl_context=ssl.create_default_context(), timeout=PATIENCE)
        client = Plain(box.host, box.port, PATIENCE)
        if box.tls == "starttls":
            client.starttls(ssl.create_default_context())
        return client

    def hang_up(self) -> None:
        """Say goodbye when that is still possible."""
        with suppress(Exception):
            self.logout()
        with suppress(Exception):
            self.client.shutdown()
        client: Any = self.client
        client.scissors.away()

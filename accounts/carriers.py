"""What brings a notice to somebody: the mail server, the gateway for text messages, the push services of browsers.

Each says in one of two ways that it did not work: Unreachable (try nothing more by this way for now) or NotTaken
(this one was refused). Neither carries an address or anything else that the other side repeats in its answer.
"""

from contextlib import suppress
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection


class Unreachable(Exception):
    """The other side does not let us in; its cause says how."""


class NotTaken(Exception):
    """The other side answered that it does not take this one."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Post:
    """The connection to the mail server for one run: opened at the first mail, opened again after a failure."""

    def __init__(self) -> None:
        self.connection: Any = None

    def send(self, mail: EmailMultiAlternatives) -> None:
        """Send one mail; raises Unreachable, or what the mail server says about this mail."""
        if self.connection is None:
            self.connection = get_connection()
        try:
            self.connection.open()
        except OSError as error:
            self.close()
            raise Unreachable from error
        try:
            self.connection.send_messages([mail])
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        if self.connection is not None:
            with suppress(Exception):
                self.connection.close()
            self.connection = None

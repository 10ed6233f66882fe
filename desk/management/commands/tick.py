"""The ticker that needs no broker."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections, connection
from django.utils import timezone

from desk import sweeps
from desk.mailroom import mailbox
from desk.mailroom.configuration import Mailbox


class Command(BaseCommand):
    help = "Does everything that is due: once, or with --every SECONDS until it is stopped. Needs no broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="go on, with this many seconds between")

    def handle(self, *args: Any, **options: Any) -> None:
        every = options["every"]
        if every is None:
            failed = once()
            if settings.MAILBOX and not mailbox.look(settings.MAILBOX, timezone.now()):
                failed.append(mailbox.NAME)
            if failed:
                raise CommandError(f"These steps failed: {', '.join(failed)}. The log says why.")
            return
        if every < 1:
            raise CommandError("--every must be 1 second or more.")
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if settings.MAILBOX:  # beside the sweep: a mail server that hangs must not hold up an alert
            threading.Thread(target=keep_fetching, args=(settings.MAILBOX, stop), name="mail", daemon=True).start()
        keep_going(every, stop)


def once() -> list[str]:
    """One sweep, on a connection that is fit for it; the steps that failed."""
    close_old_connections()
    failed = sweeps.run(timezone.now(), source="tick")
    if failed:
        connection.close()  # the next sweep begins afresh, also when the server was restarted under us
    return failed


def keep_going(every: int, stop: threading.Event) -> None:
    """Sweep until ``stop``. Nothing that a sweep runs into ends it: the database may come and go."""
    while not stop.is_set():
        once()
        stop.wait(every)


def keep_fetching(box: Mailbox, stop: threading.Event) -> None:
    """Look for new mail until ``stop``. Nothing that happens to the server or the database ends it."""
    while not stop.is_set():
        close_old_connections()
        if not mailbox.look(box, timezone.now()):
            connection.close()
        stop.wait(box.every)

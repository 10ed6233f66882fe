"""The ticker that needs no broker."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections, connection
from django.utils import timezone

from desk import sweeps


class Command(BaseCommand):
    help = "Does everything that is due: once, or with --every SECONDS until it is stopped. Needs no broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="go on, with this many seconds between")

    def handle(self, *args: Any, **options: Any) -> None:
        every = options["every"]
        if every is None:
            failed = once()
            if failed:
                raise CommandError(f"These steps failed: {', '.join(failed)}. The log says why.")
            return
        if every < 1:
            raise CommandError("--every must be 1 second or more.")
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
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

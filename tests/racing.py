"""Several people at the same moment, each with a connection of their own (needs ``committed_db``)."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def at_once(*tries: Callable[[], Any]) -> list[str]:
    """Begin them together; what each got: ``done``, or the name of what was raised."""
    start, answers = threading.Barrier(len(tries)), [""] * len(tries)

    def run(number: int) -> None:
        start.wait()
        try:
            tries[number]()
            answers[number] = "done"
        except Exception as why:  # the answer of who came second is what is tested, and a deadlock is seen by its name
            answers[number] = type(why).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(tries))]
    [thread.start() for thread in threads], [thread.join() for thread in threads]
    return answers

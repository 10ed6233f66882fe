"""Hints to the worker. What is due lies in the database; a lost hint only costs seconds."""

import logging
import time

from celery import shared_task
from django.utils import timezone

from accounts import delivery

log = logging.getLogger("accounts.tasks")

QUIET = 15.0
"""Seconds without hints after one failed, so that a broker that hangs delays one request and not every one."""

_quiet_until = 0.0


@shared_task(name="accounts.deliver")  # type: ignore[untyped-decorator]
def deliver() -> None:
    """Send what is due."""
    delivery.deliver_due(timezone.now())


def hint_delivery() -> bool:
    """Ask a worker to deliver now; whether that was done. A broker that is away costs nothing: the sweep delivers."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    try:
        deliver.apply_async(retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the request must go on
        _quiet_until = time.monotonic() + QUIET
        log.warning("no hint given, the sweep will deliver: %s", type(error).__name__)
        return False
    return True

"""Hints to the worker. What is due lies in the database; a lost hint only costs seconds."""

import logging

from celery import shared_task
from django.utils import timezone

log = logging.getLogger("accounts.tasks")


@shared_task(name="accounts.deliver")
def deliver() -> int:
    """Send what is due; returns how many notices were handled."""
    from accounts import delivery

    return delivery.deliver_due(timezone.now())


def hint_delivery() -> None:
    """Ask a worker to deliver now. A broker that is away is counted and otherwise ignored: the sweep delivers."""
    try:
        deliver.apply_async(retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - whatever the broker client raises, the request must go on
        log.warning("no hint given, the sweep will deliver: %s", type(error).__name__)

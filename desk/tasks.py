"""What Celery runs for the desk."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from desk import sweeps
from desk.mailroom import mailbox


@shared_task(name="desk.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Everything that is due."""
    sweeps.run(timezone.now(), source="worker")


@shared_task(name="desk.fetch_mail", soft_time_limit=50, time_limit=60)  # type: ignore[untyped-decorator]
def fetch_mail() -> None:
    """New mail from the server: beside the sweep, because the server may hang."""
    if settings.MAILBOX:
        mailbox.look(settings.MAILBOX, timezone.now())

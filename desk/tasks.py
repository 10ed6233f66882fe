"""What Celery runs for the desk."""

from celery import shared_task
from django.utils import timezone

from desk import sweeps


@shared_task(name="desk.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Everything that is due."""
    sweeps.run(timezone.now(), source="worker")

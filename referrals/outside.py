"""What letters teach about providers outside, without a word about anybody."""

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from referrals.directory.shown import Accepted
from referrals.models.letters import Letter


def last_accepted(services: Iterable[UUID]) -> dict[UUID, Accepted]:
    """For each of these services that ever said yes: on which day it last did, and how many days after the letter.
    One query."""
    found: dict[UUID, Accepted] = {}
    rows = Letter.objects.accepted_by(services).values_list("service_id", "answered_on", "sent_at")
    for service, day, sent_at in rows.distinct("service_id"):
        if service and day and sent_at:
            found[service] = Accepted(day, max((day - timezone.localdate(sent_at)).days, 0))
    return found

"""Fill the demo once: a fictional organisation, its roster, and requests in every state."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import ServiceBranch
from desk import snapshot
from desk.demo import (
    calling,
    coverage,
    destinations,
    directory,
    letters,
    lists,
    live,
    logins,
    organisation,
    post,
    requests,
    roster,
    routing,
    signals,
    team,
)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--logins", action="store_true", help="only print who can log in, and what they see")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo is off here (NABIJ_DEMO).")
        if options["logins"]:
            self.stdout.write(logins.table())
            return
        at = timezone.localtime()
        with transaction.atomic():
            if ServiceBranch.objects.exists():
                return
            made = organisation.build(at.date(), large=True)
            organisation.fill_roster(made, requests.first_day(at), 60, at.tzinfo or timezone.get_current_timezone())
            team.who_is_called(made, at)
            requests.fill(made, at)
            team.fill(made, at)
            destinations.fill(made, at)
            routing.fill(made, at)
            post.fill(at)
            calling.fill(made, at)
            lists.fill(made, at)
            directory.fill(made, at)
            roster.fill(made, at)
            live.fill(made, at)
            coverage.fill(made, at)
            letters.fill(made, at)
            signals.fill(made, at)
        snapshot.write(at)

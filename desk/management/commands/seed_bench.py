"""`manage.py seed_bench --cases N`: made-up cases in any number, to measure with. See bench/README.md."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils import timezone

from bench.generator import generate
from bench.history import lengthen
from bench.words import REGIONAL_WORKER
from cases.models import Case


class Command(BaseCommand):
    help = "Writes made-up cases with their whole history, for measuring. Never in a database that is in use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, required=True, help="how many")
        parser.add_argument("--seed", type=int, default=1, help="another number gives another spread")
        parser.add_argument("--jobs", type=int, default=1, help="processes to write with")
        parser.add_argument("--more", action="store_true", help="add to the cases that are there")

    def handle(self, *args: Any, **options: Any) -> None:
        count, begin = options["cases"], time.monotonic()
        if count < 1 or options["jobs"] < 1:
            raise CommandError("--cases and --jobs must be 1 or more.")
        if Case.objects.exists() and not options["more"]:
            raise CommandError("There are cases already. Give --more to add to them.")
        generate(
            count, at=timezone.now(), seed=options["seed"], jobs=options["jobs"],
            progress=lambda done: self.report(done, count),
        )  # fmt: skip
        lines = lengthen(REGIONAL_WORKER)
        self.stderr.write(f"{lines} more lines of history")
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(f"{count} cases in {time.monotonic() - begin:.0f} s")

    def report(self, done: int, count: int) -> None:
        """A line for every tenth part."""
        if done * 10 // count > max(done - 500, 0) * 10 // count:
            self.stderr.write(f"{done} of {count}")

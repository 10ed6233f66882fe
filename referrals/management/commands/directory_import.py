"""Take a file in HSDS 3 into the directory: nested JSON, or a zip with a CSV per table. All of it, or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actors import system
from referrals.hsds import files, importing


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            tables = files.read(options["file"].read_bytes())
        except OSError as why:
            raise CommandError(f"{options['file']} cannot be read: {why.strerror}.") from why
        except files.BadFile as why:
            raise CommandError(str(why)) from why
        if options["dry_run"]:
            report = importing.look_through(tables)
        else:
            report = importing.take_in(tables, by=system("directory"), at=timezone.now())
        for line in report.telling:
            self.stdout.write(f"{line.verdict.value} {line.table} {line.number} {line.name} {line.why}".rstrip())
        self.stdout.write(", ".join(f"{number} {verdict.value}" for verdict, number in report.counts.items()))
        if report.refused:
            raise CommandError("Nothing was written: rows were refused.")

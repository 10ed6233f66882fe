"""Write the whole directory in HSDS 3: nested JSON, or a zip with a CSV per table."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from referrals.hsds import exporting, files


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where to; the name ends in .json or .zip")

    def handle(self, *args: Any, **options: Any) -> None:
        to: Path = options["file"]
        write = {".json": files.as_json, ".zip": files.as_zip}.get(to.suffix)
        if write is None:
            raise CommandError("The name of the file has to end in .json or .zip.")
        tables = exporting.tables()
        try:
            to.write_bytes(write(tables))
        except OSError as why:
            raise CommandError(f"{to} cannot be written: {why.strerror}.") from why
        self.stdout.write(f"{tables.count} rows in {to}")

"""`manage.py route FILE.yaml [--json]`: where these requests would go, beside what is expected."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.duty import load_calendar
from cases.topics import load_topics
from referrals.requests import BadFile, Compared, compare, read_file
from referrals.routing import load_rules


class Command(BaseCommand):
    help = "Routes the requests of a file at their own moment and compares with what the file expects."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="YAML: a list of id, at, who and expect")
        parser.add_argument("--json", action="store_true", help="print a list of answers as JSON and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits with 1 when an answer differs, or with one sentence when the file is no list of requests."""
        try:
            requests = read_file(options["file"])
        except BadFile as error:
            raise CommandError(str(error)) from error
        results = compare(requests, rules=load_rules(), calendar=load_calendar(), topics=load_topics())
        if options["json"]:
            self.stdout.write(json.dumps([_as_json(result) for result in results], ensure_ascii=False, indent=2))
        else:
            self._tell(results)
        if not all(result.agrees for result in results):
            raise SystemExit(1)

    def _tell(self, results: list[Compared]) -> None:
        for result in results:
            self.stdout.write(f"{result.asked.id}  {result.asked.at:%Y-%m-%d %H:%M}")
            for name, got in result.answers.items():
                expected = result.asked.expect.get(name, "-")
                mark = "  <- differs" if name in result.differences else ""
                self.stdout.write(f"  {name:<12} expected {expected:<17} got {got}{mark}")
            self.stdout.write(f"  {'because':<12} {result.got.because}")
        agree = sum(result.agrees for result in results)
        self.stdout.write(f"{agree} of {len(results)} agree")


def _as_json(result: Compared) -> dict[str, Any]:
    return {
        "id": result.asked.id,
        **{name: str(answer) for name, answer in result.answers.items()},
        "because": result.got.because,
        "agrees": result.agrees,
    }

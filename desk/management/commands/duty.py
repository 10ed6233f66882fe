"""`manage.py duty --at 2026-03-28T23:30+01:00 [--json]`: who answers at a moment."""

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.duty import DutyStatus, OnDuty, duty_status


class Command(BaseCommand):
    help = "Says whether the desk is open at a moment, which line answers, who is on duty and who is next."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", help="ISO 8601; local time when it has no offset; default: now")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        status = duty_status(_moment(options["at"]))
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(status), ensure_ascii=False, indent=2))
            return
        change = status.next_change
        self.stdout.write(f"At       {status.at:%A %Y-%m-%d %H:%M:%S %z}")
        self.stdout.write(f"Desk     {'open' if status.open else 'closed'}")
        self.stdout.write(f"Line     {status.line.value} {status.number}")
        self.stdout.write(f"On duty  {_people(status.on_duty)}")
        self.stdout.write(f"Next     {_people(status.next, since=True)}")
        self.stdout.write(f"Change   {f'{change:%A %Y-%m-%d %H:%M}' if change else 'none planned'}")


def _moment(text: str | None) -> dt.datetime:
    if text is None:
        return timezone.now()
    try:
        found = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise CommandError(f"--at must be a moment such as 2026-03-28T23:30+01:00, not {text}.") from None
    if not 2000 <= found.year <= 2100:
        raise CommandError(f"--at must lie between the years 2000 and 2100, not in {found.year:04}.")
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _people(turns: list[OnDuty], *, since: bool = False) -> str:
    names = ", ".join(f"{turn.position}. {turn.name}" for turn in turns)
    if not names:
        return "nobody on the roster"
    return f"{names} (from {turns[0].starts_at:%A %Y-%m-%d %H:%M})" if since else names


def _as_json(status: DutyStatus) -> dict[str, Any]:
    return {
        "at": status.at.isoformat(),
        "open": status.open,
        "line": status.line.value,
        "number": status.number,
        "on_duty": [_turn(turn) for turn in status.on_duty],
        "next": [_turn(turn) for turn in status.next],
        "next_change": status.next_change.isoformat() if status.next_change else None,
    }


def _turn(turn: OnDuty) -> dict[str, Any]:
    return {
        "name": turn.name,
        "order": turn.position,
        "number": turn.number,
        "from": turn.starts_at.isoformat(),
        "until": turn.ends_at.isoformat(),
    }

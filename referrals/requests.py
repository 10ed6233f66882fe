"""Requests in a file, with what is expected of their route: read, routed and compared (`manage.py route`).

The format is that of tests/scenarios.yaml: a list of ``id``, ``at``, ``who`` and ``expect``. Forgiving about how YAML
reads times and yes or no; strict about everything else, with one sentence that says where.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from accounts.calendar import Calendar
from cases.deadlines import TopicStart
from cases.enums import Danger, Overlay, Requester, Wish
from referrals.routing import Facts, Route, Rule, route

DEPLOYMENTS = ("no", "unit_mission", "small_deployment", "individual")
WISHES = {
    "": Wish.NONE,
    "none": Wish.NONE,
    "no_preference": Wish.NONE,
    "chaplain": Wish.CHAPLAIN,
    "own_regional_worker": Wish.OWN_WORKER,
    "own_worker": Wish.OWN_WORKER,
    "duty_worker": Wish.DUTY_WORKER,
}
HELP_FOR_TEAM = "help_now"
"""As the wish of a commander: the team needs help now, where otherwise advice is asked."""

COMPARED = ("handler_now", "proposal", "overlay")


class BadFile(Exception):
    """The file is not a list of requests; the message is one sentence for a person."""


@dataclass(frozen=True)
class Asked:
    """One request of the file."""

    id: str
    at: dt.datetime
    facts: Facts
    expect: Mapping[str, str] = field(default_factory=dict)  # of COMPARED, what the file says


@dataclass(frozen=True)
class Compared:
    """What a request got, beside what was expected of it."""

    asked: Asked
    got: Route

    @property
    def answers(self) -> dict[str, str]:
        """The compared answers by name."""
        return {"handler_now": self.got.handler_now, "proposal": self.got.to, "overlay": self.got.overlay}

    @property
    def differences(self) -> list[str]:
        """Names of the answers that are not as expected; what the file leaves out is not compared."""
        return [name for name, expected in self.asked.expect.items() if self.answers[name] != expected]

    @property
    def agrees(self) -> bool:
        return not self.differences


def compare(
    requests: list[Asked], *, rules: list[Rule], calendar: Calendar, topics: Mapping[str, TopicStart]
) -> list[Compared]:
    """Route every request at its own moment."""
    return [
        Compared(asked, route(asked.facts, asked.at, rules=rules, calendar=calendar, topics=topics))
        for asked in requests
    ]


def read_file(path: Path) -> list[Asked]:
    """The requests in a YAML file; raises BadFile."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"{path} is not a text file in UTF-8.") from error
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise BadFile(f"{path} is not YAML{where}: {getattr(error, 'problem', None) or error}.") from error
    if not isinstance(content, list) or not content:
        raise BadFile(f"{path} must hold a list of requests, each with id, at and who.")
    return [_asked(entry, number) for number, entry in enumerate(content, start=1)]


def _asked(entry: Any, number: int) -> Asked:
    if not isinstance(entry, dict):
        raise BadFile(f"Request {number} must have id, at and who.")
    name = str(entry.get("id") or f"request {number}")
    who, expect = entry.get("who"), entry.get("expect") or {}
    if not isinstance(who, dict):
        raise BadFile(f"{name}: who must hold what the requester says, such as role and danger.")
    if not isinstance(expect, dict):
        raise BadFile(f"{name}: expect must hold what is expected, such as handler_now and proposal.")
    topics = _words(who["topics"]) if "topics" in who else _words(expect.get("topic")) + _words(expect.get("also"))
    return Asked(id=name, at=_moment(entry.get("at"), name), facts=_facts(who, topics, name), expect=_expected(expect))


def _facts(who: dict[str, Any], topics: tuple[str, ...], name: str) -> Facts:
    wants = _word(who.get("wants"))
    requester = _requester(_word(who.get("role")), wants, name)
    deployment = _one_of(_word(who.get("on_deployment")) or "no", DEPLOYMENTS, "on_deployment", name)
    return Facts(
        requester=requester,
        deployment=deployment if requester == Requester.SELF else "no",
        danger=_one_of(_word(who.get("danger")) or Danger.PREFER_NOT_TO_SAY, Danger.values, "danger", name),
        topics=topics,
        wish=WISHES[_one_of("" if wants == HELP_FOR_TEAM else wants, WISHES, "wants", name)],
        returned=_day(who.get("returned"), name),
        unit=str(who.get("unit") or who.get("member_unit") or ""),
    )


def _requester(role: str, wants: str, name: str) -> str:
    """A commander asks for the team; family asks as family; everyone else for themselves."""
    if role == "commander":
        return Requester.TEAM_HELP if wants == HELP_FOR_TEAM else Requester.TEAM_ADVICE
    if role.startswith("family"):
        return Requester.FAMILY_OF_COLLEAGUE
    if role.startswith(("employee", "soldier")):
        return Requester.SELF
    raise BadFile(f"{name}: role must be employee_civilian, soldier, family_... or commander, not {role or 'empty'}.")


def _expected(expect: dict[str, Any]) -> dict[str, str]:
    """What is compared. The overlay agrees by its beginning, and when left out means none."""
    found = {key: _word(expect[key]) for key in ("handler_now", "proposal") if expect.get(key)}
    if expect:
        emergency = str(expect.get("overlay") or "").startswith(Overlay.EMERGENCY)
        found["overlay"] = Overlay.EMERGENCY if emergency else Overlay.NONE
    return {name: found[name] for name in COMPARED if name in found}


def _one_of(value: str, allowed: Any, key: str, name: str) -> str:
    if value not in allowed:
        raise BadFile(f"{name}: {key} must be one of {', '.join(str(one) for one in allowed if one)}, not {value}.")
    return value


def _word(value: Any) -> str:
    """Text without blanks around it; what YAML read as a boolean is yes or no again."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).strip()


def _words(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(word for word in map(_word, values) if word)


def _moment(value: Any, name: str) -> dt.datetime:
    """A time as text or as YAML read it, with or without seconds; without an offset it is local time."""
    try:
        found = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(_word(value))
    except ValueError:
        found = None
    if found is None or not isinstance(value, dt.datetime) and len(_word(value)) <= len("2026-03-10"):
        raise BadFile(f"{name}: at must be a moment such as 2026-03-10T10:15, not {_word(value) or 'empty'}.")
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _day(value: Any, name: str) -> dt.date | None:
    """A date as text or as YAML read it; a month such as 2026-03 is its first day."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = _word(value)
    try:
        return dt.date.fromisoformat(f"{text}-01" if len(text) == len("2026-03") else text)
    except ValueError:
        raise BadFile(f"{name}: returned must be a date such as 2025-12-01, not {text}.") from None

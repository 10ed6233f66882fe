"""What the public pages need to know, in one file: they work while the database is away (DECISIONS, public pages).

The ticker writes it, and so does every screen that edits what is in it. Where the file is missing or broken, the
defaults of the migrations stand in.
"""

import datetime as dt
import json
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q

from accounts import defaults as organisation
from accounts.duty import Calendar, calendar_of, load_calendar
from accounts.models import Helpline, PhoneLine, Unit
from accounts.models.organisation import in_language
from cases import callbacks
from cases import defaults as topic_defaults
from cases.keywords import KeywordFacts, load_keywords
from cases.slots import Slots
from cases.surge import load_surge
from cases.topics import TileFacts, TopicFacts, load_tiles, load_topics
from referrals import defaults as rule_defaults
from referrals.reaching import Arranged, ReachFacts, SmtRoleFacts, load_arranged, load_reaches
from referrals.routing import Rule, load_version, row_of, rule_of

log = logging.getLogger("desk.snapshot")

VERSION = 1


@dataclass(frozen=True)
class LineFacts:
    """The number behind a line of ours."""

    line: str
    number: str
    cost_nl: str
    cost_en: str
    checked_on: dt.date

    @property
    def cost(self) -> str:
        return in_language(self.cost_nl, self.cost_en)


@dataclass(frozen=True)
class HelplineFacts:
    """A number of others, for a need."""

    code: str
    need: str
    name: str
    number: str
    about_nl: str
    about_en: str
    order: int
    in_bar: bool
    checked_on: dt.date

    @property
    def about(self) -> str:
        return in_language(self.about_nl, self.about_en)


@dataclass(frozen=True)
class UnitFacts:
    """A unit for the type-ahead."""

    id: int
    name: str
    branch: str


@dataclass(frozen=True)
class Snapshot:
    """``lines`` by line code, ``topics`` by topic code; ``rules`` are all of them, ``route`` picks those of the day.
    ``parents`` are the units that are part of another one, with that one; ``surge``: far more comes in than normal."""

    calendar: Calendar
    lines: Mapping[str, LineFacts]
    helplines: tuple[HelplineFacts, ...]
    topics: Mapping[str, TopicFacts]
    tiles: tuple[TileFacts, ...]
    units: tuple[UnitFacts, ...]
    parents: Mapping[int, int]
    rules: tuple[Rule, ...]
    rules_version: int
    keywords: tuple[KeywordFacts, ...]
    surge: bool
    slots: Slots = field(default_factory=Slots)
    reaches: tuple[ReachFacts, ...] = ()
    arranged: Arranged = field(default_factory=Arranged)

    def helplines_for(self, *needs: str) -> list[HelplineFacts]:
        """The helplines for these needs, in the order given."""
        return [line for need in needs for line in self.helplines if line.need == need]


def write(at: dt.datetime) -> bool:
    """Bring the file up to date with the database; True when it changed. Fourteen queries, or fifteen.

    Written beside the old file and put in its place in one step, so that a reader sees the old or the new one, whole.
    """
    path = Path(settings.SNAPSHOT_FILE)
    content = _content(_from_database(at), at)
    if _same(path, content):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return True


_seen: tuple[tuple[str, int, int, int], Snapshot] | None = None


def read() -> Snapshot:
    """What the file says; read again only when it has been replaced. Never raises: the defaults stand in."""
    global _seen
    path = Path(settings.SNAPSHOT_FILE)
    try:
        facts = path.stat()
    except OSError:
        return defaults()
    stamp = (str(path), facts.st_ino, facts.st_mtime_ns, facts.st_size)
    if _seen is not None and _seen[0] == stamp:
        return _seen[1]
    try:
        found = _from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        log.exception("the snapshot cannot be read; the defaults stand in")
        found = defaults()
    _seen = (stamp, found)
    return found


@cache
def defaults() -> Snapshot:
    """What a new organisation starts with, without file or database. It has no units."""
    return Snapshot(
        calendar=calendar_of(organisation.HOURS, [(day, None) for day, _, _ in organisation.closures()]),
        lines={row["line"]: LineFacts(**row) for row in organisation.LINES},
        helplines=tuple(HelplineFacts(**row) for row in organisation.HELPLINES),
        topics={row["code"]: TopicFacts(**row) for row in topic_defaults.TOPICS},
        tiles=tuple(TileFacts(**row | {"topics": tuple(row["topics"])}) for row in topic_defaults.TILES),
        units=(),
        parents={},
        rules=tuple(Rule(**row) for row in rule_defaults.RULES),
        rules_version=1,
        keywords=tuple(
            KeywordFacts(row["phrase"], row["raises_to"])
            for row in sorted(topic_defaults.KEYWORDS, key=lambda row: (row["phrase"], row["language"]))
        ),
        surge=False,
        arranged=Arranged(_default_roles()),
    )


def _default_roles() -> tuple[SmtRoleFacts, ...]:
    return tuple(SmtRoleFacts(**row) for row in rule_defaults.SMT_ROLES)


def _from_database(at: dt.datetime) -> Snapshot:
    calendar = load_calendar()
    today = calendar.local(at).date()
    helplines = ("code", "need", "name", "number", "about_nl", "about_en", "order", "in_bar", "checked_on")
    units = list(
        Unit.objects.filter(
            Q(valid_from=None) | Q(valid_from__lte=today), Q(valid_until=None) | Q(valid_until__gte=today)
        ).select_related("branch")
    )
    version, rules = load_version()
    return Snapshot(
        calendar=calendar,
        lines={
            row["line"]: LineFacts(**row)
            for row in PhoneLine.objects.values("line", "number", "cost_nl", "cost_en", "checked_on")
        },
        helplines=tuple(HelplineFacts(**row) for row in Helpline.objects.values(*helplines)),
        topics=load_topics(),
        tiles=tuple(load_tiles()),
        units=tuple(UnitFacts(unit.pk, unit.name, unit.branch.name_nl) for unit in units),
        parents={unit.pk: unit.parent_id for unit in units if unit.parent_id},
        rules=tuple(rules),
        rules_version=version,
        keywords=load_keywords(),
        surge=load_surge(at),
        slots=callbacks.load_slots(at),
        reaches=load_reaches(),
        arranged=load_arranged(),
    )


def _content(snapshot: Snapshot, at: dt.datetime) -> str:
    calendar = snapshot.calendar
    hours = [[team, row.weekday, row.opens, row.closes] for team, rows in calendar.hours.items() for row in rows]
    body = {
        "version": VERSION,
        "written_at": at,
        "hours": hours,
        "closures": [[day, team or None] for day, teams in calendar.closures.items() for team in sorted(teams)],
        "other_hours": [
            [day, part or None, *opening]
            for day, parts in calendar.others.items()
            for part, opening in parts.items()
            if opening
        ],
        "lines": [asdict(row) for row in snapshot.lines.values()],
        "helplines": [asdict(row) for row in snapshot.helplines],
        "topics": [asdict(row) for row in snapshot.topics.values()],
        "tiles": [asdict(row) for row in snapshot.tiles],
        "units": [asdict(row) for row in snapshot.units],
        "parents": list(snapshot.parents.items()),
        "rules": [row_of(row) for row in snapshot.rules],
        "rules_version": snapshot.rules_version,
        "keywords": [asdict(row) for row in snapshot.keywords],
        "surge": snapshot.surge,
        "call_back_places": [[*key, count] for key, count in sorted(snapshot.slots.places.items())],
        "reaches": [asdict(row) for row in snapshot.reaches],
        "smt_roles": [asdict(row) for row in snapshot.arranged.places],
        "branch_offices": sorted(snapshot.arranged.offices.items()),
        "call_back_taken": [[start, count] for start, count in sorted(snapshot.slots.taken.items())],
    }
    return json.dumps(body, default=lambda moment: moment.isoformat(), ensure_ascii=False)


def _same(path: Path, content: str) -> bool:
    """Whether the file says this already, apart from when it was written."""
    try:
        old = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(old, dict) and old | {"written_at": ""} == json.loads(content) | {"written_at": ""}


def _from_json(body: dict[str, Any]) -> Snapshot:
    """The reverse of _content; raises ValueError, TypeError or KeyError when the file is something else."""
    if body["version"] != VERSION:
        raise ValueError(f"version {body['version']} is not ours")
    hours = [(team, day, dt.time.fromisoformat(a), dt.time.fromisoformat(b)) for team, day, a, b in body["hours"]]
    return Snapshot(
        calendar=calendar_of(
            hours,
            [(dt.date.fromisoformat(day), team) for day, team in body["closures"]],
            [
                (dt.date.fromisoformat(day), team, dt.time.fromisoformat(opens), dt.time.fromisoformat(closes))
                for day, team, opens, closes in body.get("other_hours", ())  # a file from before has none
            ],
        ),
        lines={row["line"]: LineFacts(**_dated(row, "checked_on")) for row in body["lines"]},
        helplines=tuple(HelplineFacts(**_dated(row, "checked_on")) for row in body["helplines"]),
        topics={row["code"]: TopicFacts(**row) for row in body["topics"]},
        tiles=tuple(TileFacts(**row | {"topics": tuple(row["topics"])}) for row in body["tiles"]),
        units=tuple(UnitFacts(**row) for row in body["units"]),
        parents={int(unit): int(parent) for unit, parent in body["parents"]},
        rules=tuple(rule_of(row) for row in body["rules"]),
        rules_version=int(body["rules_version"]),
        keywords=tuple(KeywordFacts(**row) for row in body["keywords"]),
        surge=bool(body["surge"]),
        slots=Slots(
            {(line, day, hour): count for line, day, hour, count in body.get("call_back_places", [])},
            {dt.datetime.fromisoformat(start): count for start, count in body.get("call_back_taken", [])},
        ),
        reaches=tuple(ReachFacts(**row) for row in body.get("reaches", ())),  # a file from before has none
        arranged=Arranged(
            tuple(SmtRoleFacts(**row) for row in body["smt_roles"]) if "smt_roles" in body else _default_roles(),
            {branch: team for branch, team in body.get("branch_offices", ())},
        ),
    )


def _dated(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return row | {name: dt.date.fromisoformat(row[name]) for name in names if row[name]}

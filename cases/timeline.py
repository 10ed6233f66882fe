"""The timeline of a case: friendly lines for people. Inspectors read the audit."""

import datetime as dt
from typing import Any

from accounts.actors import Actor
from cases.enums import EntryKind
from cases.models import Case, TimelineEntry


def add(
    case: Case,
    kind: EntryKind,
    *,
    by: Actor,
    at: dt.datetime,
    facts: dict[str, Any] | None = None,
    text: str = "",
    for_client: bool = False,
) -> TimelineEntry:
    """Write one line. ``facts`` holds codes, ids and ISO dates only; personal words go in ``text``, which is sealed."""
    entry = TimelineEntry(
        case=case,
        at=at,
        kind=kind,
        by=by.user if by.roles else None,
        by_client=by.kind == "follower" or (by.kind == "user" and not by.roles),
        facts=facts or {},
        text=text,
        for_client=for_client,
    )
    entry.save(force_insert=True)
    return entry

"""Whom somebody can call by themselves, by the snapshot: no query, and nothing is kept."""

import datetime as dt

from cases.enums import CaseOutcome
from cases.models import Case
from desk import snapshot
from referrals import reaching
from referrals.enums import Destination
from referrals.reaching import Way
from referrals.routing import line_of


def ways_to(destination: str, unit: int | None, at: dt.datetime) -> list[Way]:
    """Those of the unit and what it is part of, nearest first, then those for everyone."""
    seen = snapshot.read()
    line = line_of(unit, seen.parents)
    return reaching.ways(seen.reaches, destination, at, calendar=seen.calendar, line=line)


def ways_of(case: Case, at: dt.datetime) -> list[Way]:
    """Where the client of this case can go by themselves: as proposed while it is open, a chaplain when they chose one.
    ``case.intake`` is at hand."""
    if case.is_open:
        return ways_to(case.intake.proposal, case.unit_id, at)
    return ways_to(Destination.CHAPLAIN, case.unit_id, at) if case.outcome == CaseOutcome.CHAPLAIN else []

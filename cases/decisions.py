"""What is decided about the help that runs: at the last place, and before it whenever it fits (R14, R18)."""

import datetime as dt
from collections.abc import Sequence

from accounts.actors import Actor
from cases import tracks
from cases.enums.tracks import STARTS, NextStep, TrackKind
from cases.models import Case, Track
from cases.workspace import Workspace


def steps(space: Workspace, rows: Sequence[Track]) -> list[NextStep]:
    """What can be chosen now. Help is started of a kind that does not run and has places left."""
    if not space.is_with_worker:
        return []
    now = next((row.kind for row in rows if row.ended_at is None), None)

    def fits(step: NextStep) -> bool:
        if step in STARTS:
            return step != now and not tracks.count(space.sessions, step).is_full
        return now is not None

    return [step for step in NextStep if fits(step)]


def decide(case: Case, step: NextStep, *, reason: str, focus: str, by: Actor, at: dt.datetime) -> Track:
    """Start the next help, or end what runs with what was decided. Closing and handing over are done by their own verbs
    afterwards. What ended already has ended: a second click goes on to the same page. Raises as ``tracks.start`` and
    ``tracks.end``."""
    if step in STARTS:
        return tracks.start(case, TrackKind(step.value), reason=reason, focus=focus, by=by, at=at)
    before = tracks.latest(case)
    if before is not None and before.ended_at is not None:
        return before
    return tracks.end(case, reason=reason, decision=step, by=by, at=at)

"""How far each goal is, in the client's own marks of 0 to 10: at the start, at the end, and some time afterwards."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from cases import timeline
from cases.enums import EntryKind
from cases.enums.plan import HIGHEST_MARK, GoalMoment
from cases.models import Case, GoalMark
from cases.moves import NotNow, locked
from cases.plan import Result, results_of


def moments_of(case: Case, results: list[Result]) -> list[GoalMoment]:
    """For which moments marks can be given now: the end once there is a start, and afterwards once it is closed."""
    if not case.is_open:
        return [GoalMoment.FOLLOW_UP]
    if any(result.start is not None for result in results):
        return [GoalMoment.START, GoalMoment.END]
    return [GoalMoment.START]


class Conflict(NotNow):
    """Somebody gave other marks meanwhile. ``results`` are as they are now."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__(_("Someone changed these marks while you had them open."))
        self.results = results


def seen(results: list[Result]) -> int:
    """The version of the marks that a form is opened with: it counts up with each that is given."""
    return sum(len(result.given) for result in results)


@transaction.atomic
def give(
    case: Case, moment: str, marks: Mapping[str, int], *, by: Actor, at: dt.datetime, number: int | None = None
) -> list[Result]:
    """Keep marks by the goals' ids: the client's own, or what the client told ``by``, which is recorded as such.

    A mark may be corrected, and what it was is kept; one that the client gave is corrected only by the client. What is
    the same changes nothing. Raises NotNow when that moment is not now, or the goals are no longer those of the plan,
    and Conflict when ``number`` (what ``seen`` said) is no longer so.
    """
    case = locked(case)
    results = results_of(case)
    if moment not in moments_of(case, results):
        raise NotNow(_("These marks cannot be given now."))
    if not set(marks) <= {result.goal.id for result in results}:
        raise NotNow(_("The plan has changed. Read it again, please."))
    old = {result.goal.id: result.marks.get(moment) for result in results}
    given = {result.goal.id: result.given for result in results}
    changed = {goal: mark for goal, mark in marks.items() if (row := old[goal]) is None or row.mark != mark}
    if changed and number is not None and number != seen(results):
        raise Conflict(results)
    if by.roles and any(row.by_client for goal in changed if (row := old[goal])):
        raise NotNow(_("The client gave this mark. Only they change it."))
    for goal, mark in changed.items():
        before = sum(row.moment == moment and row.since == case.reopened_at for row in given[goal])
        _keep(case, goal, moment, mark, number=before + 1, by=by, at=at)
    if changed:
        facts = {"moment": moment}
        timeline.add(case, EntryKind.GOAL_MARKS, by=by, at=at, facts=facts, for_client=True)
        audit.record("goal.marked", by=by, at=at, case_id=case.pk, obj=case, part=moment)
    return results_of(case)


def _keep(case: Case, goal: str, moment: str, mark: int, *, number: int, by: Actor, at: dt.datetime) -> None:
    if not 0 <= mark <= HIGHEST_MARK:
        raise ValueError(f"not a mark: {mark}")
    row = GoalMark(case=case, goal=uuid.UUID(goal), moment=moment, since=case.reopened_at, number=number)
    row.mark, row.at, row.by = mark, at, by.user if by.roles else None
    row.save(force_insert=True)

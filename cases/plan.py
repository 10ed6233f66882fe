"""The plan: at most three goals in the client's words, how many talks, and when it is enough. Made together; the client
agrees to each version. Their marks for the goals are in cases/marks.py, what either side does in cases/agreed.py.

``results_of`` tells how far every goal came, for whoever closes the case.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.notices import tell_user
from cases import goal_chart, timeline, tracks
from cases.confidentiality import must_be_explained
from cases.deputies import helpers_of
from cases.enums import WITH_WORKER, EntryKind
from cases.enums.plan import MOST_GOALS, GoalMoment, PlanYes
from cases.enums.tracks import SESSION_LIMIT, TrackKind, places_of
from cases.models import Case, GoalMark, Plan
from cases.models.plan import Goal
from cases.moves import NotNow, locked
from cases.notices import PLAN_AGREED, tell_client

LONGEST_GOAL = 200
LONGEST_END = 600


class Conflict(NotNow):
    """Somebody saved another plan meanwhile. ``saved`` is that one; nothing of what was typed is saved."""

    def __init__(self, saved: Plan) -> None:
        super().__init__(_("The plan was changed while you had it open. Nothing is lost: both are below."))
        self.saved = saved


@dataclass(frozen=True)
class Result:
    """How far a goal came, in the client's own marks: all that were ever ``given``, in the order of time. ``since`` is
    when the case was opened again; a moment that is missing has no mark yet."""

    goal: Goal
    given: list[GoalMark] = field(default_factory=list)
    since: dt.datetime | None = None

    @property
    def marks(self) -> dict[str, GoalMark]:
        """Those that count in this time of help, by moment."""
        return {row.moment: row for row in self.given if row.since == self.since}

    def at(self, moment: str) -> int | None:
        """The mark of a moment in this time of help."""
        row = self.marks.get(moment)
        return row.mark if row else None

    @property
    def start(self) -> int | None:
        return self.at(GoalMoment.START)

    @property
    def end(self) -> int | None:
        return self.at(GoalMoment.END)

    @property
    def follow_up(self) -> int | None:
        return self.at(GoalMoment.FOLLOW_UP)

    @property
    def bars(self) -> list[goal_chart.Bar]:
        return goal_chart.bars(self.given)

    @property
    def height(self) -> int:
        return goal_chart.ROW * len(self.bars)

    @property
    def spoken(self) -> str:
        return goal_chart.spoken(self.given)


def results_of(case: Case, plan: Plan | None = None) -> list[Result]:
    """Every goal of the present plan with its marks, in the plan's order; empty without a plan. At most two queries."""
    plan = plan or latest(case)
    if plan is None:
        return []
    given: dict[str, list[GoalMark]] = {}
    rows = GoalMark.objects.filter(case=case).select_related("by")
    for row in rows.order_by(F("since").asc(nulls_first=True), "number"):
        given.setdefault(str(row.goal), []).append(row)
    return [Result(goal, given.get(goal.id, []), case.reopened_at) for goal in plan.goals]


def versions(case: Case) -> list[Plan]:
    """All of them, the newest first. One query."""
    rows = list(Plan.objects.filter(case=case).select_related("by", "recorded_by").order_by("-number"))
    for row in rows:
        row.case = case  # the key is at hand
    return rows


def latest(case: Case) -> Plan | None:
    """The one that counts. One query."""
    row = Plan.objects.filter(case=case).select_related("by", "recorded_by").order_by("-number").first()
    if row is not None:
        row.case = case
    return row


def plan_of_case() -> dict[str, Any]:
    """The number of the plan that counts and when the client agreed to it, inside a query for cases."""
    rows = Plan.objects.filter(case=OuterRef("pk")).order_by("-number")
    return {
        "plan_number": Subquery(rows.values("number")[:1]),
        "plan_agreed": Subquery(rows.values("agreed_at")[:1]),
    }


def most_talks(case: Case) -> int:
    """How many talks a plan of this case can have: as many as the help that runs, or is about to. One query."""
    track = tracks.latest(case)
    kind = places_of(track.kind) if track else TrackKind.SHORT_TERM_HELP
    return SESSION_LIMIT[kind]


@transaction.atomic
def make(
    case: Case, goals: Sequence[Goal], *, talks: int, ends_when: str, number: int, by: Actor, at: dt.datetime
) -> Plan:
    """Keep a next version and tell the client; ``number`` is the one that was open, 0 for none. A goal without an id is
    a new one. The same plan again changes nothing.

    Raises Conflict, NotExplained, and NotNow for a case that no worker has or goals that are none or too many.
    """
    case = locked(case)
    wanted = [Goal(goal.id, goal.words.strip()) for goal in goals if goal.words.strip()]
    last = latest(case)
    if last is not None and _same(last, wanted, talks, ends_when.strip()):
        return last
    if case.state not in WITH_WORKER:
        raise NotNow(_("This belongs to a case that a worker has accepted."))
    must_be_explained(case)
    if not 1 <= len(wanted) <= MOST_GOALS:
        raise NotNow(_("A plan has one to %(most)d goals.") % {"most": MOST_GOALS})
    if not 1 <= talks <= (most := most_talks(case)):
        raise NotNow(_("A plan has one to %(most)d conversations.") % {"most": most})
    if last is not None and last.number != number:
        raise Conflict(last)
    row = Plan(
        case=case, number=last.number + 1 if last else 1, by=by.user, at=at, kept_goals=_kept(wanted, last),
        talks=talks, ends_when=ends_when.strip(),
    )  # fmt: skip
    row.save(force_insert=True)
    timeline.add(case, EntryKind.PLAN, by=by, at=at, facts={"number": row.number}, for_client=True)
    audit.record("plan.made", by=by, at=at, case_id=case.pk, obj=row, part=str(row.number))
    tell_client(case, occasion=f"plan{row.pk}", at=at)
    return row


@transaction.atomic
def agree(case: Case, plan_id: object, *, by: Actor, at: dt.datetime) -> Plan:
    """The client says yes to the version that was read: on their own page, or in a conversation, and then ``by`` wrote
    it down. ``plan_id`` comes from the page. Raises NotNow for any other version, or a closed case. Twice is once.
    """
    case = locked(case)
    last = latest(case)
    if last is None or str(last.pk) != str(plan_id):
        raise NotNow(_("The plan has changed. Read it again, please."))
    if last.agreed_at is not None:
        return last
    if not case.is_open:
        raise NotNow(_("This case is closed."))
    last.agreed_at, last.recorded_by = at, by.user if by.roles else None
    last.agreed_how = PlanYes.IN_TALK if by.roles else PlanYes.IN_PORTAL
    last.save(update_fields=["agreed_at", "agreed_how", "recorded_by"])
    facts = {"number": last.number, "how": last.agreed_how}
    timeline.add(case, EntryKind.PLAN_AGREED, by=by, at=at, facts=facts, for_client=True)
    audit.record("plan.agreed", by=by, at=at, case_id=case.pk, obj=last, part=last.agreed_how)
    if not by.roles:
        path = reverse("case_plan", args=[case.reference])
        for user in helpers_of(case, at):
            tell_user(PLAN_AGREED, user, about=case.pk, occasion=str(last.pk), path=path, at=at)
    return last


def _kept(goals: list[Goal], last: Plan | None) -> dict[str, list[dict[str, str]]]:
    """The goals with their ids: each one of the last plan at most once, otherwise a new one."""
    known, rows = {goal.id for goal in last.goals} if last else set(), []
    for goal in goals:
        rows.append({"id": goal.id if goal.id in known else str(uuid.uuid4()), "words": goal.words})
        known.discard(goal.id)
    return {"goals": rows}


def _same(plan: Plan, goals: list[Goal], talks: int, ends_when: str) -> bool:
    words = [goal.words for goal in plan.goals]
    return (words, plan.talks, str(plan.ends_when)) == ([goal.words for goal in goals], talks, ends_when)

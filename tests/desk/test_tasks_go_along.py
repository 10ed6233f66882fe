"""Open tasks go along with their case: to the worker who accepts it, and when somebody leaves."""

import datetime as dt

from accounts.models import Membership
from cases import case_tasks
from cases.enums import CaseState, EntryKind
from cases.models import Case, CaseTask, TimelineEntry
from cases.permissions import grant
from desk import handover, waiting
from desk.views.stopping import told
from referrals import actions as referrals
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral
from tests.factories.work import make_accepted


def add(case: Case, cast: Cast, by: str, **extra: object) -> CaseTask:
    due = cast.at + dt.timedelta(days=1)
    return case_tasks.add(case, what="Bellen", due_at=due, by=cast.actor(by), at=cast.at, **extra)


def holder(task: CaseTask) -> str:
    found = CaseTask.objects.select_related("user").get(pk=task.pk)
    return found.user.name if found.user else "desk"


def test_who_accepts_gets_what_was_asked_of_people_at_the_desk(cast: Cast) -> None:
    case = make_case(cast, state=CaseState.IN_TRIAGE)
    mine, desk = add(case, cast, "samira"), add(case, cast, "samira", for_desk=True)
    done = case_tasks.finish(add(case, cast, "samira"), by=cast.actor("samira"), at=cast.at)
    referrals.accept(make_referral(cast, case), read=True, by=cast.actor("bram"), at=cast.at)
    assert [holder(task) for task in (mine, desk, done)] == [cast.bram.name, "desk", cast.samira.name]
    line = TimelineEntry.objects.filter(case=case, kind=EntryKind.TASK, facts__what="given").get()
    assert line.facts["to_user"] == cast.bram.pk


def test_who_leaves_leaves_no_task_behind(cast: Cast) -> None:
    case, back, other = make_accepted(cast), make_accepted(cast), make_case(cast, owner="samira")
    own, also = add(case, cast, "bram"), add(back, cast, "bram")
    grant(other, reason="deputy", user_id=cast.bram.pk, at=cast.at)
    asked = add(other, cast, "samira", user=cast.bram)
    result = handover.stop(cast.bram, {"cases": cast.ilse}, by=cast.actor("els"), at=cast.at)
    assert [holder(task) for task in (own, also, asked)] == [cast.ilse.name, cast.ilse.name, cast.samira.name]
    assert (result.tasks_to_owner, result.tasks_to_desk) == (3, 0)
    assert "Open taken gingen mee: 3 naar wie de zaak nu heeft, 0 naar het loket." in told(result)


def test_what_goes_back_to_the_desk_takes_its_tasks_along(cast: Cast) -> None:
    task = add(make_accepted(cast), cast, "bram")
    result = handover.stop(cast.bram, {}, by=cast.actor("els"), at=cast.at)
    assert (holder(task), result.tasks_to_desk) == ("desk", 1)


def test_a_request_whose_owner_is_gone_takes_their_tasks_to_the_desk(cast: Cast) -> None:
    """By the sweep, when nobody handed anything over."""
    case = make_case(cast, owner="joost")
    task = add(case, cast, "joost")
    Membership.objects.filter(user=cast.joost).update(ends_on=cast.at.date() - dt.timedelta(days=1))
    assert waiting.free_left(cast.at) == 1
    assert holder(task) == "desk"

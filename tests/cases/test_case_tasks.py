"""Tasks of a case: asked, done, reopened, passed on with the case, and over when it closes."""

import datetime as dt
import uuid

import pytest

from accounts.models import AuditEvent, Notice
from cases import actions, blocks, case_tasks, closing
from cases.enums import CaseOutcome, EntryKind
from cases.handback import hand_back
from cases.models import Case, CaseTask, TimelineEntry
from cases.moves import NotNow
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

DAY = dt.timedelta(days=1)


def add(case: Case, cast: Cast, by: str = "bram", what: str = "Kamer 12 bevestigen", **extra: object) -> CaseTask:
    return case_tasks.add(case, **{"what": what, "due_at": cast.at + DAY, "by": cast.actor(by), "at": cast.at} | extra)


def lines(case: Case) -> list[str]:
    rows = TimelineEntry.objects.filter(case=case, kind=EntryKind.TASK).order_by("at", "pk")
    return sorted(row.facts["what"] for row in rows)


def test_a_task_is_for_who_has_the_case(cast: Cast) -> None:
    case = make_accepted(cast)
    task = add(case, cast)
    assert (task.what, task.user, task.due_at, task.tell_at) == (
        "Kamer 12 bevestigen", cast.bram, cast.at + DAY, cast.at + DAY,
    )  # fmt: skip
    assert lines(case) == ["added"]
    assert AuditEvent.objects.filter(case_id=case.pk, action="task.added", object_id=str(task.pk)).count() == 1
    assert not Notice.objects.filter(kind="case.task").exists()  # who asks it of themselves knows


def test_a_colleague_is_told_without_a_detail(cast: Cast) -> None:
    case = make_case(cast)
    add(case, cast, "samira", user=cast.users["joost"])
    notice = Notice.objects.filter(kind="case.task", user=cast.users["joost"]).first()
    assert notice is not None
    assert case.reference not in str(notice.params)


def test_nothing_is_asked_of_who_cannot_open_the_case(cast: Cast) -> None:
    with pytest.raises(NotNow):
        add(make_accepted(cast), cast, user=cast.users["ilse"])
    assert not CaseTask.objects.exists()


def test_a_year_that_was_mistyped_is_asked_again(cast: Cast) -> None:
    case = make_accepted(cast)
    with pytest.raises(NotNow):
        add(case, cast, due_at=cast.at + 367 * DAY)
    assert not CaseTask.objects.exists()


def test_same_form_twice_is_one_task(cast: Cast) -> None:
    case, number = make_accepted(cast), uuid.uuid4()
    assert add(case, cast, task_id=number) == add(case, cast, task_id=number)
    assert CaseTask.objects.count() == 1


def test_done_twice_is_done_once_and_can_be_reopened(cast: Cast) -> None:
    case, by, later = make_accepted(cast), cast.actor("bram"), cast.at + DAY
    task = case_tasks.finish(add(case, cast), by=by, at=cast.at)
    assert (task.state, task.ended_at, task.ended_by) == ("done", cast.at, cast.bram)
    assert case_tasks.finish(task, by=by, at=later).ended_at == cast.at
    task = case_tasks.reopen(task, by=by, at=later)
    assert (task.state, task.ended_at, task.user) == ("open", None, cast.bram)
    assert lines(case) == ["added", "done", "reopened"]


def test_an_older_form_does_not_overwrite(cast: Cast) -> None:
    case, by = make_accepted(cast), cast.actor("bram")
    task = add(case, cast)
    form = {
        "due_at": task.due_at,
        "user": cast.bram,
        "reminder": "then",
        "version": 1,
        "kind": "",
        "by": by,
        "at": cast.at,
    }
    case_tasks.change(task, what="Kamer 14", **form)
    with pytest.raises(case_tasks.TaskChanged) as error:
        case_tasks.change(task, what="Kamer 15", **form)
    assert error.value.saved.what == "Kamer 14"


def test_open_tasks_go_along_with_the_case(cast: Cast) -> None:
    case = make_accepted(cast)
    task, done = add(case, cast), case_tasks.finish(add(case, cast), by=cast.actor("bram"), at=cast.at)
    hand_back(case, reason="Past beter bij een collega.", by=cast.actor("bram"), at=cast.at)
    assert CaseTask.objects.get(pk=task.pk).for_desk
    assert CaseTask.objects.get(pk=done.pk).user == cast.bram


def test_at_the_desk_they_go_with_the_case_from_hand_to_hand(cast: Cast) -> None:
    case, by = make_case(cast, owner="samira"), cast.actor("samira")
    task, other = add(case, cast, "samira"), add(case, cast, "samira", user=cast.users["els"])
    actions.give(case, to=cast.users["joost"], by=by, at=cast.at)
    assert CaseTask.objects.get(pk=task.pk).user == cast.users["joost"]
    actions.give_back(case, by=by, at=cast.at)
    assert CaseTask.objects.get(pk=task.pk).for_desk
    assert CaseTask.objects.get(pk=other.pk).user == cast.users["els"]


def test_who_is_kept_out_has_no_task_left(cast: Cast) -> None:
    case = make_case(cast, owner="samira")
    task = add(case, cast, "samira", user=cast.users["joost"])
    blocks.block(case, cast.users["joost"], reason="Neef.", by=cast.actor("samira"), at=cast.at)
    assert CaseTask.objects.get(pk=task.pk).user == cast.users["samira"]


def test_closing_leaves_nothing_due_but_aftercare(cast: Cast) -> None:
    case, by = make_accepted(cast, state="active"), cast.actor("bram")
    task, care = add(case, cast), add(case, cast, for_desk=True, kind="aftercare")
    closing.close(case, outcome=CaseOutcome.STOPPED, by=by, at=cast.at)
    assert list(CaseTask.objects.open()) == [care]
    assert CaseTask.objects.get(pk=task.pk).state == "dropped"
    with pytest.raises(NotNow):
        add(case, cast)
    with pytest.raises(NotNow):
        case_tasks.reopen(task, by=by, at=cast.at)
    assert case_tasks.finish(care, by=cast.actor("samira"), at=cast.at).state == "done"

"""Reminders of tasks: once, on time or late, and only to who may know."""

import datetime as dt
import threading

from django.db import connection

from accounts.models import Notice, Shift
from cases import case_tasks, deputies, task_reminders
from cases.enums import AccessReason
from cases.enums.tasks import Reminder
from cases.models import Case, CaseAccess, CaseTask
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

HOUR = dt.timedelta(hours=1)


def add(case: Case, cast: Cast, by: str = "bram", **extra: object) -> CaseTask:
    given = {"what": "Bellen", "due_at": cast.at + 2 * HOUR, "reminder": Reminder.HOUR} | extra
    return case_tasks.add(case, by=cast.actor(by), at=cast.at, **given)


def told() -> list[str]:
    rows = Notice.objects.filter(kind="case.task_due", channel="inbox").select_related("user")
    return sorted(notice.user.name for notice in rows)


def test_an_hour_before_once_and_late_is_fine(cast: Cast) -> None:
    add(make_accepted(cast), cast)
    assert task_reminders.remind_due(cast.at + HOUR / 2) == 0
    assert task_reminders.remind_due(cast.at + 30 * HOUR) == 1
    assert task_reminders.remind_due(cast.at + 31 * HOUR) == 0
    assert told() == [cast.bram.name]


def test_no_reminder_and_what_is_done_tells_nobody(cast: Cast) -> None:
    case = make_accepted(cast)
    add(case, cast, reminder=Reminder.NONE)
    case_tasks.finish(add(case, cast), by=cast.actor("bram"), at=cast.at)
    task_reminders.remind_due(cast.at + 3 * HOUR)
    assert told() == []


def test_the_desk_is_who_is_on_duty(cast: Cast) -> None:
    add(make_case(cast), cast, "samira", for_desk=True)
    task_reminders.remind_due(cast.at + HOUR)
    assert cast.samira.name in told() and cast.bram.name not in told()


def test_another_moment_reminds_again(cast: Cast) -> None:
    task, by = add(make_accepted(cast), cast), cast.actor("bram")
    task_reminders.remind_due(cast.at + HOUR)
    case_tasks.change(
        task, what="Bellen", due_at=cast.at + 9 * HOUR, user=cast.bram, reminder=Reminder.HOUR, kind="", version=1,
        by=by, at=cast.at + HOUR,
    )  # fmt: skip
    assert task_reminders.remind_due(cast.at + 7 * HOUR) == 0
    assert task_reminders.remind_due(cast.at + 8 * HOUR) == 1
    assert told() == [cast.bram.name] * 2


def test_who_can_no_longer_open_the_case_is_not_told(cast: Cast) -> None:
    case = make_accepted(cast)
    CaseAccess.objects.create(
        case=case, user=cast.ilse, reason=AccessReason.DEPUTY, starts_at=cast.at, ends_at=cast.at + HOUR
    )
    task = add(case, cast, user=cast.ilse)
    task_reminders.remind_due(cast.at + 2 * HOUR)
    assert CaseTask.objects.get(pk=task.pk).user == cast.bram
    assert told() == [cast.bram.name]


def test_who_stands_in_is_told_too(cast: Cast) -> None:
    case, day = make_accepted(cast), cast.at.date()
    add(case, cast)
    deputies.enter(cast.bram, first_day=day, last_day=day, deputy=cast.ilse, by=cast.actor("els"), at=cast.at)
    task_reminders.remind_due(cast.at + HOUR)
    assert told() == sorted([cast.bram.name, cast.ilse.name])


def test_two_sweeps_at_once_tell_once(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    for _number in range(5):
        add(make_accepted(cast), cast)
    counted: list[int] = []

    def sweep() -> None:
        counted.append(task_reminders.remind_due(at + HOUR))
        connection.close()

    threads = [threading.Thread(target=sweep) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(counted), told()) == (5, [cast.bram.name] * 5)


def test_of_a_task_of_the_desk_the_coordinators_hear_when_nobody_is_on_duty(cast: Cast) -> None:
    case = make_case(cast)
    add(case, cast, "samira", for_desk=True)
    Shift.objects.all().delete()
    assert task_reminders.remind_due(cast.at + HOUR) == 1
    assert told() == [cast.els.name]

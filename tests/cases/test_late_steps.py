"""A worker's case in which nothing happens any more: the worker hears of it once, and the coordinators see it."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.models import Absence, AuditEvent, Notice
from cases import appointments, case_tasks, closing, deputies, late_steps, notes
from cases.enums import CaseOutcome, NoteKind
from cases.models import Case
from cases.next_step import DAY
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

HOUR = dt.timedelta(hours=1)


def still(cast: Cast, **more: object) -> Case:
    return make_accepted(cast, first_contact_at=cast.at, **more)


def told() -> list[str]:
    rows = Notice.objects.filter(kind="case.step_late", channel="inbox").select_related("user")
    return sorted(notice.user.name for notice in rows if notice.user)


def test_who_has_it_hears_once_after_two_weeks_however_late_or_often(cast: Cast) -> None:
    case = still(cast)
    assert late_steps.look_due(cast.at) == 0
    assert late_steps.look_due(cast.at + 13 * DAY) == 0 and told() == []
    for days in (14, 14, 15, 17, 40):
        late_steps.look_due(cast.at + days * DAY)
    assert told() == [cast.bram.name]
    assert AuditEvent.objects.filter(action="step.late", case_id=case.pk, part="decide").count() == 1
    assert Case.objects.get(pk=case.pk).late_since == case.state_since + 14 * DAY


def test_what_happens_takes_the_mark_away_and_begins_anew(cast: Cast) -> None:
    case, later = still(cast), cast.at + 20 * DAY
    late_steps.look_due(later)
    notes.write(Case.objects.get(pk=case.pk), "Gebeld", kind=NoteKind.FILE, by=cast.actor("bram"), at=later)
    assert Case.objects.get(pk=case.pk).late_since is None
    assert late_steps.look_due(later + 13 * DAY) == 0
    assert late_steps.look_due(later + 15 * DAY) == 1
    assert told() == [cast.bram.name] * 2


def test_a_conversation_of_which_nobody_said_how_it_went(cast: Cast) -> None:
    case, by, starts = still(cast), cast.actor("bram"), cast.at + HOUR
    row = appointments.plan_session(case, starts_at=starts, way="phone", by=by, at=cast.at)
    assert late_steps.look_due(starts + HOUR) == 0
    assert late_steps.look_due(starts + DAY + HOUR) == 1
    appointments.record_session(row, "held", minutes=45, by=by, at=starts + 2 * DAY)
    assert late_steps.look_due(starts + 3 * DAY) == 0
    assert told() == [cast.bram.name]


def test_what_has_a_reminder_of_its_own_is_said_a_day_later(cast: Cast) -> None:
    case, due = still(cast), cast.at + 2 * HOUR
    case_tasks.add(case, what="Bel", due_at=due, by=cast.actor("bram"), at=cast.at)
    late_steps.look_due(cast.at)
    assert late_steps.look_due(due + 23 * HOUR) == 0
    assert late_steps.look_due(due + 25 * HOUR) == 1


def test_who_stands_in_hears_it_too(cast: Cast) -> None:
    still(cast)
    day = (cast.at + 14 * DAY).date()
    Absence.objects.create(
        user=cast.bram, first_day=day, last_day=day + 9 * DAY, deputy=cast.ilse, entered_by=cast.els,
        entered_at=cast.at,
    )  # fmt: skip
    deputies.replan(cast.at + 15 * DAY)
    late_steps.look_due(cast.at + 15 * DAY)
    assert told() == sorted([cast.bram.name, cast.ilse.name])


def test_at_the_desk_and_closed_nobody_is_reminded(cast: Cast) -> None:
    case = still(cast)
    late_steps.look_due(cast.at + 15 * DAY)
    closing.close(case, outcome=CaseOutcome.HELPED, note="Klaar.", by=cast.actor("bram"), at=cast.at + 15 * DAY)
    assert Case.objects.get(pk=case.pk).late_since is None
    assert late_steps.look_due(cast.at + 90 * DAY) == 0
    assert told() == [cast.bram.name]


@pytest.mark.parametrize(("who", "sees"), [("els", True), ("samira", False)])
def test_who_coordinates_sees_it_on_the_dashboard(
    cast: Cast, logged_in: Callable[..., Client], who: str, sees: bool
) -> None:
    case, later = still(cast), cast.at + 15 * DAY
    late_steps.look_due(later)
    with time_machine.travel(later, tick=False):
        page = logged_in(cast.users[who]).get("/loket/", headers={"accept-language": "en"}).content.decode()
    assert ("What comes next is late: ask the worker" in page) == sees
    assert (f'href="/zaken/{case.reference}/"' in page) == sees


def test_two_sweeps_at_once_tell_once(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    for _number in range(5):
        still(cast)
    counted: list[int] = []

    def sweep() -> None:
        counted.append(late_steps.look_due(at + 15 * DAY))
        connection.close()

    threads = [threading.Thread(target=sweep) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(counted), told()) == (5, [cast.bram.name] * 5)

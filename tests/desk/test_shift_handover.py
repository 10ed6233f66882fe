"""From one shift to the next: the note, the lists, that it was read once, and who hears that it was not."""

import datetime as dt
from collections.abc import Callable
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import duty
from accounts.actions import Clash
from accounts.models import AuditEvent, Notice, Shift, ShiftHandover
from cases import callbacks, contact
from cases.enums import AttemptOutcome, CaseState, ContactWay, Urgency
from desk import paging, shift_handover, snapshot
from tests.factories.cases import make_case
from tests.factories.cast import Cast

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LogIn = Callable[..., Client]
NOTE = "NB-2345-6789 wil na tien uur gebeld worden."
MINUTE = dt.timedelta(minutes=1)
EVENING = "2026-03-10T16:50"


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def write(cast: Cast, text: str = NOTE, *, at: str = EVENING, who: str = "samira", seen: str = "") -> ShiftHandover:
    return shift_handover.write(text, seen=seen, by=cast.actor(who, local(at)), at=local(at))


def confirm(cast: Cast, who: str, at: str) -> ShiftHandover:
    return shift_handover.confirm(by=cast.actor(who, local(at)), at=local(at))


def told(kind: str) -> list[str]:
    rows = Notice.objects.filter(kind=f"handover.{kind}", channel="inbox").order_by("user__name")
    return [row.user.first_name for row in rows]


def test_the_note_waits_for_the_turn_that_comes_next(cast: Cast) -> None:
    row = write(cast)
    assert (row.team, row.starts_at, row.written_by) == (
        cast.teams["after-hours"],
        local("2026-03-10T17:00"),
        cast.samira,
    )
    change = shift_handover.change_at(local("2026-03-10T17:05"), duty.load_calendar())
    assert (change.note.note, change.current, change.is_on(cast.actor("nadia"))) == (NOTE, row, True)
    assert AuditEvent.objects.get(action="shift_handover.written").actor_id == str(cast.samira.pk)


def test_it_lies_sealed_in_the_database(cast: Cast) -> None:
    row = write(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM accounts_shifthandover WHERE id = %s", [row.pk])
        assert NOTE.encode() not in bytes(cursor.fetchone()[0])


def test_a_colleague_who_wrote_meanwhile_is_not_overwritten(cast: Cast) -> None:
    first = write(cast)
    with pytest.raises(Clash):
        write(cast, "Van mij", who="joost")
    write(cast, f"{NOTE}\nVan mij", who="joost", at="2026-03-10T16:55", seen=shift_handover.stamp(first))
    assert ShiftHandover.objects.get().note == f"{NOTE}\nVan mij"


def test_it_is_read_once_and_only_by_who_is_on_duty(cast: Cast) -> None:
    write(cast)
    with pytest.raises(Clash):
        confirm(cast, "samira", "2026-03-10T17:10")
    row = confirm(cast, "nadia", "2026-03-10T17:10")
    assert (row.read_by, row.read_at) == (cast.nadia, local("2026-03-10T17:10"))
    with pytest.raises(Clash):
        confirm(cast, "otto", "2026-03-10T17:11")
    assert AuditEvent.objects.filter(action="shift_handover.read").count() == 1


def test_who_steps_in_halfway_reads_too(cast: Cast) -> None:
    write(cast)
    confirm(cast, "nadia", "2026-03-10T17:10")
    Shift.objects.filter(user=cast.nadia, starts_at=local("2026-03-10T17:00")).update(ends_at=local("2026-03-10T22:00"))
    Shift.objects.filter(user=cast.otto, starts_at=local("2026-03-10T17:00")).update(
        starts_at=local("2026-03-10T22:00"), position=1
    )
    change = shift_handover.change_at(local("2026-03-10T22:05"), duty.load_calendar())
    assert (change.current, change.note.note) == (None, NOTE)
    assert confirm(cast, "otto", "2026-03-10T22:05").starts_at == local("2026-03-10T22:00")


def test_unread_after_half_an_hour_then_the_coordinator_each_once(cast: Cast) -> None:
    def run(clock: str) -> bool:
        return shift_handover.remind_unread(local(f"2026-03-10T{clock}"))

    assert (run("17:29:59"), told("unread")) == (False, [])
    assert (run("17:30:00"), told("unread")) == (True, ["Nadia", "Otto"])
    assert (run("17:59:59"), told("unread_by_duty")) == (True, [])
    assert (run("18:00:00"), run("18:00:10"), told("unread_by_duty")) == (True, True, ["Els"])
    assert told("unread") == ["Nadia", "Otto"]
    assert run("23:00:00") is False  # a shift that nobody read about in four hours is past reminding
    confirm(cast, "nadia", "2026-03-10T18:10")
    assert run("18:15:00") is False


def test_a_late_run_tells_all_of_it_at_once(cast: Cast) -> None:
    shift_handover.remind_unread(local("2026-03-10T18:40"))
    assert (told("unread"), told("unread_by_duty")) == (["Nadia", "Otto"], ["Els"])


def test_nobody_on_duty_or_nobody_next(cast: Cast) -> None:
    Shift.objects.all().delete()
    assert shift_handover.remind_unread(local("2026-03-10T18:40")) is False
    with pytest.raises(Clash):
        write(cast)
    with pytest.raises(Clash):
        confirm(cast, "samira", EVENING)


def test_the_lists_hold_what_is_open_and_what_was_done(cast: Cast) -> None:
    begun = local("2026-03-10T14:00")
    case = make_case(cast, at=begun, urgency=Urgency.URGENT, state=CaseState.SUBMITTED, owner=None)
    tried = make_case(cast, at=begun)
    with time_machine.travel(begun, tick=False):
        paging.raise_alert(case, by=cast.actor("samira"), at=begun)
        contact.log_attempt(
            tried, way=ContactWay.PHONE, outcome=AttemptOutcome.NO_ANSWER, by=cast.actor("samira"), at=begun,
            reason="Nu meteen", call_at=local("2026-03-10T19:00"),
        )  # fmt: skip
    at = local("2026-03-10T17:05")
    seen = shift_handover.overview(cast.actor("nadia", at), at)
    assert seen.since == local("2026-03-10T08:00")
    assert [alert.case_id for alert in seen.alerts] == [case.pk]
    assert [one.reference for one in seen.unreached] == [tried.reference]
    assert [line.reference for line in seen.calls] == [tried.reference]
    assert ("Contactpoging", 1) in seen.did
    assert {one.reference for one in seen.lately} >= {case.reference, tried.reference}


def test_no_call_back_of_today_is_left_out(cast: Cast) -> None:
    begun, at = local("2026-03-10T14:00"), local("2026-03-10T17:05")
    for number in range(10):
        case = make_case(cast, at=begun)
        callbacks.agree(case, local("2026-03-10T18:00") + number * MINUTE, by=cast.actor("samira"), at=begun)
    seen = shift_handover.overview(cast.actor("nadia", at), at)
    assert [f"{line.moment.astimezone(AMSTERDAM):%H:%M}" for line in seen.calls] == [f"18:0{n}" for n in range(10)]


def test_the_page_from_note_to_read(cast: Cast, logged_in: LogIn) -> None:
    snapshot.write(cast.at)
    where = reverse("shift_handover")
    with time_machine.travel(local(EVENING), tick=False):
        samira = logged_in(cast.samira)
        empty = samira.post(where, {"text": "", "seen": ""})
        assert "text" in empty.context["form"].errors
        assert samira.post(where, {"text": NOTE, "seen": ""}).status_code == 302
        late = unescape(samira.post(where, {"text": "Van mij", "seen": ""}).content.decode())
        assert "Van mij</textarea>" in late
        assert NOTE in late
        assert ShiftHandover.objects.get().note == NOTE
    with time_machine.travel(local("2026-03-10T17:05"), tick=False):
        nadia = logged_in(cast.nadia)
        assert NOTE in unescape(nadia.get(where).content.decode())
        assert nadia.get(reverse("shift_handover_read")).status_code == 405
        nadia.post(reverse("shift_handover_read"))
        nadia.post(reverse("shift_handover_read"))
        text = unescape(nadia.get(where).content.decode())
        assert "Gelezen door Nadia Haddad, di 10 mrt, 17:05" in text
        assert "Ik heb dit gelezen" not in text


@pytest.mark.parametrize("who", ["bram", "nadia", "vera", "arie", "tom"])  # Nadia is not on shift now
def test_others_do_not_see_it(cast: Cast, logged_in: LogIn, who: str) -> None:
    with time_machine.travel(cast.at, tick=False):
        browser = logged_in(cast.users[who])
        for name in ("shift_handover", "shift_handovers"):
            assert browser.get(reverse(name)).status_code == 404
        assert browser.post(reverse("shift_handover_read")).status_code == 404


def test_history_is_paged_and_cheap(cast: Cast, logged_in: LogIn, django_assert_max_num_queries: Any) -> None:
    with time_machine.travel(cast.at, tick=False):
        browser = logged_in(cast.samira)
        browser.get(reverse("shift_handovers"))
        for count in (1, 30):
            for number in range(ShiftHandover.objects.count(), count):
                row = write(cast)
                row.starts_at -= dt.timedelta(days=number + 1)
                row.save()
            with django_assert_max_num_queries(12):
                answer = browser.get(reverse("shift_handovers"))
            assert len(answer.context["page"].object_list) == min(count, 20)


def test_a_shift_from_before_the_desk_opens_takes_over_when_it_opens(cast: Cast) -> None:
    Shift.objects.filter(team__code="desk", starts_at=local("2026-03-11T08:00")).update(
        starts_at=local("2026-03-11T07:45")
    )
    row = write(cast, at="2026-03-11T07:40", who="nadia")
    assert row.starts_at == local("2026-03-11T08:00")
    assert confirm(cast, "samira", "2026-03-11T08:05").pk == row.pk


def test_who_goes_on_has_nobody_to_take_over_from(cast: Cast) -> None:
    Shift.objects.filter(user=cast.nadia, starts_at=local("2026-03-10T17:00")).update(ends_at=local("2026-03-10T22:00"))
    Shift.objects.create(
        team=cast.teams["after-hours"], user=cast.nadia, starts_at=local("2026-03-10T22:00"),
        ends_at=local("2026-03-11T08:00"),
    )  # fmt: skip
    assert shift_handover.remind_unread(local("2026-03-10T22:40")) is False
    assert told("unread") == []

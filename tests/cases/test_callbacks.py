"""Calling back: places in a half hour, who calls, three attempts, eight hours, and other ways."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from accounts.actors import follower
from accounts.duty import load_calendar
from accounts.enums import Line
from accounts.models import AuditEvent
from accounts.permissions import Refused
from cases import actions, call_attempts, callbacks
from cases.callbacks import SlotGone
from cases.enums import AccessReason, CallBackState
from cases.models import CallBack, CallBackHour, Case, ContactAttempt
from cases.moves import NeedsReason, NotNow
from cases.permissions import grant
from desk import calling
from tests.factories.cases import make_case, make_person
from tests.factories.cast import Cast, make_cast
from tests.factories.work import make_accepted

HOUR = dt.timedelta(hours=1)
SAMIRA = "samira"


def open_hours(places: int = 2) -> None:
    CallBackHour.objects.bulk_create(
        CallBackHour(line=Line.DESK, weekday=day, hour=hour, places=places) for day in range(1, 6) for hour in (11, 14)
    )


def chosen(case: Case, start: dt.datetime, at: dt.datetime) -> CallBack:
    return callbacks.choose(case, start, by=follower(case.pk), at=at, calendar=load_calendar())


@transaction.atomic
def claim(row: CallBack, cast: Cast, name: str, at: dt.datetime) -> CallBack:
    by = cast.actor(name, at)
    return callbacks.claim(callbacks.call_back_for(by, row.pk, at, lock=True), by=by, at=at)


@pytest.fixture
def start(at: dt.datetime) -> dt.datetime:
    return at.replace(hour=11, minute=0)


def test_choosing_holds_a_place_and_is_told(cast: Cast, at: dt.datetime, start: dt.datetime) -> None:
    open_hours()
    case = make_case(cast)
    row = chosen(case, start, at)
    assert (row.slot_at, row.place, row.next_at, row.due_at) == (start, 0, start, start + HOUR / 2)
    assert chosen(case, start, at).pk == row.pk
    case.refresh_from_db()
    assert case.next_action_at == start
    assert list(case.timeline.values_list("kind", "facts__what")) == [("call_back", "planned")]
    moved = chosen(case, start + HOUR / 2, at)
    assert (moved.pk, moved.slot_at) == (row.pk, start + HOUR / 2)
    assert callbacks.load_slots(at).taken == {start + HOUR / 2: 1}


def test_a_full_half_hour_is_refused_with_the_nearest_free(cast: Cast, at: dt.datetime, start: dt.datetime) -> None:
    open_hours(1)
    chosen(make_case(cast), start, at)
    with pytest.raises(SlotGone) as gone:
        chosen(make_case(cast), start, at)
    assert [slot.words for slot in gone.value.near] == ["11:30–12:00", "14:00–14:30", "14:30–15:00"]
    assert "11:30–12:00" in str(gone.value)


def test_giving_up_a_place_gives_it_to_the_next(cast: Cast, at: dt.datetime, start: dt.datetime) -> None:
    open_hours(1)
    case = make_case(cast)
    chosen(case, start, at)
    assert callbacks.cancel(case, by=follower(case.pk), at=at) is True
    assert callbacks.cancel(case, by=follower(case.pk), at=at) is False
    case.refresh_from_db()
    assert case.next_action_at is None
    assert chosen(make_case(cast), start, at).place == 0


def test_too_soon_and_too_late(cast: Cast, at: dt.datetime, start: dt.datetime) -> None:
    open_hours()
    with pytest.raises(SlotGone):
        chosen(make_case(cast), start, start - dt.timedelta(minutes=29, seconds=59))
    with pytest.raises(SlotGone):
        chosen(make_case(cast), start, start + HOUR)
    assert chosen(make_case(cast), start, start - HOUR / 2).slot_at == start


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_get_the_two_places(committed_db: None, at: dt.datetime, start: dt.datetime) -> None:
    cast = make_cast(at)
    open_hours(2)
    calendar = load_calendar()
    cases = [make_case(cast) for _number in range(40)]
    ready = threading.Barrier(40, timeout=60)
    got: list[int] = []
    lost: list[object] = []

    def choose(case: Case) -> None:
        try:
            ready.wait()
            got.append(callbacks.choose(case, start, by=follower(case.pk), at=at, calendar=calendar).place or 0)
        except SlotGone:
            lost.append(case.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=choose, args=[case]) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(got), len(lost)) == ([0, 1], 38)
    assert CallBack.objects.of_slot(start).count() == 2


def test_with_a_worker_only_the_desk_calls(cast: Cast, at: dt.datetime, start: dt.datetime) -> None:
    open_hours()
    CallBackHour.objects.create(line=Line.AFTER_HOURS, weekday=2, hour=20, places=1)
    night = at.replace(hour=20, minute=0)
    case = make_accepted(cast)
    with pytest.raises(SlotGone):
        chosen(case, night, at)
    assert chosen(case, start, at).line == Line.DESK
    assert chosen(make_case(cast), night, at).line == Line.AFTER_HOURS


def test_who_may_not_be_called_gets_no_call_back(cast: Cast, at: dt.datetime, start: dt.datetime) -> None:
    open_hours()
    case = make_case(cast, person=make_person(at=at, channels=["portal"]))
    with pytest.raises(NotNow, match="wil niet gebeld worden"):
        chosen(case, start, at)
    with pytest.raises(NotNow, match="wil niet gebeld worden"):
        callbacks.agree(case, start, by=cast.actor(SAMIRA), at=at)
    actions.log_attempt(case, way="phone", outcome="no_answer", reason="nood", by=cast.actor(SAMIRA), at=at)
    assert not CallBack.objects.exists()


def test_a_change_of_wishes_turns_the_task_into_another_way(cast: Cast, at: dt.datetime, start: dt.datetime) -> None:
    open_hours(1)
    case = make_case(cast)
    row = chosen(case, start, at)
    claim(row, cast, SAMIRA, at)
    actions.change_contact(case, {"channels": ["portal"]}, by=follower(case.pk), at=at)
    row.refresh_from_db()
    assert (row.state, row.slot_at, row.claimed_by) == (CallBackState.OTHER_WAY, None, None)
    assert chosen(make_case(cast), start, at).place == 0
    actions.log_attempt(case, way="portal", outcome="spoken", by=cast.actor(SAMIRA), at=at)
    row.refresh_from_db()
    assert row.state == CallBackState.DONE


def test_another_case_of_the_same_person_follows_too(cast: Cast, at: dt.datetime) -> None:
    person = make_person(at=at)
    one, two = make_case(cast, person=person), make_case(cast, person=person)
    row = callbacks.agree(two, at + HOUR, by=cast.actor(SAMIRA), at=at)
    actions.change_contact(one, {"channels": ["portal"]}, by=follower(one.pk), at=at)
    row.refresh_from_db()
    assert row.state == CallBackState.OTHER_WAY
    actions.change_contact(one, {"channels": ["phone"]}, by=follower(one.pk), at=at)
    row.refresh_from_db()
    assert row.state == CallBackState.CALL


@pytest.mark.django_db(transaction=True)
def test_two_who_take_it_at_once(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    row = callbacks.agree(make_case(cast), at + HOUR, by=cast.actor(SAMIRA), at=at)
    ready = threading.Barrier(2, timeout=60)
    took: list[str] = []

    def take(name: str) -> None:
        try:
            ready.wait()
            claim(row, cast, name, at)
            took.append(name)
        except NotNow:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[name]) for name in (SAMIRA, "joost")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(took) == 1
    assert CallBack.objects.get().claimed_by == cast.users[took[0]]


def test_only_one_calls(cast: Cast, at: dt.datetime) -> None:
    row = callbacks.agree(make_case(cast), at + HOUR, by=cast.actor(SAMIRA), at=at)
    claim(row, cast, SAMIRA, at)
    with pytest.raises(NotNow, match="Samira"):
        claim(row, cast, "joost", at)
    with pytest.raises(NotNow, match="Samira"):
        actions.log_attempt(row.case, way="phone", outcome="no_answer", by=cast.actor("joost"), at=at)
    assert not ContactAttempt.objects.exists()
    with transaction.atomic(), pytest.raises(NotNow):
        callbacks.release(
            callbacks.call_back_for(cast.actor("joost"), row.pk, at, lock=True), by=cast.actor("joost"), at=at
        )
    with transaction.atomic():
        callbacks.release(
            callbacks.call_back_for(cast.actor("els"), row.pk, at, lock=True), by=cast.actor("els"), at=at
        )
    assert claim(row, cast, "joost", at).claimed_by == cast.joost


def test_a_claim_that_was_left_keeps_nobody_off(cast: Cast, at: dt.datetime) -> None:
    row = callbacks.agree(make_case(cast), at + HOUR, by=cast.actor(SAMIRA), at=at)
    claim(row, cast, SAMIRA, at)
    late = row.due_at + HOUR
    with pytest.raises(NotNow):
        claim(row, cast, "joost", late - dt.timedelta(seconds=1))
    assert claim(row, cast, "joost", late).claimed_by == cast.joost


def test_unreached_comes_back_after_eight_hours(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    actions.log_attempt(case, way="phone", outcome="no_answer", by=cast.actor(SAMIRA), at=at)
    row = CallBack.objects.get()
    assert (row.attempts, row.next_at, row.claimed_by, row.source) == (1, at + 8 * HOUR, None, "unreached")
    assert list(CallBack.objects.due(at + 8 * HOUR - dt.timedelta(seconds=1))) == []
    assert list(CallBack.objects.due(at + 8 * HOUR).visible_to(cast.actor("nadia", at + 8 * HOUR), at + 8 * HOUR)) == [
        row
    ]


def test_three_attempts_and_the_coordinator_for_the_fourth(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    for hours in range(3):
        actions.log_attempt(case, way="phone", outcome="no_answer", by=cast.actor(SAMIRA), at=at + hours * HOUR)
    with pytest.raises(NotNow, match="3 keer gebeld"):
        actions.log_attempt(case, way="phone", outcome="no_answer", reason="toch", by=cast.actor(SAMIRA), at=at)
    els = cast.actor("els")
    with pytest.raises(NeedsReason):
        actions.log_attempt(case, way="phone", outcome="no_answer", by=els, at=at)
    actions.log_attempt(case, way="phone", outcome="no_answer", reason="Moeder vroeg erom.", by=els, at=at)
    row = CallBack.objects.get()
    assert (row.attempts, row.limit) == (4, 4)
    assert AuditEvent.objects.filter(action="call_back.allowed").count() == 1
    row.case = Case.objects.get()
    with transaction.atomic(), pytest.raises(Refused):
        call_attempts.allow(row, "nog eens", by=cast.actor(SAMIRA), at=at)
    with transaction.atomic():
        call_attempts.allow(row, "Zij mailde net.", by=els, at=at)
    actions.log_attempt(case, way="phone", outcome="spoken", by=cast.actor(SAMIRA), at=at)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (CallBackState.DONE, 5)


def test_asked_to_call_later(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    actions.log_attempt(case, way="phone", outcome="call_later", call_at=at + 3 * HOUR, by=cast.actor(SAMIRA), at=at)
    row = CallBack.objects.get()
    assert (row.next_at, row.attempts, row.source) == (at + 3 * HOUR, 1, "agreed")
    actions.log_attempt(
        case, way="phone", outcome="spoken", call_at=at + 9 * HOUR, by=cast.actor(SAMIRA), at=at + 3 * HOUR
    )
    row.refresh_from_db()
    assert (row.next_at, row.attempts, row.is_open) == (at + 9 * HOUR, 0, True)


def test_a_wrong_number_needs_another_way(cast: Cast, at: dt.datetime) -> None:
    row = callbacks.agree(make_case(cast), at + HOUR, by=cast.actor(SAMIRA), at=at)
    actions.log_attempt(row.case, way="phone", outcome="wrong_number", by=cast.actor(SAMIRA), at=at)
    row.refresh_from_db()
    assert row.state == CallBackState.OTHER_WAY


def test_a_wrong_number_stays_wrong_until_the_client_gives_another(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    row = callbacks.agree(case, at + HOUR, by=cast.actor(SAMIRA), at=at)
    actions.log_attempt(case, way="phone", outcome="wrong_number", by=cast.actor(SAMIRA), at=at)
    calling.tell_due(at + 9 * HOUR)
    actions.change_contact(case, {"name": "Anders"}, by=follower(case.pk), at=at)
    row.refresh_from_db()
    assert row.state == CallBackState.OTHER_WAY
    actions.change_contact(case, {"phone": "06-00000013"}, by=follower(case.pk), at=at)
    row.refresh_from_db()
    assert row.state == CallBackState.CALL


def test_closing_ends_it(cast: Cast, at: dt.datetime, start: dt.datetime) -> None:
    open_hours()
    case = make_case(cast)
    row = chosen(case, start, at)
    actions.withdraw(case, by=follower(case.pk), at=at)
    row.refresh_from_db()
    assert (row.state, row.ended_at) == (CallBackState.DONE, at)


def test_a_colleague_who_is_kept_out_does_not_see_it(cast: Cast, at: dt.datetime) -> None:
    case = make_case(cast)
    row = callbacks.agree(case, at + HOUR, by=cast.actor(SAMIRA), at=at)
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.joost.pk, at=at)
    with pytest.raises(Refused):
        callbacks.call_back_for(cast.actor("joost"), row.pk, at)
    with pytest.raises(Refused):
        callbacks.call_back_for(cast.actor("bram"), row.pk, at)
    assert callbacks.call_back_for(cast.actor(SAMIRA), row.pk, at) == row


def test_done_with_a_reason_only(cast: Cast, at: dt.datetime) -> None:
    row = callbacks.agree(make_case(cast), at + HOUR, by=cast.actor(SAMIRA), at=at)
    with pytest.raises(NeedsReason):
        callbacks.finish(row, "  ", by=cast.actor(SAMIRA), at=at)
    callbacks.finish(row, "Kwam zelf langs.", by=cast.actor(SAMIRA), at=at)
    row.refresh_from_db()
    assert (row.state, row.reason) == (CallBackState.DONE, "Kwam zelf langs.")
    with pytest.raises(NotNow):
        callbacks.finish(row, "Nog eens.", by=cast.actor(SAMIRA), at=at)

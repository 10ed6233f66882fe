"""One call some weeks after the help has ended: on the list in its time, off when the client wants, never the file."""

import datetime as dt
import uuid

import pytest
from django.conf import settings

from accounts.actors import follower
from accounts.duty import load_calendar
from accounts.permissions import Refused
from accounts.roles import CASE_CONTACT, CASE_WORK
from cases import actions, after_calls, after_care, closing, links, reopening
from cases.closing import Goodbye
from cases.enums import AccessReason, CaseOutcome, CaseState
from cases.enums.ending import AfterCareOutcome, AfterCareState
from cases.models import AfterCare, Case, CaseAccess, Person
from cases.moves import NeedsReason, NotNow
from cases.permissions import case_for, grant
from tests.factories.cases import make_case, make_person
from tests.factories.cast import Cast, make_cast
from tests.factories.endings import DAY, closed_by_bram, with_bram
from tests.racing import at_once

WEEK = dt.timedelta(weeks=1)


def row_of(case: Case) -> AfterCare:
    return AfterCare.objects.get(case=case)


def called(
    case: Case, outcome: str, cast: Cast, at: dt.datetime, note: str = "Kort gesproken.", reason: str = ""
) -> Case:
    by = cast.actor("samira", at)
    return after_calls.called(case, outcome, note=note, reason=reason, by=by, at=at, calendar=load_calendar())


def test_on_the_list_of_the_desk_from_six_to_eight_weeks(cast: Cast, at: dt.datetime) -> None:
    case = closed_by_bram(cast, at, calls=True)
    seen = {
        weeks: [row.reference for row in after_calls.to_call(cast.actor("samira", when), when)]
        for weeks in (5, 7, 9)
        if (when := at + weeks * WEEK)
    }
    assert seen == {5: [], 7: [case.reference], 9: []}
    assert after_calls.to_call(cast.actor("bram", at + 7 * WEEK), at + 7 * WEEK) != []
    assert after_calls.to_call(cast.actor("karin", at + 7 * WEEK), at + 7 * WEEK) == []


def test_the_desk_sees_how_to_reach_them_then_and_not_the_file(cast: Cast, at: dt.datetime) -> None:
    case, then = closed_by_bram(cast, at, calls=True), at + 7 * WEEK
    by = cast.actor("samira", then)
    opened = case_for(by, case.reference, needs=CASE_CONTACT, at=then)
    assert CASE_WORK not in opened.allowed
    for when in (at + 4 * WEEK, at + 9 * WEEK):
        with pytest.raises(Refused):
            case_for(cast.actor("samira", when), case.reference, needs=CASE_CONTACT, at=when)


def test_somebody_who_is_kept_out_does_not_call(cast: Cast, at: dt.datetime) -> None:
    case, then = closed_by_bram(cast, at, calls=True), at + 7 * WEEK
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.samira.pk, at=at)
    assert after_calls.to_call(cast.actor("samira", then), then) == []
    with pytest.raises(Refused):
        after_calls.call_for(cast.actor("samira", then), row_of(case).pk, then)


def test_on_the_day_that_was_agreed(cast: Cast, at: dt.datetime) -> None:
    case, day = with_bram(cast, at), (at + 20 * DAY).date()
    said = Goodbye(calls=True, call_on=day)
    closing.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=at, goodbye=said)
    row = row_of(case)
    assert (row.call_from.astimezone(at.tzinfo).date(), row.call_until - row.call_from) == (day, 2 * WEEK)


@pytest.mark.parametrize("outcome", [CaseOutcome.NO_REQUEST, CaseOutcome.SOLVED_AT_DESK])
def test_not_after_a_question_that_the_desk_solved(cast: Cast, at: dt.datetime, outcome: str) -> None:
    case = make_case(cast)
    said = Goodbye(calls=True)
    actions.close(case, outcome=outcome, note="Uitgelegd.", by=cast.actor("samira"), at=at, goodbye=said)
    assert not AfterCare.objects.exists()


def test_not_for_who_is_not_called_at_all(cast: Cast, at: dt.datetime) -> None:
    closed_by_bram(cast, at, calls=True, person=make_person(at=at, channels=["email"]))
    assert not AfterCare.objects.exists()


def test_off_is_off_for_this_person_everywhere_and_later(cast: Cast, at: dt.datetime) -> None:
    case = closed_by_bram(cast, at, calls=True)
    assert [after_care.turn_off(case, by=follower(case.pk), at=at) for _time in range(2)] == [True, False]
    assert not CaseAccess.objects.filter(case=case, reason=AccessReason.AFTER_CARE).exists()
    other = closed_by_bram(cast, at, calls=True, person=case.person)
    assert (row_of(case).state, AfterCare.objects.filter(case=other).exists()) == (AfterCareState.OFF, False)


def test_off_long_before_the_help_ends_and_for_what_was_linked(cast: Cast, at: dt.datetime) -> None:
    case, planned = with_bram(cast, at), closed_by_bram(cast, at, calls=True)
    links.link(case, planned, reason="Dezelfde.", by=cast.actor("samira"), at=at)
    assert after_care.turn_off(case, by=cast.actor("bram"), at=at)
    assert (row_of(planned).state, row_of(planned).ended_by) == (AfterCareState.OFF, cast.bram)
    said = Goodbye(calls=True)
    closing.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=at, goodbye=said)
    assert not AfterCare.objects.filter(case=case).exists()
    later = make_case(cast)
    links.link(later, case, reason="Weer dezelfde.", by=cast.actor("samira"), at=at)
    assert Person.objects.get(pk=later.person_id).no_call_after


def test_off_is_off_for_a_call_that_was_planned_before_the_link(cast: Cast, at: dt.datetime) -> None:
    case, planned = with_bram(cast, at), closed_by_bram(cast, at, calls=True)
    after_care.turn_off(case, by=cast.actor("bram"), at=at)
    links.link(case, planned, reason="Dezelfde.", by=cast.actor("samira"), at=at)
    assert (row_of(planned).state, row_of(planned).ended_by) == (AfterCareState.OFF, cast.samira)
    assert not CaseAccess.objects.filter(case=planned, reason=AccessReason.AFTER_CARE).exists()


def test_on_again_is_the_same_call_in_the_same_weeks(cast: Cast, at: dt.datetime) -> None:
    case = closed_by_bram(cast, at, calls=True)
    before, client = row_of(case), follower(case.pk)
    after_care.turn_off(case, by=client, at=at + DAY)
    assert [after_care.turn_on(case, by=client, at=at + WEEK) for _time in range(2)] == [True, False]
    row, then = row_of(case), at + 7 * WEEK
    assert (row.pk, row.state, row.ended_at) == (before.pk, AfterCareState.OPEN, None)
    assert (row.call_from, row.call_until, row.next_at) == (before.call_from, before.call_until, before.next_at)
    assert [line.reference for line in after_calls.to_call(cast.actor("samira", then), then)] == [case.reference]
    access = CaseAccess.objects.get(case=case, reason=AccessReason.AFTER_CARE)
    assert (access.starts_at, access.ends_at) == (row.call_from, row.call_until)
    assert not Person.objects.get(pk=case.person_id).no_call_after


def test_on_again_while_its_weeks_run_counts_from_now(cast: Cast, at: dt.datetime) -> None:
    case, then = closed_by_bram(cast, at, calls=True), at + 7 * WEEK
    until = row_of(case).call_until
    for _time in range(3):
        after_care.turn_off(case, by=follower(case.pk), at=then)
        after_care.turn_on(case, by=follower(case.pk), at=then)
    assert (row_of(case).next_at, row_of(case).call_until) == (then, until)
    assert CaseAccess.objects.live(then).filter(case=case, reason=AccessReason.AFTER_CARE).count() == 1


def test_on_again_before_the_help_ends(cast: Cast, at: dt.datetime) -> None:
    case = with_bram(cast, at)
    after_care.turn_off(case, by=cast.actor("bram"), at=at)
    assert after_care.may_turn_on(Case.objects.get(pk=case.pk), at)
    assert after_care.turn_on(case, by=follower(case.pk), at=at)
    said = Goodbye(calls=True)
    closing.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=at, goodbye=said)
    assert (row_of(case).state, AfterCare.objects.count()) == (AfterCareState.OPEN, 1)


def test_on_again_when_it_was_closed_without_one(cast: Cast, at: dt.datetime) -> None:
    """The call comes in the weeks after that ending, also when it is said later."""
    case, other = with_bram(cast, at), closed_by_bram(cast, at, calls=True)
    after_care.turn_off(case, by=follower(case.pk), at=at)
    said = Goodbye(calls=True)
    closing.close(case, outcome=CaseOutcome.HELPED, by=cast.actor("bram"), at=at, goodbye=said)
    assert not AfterCare.objects.filter(case=case).exists()
    assert [after_care.turn_on(case, by=follower(case.pk), at=at + WEEK) for _time in range(2)] == [True, False]
    row, usual = row_of(case), row_of(other)
    assert (row.call_from, row.call_until) == (usual.call_from, usual.call_until)


def test_on_again_for_what_was_planned_before_and_nothing_more(cast: Cast, at: dt.datetime) -> None:
    planned = closed_by_bram(cast, at, calls=True)
    unasked, here = closed_by_bram(cast, at, person=planned.person), with_bram(cast, at, person=planned.person)
    after_care.turn_off(here, by=follower(here.pk), at=at)
    assert after_care.turn_on(here, by=follower(here.pk), at=at + DAY)
    assert row_of(planned).state == AfterCareState.OPEN
    assert not AfterCare.objects.filter(case=unasked).exists()


@pytest.mark.parametrize("how", ["called", "too late", "opened again and closed"])
def test_what_has_been_does_not_come_again(cast: Cast, at: dt.datetime, how: str) -> None:
    case, then = closed_by_bram(cast, at, calls=True), at + 7 * WEEK
    if how == "called":
        called(case, AfterCareOutcome.GOES_WELL, cast, then)
    elif how == "too late":
        then = row_of(case).call_until
    after_care.turn_off(case, by=follower(case.pk), at=then - DAY if how == "too late" else then)
    if how == "opened again and closed":
        reopening.reopen(case, reason="Belde.", by=cast.actor("samira"), at=then, calendar=load_calendar())
        actions.close(case, outcome="solved_at_desk", note="Klaar.", by=cast.actor("samira"), at=then)
    assert not after_care.may_turn_on(Case.objects.get(pk=case.pk), then)
    with pytest.raises(NotNow):
        after_care.turn_on(case, by=follower(case.pk), at=then)
    assert Person.objects.get(pk=case.person_id).no_call_after and not AfterCare.objects.open().exists()


def test_only_the_client_turns_it_on_again(cast: Cast, at: dt.datetime) -> None:
    case = closed_by_bram(cast, at, calls=True)
    after_care.turn_off(case, by=cast.actor("bram"), at=at)
    for by in (cast.actor("bram"), cast.actor("samira"), cast.actor("karin"), follower(make_case(cast).pk)):
        with pytest.raises(Refused):
            after_care.turn_on(case, by=by, at=at)
    assert row_of(case).state == AfterCareState.OFF


@pytest.mark.usefixtures("committed_db")
def test_on_and_off_at_one_moment_leave_one_of_the_two(at: dt.datetime) -> None:
    cast = make_cast(at)
    for _round in range(5):
        case = closed_by_bram(cast, at, calls=True)
        other = closed_by_bram(cast, at, calls=True, person=case.person)
        after_care.turn_off(case, by=follower(case.pk), at=at)
        found = at_once(
            lambda case=case: after_care.turn_on(case, by=follower(case.pk), at=at),
            lambda other=other: after_care.turn_off(other, by=follower(other.pk), at=at),
            lambda other=other: after_care.turn_on(other, by=follower(other.pk), at=at),
        )
        off = Person.objects.get(pk=case.person_id).no_call_after
        states = set(AfterCare.objects.filter(case__in=[case, other]).values_list("state", flat=True))
        assert (found, states) == (["done"] * 3, {"off" if off else "open"})


@pytest.mark.usefixtures("committed_db")
def test_closing_and_saying_no_at_one_moment_leaves_no_call(at: dt.datetime) -> None:
    cast = make_cast(at)
    case = with_bram(cast, at)
    other, by = with_bram(cast, at, person=case.person), cast.actor("bram")
    found = at_once(
        lambda: closing.close(case, outcome=CaseOutcome.HELPED, by=by, at=at, goodbye=Goodbye(calls=True)),
        lambda: after_care.turn_off(other, by=by, at=at),
    )
    assert (found, AfterCare.objects.open().exists()) == (["done", "done"], False)


def test_it_goes_well_ends_it_once(cast: Cast, at: dt.datetime) -> None:
    case, then = closed_by_bram(cast, at, calls=True), at + 7 * WEEK
    called(case, AfterCareOutcome.GOES_WELL, cast, then)
    row = row_of(case)
    assert (row.state, row.outcome, row.note, row.ended_by) == ("done", "goes_well", "Kort gesproken.", cast.samira)
    assert case not in Case.objects.visible_to(cast.actor("samira", then), then + DAY)
    with pytest.raises(NotNow):
        called(case, AfterCareOutcome.GOES_WELL, cast, then)


def test_who_wants_help_again_is_in_the_queue(cast: Cast, at: dt.datetime) -> None:
    case, then = closed_by_bram(cast, at, calls=True), at + 7 * WEEK
    with pytest.raises(NeedsReason):
        called(case, AfterCareOutcome.WANTS_HELP, cast, then, note="")
    called(case, AfterCareOutcome.WANTS_HELP, cast, then, note="Slaapt weer slecht.")
    assert Case.objects.get(pk=case.pk).state == CaseState.SUBMITTED
    assert (row_of(case).state, row_of(case).outcome) == ("done", "wants_help")


def test_not_reached_comes_back_next_day_three_times_at_most(cast: Cast, at: dt.datetime) -> None:
    case, then = closed_by_bram(cast, at, calls=True), at + 7 * WEEK - 3 * DAY
    for number in range(3):
        when = then + number * DAY
        assert row_of(case) in AfterCare.objects.due(when)
        called(case, AfterCareOutcome.NOT_REACHED, cast, when, note="")
    assert (row_of(case).state, row_of(case).attempts) == (AfterCareState.DONE, 3)


def test_outside_the_hours_they_gave_it_needs_a_reason(cast: Cast, at: dt.datetime) -> None:
    case, then = closed_by_bram(cast, at, calls=True), at + 7 * WEEK
    wishes = case.person.contact
    wishes.window_from, wishes.window_until = dt.time(22), dt.time(23)
    wishes.save()
    with pytest.raises(NeedsReason):
        called(case, AfterCareOutcome.GOES_WELL, cast, then)
    called(case, AfterCareOutcome.GOES_WELL, cast, then, reason="Belde zelf.")


def test_opening_again_and_time_take_it_off(cast: Cast, at: dt.datetime) -> None:
    one, two = (closed_by_bram(cast, at, calls=True) for _time in range(2))
    by = cast.actor("samira")
    reopening.reopen(one, reason="Belde.", by=by, at=at + DAY, calendar=load_calendar())
    late = at + settings.AFTER_CARE_FROM + settings.AFTER_CARE_FOR + DAY
    assert [after_care.end_over(late) for _time in range(2)] == [1, 0]
    assert (row_of(one).state, row_of(two).state) == ("over", "over")
    assert not CaseAccess.objects.live(late).filter(reason=AccessReason.AFTER_CARE).exists()


def test_one_that_is_not_there(cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(Refused):
        after_calls.call_for(cast.actor("samira"), uuid.uuid4(), at)

"""Half time, the deadline, and what a closed case leaves behind: to the second, once, however late."""

import datetime as dt
import uuid

import pytest

from accounts.actors import follower
from accounts.duty import load_calendar
from accounts.models import AuditEvent, Closure, Notice
from cases.closing import withdraw
from cases.enums import CaseOutcome, CaseState, EntryKind, Urgency
from cases.models import Case, TimelineEntry
from cases.permissions import permissions_on
from cases.reopening import reopen
from desk import hearing
from referrals import actions
from referrals.models import Referral
from tests.conftest import AMSTERDAM
from tests.factories.cases import PHRASE
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral

SECOND = dt.timedelta(seconds=1)


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def state_of(referral: Referral) -> tuple[str, str]:
    referral.refresh_from_db()
    return referral.state, Case.objects.get(pk=referral.case_id).state


def told(kind: str) -> list[str]:
    rows = Notice.objects.filter(kind=kind, channel="inbox").select_related("user").order_by("user__name")
    return [row.user.first_name for row in rows]


def test_the_reminder_comes_at_half_time_and_once(cast: Cast) -> None:
    referral = make_referral(cast, urgency=Urgency.URGENT)
    half = moment("2026-03-10T12:15")
    assert actions.remind_due(half - SECOND) == 0
    assert actions.remind_due(half) == 1
    assert [actions.remind_due(half + n * SECOND) for n in (0, 1, 60)] == [0, 0, 0]
    assert told("referral.reminder") == ["Bram", "Ilse"]
    referral.refresh_from_db()
    assert (referral.reminded_at, referral.state) == (half, "offered")


def test_at_the_deadline_and_not_a_second_earlier_it_is_back_at_the_desk(cast: Cast) -> None:
    referral = make_referral(cast, urgency=Urgency.URGENT)
    due = moment("2026-03-10T14:15")
    assert actions.expire_due(due - SECOND) == 0
    assert state_of(referral) == ("offered", "referred")
    assert actions.expire_due(due) == 1
    assert state_of(referral) == ("expired", "in_triage")
    assert Case.objects.get(pk=referral.case_id).returned_at == due


def test_what_became_more_urgent_is_due_sooner_and_who_can_answer_hears_it_once(cast: Cast) -> None:
    referral = make_referral(cast, urgency=Urgency.ROUTINE)
    before, later = referral.due_at, cast.at + dt.timedelta(hours=1)
    words = "Ik wil niet meer leven"
    hearing.client_added(referral.case, words, by=cast.actor("samira"), at=later, submission_id=uuid.uuid4())
    assert [actions.hasten_due(later + n * SECOND) for n in (0, 60)] == [1, 0]
    referral.refresh_from_db()
    assert (referral.urgency, referral.due_at) == ("urgent", moment("2026-03-10T15:15"))
    assert before is not None and referral.due_at < before
    assert told("referral.hastened") == ["Bram", "Ilse"]
    assert actions.remind_due(moment("2026-03-10T13:15")) == 1
    assert actions.expire_due(moment("2026-03-10T15:15")) == 1


def test_what_became_more_urgent_is_never_due_later(cast: Cast) -> None:
    referral = make_referral(cast, urgency=Urgency.ROUTINE)
    due = cast.at + dt.timedelta(minutes=30)
    Referral.objects.update(due_at=due)
    Case.objects.filter(pk=referral.case_id).update(urgency="soon", urgency_rank=Urgency.SOON.rank)
    assert actions.hasten_due(cast.at) == 1
    referral.refresh_from_db()
    assert (referral.urgency, referral.due_at) == ("soon", due)
    Case.objects.filter(pk=referral.case_id).update(urgency="routine", urgency_rank=Urgency.ROUTINE.rank)
    assert actions.hasten_due(cast.at) == 0


def test_what_comes_back_is_told_once_to_the_desk_and_calmly_to_the_client(cast: Cast) -> None:
    referral = make_referral(cast, urgency=Urgency.URGENT)
    assert [actions.expire_due(referral.due_at) for _ in range(3)] == [1, 0, 0]
    assert told("referral.back") == ["Joost", "Samira"]
    assert Notice.objects.filter(kind="client.news", user=None).count() == 1
    entry = TimelineEntry.objects.get(case=referral.case, kind=EntryKind.EXPIRED)
    assert (entry.by, entry.for_client) == (None, True)
    events = AuditEvent.objects.filter(case_id=referral.case_id, action="referral.expired")
    assert [(event.actor_kind, event.actor_id) for event in events] == [("system", "referral.expire")]


def test_a_late_round_expires_without_a_reminder_first(cast: Cast) -> None:
    referral = make_referral(cast, urgency=Urgency.URGENT)
    late = referral.due_at + dt.timedelta(hours=5)
    assert (actions.remind_due(late), actions.expire_due(late)) == (0, 1)
    assert told("referral.reminder") == []


def test_nobody_is_reminded_after_a_colleague_accepted(cast: Cast) -> None:
    referral = make_referral(cast)
    actions.accept(referral, read=True, by=cast.actor("ilse"), at=cast.at)
    assert actions.remind_due(referral.remind_at) == 0
    assert actions.expire_due(referral.due_at) == 0
    assert state_of(referral) == ("accepted", "accepted")


def test_over_a_weekend_the_clock_stands_still(cast: Cast) -> None:
    friday = moment("2026-03-13T16:00")
    referral = make_referral(cast, at=friday, urgency=Urgency.URGENT)
    assert (referral.remind_at, referral.due_at) == (moment("2026-03-16T09:00"), moment("2026-03-16T11:00"))
    assert actions.expire_due(moment("2026-03-15T23:59:59")) == 0
    assert actions.expire_due(moment("2026-03-16T11:00")) == 1


def test_a_day_off_does_not_count(cast: Cast) -> None:
    Closure.objects.get_or_create(day=dt.date(2026, 3, 11), team=None, defaults={"name_nl": "Sluitingsdag"})
    referral = make_referral(cast, at=moment("2026-03-10T16:30"), urgency=Urgency.URGENT)
    assert referral.due_at == moment("2026-03-12T11:30")


def test_across_the_clock_change_an_hour_stays_an_hour(cast: Cast) -> None:
    referral = make_referral(cast, at=moment("2026-03-27T16:00"), urgency=Urgency.URGENT)
    assert referral.due_at == moment("2026-03-30T11:00")


def test_an_answer_before_the_sweep_counts_even_when_it_is_late(cast: Cast) -> None:
    referral = make_referral(cast, urgency=Urgency.URGENT)
    late = referral.due_at + SECOND
    actions.accept(referral, read=True, by=cast.actor("bram"), at=late)
    assert actions.expire_due(late) == 0
    assert "case.work" in permissions_on(referral.case_id, cast.actor("bram"), late)


def test_an_answer_after_the_sweep_hears_that_it_is_back(cast: Cast) -> None:
    referral = make_referral(cast, urgency=Urgency.URGENT)
    actions.expire_due(referral.due_at)
    with pytest.raises(actions.NotNow):
        actions.accept(referral, read=True, by=cast.actor("bram"), at=referral.due_at)


def test_what_a_closed_case_left_behind_is_let_go_without_a_word(cast: Cast) -> None:
    referral = make_referral(cast)
    Case.objects.filter(pk=referral.case_id).update(
        state=CaseState.CLOSED, closed_at=cast.at, outcome=CaseOutcome.WITHDRAWN
    )
    assert (actions.expire_due(cast.at), actions.expire_due(cast.at)) == (1, 0)
    assert state_of(referral) == ("withdrawn", "closed")
    assert told("referral.back") == []


def test_at_night_whoever_has_the_case_is_told(cast: Cast) -> None:
    referral = make_referral(cast, urgency=Urgency.URGENT)
    actions.expire_due(moment("2026-03-10T23:00"))
    assert told("referral.back") == ["Samira"]
    assert state_of(referral) == ("expired", "in_triage")


def test_a_summary_without_an_answer_is_said_at_half_time_and_at_the_end_and_once_each(cast: Cast) -> None:
    referral = make_referral(cast, by_phone=False, urgency=Urgency.URGENT)
    half, due = moment("2026-03-10T12:15"), moment("2026-03-10T14:15")
    assert [actions.chase_due(half + n * SECOND) for n in (-1, 0, 0, 60)] == [0, 1, 0, 0]
    assert told("referral.consent_waits") == ["Joost", "Samira"]
    assert [actions.chase_due(due + n * SECOND) for n in (-1, 0, 0, 60)] == [0, 1, 0, 0]
    assert told("referral.consent_late") == ["Joost", "Samira"]
    assert state_of(referral) == ("awaiting_consent", "in_triage")


def test_a_late_sweep_says_only_that_the_time_is_over(cast: Cast) -> None:
    make_referral(cast, by_phone=False, urgency=Urgency.URGENT)
    late = moment("2026-03-12T10:00")
    assert [actions.chase_due(late) for _ in range(2)] == [1, 0]
    assert (told("referral.consent_waits"), told("referral.consent_late")) == ([], ["Joost", "Samira"])


def test_after_the_yes_the_clock_of_the_receiver_starts_anew(cast: Cast) -> None:
    referral = make_referral(cast, by_phone=False, urgency=Urgency.URGENT)
    half = moment("2026-03-10T12:15")
    actions.chase_due(half)
    actions.approve_by_phone(referral, phrase=PHRASE, by=cast.actor("samira"), at=half)
    referral.refresh_from_db()
    assert (referral.state, referral.reminded_at, referral.due_at) == ("offered", None, moment("2026-03-10T16:15"))
    assert actions.chase_due(moment("2026-03-12T10:00")) == 0


def test_a_refused_summary_is_chased_no_more(cast: Cast) -> None:
    referral = make_referral(cast, by_phone=False, urgency=Urgency.URGENT)
    actions.refuse_summary(referral, by=cast.actor("samira"), at=cast.at)
    assert actions.chase_due(moment("2026-03-12T10:00")) == 0


@pytest.mark.parametrize("by_phone", [True, False])
def test_it_is_let_go_too_when_the_client_came_back_before_the_sweep(cast: Cast, by_phone: bool) -> None:
    """Or an old summary would wait for a yes again, and nothing else could be passed on."""
    referral, later = make_referral(cast, by_phone=by_phone), cast.at + SECOND
    withdraw(referral.case, by=follower(referral.case_id), at=later)
    reopen(referral.case, reason="", by=follower(referral.case_id), at=later, calendar=load_calendar())
    assert (actions.expire_due(later), actions.expire_due(later)) == (1, 0)
    assert state_of(referral) == ("withdrawn", "submitted")

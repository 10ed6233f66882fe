"""Alerts, rung by rung, against the real roster."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts import delivery, duty
from accounts.enums import Role
from accounts.models import Absence, AuditEvent, Membership, Notice, Shift, User
from cases.enums import AccessReason, CaseState, EntryKind, Urgency
from cases.models import Alert, AlertStep, Case, CaseAccess, TimelineEntry
from desk import paging, triage, waiting
from tests.conftest import AMSTERDAM
from tests.factories.cases import make_case
from tests.factories.cast import Cast, make_cast

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    """An emergency that nobody has."""
    return make_case(cast, urgency=Urgency.EMERGENCY, state=CaseState.SUBMITTED, owner=None)


def told(kind: str = "case.alert") -> list[str]:
    """First names in the order in which they got a mail of this kind."""
    rows = Notice.objects.filter(kind=kind, channel="email").order_by("created_at", "user__email")
    return [notice.user.email.split("@")[0] for notice in rows if notice.user]


def steps(alert: Alert) -> list[tuple[int, str, bool]]:
    return [(step.number, step.rung, step.skipped) for step in alert.steps.order_by("number", "pk")]


def raised(case: Case, cast: Cast, at: dt.datetime | None = None) -> Alert:
    alert = paging.raise_alert(case, by=paging.BY, at=at or cast.at)
    assert alert is not None
    return alert


def entries(case: Case, kind: EntryKind) -> list[dict[str, Any]]:
    return [entry.facts for entry in TimelineEntry.objects.filter(case=case, kind=kind).order_by("at")]


def test_first_in_line_is_told_at_once_in_the_inbox_and_by_mail(case: Case, cast: Cast) -> None:
    alert = raised(case, cast)
    assert [
        (n.user.email, n.channel, n.path, n.available_at) for n in Notice.objects.order_by("channel") if n.user
    ] == [
        ("samira@nabij.example", "email", "/wacht/", cast.at),
        ("samira@nabij.example", "inbox", "/wacht/", cast.at),
    ]
    assert (alert.step, alert.next_step_at) == (1, cast.at + 5 * MINUTE)
    assert entries(case, EntryKind.ALERT_RAISED) == [
        {"rung": "duty_1", "to_user": cast.samira.pk, "users": [cast.samira.pk]}
    ]
    assert AuditEvent.objects.get(action="alert.raised").case_id == case.pk


def test_raising_costs_few_queries(case: Case, cast: Cast, django_assert_max_num_queries: Callable[[int], Any]) -> None:
    calendar = duty.load_calendar()
    with django_assert_max_num_queries(16):  # savepoints and the audit; who is kept out; which policy
        paging.raise_alert(case, by=paging.BY, at=cast.at, calendar=calendar)


@pytest.mark.parametrize(("urgency", "minutes"), [(Urgency.EMERGENCY, 5), (Urgency.URGENT, 15)])
def test_every_rung_in_turn_and_then_the_coordinator_again(cast: Cast, urgency: str, minutes: int) -> None:
    case = make_case(
        cast,
        urgency=urgency,
        state=CaseState.SUBMITTED,
        owner=None,
        first_contact_due_at=cast.at + dt.timedelta(hours=4),
    )
    alert = raised(case, cast)
    for minute in range(1, 4 * minutes + 1):
        paging.step_due(cast.at + minute * MINUTE)
    assert told() == ["samira", "joost", "els", "els", "els"]
    moments = [step.at for step in AlertStep.objects.filter(alert=alert).order_by("number")]
    assert moments == [cast.at + n * minutes * MINUTE for n in range(5)]
    assert [facts["rung"] for facts in entries(case, EntryKind.ALERT_RAISED)] == ["duty_1", "duty_2", "coordinator"]


@pytest.mark.parametrize("urgency", [Urgency.SOON, Urgency.ROUTINE])
def test_what_can_wait_alerts_nobody(cast: Cast, urgency: str) -> None:
    case = make_case(cast, urgency=urgency, state=CaseState.SUBMITTED, owner=None)
    assert paging.raise_alert(case, by=paging.BY, at=cast.at) is None
    assert paging.step_due(cast.at + dt.timedelta(hours=2)) == 0
    assert told() == []


def test_empty_roster_goes_one_step_up_at_once_and_says_so(case: Case, cast: Cast) -> None:
    Shift.objects.all().delete()
    alert = raised(case, cast)
    assert told() == told("case.alert_gap") == ["els"]
    assert steps(alert) == [(0, "duty_1", True), (0, "duty_2", True), (0, "coordinator", False)]
    skipped = sorted(facts["rung"] for facts in entries(case, EntryKind.ALERT_SKIPPED))  # both at the same moment
    assert skipped == ["duty_1", "duty_2"]
    paging.step_due(cast.at + 5 * MINUTE)
    assert told() == ["els", "els"]
    assert told("case.alert_gap") == ["els"]


def test_one_person_on_the_roster_is_followed_by_the_coordinator(case: Case, cast: Cast) -> None:
    Shift.objects.filter(position=2).delete()
    raised(case, cast)
    paging.step_due(cast.at + 5 * MINUTE)
    assert told() == ["samira", "els"]
    assert told("case.alert_gap") == ["els"]
    assert entries(case, EntryKind.ALERT_SKIPPED) == [{"rung": "duty_2"}]


@pytest.mark.parametrize("closed", [False, True])
def test_a_step_of_somebody_who_left_is_empty_and_told_as_such(case: Case, cast: Cast, closed: bool) -> None:
    if closed:
        User.objects.filter(pk=cast.samira.pk).update(is_active=False)
    else:
        Membership.objects.filter(user=cast.samira).update(ends_on=cast.at.date() - dt.timedelta(days=1))
    raised(case, cast)
    assert (told(), told("case.alert_gap")) == (["joost"], ["joost"])
    assert entries(case, EntryKind.ALERT_SKIPPED) == [{"rung": "duty_1"}]


def test_without_coordinator_everyone_at_the_desk_hears_it(case: Case, cast: Cast) -> None:
    Shift.objects.all().delete()
    Membership.objects.filter(role=Role.COORDINATOR).delete()
    alert = raised(case, cast)
    assert told() == ["joost", "nadia", "otto", "samira"]
    assert [rung for _, rung, skipped in steps(alert) if skipped] == ["duty_1", "duty_2", "coordinator"]


def away(cast: Cast, *names: str) -> None:
    today = cast.at.date()
    for name in names:
        Absence.objects.create(user=cast.users[name], first_day=today, last_day=today, entered_at=cast.at)


def test_a_coordinator_who_is_away_is_no_end_of_the_ladder(case: Case, cast: Cast) -> None:
    away(cast, "els", "joost")
    raised(case, cast)
    for minutes in (5, 10):
        paging.step_due(cast.at + minutes * MINUTE)
    assert told() == ["samira", "nadia", "otto", "samira", "nadia", "otto", "samira"]
    assert sorted(facts["rung"] for facts in entries(case, EntryKind.ALERT_SKIPPED)) == ["coordinator", "duty_2"]


def test_when_everyone_is_away_the_coordinator_still_hears_it(case: Case, cast: Cast) -> None:
    away(cast, "els", "joost", "samira", "nadia", "otto")
    raised(case, cast)
    assert told() == ["els"]


def test_with_nobody_at_all_it_keeps_trying(case: Case, cast: Cast) -> None:
    Shift.objects.all().delete()
    Membership.objects.all().delete()
    raised(case, cast)
    assert told() == []
    Membership.objects.create(user=cast.els, team=cast.teams["desk"], role=Role.COORDINATOR, starts_on=cast.at.date())
    paging.step_due(cast.at + 5 * MINUTE)
    assert told() == ["els"]


def test_someone_who_may_never_see_the_case_is_not_told(case: Case, cast: Cast) -> None:
    CaseAccess.objects.create(case=case, user=cast.samira, reason=AccessReason.BLOCKED, starts_at=cast.at)
    raised(case, cast)
    assert told() == ["joost"]


@pytest.mark.parametrize(
    ("clock", "first"), [((16, 59, 59), "samira"), ((17, 0, 0), "nadia"), ((7, 59, 59), "nadia"), ((8, 0, 0), "samira")]
)
def test_the_team_whose_turn_it_is_is_told(case: Case, cast: Cast, clock: tuple[int, int, int], first: str) -> None:
    hour, minute, second = clock
    raised(case, cast, cast.at.replace(hour=hour, minute=minute, second=second))
    assert told() == [first]


def test_an_alert_over_the_change_of_shift_reaches_whoever_is_on_duty_then(case: Case, cast: Cast) -> None:
    before = cast.at.replace(hour=16, minute=59)
    raised(case, cast, before)
    paging.step_due(before + 5 * MINUTE)
    assert told() == ["samira", "nadia", "otto"]
    paging.step_due(before + 10 * MINUTE)
    assert told() == ["samira", "nadia", "otto", "els"]


@pytest.mark.parametrize(
    ("begin", "hour_later"),
    [
        (dt.datetime(2026, 3, 29, 1, 50, tzinfo=AMSTERDAM), dt.datetime(2026, 3, 29, 3, 50, tzinfo=AMSTERDAM)),
        (
            dt.datetime(2026, 10, 25, 2, 10, tzinfo=AMSTERDAM),
            dt.datetime(2026, 10, 25, 2, 10, tzinfo=AMSTERDAM, fold=1),
        ),
    ],
)
def test_nights_on_which_the_clock_changes(db: None, begin: dt.datetime, hour_later: dt.datetime) -> None:
    cast = make_cast(begin.replace(hour=12))
    case = make_case(cast, urgency=Urgency.EMERGENCY, state=CaseState.SUBMITTED, owner=None, at=begin)
    raised(case, cast, begin)
    for minute in range(61):
        paging.step_due(begin.astimezone(dt.UTC) + minute * MINUTE)
    assert begin.astimezone(dt.UTC) + 60 * MINUTE == hour_later.astimezone(dt.UTC)
    assert told() == ["nadia", "otto"] + ["els"] * 11


def test_a_late_run_goes_straight_to_the_level_that_is_due(case: Case, cast: Cast) -> None:
    alert = raised(case, cast)
    late = cast.at + dt.timedelta(minutes=33)
    assert [paging.step_due(late), paging.step_due(late)] == [1, 0]
    assert told() == ["samira", "els"]
    alert.refresh_from_db()
    assert (alert.step, alert.next_step_at) == (7, cast.at + 35 * MINUTE)


def test_acknowledging_stops_the_reminders_and_is_kept(case: Case, cast: Cast) -> None:
    raised(case, cast)
    by, at = cast.actor("joost"), cast.at + 3 * MINUTE
    alert = paging.acknowledge(case, by=by, at=at)
    assert alert is not None
    assert (alert.acknowledged_by, alert.acknowledged_at, alert.next_step_at) == (cast.joost, at, None)
    assert paging.step_due(cast.at + 25 * MINUTE) == 0
    assert told() == ["samira"]
    assert entries(case, EntryKind.ALERT_ACKNOWLEDGED) == [{"user": cast.joost.pk}]
    assert AuditEvent.objects.get(action="alert.acknowledged").actor_id == str(cast.joost.pk)
    assert paging.acknowledge(case, by=cast.actor("samira"), at=at) is None


@pytest.mark.parametrize(
    "handled",
    [
        {"first_contact_at": dt.datetime(2026, 3, 10, 9, 18, tzinfo=dt.UTC)},
        {"urgency": Urgency.SOON, "urgency_rank": Urgency.SOON.rank},
        {"state": CaseState.WAITING_CLIENT},
        {"state": CaseState.IN_TRIAGE, "owner": "joost"},
    ],
)
def test_reminders_end_by_themselves_once_someone_handles_it(case: Case, cast: Cast, handled: dict[str, Any]) -> None:
    alert = raised(case, cast)
    fields = {name: cast.users[value] if name == "owner" else value for name, value in handled.items()}
    Case.objects.filter(pk=case.pk).update(**fields)
    paging.step_due(cast.at + 5 * MINUTE)
    alert.refresh_from_db()
    assert (alert.ended_at, alert.next_step_at) == (cast.at + 5 * MINUTE, None)
    assert told() == ["samira"]


def test_ending_an_alert_by_hand(case: Case, cast: Cast) -> None:
    raised(case, cast)
    assert [paging.end_alert(case, at=cast.at), paging.end_alert(case, at=cast.at)] == [True, False]
    assert Alert.objects.get().ended_at == cast.at


def test_raising_twice_is_one_alert_and_more_urgent_goes_one_step_up(case: Case, cast: Cast) -> None:
    Case.objects.update(urgency=Urgency.URGENT, urgency_rank=Urgency.URGENT.rank)
    case.refresh_from_db()
    first = raised(case, cast)
    assert raised(case, cast, cast.at + MINUTE).pk == first.pk
    assert told() == ["samira"]
    case.urgency = Urgency.EMERGENCY
    case.save(update_fields=["urgency"])
    again = raised(case, cast, cast.at + 2 * MINUTE)
    assert (again.pk, again.urgency, told()) == (first.pk, Urgency.EMERGENCY, ["samira", "joost"])
    assert again.next_step_at == cast.at + 5 * MINUTE


def test_less_urgent_never_repeats_a_step_in_silence(case: Case, cast: Cast) -> None:
    raised(case, cast)
    paging.step_due(cast.at + 10 * MINUTE)
    Case.objects.update(urgency=Urgency.URGENT, urgency_rank=Urgency.URGENT.rank)
    paging.step_due(cast.at + 15 * MINUTE)
    paging.step_due(cast.at + 30 * MINUTE)
    assert told() == ["samira", "els", "els", "els"]


def test_a_step_that_fails_leaves_the_change_and_stays_due(
    case: Case, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError("no roster")

    with monkeypatch.context() as patch:
        patch.setattr(paging.duty, "roster", broken)
        alert = raised(case, cast)
        assert paging.step_due(cast.at) == 1
    assert (told(), alert.step) == ([], 0)
    assert paging.step_due(cast.at + MINUTE) == 1
    assert told() == ["samira"]


def test_given_back_to_the_queue_alerts_again(case: Case, cast: Cast) -> None:
    raised(case, cast)
    paging.acknowledge(case, by=cast.actor("samira"), at=cast.at + MINUTE)
    paging.step_due(cast.at + 2 * MINUTE)
    assert told() == ["samira"]
    Case.objects.update(state_since=cast.at + 10 * MINUTE)
    paging.step_due(cast.at + 11 * MINUTE)
    assert told() == ["samira", "samira"]


def test_picked_up_and_dropped_alerts_again_when_the_promise_is_broken(case: Case, cast: Cast) -> None:
    due = cast.at + 30 * MINUTE
    Case.objects.update(first_contact_due_at=due, state=CaseState.IN_TRIAGE, owner=cast.joost)
    raised(case, cast)
    paging.acknowledge(case, by=cast.actor("joost"), at=cast.at + MINUTE)
    assert paging.step_due(due - MINUTE) == 0
    paging.step_due(due)
    assert told() == ["samira", "samira"]
    paging.acknowledge(case, by=cast.actor("joost"), at=due + MINUTE)
    paging.step_due(due + 60 * MINUTE)
    assert told() == ["samira", "samira"]


def test_two_sweeps_at_once_tell_everyone_once(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    for _ in range(5):
        raised(make_case(cast, urgency=Urgency.EMERGENCY, state=CaseState.SUBMITTED, owner=None), cast)

    def sweep() -> None:
        paging.step_due(at + 5 * MINUTE)
        connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told() == ["samira"] * 5 + ["joost"] * 5
    assert AlertStep.objects.count() == 10


def sent(at: dt.datetime) -> list[tuple[str, str]]:
    """First name and reason of every mail that is finished, in order; the reason is empty when it went out."""
    delivery.deliver_due(at)
    rows = Notice.objects.filter(channel="email", finished_at__isnull=False).order_by("created_at")
    return [(row.user.email.split("@")[0], row.skipped_because) for row in rows if row.user]


def test_mails_that_had_to_wait_tell_each_person_once(case: Case, cast: Cast) -> None:
    raised(case, cast)
    for minutes in (5, 10, 15, 20):
        paging.step_due(cast.at + minutes * MINUTE)
    late = "a newer one follows"
    assert sent(cast.at + 21 * MINUTE) == [("samira", ""), ("joost", ""), ("els", late), ("els", late), ("els", "")]


def test_mails_that_had_to_wait_are_left_out_when_someone_is_on_it(case: Case, cast: Cast) -> None:
    raised(case, cast)
    paging.acknowledge(case, by=cast.actor("joost"), at=cast.at + MINUTE)
    assert sent(cast.at + MINUTE) == [("samira", "someone is on it")]


@pytest.mark.parametrize("how", ["account", "roles"])
def test_a_request_of_someone_who_left_alerts_again(case: Case, cast: Cast, how: str) -> None:
    raised(case, cast)
    triage.take(case, by=cast.actor("joost"), at=cast.at)
    Notice.objects.all().delete()
    if how == "account":
        User.objects.filter(pk=cast.joost.pk).update(is_active=False)
    else:
        Membership.objects.filter(user=cast.joost).update(ends_on=(cast.at - dt.timedelta(days=1)).date())
    later = cast.at + MINUTE
    assert (waiting.free_left(later), waiting.free_left(later)) == (1, 0)
    paging.step_due(later)
    case.refresh_from_db()
    assert (case.state, case.owner) == (CaseState.SUBMITTED, None)
    assert told() == ["samira"]


def test_an_owner_who_left_does_not_end_an_alert(case: Case, cast: Cast) -> None:
    alert = raised(case, cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.joost, state=CaseState.IN_TRIAGE)
    User.objects.filter(pk=cast.joost.pk).update(is_active=False)
    paging.step_due(cast.at + 5 * MINUTE)
    alert.refresh_from_db()
    assert (alert.ended_at, alert.step) == (None, 2)

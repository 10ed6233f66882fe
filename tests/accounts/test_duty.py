"""Who answers at a moment, who is on duty and who comes next."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from accounts.duty import Roster, duty_status, duty_team_at, line_at, load_calendar, roster, with_standing
from accounts.enums import Line, Role
from accounts.models import Absence, Closure, Helpline, Membership, OpeningHours, PhoneLine, Shift, Team
from tests.factories.cast import Cast

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def lets_take_turns(cast: Cast, name: str, team: str = "after-hours") -> None:
    Membership.objects.create(
        user=cast.users[name], team=cast.teams[team], role=Role.DESK_WORKER, starts_on=dt.date(2026, 1, 1)
    )


def test_the_calendar_comes_with_the_migrations_in_two_queries(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        calendar = load_calendar()
    assert len(calendar.closures) == 48
    assert calendar.is_open(local("2026-03-10T16:59:59")) is True
    assert calendar.is_open(local("2026-04-27T10:00")) is False


def test_the_line_of_the_moment(db: None) -> None:
    calendar = load_calendar()
    assert line_at(local("2026-03-10T16:59:59"), calendar) == Line.DESK
    assert line_at(local("2026-03-10T17:00:00"), calendar) == Line.AFTER_HOURS
    assert duty_team_at(local("2026-03-10T16:59:59"), calendar).code == "desk"
    assert duty_team_at(local("2026-03-10T17:00:00"), calendar).code == "after-hours"


def test_a_day_off_closes_the_day_desk_and_never_the_night_line(cast: Cast) -> None:
    Closure.objects.create(day=dt.date(2026, 3, 11), name_nl="Sluiting", team=None)
    lets_take_turns(cast, "ilse")
    Shift.objects.create(
        team=cast.teams["after-hours"],
        user=cast.ilse,
        starts_at=local("2026-03-11T08:00"),
        ends_at=local("2026-03-11T17:00"),
    )
    status = duty_status(local("2026-03-11T10:00"))
    assert (status.open, status.line) == (False, Line.AFTER_HOURS)
    assert [turn.name for turn in status.on_duty] == ["Ilse Çelik"]


def test_by_day_the_desk_is_on_duty_in_the_order_of_calling(cast: Cast) -> None:
    now = roster(local("2026-03-10T10:15"))
    assert [(turn.position, turn.name, turn.team) for turn in now.on_duty] == [
        (1, "Samira El Amrani", "desk"),
        (2, "Joost Verkerk", "desk"),
    ]
    assert [(turn.name, turn.starts_at) for turn in now.next] == [
        ("Nadia Haddad", local("2026-03-10T17:00")),
        ("Otto Blom", local("2026-03-10T17:00")),
    ]


def test_by_night_the_after_hours_team_is(cast: Cast) -> None:
    now = roster(local("2026-03-10T17:00"))
    assert [turn.name for turn in now.on_duty] == ["Nadia Haddad", "Otto Blom"]
    assert [(turn.name, turn.starts_at) for turn in now.next] == [
        ("Samira El Amrani", local("2026-03-11T08:00")),
        ("Joost Verkerk", local("2026-03-11T08:00")),
    ]


def test_a_shift_counts_only_while_it_is_the_teams_turn(cast: Cast) -> None:
    Shift.objects.all().delete()
    Shift.objects.create(
        team=cast.teams["desk"], user=cast.joost, starts_at=local("2026-03-10T07:45"), ends_at=local("2026-03-10T17:15")
    )
    early, late = roster(local("2026-03-10T07:50")), roster(local("2026-03-10T17:05"))
    assert (early.on_duty, [turn.starts_at for turn in early.next]) == ([], [local("2026-03-10T08:00")])
    assert [turn.name for turn in roster(local("2026-03-10T08:00")).on_duty] == ["Joost Verkerk"]
    assert late == Roster(on_duty=[], next=[])


def test_a_weekend_shift_over_several_nights_keeps_running(cast: Cast) -> None:
    Shift.objects.all().delete()
    Shift.objects.create(
        team=cast.teams["after-hours"],
        user=cast.nadia,
        starts_at=local("2026-03-13T17:00"),
        ends_at=local("2026-03-16T08:00"),
    )
    assert [turn.name for turn in roster(local("2026-03-15T12:00")).on_duty] == ["Nadia Haddad"]
    assert roster(local("2026-03-16T08:00")).on_duty == []


def test_a_closed_account_is_not_on_duty(cast: Cast) -> None:
    cast.samira.is_active = False
    cast.samira.save()
    assert [turn.name for turn in roster(local("2026-03-10T10:15")).on_duty] == ["Joost Verkerk"]


def test_whose_role_ended_is_not_on_duty(cast: Cast) -> None:
    cast.samira.memberships.update(ends_on=dt.date(2026, 3, 9))
    assert [turn.name for turn in roster(local("2026-03-10T10:15")).on_duty] == ["Joost Verkerk"]


def test_who_is_away_that_day_is_not_on_duty_from_midnight(cast: Cast) -> None:
    day = dt.date(2026, 3, 11)
    Absence.objects.create(user=cast.nadia, first_day=day, last_day=day, entered_at=cast.at)
    assert [turn.name for turn in roster(local("2026-03-10T23:59:59")).on_duty] == ["Nadia Haddad", "Otto Blom"]
    assert [turn.name for turn in roster(local("2026-03-11T00:00")).on_duty] == ["Otto Blom"]


def test_nobody_is_an_empty_list(db: None) -> None:
    assert roster(local("2026-03-10T10:15")) == Roster(on_duty=[], next=[])


def test_who_is_next_may_be_days_away(cast: Cast, django_assert_num_queries: Any) -> None:
    Shift.objects.filter(starts_at__lt=local("2026-03-13T00:00")).delete()
    calendar = load_calendar()
    with django_assert_num_queries(2):
        now = roster(local("2026-03-10T10:15"), calendar)
    assert (now.on_duty, now.next[0].starts_at) == ([], local("2026-03-13T08:00"))


def test_the_status_of_a_moment(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(5):  # the roster ends before, so it is looked through further ahead
        status = duty_status(dt.datetime(2026, 3, 28, 22, 30, tzinfo=dt.UTC))
    assert status.at.isoformat() == "2026-03-28T23:30:00+01:00"
    assert (status.open, status.line, status.number) == (False, Line.AFTER_HOURS, "088 000 00 20")
    assert status.next_change == local("2026-03-30T08:00")


def test_with_a_calendar_at_hand_the_status_takes_two_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    calendar = load_calendar()
    with django_assert_num_queries(2):
        status = duty_status(local("2026-03-10T10:15"), calendar)
    assert [turn.initials for turn in status.on_duty] == ["SA", "JV"]
    assert [turn.number for turn in status.on_duty] == ["088 000 00 70", "088 000 00 70"]


def test_a_line_without_a_number_has_an_empty_one(db: None) -> None:
    PhoneLine.objects.all().delete()
    assert duty_status(local("2026-03-10T10:15")).number == ""


def test_edited_hours_count_at_once(db: None) -> None:
    desk = Team.objects.get(code="desk")
    OpeningHours.objects.create(team=desk, weekday=6, opens=dt.time(10), closes=dt.time(12))
    assert duty_status(local("2026-03-14T11:59:59")).line == Line.DESK
    assert duty_status(local("2026-03-14T12:00:00")).line == Line.AFTER_HOURS


def test_the_national_helplines_come_with_the_migrations(db: None) -> None:
    bar = Helpline.objects.filter(in_bar=True)
    assert [line.number for line in bar] == ["112", "0800-0113", "0800-2000"]
    assert {line.number for line in Helpline.objects.all()} >= {"0800-0188", "088 0767 000"}
    assert all(line.checked_on == dt.date(2026, 11, 2) for line in Helpline.objects.all())


def test_who_works_there_no_more_is_not_on_duty_and_not_next(cast: Cast) -> None:
    samira, nadia = (Membership.objects.filter(user=user) for user in (cast.samira, cast.nadia))
    samira.update(ends_on=dt.date(2026, 3, 10))
    nadia.update(ends_on=dt.date(2026, 3, 9))
    now = roster(local("2026-03-10T10:15"))
    assert [turn.name for turn in now.on_duty] == ["Samira El Amrani", "Joost Verkerk"]
    assert [turn.name for turn in now.next] == ["Otto Blom"]
    samira.update(ends_on=dt.date(2026, 3, 9))
    assert [(turn.position, turn.name) for turn in roster(local("2026-03-10T10:15")).on_duty] == [(2, "Joost Verkerk")]


def test_a_role_that_ends_at_midnight_ends_the_turn_of_that_night(cast: Cast) -> None:
    Membership.objects.filter(user=cast.nadia).update(ends_on=dt.date(2026, 3, 10))
    for moment, names in (("10T23:59:59", ["Nadia Haddad", "Otto Blom"]), ("11T00:00", ["Otto Blom"])):
        assert [turn.name for turn in roster(local(f"2026-03-{moment}")).on_duty] == names


def test_a_role_that_cannot_open_requests_or_of_another_team_does_not_count(cast: Cast) -> None:
    Membership.objects.filter(user=cast.samira).update(role=Role.COMMANDER)
    Membership.objects.filter(user=cast.joost).update(team=cast.teams["after-hours"])
    assert roster(local("2026-03-10T10:15")).on_duty == []


def test_a_closed_account_is_not_on_duty_and_what_is_over_stands(cast: Cast) -> None:
    at = local("2026-03-10T10:15")
    cast.samira.is_active = False
    cast.samira.save()
    assert [turn.name for turn in roster(at).on_duty] == ["Joost Verkerk"]
    rows = with_standing(Shift.objects.filter(user=cast.samira), at)
    assert {(row.ends_at <= at, row.stands) for row in rows} == {(True, True), (False, False)}

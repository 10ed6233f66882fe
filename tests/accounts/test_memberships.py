"""Giving and taking roles: who may, from when, and what stays readable."""

import datetime as dt
import threading

import pytest
from django.db import connections
from django.utils import timezone

from accounts import memberships, people
from accounts.actions import Clash
from accounts.enums import Role
from accounts.models import AuditEvent, Membership
from accounts.people import NotYours
from tests.factories.cast import Cast, make_cast

DAY = dt.timedelta(days=1)


def row(cast: Cast, name: str) -> Membership:
    return cast.users[name].memberships.get()


def test_a_second_role_counts_from_its_day(cast: Cast) -> None:
    today = cast.at.date()
    memberships.add(
        cast.bram, team=cast.teams["pool"], role=Role.COACH, starts_on=today + DAY, ends_on=today + 2 * DAY,
        by=cast.actor("els"), at=cast.at,
    )  # fmt: skip
    roles = [cast.actor("bram", cast.at + days * DAY).roles for days in range(4)]
    both, one = frozenset({Role.REGIONAL_WORKER, Role.COACH}), frozenset({Role.REGIONAL_WORKER})
    assert roles == [one, both, both, one]
    assert AuditEvent.objects.get(action="membership.added").part == Role.COACH


def test_the_same_role_twice_on_one_day_is_refused(cast: Cast) -> None:
    with pytest.raises(Clash):
        memberships.add(
            cast.bram, team=cast.teams["regional-west"], role=Role.REGIONAL_WORKER, starts_on=cast.at.date(),
            ends_on=None, by=cast.actor("els"), at=cast.at,
        )  # fmt: skip


def test_a_change_ends_the_old_role_the_day_before(cast: Cast) -> None:
    today = cast.at.date()
    memberships.change(
        row(cast, "bram"), team=cast.teams["pool"], role=Role.COACH, starts_on=today, ends_on=None,
        by=cast.actor("els"), at=cast.at,
    )  # fmt: skip
    assert [(one.role, one.ends_on) for one in cast.bram.memberships.order_by("starts_on")] == [
        (Role.REGIONAL_WORKER, today - DAY),
        (Role.COACH, None),
    ]


def test_a_role_that_had_not_begun_goes(cast: Cast) -> None:
    later = memberships.add(
        cast.bram, team=cast.teams["pool"], role=Role.COACH, starts_on=cast.at.date() + 5 * DAY, ends_on=None,
        by=cast.actor("els"), at=cast.at,
    )  # fmt: skip
    memberships.end(later, last_day=cast.at.date(), by=cast.actor("els"), at=cast.at)
    assert row(cast, "bram").role == Role.REGIONAL_WORKER


@pytest.mark.parametrize("by", ["els", "arie"])
def test_nobody_changes_their_own_role(cast: Cast, by: str) -> None:
    with pytest.raises(NotYours):
        memberships.end(row(cast, by), last_day=cast.at.date(), by=cast.actor(by), at=cast.at)
    with pytest.raises(NotYours):
        memberships.add(
            cast.users[by], team=cast.teams["desk"], role=Role.DESK_WORKER, starts_on=cast.at.date(), ends_on=None,
            by=cast.actor(by), at=cast.at,
        )  # fmt: skip


def test_only_an_administrator_handles_reserved_roles(cast: Cast) -> None:
    for name in ("arie", "vera"):
        with pytest.raises(NotYours):
            memberships.end(row(cast, name), last_day=cast.at.date(), by=cast.actor("els"), at=cast.at)
    memberships.end(row(cast, "vera"), last_day=cast.at.date(), by=cast.actor("arie"), at=cast.at)
    assert row(cast, "vera").ends_on == cast.at.date()


def test_the_last_administrator_stays(cast: Cast) -> None:
    start = cast.at.date() - DAY
    Membership.objects.create(user=cast.els, team=cast.teams["desk"], role=Role.ADMINISTRATOR, starts_on=start)
    for first in ("arie", "bea"):
        assert not people.is_last_administrator(cast.els, cast.at.date() + DAY)
        memberships.end(row(cast, first), last_day=cast.at.date(), by=cast.actor("els"), at=cast.at)
    assert people.is_last_administrator(cast.els, cast.at.date() + DAY)
    tomorrow = cast.at + DAY
    assert not people.is_last_administrator(cast.arie, tomorrow.date())


def test_a_coordinator_of_a_team_handles_only_that_team(cast: Cast) -> None:
    Membership.objects.create(
        user=cast.karin, team=cast.teams["regional-noord"], role=Role.COORDINATOR, starts_on=cast.at.date()
    )
    karin = cast.actor("karin")
    assert {user.first_name for user in people.handled_by(karin, cast.at.date())} == {"Karin"}
    assert {team.code for team in people.teams_of(karin)} == {"regional-noord"}
    assert people.teams_of(cast.actor("els")).count() == people.teams_of(cast.actor("arie")).count() > 5
    assert not people.teams_of(cast.actor("samira")).exists()
    with pytest.raises(NotYours):
        memberships.end(row(cast, "bram"), last_day=cast.at.date(), by=karin, at=cast.at)


def test_who_moved_on_is_no_longer_handled_there(cast: Cast) -> None:
    day = cast.at.date()
    Membership.objects.create(
        user=cast.karin, team=cast.teams["regional-west"], role=Role.COORDINATOR, starts_on=day - DAY
    )
    row(cast, "bram").delete()
    Membership.objects.create(
        user=cast.bram, team=cast.teams["regional-west"], role=Role.COACH, starts_on=day - 9 * DAY, ends_on=day
    )
    assert people.handled_by(cast.actor("karin"), day).filter(pk=cast.bram.pk).exists()
    assert not people.handled_by(cast.actor("karin"), day + DAY).filter(pk=cast.bram.pk).exists()
    assert people.handled_by(cast.actor("els"), day + DAY).filter(pk=cast.bram.pk).exists()


@pytest.mark.parametrize("days", [-2, -400, -800])
def test_days_that_have_been_stay_as_they_were(cast: Cast, days: int) -> None:
    els, held = cast.actor("els"), row(cast, "bram")
    with pytest.raises(Clash):
        memberships.end(held, last_day=cast.at.date() + days * DAY, by=els, at=cast.at)
    held.refresh_from_db()
    assert held.ends_on is None


def test_a_role_that_has_ended_does_not_begin_again_by_ending_or_changing_it(cast: Cast) -> None:
    els, held, today = cast.actor("els"), row(cast, "bram"), cast.at.date()
    memberships.end(held, last_day=today, by=els, at=cast.at)
    later = cast.at + 3 * DAY
    with pytest.raises(Clash):
        memberships.end(held, last_day=today + 30 * DAY, by=els, at=later)
    with pytest.raises(Clash):
        memberships.change(
            held, team=held.team, role=Role.COACH, starts_on=today + 5 * DAY, ends_on=None, by=els, at=later
        )
    assert Membership.objects.get(user=cast.bram).ends_on == today


def test_another_role_later_on_does_not_lengthen_the_one_that_ends_sooner(cast: Cast) -> None:
    els, held, today = cast.actor("els"), row(cast, "bram"), cast.at.date()
    memberships.end(held, last_day=today + 2 * DAY, by=els, at=cast.at)
    held.refresh_from_db()
    memberships.change(
        held, team=held.team, role=Role.COACH, starts_on=today + 9 * DAY, ends_on=None, by=els, at=cast.at
    )
    rows = Membership.objects.filter(user=cast.bram).order_by("starts_on")
    assert [(one.role, one.ends_on) for one in rows] == [("regional_worker", today + 2 * DAY), ("coach", None)]


def test_two_administrators_cannot_end_each_other_at_the_same_moment(committed_db: None) -> None:
    cast = make_cast(timezone.localtime())
    start, said = threading.Barrier(2), []
    actors = {name: cast.actor(name) for name in ("arie", "bea")}

    def end(by: str, other: str) -> None:
        try:
            start.wait(10)
            memberships.end(row(cast, other), last_day=cast.at.date() - DAY, by=actors[by], at=cast.at)
            said.append("ended")
        except Clash:
            said.append("last")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=end, args=names) for names in (("arie", "bea"), ("bea", "arie"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(said) == ["ended", "last"]
    assert Membership.objects.live_on(cast.at.date()).filter(role=Role.ADMINISTRATOR).count() == 1

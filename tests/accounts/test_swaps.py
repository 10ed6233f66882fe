"""Swaps and take-overs: both agree, the shift is split in one transaction, and nothing else moves."""

import datetime as dt
import threading
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import shifts, swaps
from accounts.actions import Clash
from accounts.actors import actor_for
from accounts.duty import roster
from accounts.enums import Role, SwapState
from accounts.models import Absence, AuditEvent, Membership, Notice, Shift, ShiftSwap, User
from accounts.permissions import Refused
from desk.demo.organisation import PASSWORD
from tests.factories.cast import Cast, make_cast

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def colleague(cast: Cast, name: str = "Noor Vos", team: str = "after-hours", number: str = "088 000 00 71") -> User:
    """Somebody of the night without a shift."""
    user = User.objects.create_user(
        f"{name.split()[0].lower()}@nabij.example", PASSWORD, name=name, reachable_number=number
    )
    Membership.objects.create(user=user, team=cast.teams[team], role=Role.DESK_WORKER, starts_on=dt.date(2026, 1, 1))
    return user


def night(cast: Cast, who: str = "nadia", day: str = "2026-03-10") -> Shift:
    return Shift.objects.get(user=cast.users[who], starts_at=local(f"{day}T17:00"))


def ask(cast: Cast, to: User, shift: Shift, start: str, end: str, at: dt.datetime) -> ShiftSwap:
    by = actor_for(shift.user, at)
    return swaps.ask(shift, to, starts_at=local(start), ends_at=local(end), by=by, at=at)


def first_line() -> list[tuple[str, dt.datetime, dt.datetime]]:
    rows = Shift.objects.filter(
        team__code="after-hours",
        position=1,
        starts_at__lt=local("2026-03-11T08:00"),
        ends_at__gt=local("2026-03-10T17:00"),
    )
    return [(row.user.first_name, row.starts_at, row.ends_at) for row in rows.order_by("starts_at")]


def told(user: User, kind: str) -> int:
    return Notice.objects.filter(user=user, kind=kind, channel="inbox").count()


def test_a_part_changes_hands_when_the_other_says_yes(cast: Cast) -> None:
    noor, at = colleague(cast), cast.at
    asked = ask(cast, noor, night(cast), "2026-03-10T22:00", "2026-03-11T02:00", at)
    assert first_line() == [("Nadia", local("2026-03-10T17:00"), local("2026-03-11T08:00"))]
    swaps.agree(asked, by=actor_for(noor, at), at=at + HOUR)
    assert first_line() == [
        ("Nadia", local("2026-03-10T17:00"), local("2026-03-10T22:00")),
        ("Noor", local("2026-03-10T22:00"), local("2026-03-11T02:00")),
        ("Nadia", local("2026-03-11T02:00"), local("2026-03-11T08:00")),
    ]
    assert [turn.user for turn in roster(local("2026-03-11T01:59")).on_duty] == [noor, cast.otto]
    assert (told(noor, "swap.asked"), told(noor, "swap.answered"), told(cast.nadia, "swap.answered")) == (1, 1, 1)
    actions = AuditEvent.objects.filter(action__startswith="swap.").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["swap.asked", "swap.agreed"]


def test_the_whole_of_it_is_one_row_with_another_person(cast: Cast) -> None:
    noor, shift = colleague(cast), night(cast)
    asked = ask(cast, noor, shift, "2026-03-10T17:00", "2026-03-11T08:00", cast.at)
    swaps.agree(asked, by=actor_for(noor, cast.at), at=cast.at)
    assert first_line() == [("Noor", local("2026-03-10T17:00"), local("2026-03-11T08:00"))]
    assert night(cast, "otto").position == 2
    assert Shift.objects.get(pk=shift.pk).user == noor


def test_during_a_running_shift_the_rest_goes_at_the_moment_of_the_yes(cast: Cast) -> None:
    noor, at = colleague(cast), local("2026-03-10T23:10")
    asked = ask(cast, noor, night(cast), "2026-03-10T17:00", "2026-03-11T08:00", at)
    assert (asked.starts_at, asked.expires_at) == (at, local("2026-03-11T08:00"))
    yes = local("2026-03-10T23:25")
    swaps.agree(asked, by=actor_for(noor, yes), at=yes)
    assert first_line() == [
        ("Nadia", local("2026-03-10T17:00"), yes),
        ("Noor", yes, local("2026-03-11T08:00")),
    ]
    assert actor_for(noor, yes).roles == {Role.DESK_WORKER}
    assert actor_for(cast.nadia, yes).roles == frozenset()


def test_through_the_night_in_which_the_clock_goes_back(cast: Cast) -> None:
    noor, at = colleague(cast), local("2026-10-24T12:00")
    shift = Shift.objects.create(
        team=cast.teams["after-hours"], user=cast.nadia, starts_at=local("2026-10-24T17:00"),
        ends_at=local("2026-10-25T08:00"),
    )  # fmt: skip
    asked = ask(cast, noor, shift, "2026-10-25T02:30", "2026-10-25T08:00", at)
    given = swaps.agree(asked, by=actor_for(noor, at), at=at)
    assert given.ends_at.astimezone(dt.UTC) - given.starts_at.astimezone(dt.UTC) == 6.5 * HOUR


def test_nobody_but_the_asked_one_answers_and_only_once(cast: Cast) -> None:
    noor, at = colleague(cast), cast.at
    asked = ask(cast, noor, night(cast), "2026-03-10T22:00", "2026-03-11T02:00", at)
    for name in ("nadia", "otto"):
        with pytest.raises(Refused):
            swaps.agree(asked, by=cast.actor(name), at=at)
    with pytest.raises(Refused):
        swaps.swap_for(cast.actor("otto"), asked.pk, action="swap.answer")
    swaps.refuse(asked, by=actor_for(noor, at), at=at)
    with pytest.raises(Clash):
        swaps.agree(asked, by=actor_for(noor, at), at=at)
    with pytest.raises(Clash):
        swaps.withdraw(asked, by=cast.actor("nadia"), at=at)
    assert len(first_line()) == 1


def test_withdrawn_is_withdrawn(cast: Cast) -> None:
    noor, at = colleague(cast), cast.at
    asked = ask(cast, noor, night(cast), "2026-03-10T22:00", "2026-03-11T02:00", at)
    swaps.withdraw(asked, by=cast.actor("nadia"), at=at)
    with pytest.raises(Clash):
        swaps.agree(asked, by=actor_for(noor, at), at=at)
    assert told(noor, "swap.ended") == 1


def test_it_ends_by_the_clock_and_is_told_once(cast: Cast) -> None:
    noor, at = colleague(cast), cast.at
    asked = ask(cast, noor, night(cast), "2026-03-10T22:00", "2026-03-11T02:00", at)
    with pytest.raises(Clash):
        swaps.agree(asked, by=actor_for(noor, at), at=local("2026-03-10T22:00"))
    assert swaps.expire_due(local("2026-03-10T21:59:59")) == 0
    assert [swaps.expire_due(local("2026-03-10T22:00")), swaps.expire_due(local("2026-03-12T00:00"))] == [1, 0]
    assert (told(noor, "swap.ended"), told(cast.nadia, "swap.ended")) == (1, 1)
    assert ShiftSwap.objects.get().state == SwapState.EXPIRED


def test_a_roster_that_changed_meanwhile_makes_it_void(cast: Cast) -> None:
    noor, at = colleague(cast), cast.at
    asked = ask(cast, noor, night(cast), "2026-03-10T22:00", "2026-03-11T02:00", at)
    Shift.objects.filter(pk=asked.shift_id).update(ends_at=local("2026-03-11T01:00"))
    with pytest.raises(Clash):
        swaps.agree(asked, by=actor_for(noor, at), at=at)
    assert len(first_line()) == 1


def test_a_second_question_about_the_same_part_is_refused(cast: Cast) -> None:
    noor, at = colleague(cast), cast.at
    ask(cast, noor, night(cast), "2026-03-10T22:00", "2026-03-11T02:00", at)
    with pytest.raises(Clash):
        ask(cast, colleague(cast, "Mo Ali"), night(cast), "2026-03-11T01:00", "2026-03-11T03:00", at)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-10T16:00", "2026-03-10T18:00"),
        ("2026-03-11T07:00", "2026-03-11T09:00"),
        ("2026-03-10T20:00", "2026-03-10T20:00"),
    ],
)
def test_only_within_the_shift(cast: Cast, start: str, end: str) -> None:
    with pytest.raises(Clash):
        ask(cast, colleague(cast), night(cast), start, end, cast.at)


def test_who_cannot_do_it_is_not_asked(cast: Cast) -> None:
    away, silent = colleague(cast, "Mo Ali"), colleague(cast, "Sien Bos", number="")
    Absence.objects.create(user=away, first_day=dt.date(2026, 3, 11), last_day=dt.date(2026, 3, 11), entered_at=cast.at)
    for user in (away, silent, cast.bram, cast.otto):  # away, without a number, of another team, on duty already
        with pytest.raises(Clash):
            ask(cast, user, night(cast), "2026-03-10T22:00", "2026-03-11T02:00", cast.at)
    assert ShiftSwap.objects.count() == 0


def test_a_yes_ends_what_was_asked_about_other_parts_and_says_so(cast: Cast) -> None:
    noor, mo, at = colleague(cast), colleague(cast, "Mo Ali"), cast.at
    early = ask(cast, noor, night(cast), "2026-03-10T18:00", "2026-03-10T20:00", at)
    late = ask(cast, mo, night(cast), "2026-03-11T05:00", "2026-03-11T08:00", at)
    swaps.agree(early, by=actor_for(noor, at), at=at)
    late.refresh_from_db()
    assert (late.state, told(mo, "swap.ended"), told(cast.nadia, "swap.ended")) == (SwapState.WITHDRAWN, 1, 1)


def test_without_a_number_only_behind_somebody_with_one(cast: Cast) -> None:
    silent = colleague(cast, "Sien Bos", number="")
    second = night(cast, "otto")
    assert ask(cast, silent, second, "2026-03-10T22:00", "2026-03-11T02:00", cast.at)
    away = Absence.objects.create(
        user=cast.nadia, first_day=dt.date(2026, 3, 11), last_day=dt.date(2026, 3, 11), entered_at=cast.at
    )
    with pytest.raises(Clash):  # on the roster, and not there
        ask(cast, silent, second, "2026-03-11T03:00", "2026-03-11T04:00", cast.at)
    away.delete()
    night(cast, "nadia").delete()
    with pytest.raises(Clash):
        ask(cast, silent, second, "2026-03-11T03:00", "2026-03-11T04:00", cast.at)


def test_illness_the_rest_of_a_running_shift_at_once(cast: Cast) -> None:
    noor, at, els = colleague(cast), local("2026-03-11T03:00"), cast.actor("els")
    asked = ask(cast, noor, night(cast), "2026-03-11T05:00", "2026-03-11T08:00", cast.at)
    shifts.take_over(night(cast), noor, by=els, at=at)
    assert first_line() == [("Nadia", local("2026-03-10T17:00"), at), ("Noor", at, local("2026-03-11T08:00"))]
    urgent = Notice.objects.filter(kind="roster.yours", user=noor)
    assert {(row.channel, row.priority) for row in urgent} == {("inbox", 1), ("email", 1)}
    assert told(cast.nadia, "roster.not_yours") == 1
    asked.refresh_from_db()
    assert asked.state == SwapState.WITHDRAWN
    assert (told(noor, "swap.ended"), told(cast.nadia, "swap.ended")) == (1, 1)
    event = AuditEvent.objects.get(action="shift.taken_over")
    assert (event.actor_id, event.part) == (str(cast.els.pk), f"user {cast.nadia.pk} to {noor.pk}")


def test_illness_the_whole_of_a_shift_to_come(cast: Cast) -> None:
    noor = colleague(cast)
    shifts.take_over(night(cast), noor, by=cast.actor("els"), at=cast.at)
    assert first_line() == [("Noor", local("2026-03-10T17:00"), local("2026-03-11T08:00"))]


@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [
        ("2026-03-11T08:00", "2026-03-11T09:00", True),  # adjoining
        ("2026-03-10T16:00", "2026-03-10T17:00", True),
        ("2026-03-10T16:00", "2026-03-11T09:00", False),  # enclosing
        ("2026-03-10T20:00", "2026-03-10T21:00", False),  # inside
        ("2026-03-11T07:59", "2026-03-11T09:00", False),  # one minute
    ],
)
def test_the_database_refuses_overlaps_whatever_the_door(cast: Cast, start: str, end: str, fits: bool) -> None:
    facts: dict[str, Any] = {"user": cast.nadia, "position": 7, "starts_at": local(start), "ends_at": local(end)}
    if fits:
        assert Shift.objects.create(team=cast.teams["after-hours"], **facts).pk
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        Shift.objects.create(team=cast.teams["after-hours"], **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Shift.objects.bulk_create([Shift(team=cast.teams["after-hours"], **facts)])


def test_two_yeses_at_the_same_moment_are_one(committed_db: None, at: dt.datetime) -> None:
    cast = make_cast(at)
    noor = colleague(cast)
    asked = ask(cast, noor, night(cast), "2026-03-10T22:00", "2026-03-11T02:00", at)
    came, start = [], threading.Barrier(2)

    def say_yes() -> None:
        try:
            start.wait()
            swaps.agree(asked, by=actor_for(noor, at), at=at)
            came.append("yes")
        except Clash:
            came.append("clash")
        finally:
            connection.close()

    threads = [threading.Thread(target=say_yes) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["clash", "yes"]
    assert len(first_line()) == 3

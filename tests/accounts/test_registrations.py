"""Registrations: looked up by somebody else, again every year (R19)."""

import datetime as dt

import pytest

from accounts import registrations
from accounts.actions import Clash
from accounts.models import AuditEvent, Registration
from accounts.people import NotYours
from tests.factories.cast import Cast
from tests.factories.coaches import register


def test_it_says_who_looked_it_up_and_when(cast: Cast) -> None:
    row = register(cast, days=3)
    assert (row.checked_by, row.checked_on) == (cast.els, cast.at.date() - dt.timedelta(days=3))
    assert AuditEvent.objects.filter(action="registration.checked", part="NOBCO 12-345").count() == 1


def test_nobody_checks_their_own(cast: Cast) -> None:
    with pytest.raises(NotYours):
        register(cast, "els")
    row = register(cast)
    Registration.objects.filter(pk=row.pk).update(user=cast.els)
    with pytest.raises(NotYours):
        registrations.remove(Registration.objects.get(), by=cast.actor("els"), at=cast.at)


def test_the_same_line_stands_once(cast: Cast) -> None:
    register(cast)
    with pytest.raises(Clash):
        register(cast)
    assert register(cast, "karin").user == cast.karin


@pytest.mark.parametrize(("days", "sound"), [(0, True), (364, True), (365, False)])
def test_a_year_later_it_has_to_be_looked_up_again(cast: Cast, days: int, sound: bool) -> None:
    row, day = register(cast, days=days), cast.at.date()
    assert registrations.is_sound(row, day) is sound
    assert (registrations.as_coach(cast.bram, day) == row) is sound


def test_it_counts_on_its_last_day(cast: Cast) -> None:
    day = cast.at.date()
    row = register(cast, expires_on=day)
    assert registrations.as_coach(cast.bram, day) == row
    assert registrations.as_coach(cast.bram, day + dt.timedelta(days=1)) is None


def test_what_is_removed_is_in_the_audit(cast: Cast) -> None:
    registrations.remove(register(cast), by=cast.actor("els"), at=cast.at)
    assert registrations.of(cast.bram) == []
    assert AuditEvent.objects.get(action="registration.removed").part == "NOBCO 12-345"

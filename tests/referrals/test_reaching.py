"""Which number is answered at a moment, and whose chaplain or team it is."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.duty import load_calendar
from accounts.models import OpeningHours
from referrals import reaching
from referrals.forms.reach import BranchOfficeForm, ReachForm
from referrals.forms.smt import SmtRoleForm
from referrals.models import Reach, SmtRole
from referrals.reaching import Way, closed_words, load_reaches
from tests.conftest import AMSTERDAM
from tests.factories.cast import Cast
from tests.factories.reach import DAY, NIGHT, make_reach

BY_DAY = dt.datetime(2026, 3, 10, 10, 15, tzinfo=AMSTERDAM)
AT_NIGHT = dt.datetime(2026, 3, 10, 3, 10, tzinfo=AMSTERDAM)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def found(destination: str, at: dt.datetime, line: tuple[str, ...] = ()) -> list[Way]:
    return reaching.ways(load_reaches(), destination, at, calendar=load_calendar(), line=line)


def shown(at: dt.datetime) -> tuple[str, str]:
    [way] = found("CHAPLAIN", at)
    return way.number, way.later_words


def test_the_number_of_the_moment_comes_first(db: None) -> None:
    make_reach()
    assert shown(BY_DAY) == (DAY, f"By night: {NIGHT}.")
    assert shown(AT_NIGHT) == (NIGHT, f"By day: {DAY}.")


@pytest.mark.parametrize(
    ("moment", "number"), [("07:59:59", NIGHT), ("08:00:00", DAY), ("16:59:59", DAY), ("17:00:00", NIGHT)]
)
def test_the_day_is_half_open(db: None, moment: str, number: str) -> None:
    make_reach()
    at = dt.datetime.combine(dt.date(2026, 3, 10), dt.time.fromisoformat(moment), AMSTERDAM)
    assert shown(at)[0] == number


@pytest.mark.parametrize("night", ["2026-03-29T02:30", "2026-10-25T02:30"])
def test_the_nights_when_the_clock_changes_are_nights(db: None, night: str) -> None:
    make_reach()
    assert shown(dt.datetime.fromisoformat(night).replace(tzinfo=AMSTERDAM))[0] == NIGHT


def test_without_a_number_for_the_night_it_says_from_when_somebody_answers(db: None) -> None:
    make_reach(night_number="")
    assert shown(BY_DAY) == (DAY, "")
    number, words = shown(AT_NIGHT)
    assert number == DAY and words.startswith("Answered ") and "08:00" in words


def test_one_number_for_both_is_said_once(db: None) -> None:
    make_reach(night_number=DAY)
    assert shown(BY_DAY) == (DAY, "")


def test_a_team_with_hours_of_its_own_is_by_day_then(cast: Cast) -> None:
    OpeningHours.objects.create(team=cast.teams["smt-90"], weekday=2, opens=dt.time(1), closes=dt.time(4))
    make_reach(team=cast.teams["smt-90"])
    assert (shown(AT_NIGHT)[0], shown(BY_DAY)[0]) == (DAY, NIGHT)


def test_those_of_the_unit_come_before_what_it_is_part_of_and_before_everyone(cast: Cast) -> None:
    make_reach("Voor iedereen")
    make_reach("Bataljon", unit=cast.units["90bat"])
    make_reach("Compagnie", unit=cast.units["90bat-a"])
    make_reach("Inkoop", unit=cast.units["inkoop"])
    line = (str(cast.units["90bat-a"].pk), str(cast.units["90bat"].pk))
    assert [way.facts.name for way in found("CHAPLAIN", BY_DAY, line)] == ["Compagnie", "Bataljon", "Voor iedereen"]
    assert [way.facts.name for way in found("CHAPLAIN", BY_DAY)] == ["Voor iedereen"]
    assert found("BIU", BY_DAY, line) == []


def test_in_the_language_of_who_reads(db: None) -> None:
    make_reach(world_view_nl="Islamitisch", world_view_en="Muslim", about_nl="Ook voor familie.")
    [way] = found("CHAPLAIN", BY_DAY)
    assert (way.facts.world_view, way.facts.about) == ("Muslim", "Ook voor familie.")
    with translation.override("nl"):
        assert way.facts.world_view == "Islamitisch"


def test_what_is_read_out(db: None) -> None:
    make_reach(about_nl="Ook voor familie.", about_en="Also for family.")
    [way] = found("CHAPLAIN", BY_DAY)
    assert way.words == f"Anne Wester: {DAY}. By night: {NIGHT}. Also for family."


def test_a_team_that_is_closed_for_ever_says_so(cast: Cast) -> None:
    assert closed_words("biu", AT_NIGHT, load_calendar()) == ""  # it keeps no hours
    OpeningHours.objects.create(team=cast.teams["biu"], weekday=2, opens=dt.time(9), closes=dt.time(17))
    assert closed_words("biu", BY_DAY, load_calendar()) == ""
    assert "open today from 09:00" in closed_words("biu", AT_NIGHT, load_calendar())


# -- the sheets --------------------------------------------------------------------------------------


def sheet(**changed: Any) -> ReachForm:
    typed = {
        "destination": "CHAPLAIN", "name": "Anne Wester", "day_number": "088-000 00 31", "order": "10",
        "checked_on": "2026-03-01",
    }  # fmt: skip
    return ReachForm(typed | changed)


def test_a_sheet_with_no_more_than_it_needs(db: None) -> None:
    form = sheet()
    assert form.is_valid(), form.errors
    assert form.save().night_number == ""


@pytest.mark.parametrize(
    ("field", "typed"),
    [("day_number", ""), ("day_number", "geen"), ("night_number", "112 bellen"), ("name", ""), ("destination", "DESK"),
     ("checked_on", "31-31-2026"), ("checked_on", ""), ("order", "-1")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_the_field(db: None, field: str, typed: str) -> None:
    assert list(sheet(**{field: typed}).errors) == [field]


def test_the_same_one_twice_is_refused(db: None) -> None:
    make_reach()
    assert "on the list already" in str(sheet().errors)
    with pytest.raises(ValidationError), transaction.atomic():
        Reach(destination="CHAPLAIN", name="Anne Wester", day_number=DAY, checked_on=BY_DAY.date()).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_reach()


def test_a_place_once_a_role_and_an_office_that_is_one(cast: Cast) -> None:
    assert SmtRole.objects.count() == 4
    assert not SmtRoleForm({"role": "chaplain", "name_nl": "Aalmoezenier", "order": "9", "gets": "file"}).is_valid()
    assert not SmtRoleForm({"role": "desk_worker", "name_nl": "Loket", "order": "9", "gets": "file"}).is_valid()
    branch = cast.units["90bat"].branch_id
    assert BranchOfficeForm({"branch": branch, "team": cast.teams["biu"].pk}).is_valid()
    assert not BranchOfficeForm({"branch": branch, "team": cast.teams["desk"].pk}).is_valid()

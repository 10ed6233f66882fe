"""Who can be asked at each kind of destination, and what is missing there."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from accounts import registrations
from accounts.duty import load_calendar
from accounts.enums import Role, TeamKind
from accounts.models import OpeningHours, Team
from cases import deputies
from cases.enums import AccessReason
from cases.models import Case
from cases.permissions import grant
from referrals import actions
from referrals.enums import Destination, ReturnReason
from referrals.finding import Found, suited
from referrals.matching import Candidate
from referrals.models import BranchOffice, Coverage, SmtRole
from referrals.reaching import load_arranged
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral, to_team, to_worker
from tests.referrals.test_destinations import member, specialists


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def at_place(cast: Cast, code: str, case: Any = None, at: dt.datetime | None = None) -> Found:
    return suited(
        case or make_case(cast), at or cast.at, destination=code, by=cast.actor("samira"), calendar=load_calendar(),
        arranged=load_arranged(),
    )  # fmt: skip


def names(found: Found) -> list[str]:
    return [one.who for one in found.candidates]


def test_the_team_of_a_mission_by_its_places_and_who_is_missing(cast: Cast) -> None:
    smt = cast.teams["smt-90"]
    member(cast, "saar", smt, Role.SMT_SOCIAL_WORKER)
    member(cast, "dirk", smt, Role.SMT_DOCTOR)
    member(cast, "pieter", smt, Role.CHAPLAIN)
    found = at_place(cast, Destination.SMT)
    team = "SMT 90 Fictional Battalion"
    assert names(found)[:4] == [
        f"Dirk de Vries ({team})", f"Saar de Vries ({team})", f"Ruben Smit ({team})", team,
    ]  # fmt: skip
    assert [one.because.split(". ")[0] for one in found.candidates[:3]] == ["Doctor", "Social worker", "Specialist"]
    assert not any("Pieter" in name for name in names(found))
    assert found.lacks == [f"{team} has nobody for: Personnel officer."]


def test_the_places_are_data(cast: Cast) -> None:
    SmtRole.objects.all().delete()
    SmtRole.objects.create(role=Role.SPECIALIST, name_nl="Psycholoog", name_en="Psychologist")
    found = at_place(cast, Destination.SMT)
    assert (found.candidates[0].user, found.candidates[0].because.split(". ")[0]) == (cast.ruben, "Psychologist")
    assert found.lacks == []


def test_who_is_kept_out_is_no_candidate(cast: Cast) -> None:
    case = make_case(cast)
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.ruben.pk, at=cast.at)
    assert cast.ruben not in [one.user for one in at_place(cast, Destination.SMT, case).candidates]


def test_the_office_of_a_branch_and_else_the_one_of_nobody(cast: Cast) -> None:
    sea = Team.objects.create(code="biu-zee", kind=TeamKind.BIU, name_nl="Bureau Zee")
    member(cast, "mark", sea, Role.BIU_WORKER)
    case = make_case(cast)
    assert len(names(at_place(cast, Destination.BIU, case))) == 2
    BranchOffice.objects.create(branch=cast.units["inkoop"].branch, team=sea)
    assert names(at_place(cast, Destination.BIU, case)) == ["Individual Deployments Office"]
    BranchOffice.objects.update(branch=cast.units["90bat"].branch)
    assert names(at_place(cast, Destination.BIU, case)) == ["Bureau Zee"]
    assert names(at_place(cast, Destination.BIU, make_case(cast, unit=None))) == ["Individual Deployments Office"]


def test_a_mission_without_its_team_falls_back_on_the_own_office(cast: Cast) -> None:
    sea = Team.objects.create(code="biu-zee", kind=TeamKind.BIU, name_nl="Bureau Zee")
    member(cast, "mark", sea, Role.BIU_WORKER)
    BranchOffice.objects.create(branch=cast.units["90bat"].branch, team=sea)
    assert names(at_place(cast, Destination.SMT))[-1] == "Bureau Zee"
    elsewhere = make_case(cast, unit="inkoop")
    assert names(at_place(cast, Destination.SMT, elsewhere)) == ["Individual Deployments Office"]


def test_at_night_it_says_when_the_office_opens_and_who_helps_until_then(cast: Cast) -> None:
    for weekday in range(1, 6):
        OpeningHours.objects.create(team=cast.teams["biu"], weekday=weekday, opens=dt.time(9), closes=dt.time(17))
    night = cast.at.replace(hour=3, minute=10)
    found = at_place(cast, Destination.BIU, at=night)
    assert "Closed now, open today from 09:00. Until then the desk stays the first to help" in (
        found.candidates[0].because
    )
    assert "Closed" not in at_place(cast, Destination.BIU, at=cast.at).candidates[0].because
    assert "Closed" not in at_place(cast, Destination.SMT, at=night).candidates[0].because  # keeps no hours


def returned(cast: Cast, case: Case, to: Candidate, by: str, reason: ReturnReason) -> None:
    """An offer of before that ``by`` gave back."""
    referral = make_referral(cast, case, to=to)
    actions.return_to_desk(referral, reason=reason, note="Zo.", by=cast.actor(by), at=cast.at)


def test_who_returned_it_as_not_fit_is_not_found_again(cast: Cast) -> None:
    case = make_case(cast)
    returned(cast, case, to_team(cast, "smt-90"), "ruben", ReturnReason.WRONG_UNIT)
    returned(cast, Case.objects.get(pk=case.pk), to_team(cast, "regional-noord"), "karin", ReturnReason.WRONG_UNIT)
    member(cast, "dirk", cast.teams["smt-90"], Role.SMT_DOCTOR)
    assert names(at_place(cast, Destination.SMT, case)) == ["Individual Deployments Office"]
    assert names(at_place(cast, Destination.OTHER_REGION, case)) == []


def test_a_team_with_a_conflict_is_asked_person_by_person(cast: Cast) -> None:
    case = make_case(cast)
    member(cast, "dirk", cast.teams["smt-90"], Role.SMT_DOCTOR)
    returned(cast, case, to_team(cast, "smt-90"), "ruben", ReturnReason.CONFLICT)
    found = names(at_place(cast, Destination.SMT, case))
    assert found == ["Dirk de Vries (SMT 90 Fictional Battalion)", "Individual Deployments Office"]


def test_it_says_who_is_away_and_who_stands_in(cast: Cast) -> None:
    dirk, day = member(cast, "dirk", cast.teams["smt-90"], Role.SMT_DOCTOR), cast.at.date()
    deputies.enter(dirk, first_day=day, last_day=day, deputy=cast.ruben, by=cast.actor("els"), at=cast.at)
    assert at_place(cast, Destination.SMT).candidates[0].absence == (
        "Away until and including 10 March, Ruben Smit stands in"
    )


def test_somebody_of_a_team_who_serves_the_unit_by_name(cast: Cast) -> None:
    Coverage.objects.filter(team=cast.teams["smt-90"]).delete()
    Coverage.objects.create(user=cast.ruben, unit=cast.units["90bat"], starts_on=cast.at.date())
    member(cast, "dirk", cast.teams["smt-90"], Role.SMT_DOCTOR)
    found = at_place(cast, Destination.SMT)
    assert names(found) == ["Ruben Smit (SMT 90 Fictional Battalion)", "Individual Deployments Office"]
    assert found.lacks == []


def left(found: Found) -> list[str]:
    return [f"{one.who}: {one.because}" for one in found.left]


def test_who_is_not_suggested_is_named_with_why(cast: Cast) -> None:
    case, at = make_case(cast), cast.at
    assert left(at_place(cast, Destination.REGIONAL_DIRECT, case)) == []
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.bram.pk, at=at)
    Coverage.objects.create(user=cast.karin, unit=cast.units["90bat"], topics=["private.money"], starts_on=at.date())
    returned(cast, case, to_worker(cast, "ilse"), "ilse", ReturnReason.CONFLICT)
    assert left(at_place(cast, Destination.REGIONAL_DIRECT, case)) == [
        "Bram de Wit (Regional team West): is kept out of this case",
        "Ilse Çelik (Regional team West): gave this case back: I know this person, or they know me",
        "Karin Postma (Regional team North): is there for other topics or languages only",
    ]
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.ruben.pk, at=at)
    assert left(at_place(cast, Destination.SMT, case)) == [
        "Ruben Smit (SMT 90 Fictional Battalion): is kept out of this case"
    ]


def test_nobody_reads_of_themselves_that_they_are_not_suggested(cast: Cast) -> None:
    case = make_case(cast)
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.bram.pk, at=cast.at)
    found = suited(
        case, cast.at, destination=Destination.REGIONAL_DIRECT, by=cast.actor("bram"), calendar=load_calendar(),
        arranged=load_arranged(),
    )  # fmt: skip
    assert left(found) == []


def test_whom_the_client_is_afraid_of_keeps_the_own_team_last(cast: Cast) -> None:
    afraid = {"requester": "family_of_colleague", "topics": ["private.safety_home"]}
    found = at_place(cast, Destination.SMT, make_case(cast, **afraid)).candidates
    assert [(one.team.code, one.close) for one in found][0] == ("biu", False)
    assert all(one.close for one in found[1:])


def test_other_regions_are_those_that_do_not_serve_the_unit(cast: Cast) -> None:
    found = at_place(cast, Destination.OTHER_REGION)
    assert names(found) == ["Regional team North"]
    assert found.candidates[0].because == "Does not serve this unit"
    assert found.candidates[0].workers == 1


def test_coaches_with_a_registration_and_those_without_are_named(cast: Cast) -> None:
    team, day = specialists(), cast.at.date()
    for name, days in (("tessa", 40), ("gijs", 420)):
        registrations.keep(
            member(cast, name, team, Role.COACH), register="NOBCO", number=name, as_coach=True, expires_on=None,
            checked_on=day - dt.timedelta(days=days), by=cast.actor("els"), at=cast.at,
        )  # fmt: skip
    found = at_place(cast, Destination.COACH)
    assert names(found) == ["Tessa de Vries (Specialisten)"]
    assert found.candidates[0].because.startswith("Registered: NOBCO tessa, looked up on")
    assert found.lacks == ["Not shown, because no register was looked up this year: Gijs de Vries."]


@pytest.mark.parametrize("code", ["CHAPLAIN", "COMPANY_DOCTOR", "REINTEGRATION", "PREVENTION_OFFICER", "OUTSIDE"])
def test_where_no_case_goes_nobody_is_found(cast: Cast, code: str) -> None:
    assert at_place(cast, code) == Found()


@pytest.mark.parametrize("code", ["REGIONAL_DIRECT", "OTHER_REGION", "SMT", "BIU", "COACH"])
def test_few_queries(cast: Cast, code: str, django_assert_max_num_queries: Any) -> None:
    case, by, calendar, arranged = make_case(cast), cast.actor("samira"), load_calendar(), load_arranged()
    case.unit, case.intake  # noqa: B018 - read along with the case on the page
    with django_assert_max_num_queries(4):
        suited(case, cast.at, destination=code, by=by, calendar=calendar, arranged=arranged)

"""The table of destinations, and that no hand-over goes against it, whoever calls."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.utils import translation

from accounts import registrations
from accounts.enums import Role, TeamKind
from accounts.models import Membership, Team, User
from cases import deputies
from cases.moves import NeedsReason, NotNow
from referrals import actions
from referrals.destinations import HANDED_OVER, SHOWN, TABLE, must_allow, must_take
from referrals.enums import ROUTABLE, Destination, MatchStep, Travel
from referrals.matching import Candidate
from referrals.models import Referral
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import SUMMARY, to_team, to_worker


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def member(cast: Cast, name: str, team: Team, role: Role) -> User:
    user = User.objects.create_user(f"{name}@nabij.example", name=f"{name.title()} de Vries")
    Membership.objects.create(user=user, team=team, role=role, starts_on=cast.at.date())
    return user


def specialists() -> Team:
    return Team.objects.create(code="specialists", kind=TeamKind.SPECIALISTS, name_nl="Specialisten")


def pass_on(cast: Cast, to: Candidate, destination: str, reason: str = "", summary: str = SUMMARY) -> Referral:
    return actions.propose(
        make_case(cast), to, destination=destination, summary=summary, by=cast.actor("samira"), at=cast.at,
        by_phone=True, choice_reason=reason,
    )  # fmt: skip


def test_what_may_travel_where() -> None:
    told = {code: ([str(one.value) for one in rule.travels], rule.moves, rule.longest) for code, rule in TABLE.items()}
    everything = ["summary", "contact", "notes", "documents"]
    assert told == {
        "REGIONAL_DIRECT": (everything, True, 0),
        "OTHER_REGION": (everything, True, 0),
        "SMT": (everything, True, 0),
        "BIU": (everything, True, 0),
        "COACH": (["summary", "contact"], True, 0),
        "CHAPLAIN": ([], False, 0),
        "COMPANY_DOCTOR": (["summary", "contact"], False, 300),
        "REINTEGRATION": (["summary", "contact"], False, 300),
        "PREVENTION_OFFICER": ([], False, 0),
        "OUTSIDE": (["summary", "contact"], False, 0),
    }


def test_every_destination_is_routed_to_chosen_or_both() -> None:
    assert set(ROUTABLE) | set(TABLE) == set(Destination)
    assert set(SHOWN) == set(TABLE) - {Destination.OUTSIDE}


@pytest.mark.parametrize("code", sorted(set(Destination.values) - set(HANDED_OVER)))
def test_no_case_goes_there_by_a_direct_call(cast: Cast, code: str) -> None:
    with pytest.raises(NotNow):
        must_take(code)
    with pytest.raises(NotNow):
        pass_on(cast, to_team(cast), code, "Om een goede reden.")
    assert not Referral.objects.exists()


def test_a_chaplain_never_gets_a_case_however_it_is_called(cast: Cast) -> None:
    anne = member(cast, "anne", cast.teams["chaplaincy"], Role.CHAPLAIN)
    for code in HANDED_OVER:
        with pytest.raises(NotNow):
            pass_on(cast, Candidate(MatchStep.CHOSEN, "", cast.teams["chaplaincy"], anne), code, "Reden.")
    smt = member(cast, "pieter", cast.teams["smt-90"], Role.CHAPLAIN)
    with pytest.raises(NotNow):
        pass_on(cast, Candidate(MatchStep.CHOSEN, "", cast.teams["smt-90"], smt), Destination.SMT)


@pytest.mark.parametrize(
    ("team", "code"),
    [("smt-90", "REGIONAL_DIRECT"), ("biu", "REGIONAL_DIRECT"), ("regional-west", "SMT"), ("regional-west", "BIU"),
     ("smt-90", "BIU"), ("smt-90", "COACH"), ("biu", "OTHER_REGION"), ("chaplaincy", "SMT")],
)  # fmt: skip
def test_only_those_who_answer_there(cast: Cast, team: str, code: str) -> None:
    with pytest.raises(NotNow, match="does not answer as"):
        pass_on(cast, to_team(cast, team), code, "Reden.")


@pytest.mark.parametrize(("team", "code"), [("regional-west", "REGIONAL_DIRECT"), ("smt-90", "SMT"), ("biu", "BIU")])
def test_whoever_answers_there_is_asked(cast: Cast, team: str, code: str) -> None:
    made = pass_on(cast, to_team(cast, team), code)
    assert (made.state, made.destination, made.to_team.code if made.to_team else "") == ("offered", code, team)


def test_who_stands_in_for_somebody_there_may_be_asked(cast: Cast) -> None:
    to = Candidate(MatchStep.UNIT, "", cast.teams["regional-noord"], cast.ilse, stands_in_for="Karin Postma")
    with pytest.raises(NotNow, match="does not answer as"):
        pass_on(cast, to, Destination.REGIONAL_DIRECT)
    day = cast.at.date()
    deputies.enter(cast.karin, first_day=day, last_day=day, deputy=cast.ilse, by=cast.actor("els"), at=cast.at)
    assert pass_on(cast, to, Destination.REGIONAL_DIRECT).to_user == cast.ilse


def test_another_region_only_with_the_reason(cast: Cast) -> None:
    with pytest.raises(NeedsReason, match="outside the own region"):
        pass_on(cast, to_team(cast, "regional-noord"), Destination.OTHER_REGION, "  ")
    made = pass_on(cast, to_team(cast, "regional-noord"), Destination.OTHER_REGION, "Kent iedereen in West.")
    assert str(made.choice_reason) == "Kent iedereen in West."


def test_a_coach_only_with_a_registration_of_this_year(cast: Cast) -> None:
    gijs = member(cast, "gijs", specialists(), Role.COACH)
    to = Candidate(MatchStep.CHOSEN, "", Team.objects.get(code="specialists"), gijs)
    day = cast.at.date()
    with pytest.raises(NotNow, match="was not looked up"):
        pass_on(cast, to, Destination.COACH)
    row = registrations.keep(
        gijs, register="NOBCO", number="1", as_coach=True, checked_on=day - dt.timedelta(days=400), expires_on=None,
        by=cast.actor("els"), at=cast.at,
    )  # fmt: skip
    with pytest.raises(NotNow, match="was not looked up"):
        pass_on(cast, to, Destination.COACH)
    registrations.keep(
        gijs, register="NOBCO", number="1", as_coach=True, checked_on=day, expires_on=None, by=cast.actor("els"),
        at=cast.at, row=row,
    )  # fmt: skip
    with pytest.raises(NotNow, match="one coach"):
        pass_on(cast, replace(to, user=None), Destination.COACH)
    assert pass_on(cast, to, Destination.COACH).to_user == gijs


def test_a_social_worker_is_no_coach(cast: Cast) -> None:
    registrations.keep(
        cast.bram, register="NOBCO", number="2", as_coach=True, checked_on=cast.at.date(), expires_on=None,
        by=cast.actor("els"), at=cast.at,
    )  # fmt: skip
    with pytest.raises(NotNow, match="does not answer as"):
        pass_on(cast, to_worker(cast, "bram"), Destination.COACH)


def test_what_does_not_travel_is_refused() -> None:
    must_allow(Destination.REGIONAL_DIRECT, list(Travel), "x" * 4000)
    with pytest.raises(NotNow, match="notes you choose"):
        must_allow(Destination.COACH, [Travel.SUMMARY, Travel.NOTES])
    with pytest.raises(NotNow, match="Only a question"):
        must_allow(Destination.COMPANY_DOCTOR, [Travel.SUMMARY], "x" * 301)
    must_allow(Destination.COMPANY_DOCTOR, [Travel.SUMMARY], "x" * 300)
    for nothing in (Destination.CHAPLAIN, Destination.PREVENTION_OFFICER):
        with pytest.raises(NotNow):
            must_allow(nothing, [Travel.CONTACT])

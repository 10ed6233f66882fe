"""Who is suggested, in which order, and who never is."""

import datetime as dt

import pytest
from django.utils import translation

from accounts.enums import Role
from accounts.models import DataKey, Membership, Team, Unit, User
from cases import deputies, merging
from cases.enums import AccessReason, CaseState
from cases.models import Case, Mediation, SomeoneElse
from cases.moves import NotNow
from cases.permissions import grant
from referrals import actions
from referrals.enums import Destination, MatchStep, ReturnReason
from referrals.matching import because, candidates, chosen, spot_of
from referrals.models import Coverage, Referral
from referrals.moves import receivers
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral, to_worker


def found(case: object, at: dt.datetime, **more: str) -> list[tuple[str, str, str]]:
    """Step, who and what matched, in order."""
    return [(c.step, c.user.first_name if c.user else c.team.code, c.name) for c in candidates(case, at, **more)]


def serve(cast: Cast, **what: object) -> Coverage:
    return Coverage.objects.create(starts_on=cast.at.date() - dt.timedelta(days=9), **what)


def member(cast: Cast, name: str, team: str, role: Role = Role.REGIONAL_WORKER) -> User:
    user = User.objects.create_user(f"{name}@nabij.example", name=f"{name} de Vries")
    Membership.objects.create(user=user, team=cast.teams[team], role=role, starts_on=cast.at.date())
    return user


def test_the_unit_then_its_parents_then_location_then_region_then_pool(cast: Cast) -> None:
    west = cast.units["90bat"]
    serve(cast, user=cast.bram, unit=cast.units["90bat-a"])
    serve(cast, user=cast.karin, location=west.location)
    member(cast, "Roos", "pool")
    north = cast.teams["regional-noord"]
    serve(cast, team=north, region=west.region)
    assert found(make_case(cast), cast.at) == [
        (MatchStep.UNIT, "Bram", "A-compagnie, 90 Fictief Bataljon"),
        (MatchStep.PARENT, "regional-west", "90 Fictief Bataljon"),
        (MatchStep.LOCATION, "Karin", "Kamp Duinzicht"),
        (MatchStep.REGION, "regional-noord", "West"),
        (MatchStep.POOL, "pool", "Landelijke pool"),
    ]


def test_a_parent_served_without_its_parts_does_not_reach_the_part(cast: Cast) -> None:
    Coverage.objects.filter(unit=cast.units["90bat"]).update(with_parts=False)
    assert found(cast.units["90bat-a"], cast.at) == []
    assert found(cast.units["90bat"], cast.at) == [(MatchStep.UNIT, "regional-west", "90 Fictief Bataljon")]


def test_nobody_is_suggested_twice_and_the_nearest_step_counts(cast: Cast) -> None:
    serve(cast, team=cast.teams["regional-west"], unit=cast.units["90bat-a"])
    serve(cast, team=cast.teams["regional-west"], region=cast.units["90bat"].region)
    assert found(cast.units["90bat-a"], cast.at) == [
        (MatchStep.UNIT, "regional-west", "A-compagnie, 90 Fictief Bataljon")
    ]


def test_the_region_of_a_unit_without_one_comes_from_its_location(cast: Cast) -> None:
    unit = cast.units["inkoop"]
    Unit.objects.filter(pk=unit.pk).update(region=None)
    assert found(unit, cast.at) == [(MatchStep.REGION, "regional-noord", "Noord")]


def test_without_a_unit_the_region_of_the_case_counts_and_else_the_pool(cast: Cast) -> None:
    north = cast.units["inkoop"].region
    assert found(make_case(cast, unit=None, region=north), cast.at) == [(MatchStep.REGION, "regional-noord", "Noord")]
    member(cast, "Roos", "pool")
    assert found(make_case(cast, unit=None, region=None), cast.at) == [(MatchStep.POOL, "pool", "Landelijke pool")]
    assert found(make_case(cast, unit="alone"), cast.at) == [(MatchStep.POOL, "pool", "Landelijke pool")]


def test_coverage_and_membership_count_only_on_their_days(cast: Cast) -> None:
    case = make_case(cast)
    Coverage.objects.filter(team=cast.teams["regional-west"]).update(ends_on=cast.at.date())
    assert [who for _s, who, _n in found(case, cast.at)] == ["regional-west"]
    assert found(case, cast.at + dt.timedelta(days=1)) == []
    Coverage.objects.filter(team=cast.teams["regional-west"]).update(ends_on=None)
    Membership.objects.filter(team=cast.teams["regional-west"]).update(ends_on=cast.at.date())
    assert found(case, cast.at + dt.timedelta(days=1)) == []


def test_an_empty_team_and_people_who_may_not_answer_are_left_out(cast: Cast) -> None:
    serve(cast, team=cast.teams["pool"], unit=cast.units["90bat-a"])
    serve(cast, user=cast.samira, unit=cast.units["90bat-a"])
    User.objects.filter(pk=cast.bram.pk).update(is_active=False)
    [west] = candidates(cast.units["90bat-a"], cast.at)
    assert (west.team.code, west.workers) == ("regional-west", 1)


def test_the_less_busy_of_two_equals_comes_first(cast: Cast) -> None:
    for name in ("bram", "ilse"):
        serve(cast, user=cast.users[name], unit=cast.units["90bat-a"])
    for state in (CaseState.ACCEPTED, CaseState.ACTIVE):
        make_case(cast, owner="bram", state=state)
    bram = make_case(cast, owner="ilse", state=CaseState.ACCEPTED)
    suggested = candidates(bram, cast.at)
    assert [(c.who, c.load) for c in suggested] == [
        ("Ilse Çelik (Regioteam West)", 1),
        ("Bram de Wit (Regioteam West)", 2),
        ("Regioteam West", 3),
    ]
    with translation.override("en"):
        assert [c.load_text for c in suggested] == ["1 open case", "2 open cases", "2 workers, 3 open cases"]


def test_missions_look_for_their_own_kind_of_team(cast: Cast) -> None:
    case = make_case(cast)
    assert found(case, cast.at, destination=Destination.SMT) == [
        (MatchStep.PARENT, "smt-90", "90 Fictief Bataljon"),
        (MatchStep.POOL, "biu", "Bureau Individuele Uitzendingen"),
    ]
    assert found(case, cast.at, destination=Destination.BIU) == [
        (MatchStep.POOL, "biu", "Bureau Individuele Uitzendingen")
    ]


def test_whoever_the_client_blocked_is_never_suggested(cast: Cast) -> None:
    case = make_case(cast)
    serve(cast, user=cast.bram, unit=cast.units["90bat-a"])
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.bram.pk, at=cast.at)
    [west] = candidates(case, cast.at)
    assert (west.user, west.workers) == (None, 1)


def test_who_leads_a_talk_of_the_client_is_not_suggested_meanwhile(cast: Cast) -> None:
    case = make_case(cast)
    serve(cast, user=cast.bram, unit=cast.units["90bat-a"])
    talk = Mediation.objects.create(
        case=case, data_key=DataKey.objects.make(), leader=cast.bram, opened_by=cast.ilse, opened_at=cast.at,
        answer_by=cast.at + dt.timedelta(days=9),
    )  # fmt: skip
    assert [one.user for one in candidates(case, cast.at)] == [None]
    with pytest.raises(NotNow):
        make_referral(cast, case, to=to_worker(cast, "bram"))
    talk.state, talk.ending, talk.ended_at = "ended", "withdrawn", cast.at
    talk.save()
    assert cast.bram in [one.user for one in candidates(case, cast.at)]


@pytest.mark.parametrize("reason", [ReturnReason.CONFLICT, ReturnReason.WRONG_UNIT])
def test_a_worker_who_did_not_fit_is_not_asked_again_for_this_case(cast: Cast, reason: ReturnReason) -> None:
    serve(cast, user=cast.bram, unit=cast.units["90bat-a"])
    referral = make_referral(cast, to=to_worker(cast, "bram"))
    actions.return_to_desk(referral, reason=reason, note="", by=cast.actor("bram"), at=cast.at)
    assert [c.who for c in candidates(referral.case, cast.at)] == ["Regioteam West"]
    assert "Bram de Wit (Regioteam West)" in [c.who for c in candidates(make_case(cast), cast.at)]


def test_a_team_in_which_someone_knows_the_client_is_asked_person_by_person(cast: Cast) -> None:
    referral = make_referral(cast)
    actions.return_to_desk(referral, reason=ReturnReason.CONFLICT, note="", by=cast.actor("bram"), at=cast.at)
    assert [c.who for c in candidates(referral.case, cast.at)] == ["Ilse Çelik (Regioteam West)"]


def test_a_team_of_whom_the_client_asked_away_from_is_asked_person_by_person(cast: Cast) -> None:
    case = make_case(cast)
    assert [c.who for c in candidates(case, cast.at)] == ["Regioteam West"]
    SomeoneElse.objects.create(case=case, away_from=cast.bram, asked_at=cast.at)
    assert [c.who for c in candidates(case, cast.at)] == ["Ilse Çelik (Regioteam West)"]


def test_what_the_client_asked_counts_after_two_requests_were_put_together(cast: Cast) -> None:
    gone, stays = make_case(cast, owner="samira"), make_case(cast, owner="samira")
    SomeoneElse.objects.create(case=gone, away_from=cast.bram, asked_at=cast.at, answered_at=cast.at, state="looking")
    merging.merge(gone, stays, reason="Zelfde stem.", by=cast.actor("samira"), at=cast.at)
    stays = Case.objects.get(pk=stays.pk)
    assert [c.who for c in candidates(stays, cast.at)] == ["Ilse Çelik (Regioteam West)"]
    asked = make_referral(cast, stays)
    assert receivers(asked, cast.at) == [cast.ilse]
    offered = [Referral.objects.offered_to(cast.actor(name)).count() for name in ("bram", "ilse")]
    assert offered == [0, 1]


def test_who_stands_in_and_knows_the_client_says_so_for_themselves_only(cast: Cast) -> None:
    serve(cast, user=cast.bram, unit=cast.units["90bat-a"])
    referral = make_referral(cast, to=to_worker(cast, "bram"))
    deputies.enter(
        cast.bram, first_day=cast.at.date(), last_day=cast.at.date(), deputy=cast.ilse, by=cast.actor("els"),
        at=cast.at,
    )  # fmt: skip
    actions.return_to_desk(referral, reason=ReturnReason.CONFLICT, note="", by=cast.actor("ilse"), at=cast.at)
    found = candidates(referral.case, cast.at + dt.timedelta(days=2))
    assert "Bram de Wit (Regioteam West)" in [c.who for c in found]
    team = make_referral(cast, Case.objects.get(pk=referral.case_id))
    assert receivers(team, cast.at + dt.timedelta(days=2)) == [cast.bram]


def test_a_team_that_is_wrong_for_the_unit_is_not_asked_again(cast: Cast) -> None:
    referral = make_referral(cast)
    actions.return_to_desk(referral, reason=ReturnReason.WRONG_UNIT, note="", by=cast.actor("bram"), at=cast.at)
    assert candidates(referral.case, cast.at) == []


def test_no_room_now_is_not_held_against_anyone(cast: Cast) -> None:
    referral = make_referral(cast)
    actions.return_to_desk(referral, reason=ReturnReason.NO_CAPACITY, note="", by=cast.actor("bram"), at=cast.at)
    assert [c.who for c in candidates(referral.case, cast.at)] == ["Regioteam West"]


def test_it_takes_five_queries_at_most_and_writes_nothing(cast: Cast, django_assert_num_queries) -> None:
    case = make_case(cast)
    for number in range(30):
        serve(cast, user=member(cast, f"w{number}", "regional-west"), unit=cast.units["90bat-a"])
    by = cast.actor("samira")
    alone = Case.objects.get(pk=case.pk)
    with django_assert_num_queries(5):
        assert len(candidates(alone, cast.at, by=by)) == 31
    with django_assert_num_queries(4):
        assert len(candidates(case, cast.at, by=by)) == 31
    with django_assert_num_queries(4):
        assert len(candidates(case.unit, cast.at)) == 31


def test_the_reason_is_said_in_words(cast: Cast) -> None:
    with translation.override("en"):
        assert because(MatchStep.REGION, "West") == "Serves this region: West"
        assert because(MatchStep.POOL, "x") == "Works for the whole country"
        assert chosen(cast.teams["pool"]).because == "Chosen by the desk"


def test_a_key_names_the_worker_in_the_team_or_the_team(cast: Cast) -> None:
    team = Team.objects.get(code="regional-west")
    assert chosen(team).key == str(team.pk)
    assert chosen(team, cast.bram).key == f"{team.pk}-{cast.bram.pk}"


def test_the_nearest_location_and_region_up_the_chain_count() -> None:
    units = [Unit(pk=1), Unit(pk=2, location_id=7), Unit(pk=3, location_id=8, region_id=5)]
    for unit, region in zip(units, (None, None, 9), strict=True):
        unit.location_region_id = region
    spot = spot_of(units)
    assert (spot.location_id, spot.region_id) == (7, 5)
    assert spot_of([], region_id=4).region_id == 4


def test_who_may_also_help_the_person_the_client_fears_comes_last(cast: Cast) -> None:
    member(cast, "Roos", "pool")
    case = make_case(cast, requester="family_of_colleague", topics=("private.safety_home",))
    assert [(one.team.code, one.close) for one in candidates(case, cast.at)] == [
        ("pool", False),
        ("regional-west", True),
    ]


def test_who_is_away_is_marked_and_the_deputy_is_offered_by_name(cast: Cast) -> None:
    """AC-13: if that worker is absent the deputy is offered by name."""
    serve(cast, user=cast.bram, unit=cast.units["90bat-a"])
    day = cast.at.date()
    deputies.enter(
        cast.bram, first_day=day, last_day=day + dt.timedelta(days=3), deputy=cast.ilse,
        by=cast.actor("bram"), at=cast.at,
    )  # fmt: skip
    case = make_case(cast)
    with translation.override("en"):
        first, second = candidates(case, cast.at)[:2]
        assert (first.user, first.absence) == (cast.ilse, "Stands in for Bram de Wit")
        assert (second.user, second.absence) == (cast.bram, "Away until and including 13 March, Ilse Çelik stands in")
    grant(case, reason=AccessReason.BLOCKED, user_id=cast.ilse.pk, at=cast.at)
    with translation.override("en"):
        first = candidates(case, cast.at)[0]
        assert (first.user, first.absence) == (
            cast.bram, "Away until and including 13 March, nobody stands in",
        )  # fmt: skip


def test_what_is_offered_to_who_is_away_is_answered_by_the_deputy(cast: Cast) -> None:
    case, day = make_case(cast, first_contact_at=cast.at), cast.at.date()
    sent = actions.propose(
        case, chosen(cast.teams["regional-west"], cast.bram), destination=Destination.REGIONAL_DIRECT,
        summary="Kort.", by=cast.actor("samira"), at=cast.at, by_phone=True,
    )  # fmt: skip
    assert not Referral.objects.offered_to(cast.actor("ilse")).exists()
    deputies.enter(cast.bram, first_day=day, last_day=day, deputy=cast.ilse, by=cast.actor("els"), at=cast.at)
    assert Referral.objects.offered_to(cast.actor("ilse")).get() == sent
    assert not Referral.objects.offered_to(cast.actor("karin")).exists()
    assert {user.first_name for user in receivers(sent, cast.at)} == {"Bram", "Ilse"}
    tomorrow = cast.actor("ilse", cast.at + dt.timedelta(days=1))
    assert not Referral.objects.offered_to(tomorrow).exists()
    actions.accept(sent, read=True, by=cast.actor("ilse"), at=cast.at)
    case.refresh_from_db()
    assert (case.owner, case.primary_contact) == (cast.ilse, cast.ilse)

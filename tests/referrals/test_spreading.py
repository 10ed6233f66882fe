"""The cases of somebody who leaves, proposed to the colleagues who fit them best."""

import datetime as dt

import pytest

from accounts.enums import Role
from accounts.models import Membership, User
from cases import deputies, mediation, merging
from cases.enums import AccessReason, Urgency
from cases.models import Case, ContactPreference, SomeoneElse
from cases.permissions import grant
from referrals import actions
from referrals.enums import MatchStep, ReturnReason
from referrals.models import Capacity, Coverage, Helper
from referrals.spreading import Share, fair, spread
from tests.desk.counting import queries_of
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral, to_worker
from tests.factories.work import make_accepted

MOST_QUERIES = 5


def of_bram(cast: Cast, **more: object) -> Case:
    return make_accepted(cast, team=cast.teams["regional-west"], **more)


def colleague(cast: Cast, name: str, team: str = "regional-west", role: Role = Role.REGIONAL_WORKER) -> User:
    user = User.objects.create_user(f"{name}@nabij.example", None, name=name)
    start = cast.at.date() - dt.timedelta(days=9)
    Membership.objects.create(user=user, team=cast.teams[team], role=role, starts_on=start)
    return user


def serves(cast: Cast, user: User, unit: str) -> None:
    Coverage.objects.create(user=user, unit=cast.units[unit], starts_on=cast.at.date())


def shares(cast: Cast, *cases: Case, most: int | None = None) -> list[Share]:
    return list(spread(cases, but=cast.bram, at=cast.at, most=most).shares)


def names(found: Share) -> list[str]:
    return [fit.user.first_name for fit in found.fits]


def test_who_serves_the_unit_comes_before_who_serves_the_region(cast: Cast) -> None:
    Coverage.objects.all().delete()
    near, far = colleague(cast, "Noor Bakker"), colleague(cast, "Piet Kramer")
    serves(cast, near, "90bat")
    Coverage.objects.create(user=far, region=cast.units["90bat"].region, starts_on=cast.at.date())
    [found] = shares(cast, of_bram(cast))
    assert names(found) == ["Noor", "Piet", "Ilse"]
    assert found.fit is not None
    assert (found.fit.user, found.fit.place.step) == (near, MatchStep.PARENT)
    assert found.fits[2].because == "Werkt in hetzelfde team"


def test_cases_go_to_who_gives_the_same_help(cast: Cast) -> None:
    """Of a worker to workers, of a coach to coaches; a doctor in the same team gets neither."""
    for name, role in (("Cor Coach", Role.COACH), ("Dora Dokter", Role.COMPANY_DOCTOR), ("Sam Smit", Role.SPECIALIST)):
        colleague(cast, name, role=role)
    [found] = shares(cast, of_bram(cast))
    assert set(names(found)) == {"Ilse", "Sam"}
    cast.bram.memberships.update(role=Role.COACH)
    [found] = shares(cast, of_bram(cast))
    assert names(found) == ["Cor"]


def test_equal_colleagues_get_equal_parts_and_the_busy_one_less(cast: Cast) -> None:
    Coverage.objects.all().delete()
    noor = colleague(cast, "Noor Bakker")
    for _number in range(4):
        make_accepted(cast, owner="ilse", team=cast.teams["regional-west"])
    plan = spread([of_bram(cast) for _number in range(10)], but=cast.bram, at=cast.at)
    got = [share.fit.user for share in plan.shares if share.fit]
    assert (got.count(noor), got.count(cast.ilse), plan.most) == (7, 3, 10)
    assert plan.loads[cast.ilse.pk] == 4


def test_the_most_pressing_case_gets_the_nearest_one_when_there_is_little_room(cast: Cast) -> None:
    later, now = of_bram(cast, urgency=Urgency.ROUTINE), of_bram(cast, urgency=Urgency.URGENT)
    found = {share.case.pk: share for share in shares(cast, later, now, most=1)}
    assert found[now.pk].fit is not None
    assert (found[later.pk].fit, found[later.pk].full) == (None, True)


def test_nobody_gets_more_than_fits_with_them(cast: Cast) -> None:
    Coverage.objects.all().delete()
    noor = colleague(cast, "Noor Bakker")
    Capacity.objects.create(user=noor, most_open=2, starts_on=cast.at.date())
    found = shares(cast, *(of_bram(cast) for _number in range(6)))
    assert [share.fit.user for share in found if share.fit].count(noor) == 2


def test_nobody_whom_the_client_asked_away_from(cast: Cast) -> None:
    case = of_bram(cast)
    assert "Ilse" in names(shares(cast, case)[0])
    SomeoneElse.objects.create(case=case, away_from=cast.ilse, asked_at=cast.at)
    assert "Ilse" not in names(shares(cast, case)[0])
    SomeoneElse.objects.update(state="looking", answered_at=cast.at)
    other = of_bram(cast)
    merging.merge(case, other, reason="Zelfde stem.", by=cast.actor("bram"), at=cast.at)
    assert "Ilse" not in names(shares(cast, other)[0])


@pytest.mark.parametrize(("spoken", "fits"), [("Spaans", True), ("Engels", False), ("Klingon", False), ("", False)])
def test_a_row_for_a_language_is_for_who_speaks_it(cast: Cast, spoken: str, fits: bool) -> None:
    """The client, not the worker: whatever Noor speaks herself."""
    Coverage.objects.all().delete()
    noor = colleague(cast, "Noor Bakker", "regional-noord")
    Helper.objects.create(user=noor, languages=["es", "en"])
    Coverage.objects.create(user=noor, unit=cast.units["90bat"], languages=["es"], starts_on=cast.at.date())
    case = of_bram(cast)
    row = ContactPreference.objects.select_related("person__data_key").get(person=case.person)
    row.spoken_language = spoken
    row.save()
    ids = [case.pk, *(of_bram(cast).pk for _number in range(9))]
    rows = Case.objects.filter(pk__in=ids).select_related("team", "person__data_key", "person__contact")
    many = sorted(rows, key=lambda one: ids.index(one.pk))
    assert ("Noor" in names(shares(cast, many[0])[0])) == fits
    few = queries_of(lambda: spread(many[:1], but=cast.bram, at=cast.at))
    assert len(few) == len(queries_of(lambda: spread(many, but=cast.bram, at=cast.at))) <= MOST_QUERIES


def test_nobody_fits(cast: Cast) -> None:
    Membership.objects.filter(user=cast.ilse).delete()
    Coverage.objects.all().delete()
    [found] = shares(cast, of_bram(cast))
    assert (found.fit, found.full, names(found)) == (None, False, [])


def test_who_is_kept_out_or_leads_a_talk_is_not_proposed(cast: Cast) -> None:
    blocked, led, free = of_bram(cast), of_bram(cast, client="tom"), of_bram(cast)
    grant(blocked, reason=AccessReason.BLOCKED, user_id=cast.ilse.pk, at=cast.at)
    mediation.begin(
        led, other=mediation.OtherOne("Piet", "manager", "piet@werk.example"), called="Tom", subject="Samen verder.",
        leader=cast.ilse, wanted=True, by=cast.actor("bram"), at=cast.at,
    )  # fmt: skip
    found = {share.case.pk: "Ilse" in names(share) for share in shares(cast, blocked, led, free)}
    assert found == {blocked.pk: False, led.pk: False, free.pk: True}


@pytest.mark.parametrize(("reason", "again"), [(ReturnReason.WRONG_UNIT, False), (ReturnReason.NO_CAPACITY, True)])
def test_who_returned_it_as_not_fitting_is_not_proposed_again(cast: Cast, reason: str, again: bool) -> None:
    row = make_referral(cast, to=to_worker(cast, "ilse"))
    actions.return_to_desk(row, reason=reason, note="", by=cast.actor("ilse"), at=cast.at)
    case = Case.objects.get(pk=row.case_id)
    case.team = cast.teams["regional-west"]
    assert ("Ilse" in names(shares(cast, case)[0])) == again


def test_who_is_away_comes_last(cast: Cast) -> None:
    colleague(cast, "Noor Bakker")
    day = cast.at.date()
    deputies.enter(cast.ilse, first_day=day, last_day=day, deputy=None, by=cast.actor("ilse"), at=cast.at)
    [found] = shares(cast, of_bram(cast))
    assert names(found)[-1] == "Ilse"
    assert found.fits[-1].words.startswith("Ilse Çelik (nu afwezig): ")


def test_closed_accounts_and_other_kinds_of_team_are_not_proposed(cast: Cast) -> None:
    gone = colleague(cast, "Noor Bakker")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    [found] = shares(cast, of_bram(cast))
    assert {"Noor", "Ruben", "Samira"}.isdisjoint(names(found))


def test_the_queries_do_not_grow(cast: Cast) -> None:
    cases = [of_bram(cast) for _number in range(30)]
    few = queries_of(lambda: spread(cases[:1], but=cast.bram, at=cast.at))
    many = queries_of(lambda: spread(cases, but=cast.bram, at=cast.at))
    assert len(few) == len(many) <= MOST_QUERIES


def test_a_fair_part() -> None:
    assert [fair(120, 12), fair(120, 0), fair(3, 2), fair(7, 1)] == [20, 240, 5, 14]

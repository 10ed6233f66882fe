"""Who can take what was offered to each kind of destination: every kind against every role, whoever calls."""

from typing import Any

import pytest

from accounts.enums import Role
from accounts.permissions import Refused
from cases import deputies
from referrals import actions, answering_for
from referrals.destinations import TABLE
from referrals.enums import ReferralState
from referrals.finding import asked_as
from referrals.matching import chosen
from referrals.models import Referral, SmtRole
from referrals.moves import receivers
from referrals.permissions import ANSWERING_ROLES
from tests.factories.cast import Cast
from tests.factories.referrals import make_referral
from tests.referrals.test_destinations import member, specialists

WORKERS = {"regional_worker", "specialist"}
ANSWERS = {
    "REGIONAL_DIRECT": WORKERS,
    "OTHER_REGION": WORKERS,
    "SMT": WORKERS | {"smt_social_worker", "smt_doctor", "smt_hr_officer", "biu_worker"},
    "BIU": {"biu_worker", "specialist"},
    "COACH": {"coach"},
    "COMPANY_DOCTOR": {"company_doctor"},
    "REINTEGRATION": {"reintegration"},
    "CHAPLAIN": set(),
    "PREVENTION_OFFICER": set(),
    "OUTSIDE": set(),
    "DESK": set(),
}
WORKING = [role for role in Role.values if role in ANSWERING_ROLES]


def offered(cast: Cast, code: str, role: str, *, by_name: bool) -> Referral:
    """An offer for a kind of destination, to somebody with a role; by name or to their whole team."""
    team = specialists()
    cast.users["someone"] = member(cast, "someone", team, Role(role))
    row = make_referral(cast)
    to_user = cast.users["someone"] if by_name else None
    Referral.objects.filter(pk=row.pk).update(destination=code, to_team=team, to_user=to_user)
    return Referral.objects.select_related("case", "to_team", "to_user").get(pk=row.pk)


def test_the_table_names_every_kind() -> None:
    assert set(ANSWERS) == {*TABLE, "DESK"}
    assert {code: set(rule.roles) for code, rule in TABLE.items()} == {code: ANSWERS[code] for code in TABLE}


@pytest.mark.parametrize("by_name", [True, False], ids=["by name", "the team"])
@pytest.mark.parametrize("role", WORKING)
@pytest.mark.parametrize("code", sorted(ANSWERS))
def test_only_somebody_with_the_role_of_that_destination(cast: Cast, code: str, role: str, by_name: bool) -> None:
    row = offered(cast, code, role, by_name=by_name)
    someone, by, may = cast.users["someone"], cast.actor("someone"), role in ANSWERS[code]
    assert (someone in receivers(row, cast.at)) == may
    assert (someone in answering_for.able(row, cast.actor("els"), cast.at)) == may
    assert Referral.objects.offered_to(by).filter(pk=row.pk).exists() == may
    if may:
        assert actions.accept(row, read=True, by=by, at=cast.at).answered_by == someone
        return
    for verb in (
        lambda: actions.accept(row, read=True, by=by, at=cast.at),
        lambda: actions.return_to_desk(row, reason="wrong_unit", note="", by=by, at=cast.at),
    ):
        with pytest.raises(Refused):
            verb()
    row.refresh_from_db()
    assert row.state == ReferralState.OFFERED


def test_who_stands_in_needs_the_role_too(cast: Cast) -> None:
    row = offered(cast, "COACH", "coach", by_name=True)
    day, by = cast.at.date(), {"by": cast.actor("els"), "at": cast.at}
    deputies.enter(cast.users["someone"], first_day=day, last_day=day, deputy=cast.bram, **by)
    assert receivers(row, cast.at) == [cast.users["someone"]]
    with pytest.raises(Refused):
        actions.accept(row, read=True, by=cast.actor("bram"), at=cast.at)
    cast.bram.memberships.create(team=row.to_team, role=Role.COACH, starts_on=day)
    assert receivers(row, cast.at) == [cast.bram, cast.users["someone"]]
    assert actions.accept(row, read=True, by=cast.actor("bram"), at=cast.at).answered_by == cast.bram


@pytest.mark.parametrize(
    ("team", "role", "kind"),
    [("regional-west", "regional_worker", "REGIONAL_DIRECT"), ("smt-90", "smt_doctor", "SMT"),
     ("biu", "biu_worker", "BIU"), ("regional-west", "biu_worker", "SMT"), ("regional-west", "coach", "COACH"),
     ("biu", "company_doctor", "COMPANY_DOCTOR"), ("smt-90", "reintegration", "REINTEGRATION")],
)  # fmt: skip
def test_a_colleague_is_asked_as_what_they_can_answer(cast: Cast, team: str, role: str, kind: str) -> None:
    SmtRole.objects.all().delete()
    someone: Any = member(cast, "someone", cast.teams[team], Role(role))
    code = asked_as(chosen(cast.teams[team], someone), cast.at)
    assert code == kind
    assert role in TABLE[code].roles

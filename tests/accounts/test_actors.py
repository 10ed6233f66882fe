"""Who counts as what, and when."""

import datetime as dt

import pytest

from accounts.actors import actor_for
from accounts.models import Membership
from accounts.roles import (
    CASE_TRIAGE,
    CASE_VIEW,
    DASHBOARD_VIEW,
    FACTOR_RESET,
    ORGANISATION_EDIT,
    PEOPLE_APPOINT,
    PEOPLE_EDIT,
    ROLES_VIEW,
)
from tests.conftest import AMSTERDAM
from tests.factories.cast import Cast


@pytest.mark.parametrize(
    ("clock", "counts"),
    [("16:59:59", False), ("17:00:00", True), ("23:30:00", True)],
)
def test_the_night_team_counts_only_while_on_shift(cast: Cast, clock: str, counts: bool) -> None:
    at = dt.datetime.combine(cast.at.date(), dt.time.fromisoformat(clock), AMSTERDAM)
    assert cast.actor("nadia", at).may(CASE_TRIAGE) is counts


def test_a_membership_ends_after_its_last_day(cast: Cast) -> None:
    Membership.objects.filter(user=cast.samira).update(ends_on=cast.at.date())
    assert cast.actor("samira").may(DASHBOARD_VIEW)
    assert not cast.actor("samira", cast.at + dt.timedelta(days=1)).may(DASHBOARD_VIEW)


def test_administrators_and_clients_have_no_permission_on_cases(cast: Cast) -> None:
    arie = {ORGANISATION_EDIT, PEOPLE_EDIT, PEOPLE_APPOINT, FACTOR_RESET, ROLES_VIEW}
    assert cast.actor("arie").permissions == arie
    for name in ("tom", "max"):
        assert cast.actor(name).permissions == frozenset()
    assert CASE_VIEW not in cast.actor("vera").permissions


def test_a_switched_off_account_is_nobody(cast: Cast) -> None:
    cast.samira.is_active = False
    assert actor_for(cast.samira, cast.at).kind == "anonymous"

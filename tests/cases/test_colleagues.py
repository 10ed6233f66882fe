"""Who can open a case now: the same answer as the door gives to each of them."""

import datetime as dt

import pytest

from accounts.actors import actor_for
from accounts.models import User
from accounts.roles import CASE_WORK
from cases import blocks, colleagues
from cases.models import Case
from cases.permissions import permissions_on
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.work import make_accepted


def names(case: Case, at: dt.datetime) -> set[str]:
    return {user.name for user in colleagues.of_case(case, at)}


@pytest.mark.parametrize("hours", [0, 12])
@pytest.mark.parametrize("make", [make_case, make_accepted])
def test_it_is_who_the_door_lets_in(cast: Cast, make, hours: int) -> None:
    case, at = make(cast), cast.at + dt.timedelta(hours=hours)
    blocks.block(case, cast.users["els"], reason="Buren.", by=cast.actor("samira"), at=cast.at)
    through_the_door = {
        user.name for user in User.objects.all() if CASE_WORK in permissions_on(case.pk, actor_for(user, at), at)
    }
    assert names(case, at) == through_the_door
    assert cast.users["els"].name not in through_the_door


def test_a_worker_has_it_alone(cast: Cast) -> None:
    assert names(make_accepted(cast), cast.at) == {cast.bram.name}

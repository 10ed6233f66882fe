"""The counts of the rail: each is the length of the list that its link opens."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cases.enums import AccessReason, CaseState
from cases.permissions import grant
from tests.desk.test_lists import view_of
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
DAY = dt.timedelta(days=1)


pytestmark = pytest.mark.usefixtures("clock")


def item(page: Any, url: str) -> Any:
    return next(one for one in page.context["rail"] if one.url == url)


@pytest.mark.parametrize("who", ["samira", "joost", "els", "bram", "ruben"])
def test_my_cases_counts_those_of_whom_somebody_stands_in_for_too(cast: Cast, logged_in: LogIn, who: str) -> None:
    cases = [make_accepted(cast) for _ in range(4)]
    make_case(cast, owner="samira")
    make_case(cast, owner="joost", state=CaseState.CLOSED, outcome="no_request", closed_at=cast.at)
    for case, ends in ((cases[0], DAY), (cases[1], -DAY), (cases[2], DAY)):
        for first in ("ruben", "els"):
            row = {"user_id": cast.users[first].pk, "at": cast.at - 2 * DAY, "ends_at": cast.at + ends}
            grant(case, reason=AccessReason.DEPUTY, **row)
    grant(cases[2], reason=AccessReason.BLOCKED, user_id=cast.ruben.pk, at=cast.at)
    page = logged_in(cast.users[who]).get("/zaken/")
    wanted = {"samira": 1, "bram": 4, "ruben": 1, "els": 2}.get(who, 0)
    assert (item(page, "/zaken/").count, page.context["page"].paginator.count) == (wanted, wanted)


def test_the_number_of_new_ones_opens_them_also_past_a_default_view(cast: Cast, logged_in: LogIn) -> None:
    view_of(cast, query="urgency=urgent", is_default=True)
    for _ in range(2):
        make_case(cast, state=CaseState.SUBMITTED, owner=None)
    make_case(cast)
    desk = logged_in(cast.samira)
    line = item(desk.get("/zaken/"), "/loket/")
    assert (line.count, line.count_url) == (2, "/loket/?queue=new")
    assert len(desk.get(line.count_url).context["rows"]) == line.count
    assert 'class="count" href="/loket/?queue=new">2<' in desk.get("/zaken/").content.decode()

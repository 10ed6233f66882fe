"""Searching by unit at the desk: all that may be seen, on as many pages as it takes."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from cases.enums import AccessReason, CaseState, Urgency
from cases.models import CaseAccess
from cases.permissions import grant
from tests.desk.counting import queries_of
from tests.desk.test_dashboard import rows, search
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.work import make_accepted

LogIn = Callable[..., Client]
HOUR = dt.timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(cast: Cast, logged_in: LogIn) -> Client:
    return logged_in(cast.samira)


def test_search_by_unit_finds_every_case_that_somebody_may_see(desk: Client, cast: Cast, at: dt.datetime) -> None:
    closed = {"state": CaseState.CLOSED, "outcome": "no_request"}
    shut = make_case(cast, unit="inkoop", closed_at=at - 2 * HOUR, **closed)
    later = make_case(cast, unit="inkoop", closed_at=at - HOUR, **closed)
    at_desk, theirs = make_case(cast, unit="inkoop"), make_accepted(cast, unit="inkoop", urgency=Urgency.URGENT)
    gone, kept_out = make_case(cast, unit="inkoop", closed_at=at, **closed), make_case(cast, unit="inkoop")
    CaseAccess.objects.filter(case=gone).update(ends_at=at)
    grant(kept_out, reason=AccessReason.BLOCKED, user_id=cast.samira.pk, at=at)
    make_case(cast)
    wanted = [theirs.reference, at_desk.reference, later.reference, shut.reference]
    assert rows(search(desk, "Inkoop")) == wanted
    assert rows(search(desk, "INK")) == wanted


def test_a_search_has_as_many_pages_as_it_needs(desk: Client, cast: Cast) -> None:
    wanted = [make_case(cast, unit="inkoop").reference for _ in range(53)]
    to = desk.post("/loket/zoek/", {"q": "inkoop"})["Location"]
    pages = [rows(desk.get(f"{to}&page={number}")) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [25, 25, 3]
    assert sorted(reference for page in pages for reference in page) == sorted(wanted)
    assert len(queries_of(lambda: desk.get(f"{to}&page=2"))) <= 12

"""Two lines of the same on one day: never, also not by ending the first of them later."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Team
from cases.moves import NotNow
from referrals import capacity, coverage
from referrals.models import Capacity, Coverage
from tests.factories.cast import Cast

FIRST, NEXT = dt.date(2026, 1, 1), dt.date(2026, 7, 1)


def test_an_end_after_the_next_one_begins_is_said_at_the_field(cast: Cast, logged_in: Callable[..., Client]) -> None:
    team, els = Team.objects.filter(kind="regional").first(), logged_in(cast.els)
    until = NEXT - dt.timedelta(days=1)
    Coverage.objects.all().delete()
    served = [
        Coverage.objects.create(team=team, everywhere=True, starts_on=FIRST, ends_on=until),
        Coverage.objects.create(team=team, everywhere=True, starts_on=NEXT),
    ]  # fmt: skip
    fits = [
        Capacity.objects.create(team=team, most_open=3, starts_on=FIRST, ends_on=until),
        Capacity.objects.create(team=team, most_open=4, starts_on=NEXT),
    ]  # fmt: skip
    for row, end in ((served[0], coverage.end), (fits[0], capacity.end)):
        with pytest.raises(NotNow):
            end(row, last_day=NEXT, by=cast.actor("els"), at=cast.at)
        row.refresh_from_db()
        assert row.ends_on == until
    for row, add in ((served[1], coverage.add), (fits[1], capacity.add)):
        row.pk = None
        with pytest.raises(NotNow):  # the second click of two at once
            add(row, by=cast.actor("els"), at=cast.at)
    for name, first in (("coverage_end", served[0]), ("capacity_end", fits[0])):
        page = els.post(reverse(name, args=[first.pk]), {"last_day": NEXT.isoformat()})
        assert page.status_code == 200
        assert "last_day" in page.context["form"].errors

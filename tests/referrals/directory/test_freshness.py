"""Verified by a person, how long that counts, and who is told when it no longer does."""

import datetime as dt

from django.conf import settings

from accounts.actors import actor_for
from accounts.models import AuditEvent, Membership, Notice
from referrals.directory import freshness, keeping
from referrals.directory.models import Service
from tests.factories.cast import Cast
from tests.factories.directory import make_entry

DAY = dt.timedelta(days=1)
LONG = dt.timedelta(days=settings.DIRECTORY_CHECK_DAYS)


def told(cast: Cast) -> list[str]:
    rows = Notice.objects.filter(kind="directory.stale", channel="inbox").order_by("pk")
    return [row.user.name.split()[0].lower() for row in rows]


def test_verifying_is_an_act_of_its_own_and_changing_is_not_it(cast: Cast) -> None:
    service = make_entry(cast, "Schuldhulp")
    freshness.verify(service, by=cast.actor("els"), at=cast.at)
    service.refresh_from_db()
    assert (service.verified_on, service.verified_by) == (cast.at.date(), cast.els)
    keeping.keep(
        service, provider="Geldloket", needs=[], regions=[], languages=[], seen=keeping.stamp(service),
        by=cast.actor("bram"), at=cast.at + 5 * DAY,
    )  # fmt: skip
    service.refresh_from_db()
    assert (service.verified_on, service.verified_by) == (cast.at.date(), cast.els)


def test_twice_on_a_day_is_once(cast: Cast) -> None:
    service = make_entry(cast, "Schuldhulp")
    for _click in range(2):
        freshness.verify(service, by=cast.actor("bram"), at=cast.at)
    assert AuditEvent.objects.filter(action="directory.verified").count() == 1


def test_it_is_stale_after_ninety_days(cast: Cast) -> None:
    service = make_entry(cast, "Schuldhulp")
    assert freshness.is_stale(service, cast.at)
    service = freshness.verify(service, by=cast.actor("bram"), at=cast.at)
    assert not freshness.is_stale(service, cast.at + LONG)
    assert freshness.is_stale(service, cast.at + LONG + DAY)
    assert list(freshness.to_check(cast.actor("bram"), cast.at + LONG)) == []
    assert list(freshness.to_check(cast.actor("bram"), cast.at + LONG + DAY)) == [service]
    assert list(freshness.to_check(cast.actor("karin"), cast.at + LONG + DAY)) == []


def test_its_owner_is_told_once_and_again_after_a_month(cast: Cast) -> None:
    make_entry(cast, "Een")
    make_entry(cast, "Twee")
    make_entry(cast, "Weg", state="archived")
    assert freshness.remind_due(cast.at) == 2
    assert freshness.remind_due(cast.at + DAY) == 0
    assert told(cast) == ["bram"]
    assert freshness.remind_due(cast.at + 31 * DAY) == 2
    assert told(cast) == ["bram", "bram"]


def test_who_left_is_the_coordinators_task(cast: Cast) -> None:
    service = make_entry(cast, "Schuldhulp")
    Membership.objects.filter(user=cast.bram).update(ends_on=cast.at.date())
    later = cast.at + 2 * DAY
    assert freshness.remind_due(later) == 1
    assert told(cast) == ["els"]
    assert list(freshness.to_check(actor_for(cast.els, later), later)) == [service]


def test_what_nobody_can_find_is_listed_for_who_keeps_it(cast: Cast) -> None:
    draft = make_entry(cast, "Schuldhulp", state="draft")
    assert [list(freshness.hidden(cast.actor(name))) for name in ("bram", "els", "karin")] == [[draft], [draft], []]
    assert Service.objects.found().count() == 0

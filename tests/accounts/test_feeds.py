"""The secret address of somebody's shifts: what is in it, what is not, and what it is worth once revoked."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from accounts import feeds
from accounts.models import AuditEvent, Shift, ShiftFeed
from tests.factories.cast import Cast

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LogIn = Callable[..., Client]


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.fixture
def secret(cast: Cast) -> str:
    return feeds.make(cast.nadia, by=cast.actor("nadia"), at=cast.at)


def body_of(secret: str, at: dt.datetime) -> bytes:
    found = feeds.read(secret, at)
    assert found is not None
    return found


def test_all_of_ones_own_shifts_and_nothing_of_others(cast: Cast, secret: str) -> None:
    body = body_of(secret, cast.at)
    events = Calendar.from_ical(body).walk("VEVENT")
    own = Shift.objects.filter(user=cast.nadia).order_by("starts_at")
    assert [(one["DTSTART"].dt, one["DTEND"].dt) for one in events] == [(row.starts_at, row.ends_at) for row in own]
    assert {str(one["SUMMARY"]) for one in events} == {"Dienst"}
    for word in ("Nadia", "Otto", "Samira", "088 0", "Avonddienst", "nabij.example"):
        assert word.encode() not in body


def test_a_night_in_which_the_clock_changes_is_right_in_every_zone(cast: Cast, secret: str) -> None:
    Shift.objects.create(
        team=cast.teams["after-hours"], user=cast.nadia, starts_at=local("2026-03-28T17:00"),
        ends_at=local("2026-03-29T08:00"),
    )  # fmt: skip
    found = Calendar.from_ical(body_of(secret, local("2026-03-28T12:00"))).walk("VEVENT")[-1]
    assert (found["DTSTART"].to_ical(), found["DTEND"].to_ical()) == (b"20260328T160000Z", b"20260329T060000Z")
    assert found["DTEND"].dt - found["DTSTART"].dt == dt.timedelta(hours=14)


def test_only_a_hash_is_kept_and_both_ends_are_audited(cast: Cast, secret: str) -> None:
    row = ShiftFeed.objects.get()
    assert secret not in row.secret_hash
    assert len(secret) >= 43
    feeds.revoke(cast.nadia, by=cast.actor("nadia"), at=cast.at)
    assert feeds.revoke(cast.nadia, by=cast.actor("nadia"), at=cast.at) is False
    actions = (
        AuditEvent.objects.filter(action__startswith="shift_feed.").order_by("pk").values_list("action", flat=True)
    )
    assert list(actions) == ["shift_feed.made", "shift_feed.revoked"]


def test_a_new_one_makes_the_old_one_worth_nothing(cast: Cast, secret: str) -> None:
    newer = feeds.make(cast.nadia, by=cast.actor("nadia"), at=cast.at)
    assert feeds.read(secret, cast.at) is None
    assert feeds.read(newer, cast.at) is not None
    assert ShiftFeed.objects.count() == 1


@pytest.mark.parametrize("gone", ["closed", "ended", "revoked", "unknown"])
def test_who_left_has_none_and_the_work_is_the_same(
    cast: Cast, secret: str, gone: str, django_assert_num_queries: Callable[..., object]
) -> None:
    if gone == "closed":
        cast.nadia.is_active = False
        cast.nadia.save()
    elif gone == "ended":
        cast.nadia.memberships.update(ends_on=cast.at.date() - dt.timedelta(days=1))
    elif gone == "revoked":
        feeds.revoke(cast.nadia, by=cast.actor("nadia"), at=cast.at)
    with django_assert_num_queries(2):
        assert feeds.read("x" * 43 if gone == "unknown" else secret, cast.at) is None


def test_a_role_ends_at_midnight_by_our_clock(cast: Cast, secret: str) -> None:
    cast.nadia.memberships.update(ends_on=dt.date(2026, 7, 1))
    assert feeds.read(secret, dt.datetime(2026, 7, 1, 21, 59, tzinfo=dt.UTC)) is not None
    assert feeds.read(secret, dt.datetime(2026, 7, 1, 22, 0, tzinfo=dt.UTC)) is None


def test_a_calendar_polls_without_a_session_and_is_told_when_nothing_changed(cast: Cast, secret: str) -> None:
    before = AuditEvent.objects.count()
    with time_machine.travel(cast.at, tick=False):
        first = Client().get(f"/rooster/{secret}.ics")
        again = Client().get(f"/rooster/{secret}.ics", headers={"If-None-Match": first["ETag"]})
        unknown = Client().get("/rooster/onbekend.ics")
        Shift.objects.filter(user=cast.nadia).latest("starts_at").delete()
        changed = Client().get(f"/rooster/{secret}.ics", headers={"If-None-Match": first["ETag"]})
    assert [one.status_code for one in (first, again, unknown, changed)] == [200, 304, 404, 200]
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert again.content == b""
    assert AuditEvent.objects.count() == before


def test_the_address_is_shown_once(cast: Cast, logged_in: LogIn) -> None:
    browser = logged_in(cast.samira)
    with time_machine.travel(cast.at, tick=False):
        made = browser.post(reverse("feed")).content.decode()
        shown = made.split("/rooster/")[1].split(".ics")[0]
        assert feeds.read(shown, cast.at) is not None
        assert "/rooster/" not in browser.get(reverse("feed")).content.decode().replace("/organisatie/rooster/", "")
        assert browser.get(reverse("feed_revoke")).status_code == 405
        assert browser.post(reverse("feed_revoke")).status_code == 302
        assert feeds.read(shown, cast.at) is None


@pytest.mark.parametrize("who", ["bram", "vera", "tom"])
def test_who_takes_no_turns_gets_none(cast: Cast, logged_in: LogIn, who: str) -> None:
    browser = logged_in(cast.users[who])
    assert (browser.get(reverse("feed")).status_code, browser.post(reverse("feed")).status_code) == (404, 404)
    assert ShiftFeed.objects.count() == 0
    assert AuditEvent.objects.filter(action="open:feed", outcome="denied").count() == 2

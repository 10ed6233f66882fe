"""How much fits: what the coordinator writes down, who is told when nothing fits, and what the desk sees then."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Notice
from referrals import capacity
from referrals.models import Capacity, Referral
from tests.factories.cases import PHRASE, make_case
from tests.factories.cast import Cast

Browser = Callable[..., Client]
ENGLISH = {"accept-language": "en"}
DAY = dt.timedelta(days=1)


@pytest.fixture
def els(cast: Cast, logged_in: Browser) -> Client:
    return logged_in(cast.els)


def room(cast: Cast, **what: Any) -> Capacity:
    return Capacity.objects.create(starts_on=cast.at.date() - 9 * DAY, **what)


def west_is_full(cast: Cast) -> None:
    room(cast, team=cast.teams["regional-west"], most_open=0)


def told(cast: Cast) -> list[tuple[int, str]]:
    rows = Notice.objects.filter(kind="capacity.full", channel="inbox").order_by("pk")
    return [(row.user_id, row.params["team"]) for row in rows]


def test_a_number_is_added_seen_and_ended(cast: Cast, els: Client) -> None:
    sent = {"user": cast.bram.pk, "most_open": "12", "most_new": "4", "starts_on": "2026-03-10"}
    assert els.post(reverse("capacity_add"), sent)["Location"] == reverse("capacity")
    [row] = Capacity.objects.all()
    assert (row.user, row.most_open, row.most_new, row.ends_on) == (cast.bram, 12, 4, None)
    text = els.get(reverse("capacity"), headers=ENGLISH).content.decode()
    assert "12 open cases, 4 new a week" in text
    assert "0 of at most 12 open cases, 0 of at most 4 new this week" in text
    els.post(reverse("capacity_end", args=[row.pk]), {"last_day": "2026-03-31"})
    row.refresh_from_db()
    assert row.ends_on == dt.date(2026, 3, 31)
    lines = AuditEvent.objects.filter(action__startswith="capacity.").order_by("pk")
    assert [(line.action, line.part) for line in lines] == [
        ("capacity.added", f"user{cast.bram.pk}>12,4"), ("capacity.ended", f"user{cast.bram.pk}>12,4"),
    ]  # fmt: skip


WRONG: list[tuple[dict[str, str], tuple[str, ...]]] = [
    ({}, ("id_team", "id_most_open", "id_starts_on")),
    ({"user": "bram", "most_open": "veel"}, ("id_most_open",)),
    ({"user": "bram", "most_open": "-1"}, ("id_most_open",)),
    ({"user": "bram", "most_new": "99999"}, ("id_most_new",)),
    ({"user": "samira", "most_open": "3"}, ("id_user",)),
    ({"user": "bram", "team": "west", "most_open": "3"}, ("id_user",)),
    ({"user": "bram", "most_open": "3", "ends_on": "2026-03-09"}, ("id_ends_on",)),
    ({"user": "ilse", "most_open": "3"}, ("id_starts_on",)),
]


@pytest.mark.parametrize(("given", "fields"), WRONG)
def test_a_mistake_is_said_at_its_field(
    cast: Cast, els: Client, given: dict[str, str], fields: tuple[str, ...]
) -> None:
    room(cast, user=cast.ilse, most_open=5)
    rows = {"west": cast.teams["regional-west"].pk} | {name: user.pk for name, user in cast.users.items()}
    sent = {name: rows.get(value, value) for name, value in given.items()}
    answer = els.post(reverse("capacity_add"), ({"starts_on": "2026-03-10"} | sent) if given else {})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert [field for field in fields if f'href="#{field}"' not in text] == []
    assert Capacity.objects.count() == 1


def test_two_numbers_for_the_same_days_are_refused_by_the_database(cast: Cast) -> None:
    room(cast, user=cast.ilse, most_open=5, ends_on=cast.at.date())
    with pytest.raises(IntegrityError), transaction.atomic():
        room(cast, user=cast.ilse, most_new=1)
    Capacity.objects.create(user=cast.ilse, most_new=1, starts_on=cast.at.date() + DAY)


@pytest.mark.parametrize("name", ["samira", "bram", "ruben", "vera", "tom"])
def test_only_who_edits_the_organisation_may_come_here(cast: Cast, logged_in: Browser, name: str) -> None:
    row = room(cast, user=cast.ilse, most_open=5)
    browser = logged_in(cast.users[name])
    for address in (reverse("capacity"), reverse("capacity_add"), reverse("capacity_end", args=[row.pk])):
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"last_day": "2026-03-31"}).status_code == 404


def test_the_coordinator_hears_once_a_day_of_a_team_without_room(cast: Cast) -> None:
    assert capacity.tell_full(cast.at) == 0
    west_is_full(cast)
    assert capacity.tell_full(cast.at) == 1
    assert capacity.tell_full(cast.at) == 1
    assert told(cast) == [(cast.els.pk, "Regioteam West")]
    capacity.tell_full(cast.at + DAY)
    assert len(told(cast)) == 2


def test_the_desk_looks_and_nobody_has_room_so_the_coordinator_hears_it_at_once(cast: Cast, logged_in: Browser) -> None:
    west_is_full(cast)
    case = make_case(cast)
    browser = logged_in(cast.samira)
    browser.post(reverse("triage", args=[case.reference]), {"do": "choose", "outcome": "refer"})
    assert told(cast) == [(cast.els.pk, "Regioteam West")]
    text = browser.get(f"/loket/{case.reference}/?outcome=refer", headers=ENGLISH).content.decode()
    assert "Nobody who helps there has room now." in text
    assert "The coordinator is told." in text
    assert "Has no room now. Serves the larger unit: 90 Fictief Bataljon" in text


def test_who_is_full_is_chosen_with_a_reason_only(cast: Cast, logged_in: Browser) -> None:
    west_is_full(cast)
    case = make_case(cast)
    browser, address = logged_in(cast.samira), reverse("triage", args=[case.reference])
    browser.post(address, {"do": "take"})
    case.refresh_from_db()
    sent = {
        "do": "decide", "outcome": "refer", "decide-version": case.version, "decide-destination": "REGIONAL_DIRECT",
        "decide-to": str(cast.teams["regional-west"].pk), "decide-note": "Ruzie op het werk.",
        "decide-consent": "phone", "decide-phrase": PHRASE, "decide-otherwise": "De cliënt wil het zo.",
    }  # fmt: skip
    text = browser.post(address, sent, headers=ENGLISH).content.decode()
    assert "Write down why you choose someone who has no room." in text
    assert not Referral.objects.exists()
    browser.post(address, sent | {"decide-all_the_same": "Het kan niet wachten."})
    referral = Referral.objects.get()
    assert "Het kan niet wachten." in referral.choice_reason


def test_the_table_says_who_has_no_room(cast: Cast, els: Client) -> None:
    west_is_full(cast)
    text = els.get(reverse("coverage"), headers=ENGLISH).content.decode()
    assert "has room for another case." in text
    assert "no room" in text


def test_a_page_costs_the_same_for_any_number(
    cast: Cast, els: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(30):
        day = timezone.localdate() + (number + 1) * DAY
        Capacity.objects.create(user=cast.bram, most_open=number, starts_on=day, ends_on=day)
    with django_assert_max_num_queries(12):
        text = els.get(reverse("capacity")).content.decode()
    assert text.count('<tr role="row"') == 26

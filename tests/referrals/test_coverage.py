"""Who serves which unit: what the coordinator sees, adds and ends."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEvent, Membership, Unit
from cases import deputies
from referrals import coverage, served
from referrals.matching import candidates
from referrals.models import Coverage
from referrals.present import Present
from referrals.standing_in import StandIns
from tests.factories.cast import Cast

Browser = Callable[..., Client]
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def els(cast: Cast, logged_in: Browser) -> Client:
    """The coordinator's browser."""
    return logged_in(cast.els)


def servers(cast: Cast) -> dict[str, list[str]]:
    return {
        one.unit.code: [f"{server.who}:{server.place.step}" for server in one.servers]
        for one in served.overview(cast.at.date())
    }


def test_every_unit_shows_who_serves_it_and_where_nobody_does(cast: Cast) -> None:
    west = ["Regioteam West:parent", "SMT 90 Fictief Bataljon:parent"]
    assert servers(cast) == {
        "90bat": ["Regioteam West:unit", "SMT 90 Fictief Bataljon:unit"],
        "90bat-a": west,
        "90bat-b": west,
        "inkoop": ["Regioteam Noord:region"],
        "alone": [],
    }
    assert [one.unit.code for one in served.overview(cast.at.date()) if one.is_hole] == ["alone"]


def test_the_screen_and_the_matching_agree(cast: Cast) -> None:
    for one in served.overview(cast.at.date()):
        regional = [server.row.team for server in one.servers if server.row.team.kind == "regional"]
        assert [found.team for found in candidates(one.unit, cast.at)] == regional


def test_a_team_without_anyone_who_can_answer_is_a_hole(cast: Cast) -> None:
    Membership.objects.filter(team=cast.teams["regional-noord"]).update(ends_on=cast.at.date() - dt.timedelta(days=1))
    [inkoop] = [one for one in served.overview(cast.at.date()) if one.unit.code == "inkoop"]
    assert (inkoop.is_hole, inkoop.servers[0].empty) == (True, True)


def test_a_team_for_missions_does_not_fill_a_hole(cast: Cast) -> None:
    Coverage.objects.filter(team=cast.teams["regional-west"]).delete()
    battalion = served.overview(cast.at.date())[0]
    assert ([server.who for server in battalion.servers], battalion.is_hole) == (["SMT 90 Fictief Bataljon"], True)
    assert Present.at(cast.at).has_pool is False


def test_a_circle_in_the_tree_ends(cast: Cast) -> None:
    Unit.objects.filter(code="90bat").update(parent=cast.units["90bat-a"])
    assert len(served.overview(cast.at.date())) == 5
    assert coverage.units_of(cast.bram, cast.at.date()) == []


def test_search_and_only_the_holes(cast: Cast, els: Client) -> None:
    text = els.get("/organisatie/dekking/?q=INKOOP", headers=ENGLISH).content.decode()
    assert "Afdeling Inkoop (fictief)" in text
    assert "Losse Sectie" not in text
    text = els.get("/organisatie/dekking/?holes=1", headers=ENGLISH).content.decode()
    assert "1 unit has no regional worker." in text
    assert "Losse Sectie" in text
    assert "Inkoop" not in text
    assert "No unit matches this word." in els.get("/organisatie/dekking/?q=zzz", headers=ENGLISH).content.decode()


def test_a_hole_leads_to_a_form_with_the_unit_filled_in_and_is_closed(cast: Cast, els: Client) -> None:
    unit = cast.units["alone"]
    add = reverse("coverage_add") + f"?unit={unit.pk}"
    assert f'<option value="{unit.pk}" selected>' in els.get(add).content.decode()
    answer = els.post(add, {"user": cast.bram.pk, "unit": unit.pk, "starts_on": "2026-03-10"})
    assert (answer.status_code, answer.url) == (302, "/organisatie/dekking/")
    assert servers(cast)["alone"] == ["Bram de Wit:unit"]
    event = AuditEvent.objects.get(action="coverage.added")
    assert (event.actor_id, event.part) == (str(cast.els.pk), f"user{cast.bram.pk}>unit{unit.pk}")


WRONG = [
    ({}, ("id_team", "id_unit", "id_starts_on")),
    ({"team": "west", "user": "bram", "unit": "alone"}, ("id_user",)),
    ({"team": "west", "unit": "alone", "region": "west"}, ("id_region",)),
    ({"team": "west", "unit": "alone", "starts_on": "31-31-2026"}, ("id_starts_on",)),
    ({"team": "west", "unit": "alone", "ends_on": "2026-03-09"}, ("id_ends_on",)),
    ({"team": "desk", "unit": "alone"}, ("id_team",)),
    ({"user": "samira", "unit": "alone"}, ("id_user",)),
    ({"team": "west", "unit": "90bat"}, ("id_starts_on",)),
    ({"team": "'; DROP", "unit": "99999999999999999999"}, ("id_team", "id_unit")),
]


@pytest.mark.parametrize(("given", "fields"), WRONG)
def test_a_mistake_is_said_at_its_field(
    cast: Cast, els: Client, given: dict[str, str], fields: tuple[str, ...]
) -> None:
    rows = {"west": cast.teams["regional-west"].pk, "desk": cast.teams["desk"].pk, "bram": cast.bram.pk}
    rows |= {"samira": cast.samira.pk} | {code: unit.pk for code, unit in cast.units.items()}
    sent = {name: rows.get(value, value) for name, value in given.items()}
    if given:
        sent = {"starts_on": "2026-03-10"} | sent
    if "region" in sent:
        sent["region"] = cast.units["inkoop"].region_id
    before = Coverage.objects.count()
    answer = els.post(reverse("coverage_add"), sent)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert [field for field in fields if f'href="#{field}"' not in text] == []
    assert Coverage.objects.count() == before


def test_a_line_ends_after_its_last_day(cast: Cast, els: Client) -> None:
    row = Coverage.objects.get(region__code="noord")
    answer = els.post(reverse("coverage_end", args=[row.pk]), {"last_day": "2026-03-31"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.ends_on == dt.date(2026, 3, 31)
    assert candidates(cast.units["inkoop"], cast.at) != []
    assert candidates(cast.units["inkoop"], cast.at + dt.timedelta(days=22)) == []
    assert AuditEvent.objects.filter(action="coverage.ended", object_id=str(row.pk)).count() == 1


def test_a_line_that_never_began_goes(cast: Cast, els: Client) -> None:
    row = Coverage.objects.create(
        team=cast.teams["pool"], unit=cast.units["alone"], starts_on=cast.at.date() + dt.timedelta(days=30)
    )
    els.post(reverse("coverage_end", args=[row.pk]), {"last_day": cast.at.date().isoformat()})
    assert not Coverage.objects.filter(pk=row.pk).exists()
    assert els.get(reverse("coverage_end", args=[row.pk])).status_code == 404


def deputies_of(cast: Cast, unit: str, who: str) -> list[str]:
    """What the table says of who stands in, in the row of a unit."""
    stand_ins = StandIns(cast.actor("els"), cast.at.date())
    rows = served.with_room(served.overview(cast.at.date()), Present.at(cast.at), stand_ins, {})
    [one] = [one for row in rows if row.unit.code == unit for one in row.servers if one.who == who]
    return [f"{deputy.user.first_name}: {deputy.words}" for deputy in one.deputies]


def test_who_stands_in_is_shown_also_while_they_work(cast: Cast) -> None:
    Coverage.objects.create(user=cast.bram, unit=cast.units["alone"], starts_on=cast.at.date())
    by: dict[str, Any] = {"by": cast.actor("els"), "at": cast.at}
    with translation.override("en"):
        assert deputies_of(cast, "alone", "Bram de Wit") == ["Bram: No deputy named"]
        first, last = dt.date(2026, 4, 20), dt.date(2026, 4, 24)
        deputies.enter(cast.bram, first_day=first, last_day=last, deputy=None, **by)
        assert deputies_of(cast, "alone", "Bram de Wit") == ["Bram: 20 April – 24 April: nobody stands in"]
        sooner = dt.date(2026, 4, 2)
        deputies.enter(cast.bram, first_day=sooner, last_day=sooner, deputy=cast.users["ilse"], **by)
        assert deputies_of(cast, "alone", "Bram de Wit") == ["Bram: 2 April: Ilse Çelik stands in"]
        assert deputies_of(cast, "90bat", "Regional team West") == ["Bram: 2 April: Ilse Çelik stands in"]


def test_a_missing_deputy_leads_to_where_one_is_named(cast: Cast, els: Client) -> None:
    Coverage.objects.create(user=cast.bram, unit=cast.units["alone"], starts_on=cast.at.date())
    text = els.get("/organisatie/dekking/?q=losse", headers=ENGLISH).content.decode()
    assert reverse("absence_add", args=[cast.bram.public_id]) in text
    now = timezone.now()
    soon = timezone.localdate(now) + dt.timedelta(days=9)
    row = deputies.enter(cast.bram, first_day=soon, last_day=soon, deputy=None, by=cast.actor("els"), at=now)
    text = els.get("/organisatie/dekking/?q=losse", headers=ENGLISH).content.decode()
    assert reverse("absence_change", args=[cast.bram.public_id, row.pk]) in text


def test_a_name_that_somebody_may_not_fill_in_has_no_link(cast: Cast, logged_in: Browser) -> None:
    Coverage.objects.create(user=cast.karin, unit=cast.units["alone"], starts_on=cast.at.date())
    Membership.objects.filter(user=cast.els).update(team=cast.teams["regional-west"])
    text = logged_in(cast.els).get("/organisatie/dekking/?q=losse", headers=ENGLISH).content.decode()
    assert "No deputy named" in text
    assert reverse("absence_add", args=[cast.karin.public_id]) not in text


@pytest.mark.parametrize("name", ["samira", "bram", "ruben", "nadia", "vera", "tom", "max"])
def test_only_who_edits_the_organisation_may_come_here(cast: Cast, logged_in: Browser, name: str) -> None:
    row = Coverage.objects.first()
    browser = logged_in(cast.users[name])
    for address in (reverse("coverage"), reverse("coverage_add"), reverse("coverage_end", args=[row.pk])):
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"last_day": "2026-03-31"}).status_code == 404
    row.refresh_from_db()
    assert row.ends_on is None


def test_twelve_queries_at_most_with_hundreds_of_units(cast: Cast, els: Client) -> None:
    branch = cast.units["alone"].branch
    Unit.objects.bulk_create(
        Unit(code=f"u{n}", name=f"Eenheid {n:03}", branch=branch, parent=cast.units["90bat"]) for n in range(300)
    )
    with CaptureQueriesContext(connection) as seen:
        text = els.get("/organisatie/dekking/?page=2").content.decode()
    assert text.count('<tr role="row"') == 26
    assert len(seen.captured_queries) <= 12

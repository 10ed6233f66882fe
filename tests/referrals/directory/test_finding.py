"""Finding outside help: by words in any form, by need and region, and by what it is like."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.models import Region
from referrals.directory import finding, indexing
from referrals.directory.finding import Wanted
from referrals.directory.models import Need, Provider, Schedule, Service
from tests.factories.cases import make_case
from tests.factories.cast import Cast
from tests.factories.directory import give_hours, make_entry


@pytest.fixture
def entries(cast: Cast) -> dict[str, Service]:
    """Four entries, by name."""
    found = [
        make_entry(cast, "Schuldhulpverlening", is_free=True, languages=("nl", "ar")),
        make_entry(cast, "Rouwgroep", provider="Rouwhuis", needs=("mourning",), regions=("noord",), for_family=True),
        make_entry(cast, "Noodfonds", kind="fund", provider="Fonds", needs=("fund",), regions=(), everywhere=True),
        make_entry(cast, "Oude hulp", provider="Weg", state="archived"),
    ]  # fmt: skip
    return {service.name_nl: service for service in found}


def names(at: dt.datetime, **wanted: Any) -> list[str]:
    return [service.name_nl for service in finding.find(Wanted(**wanted), at)]


@pytest.mark.parametrize(
    "words",
    ["schulden", "schuldhulp", "SCHULD", "schuldhulpverlenning", "shculdhulpverlening", "debts", "deurwaarder",
     "geldlokt"],
)  # fmt: skip
def test_words_find_it_in_any_form_and_misspelt(cast: Cast, entries: dict[str, Service], words: str) -> None:
    assert names(cast.at, words=words)[0] == "Schuldhulpverlening"


@pytest.mark.parametrize("words", ["vliegtuigbouw", "de het een", "'\\ & | ! ( <->", "%", "oude hulp"])
def test_words_that_say_nothing_find_nothing(cast: Cast, entries: dict[str, Service], words: str) -> None:
    assert names(cast.at, words=words) == []


def test_without_words_all_by_name_but_what_is_hidden(cast: Cast, entries: dict[str, Service]) -> None:
    assert names(cast.at) == ["Noodfonds", "Rouwgroep", "Schuldhulpverlening"]


def test_a_region_finds_what_is_there_and_what_is_everywhere(cast: Cast, entries: dict[str, Service]) -> None:
    assert names(cast.at, region="noord") == ["Noodfonds", "Rouwgroep"]
    assert names(cast.at, region="west", need="debts") == ["Schuldhulpverlening"]
    assert names(cast.at, region="noord", need="debts") == []


def test_filters(cast: Cast, entries: dict[str, Service]) -> None:
    assert names(cast.at, language="ar") == ["Schuldhulpverlening"]
    assert names(cast.at, free=True) == ["Schuldhulpverlening"]
    assert names(cast.at, family=True) == ["Rouwgroep"]


def test_open_now_goes_by_local_hours_also_past_midnight(cast: Cast, entries: dict[str, Service]) -> None:
    give_hours(cast, entries["Schuldhulpverlening"], 9, 17)
    give_hours(cast, entries["Noodfonds"], 22, 6, days="MO")
    noon = cast.at.replace(hour=12)
    assert names(noon, open_now=True) == ["Schuldhulpverlening"]
    assert names(noon.replace(hour=17, minute=0), open_now=True) == []
    assert names(noon.replace(hour=5), open_now=True) == ["Noodfonds"]  # Tuesday morning, opened on Monday
    assert names(noon.replace(hour=23), open_now=True) == []


def test_the_last_night_lasts_until_it_closes_and_the_first_begins_that_evening(
    cast: Cast, entries: dict[str, Service]
) -> None:
    give_hours(cast, entries["Noodfonds"], 22, 6, days="MO,TU")
    tuesday = cast.at.replace(hour=5)
    Schedule.objects.update(valid_to=tuesday.date() - dt.timedelta(days=1))
    assert names(tuesday, open_now=True) == ["Noodfonds"]
    assert names(tuesday.replace(hour=23), open_now=True) == []
    Schedule.objects.update(valid_from=tuesday.date(), valid_to=None)
    assert names(tuesday, open_now=True) == []
    assert names(tuesday.replace(hour=22), open_now=True) == ["Noodfonds"]


def test_changed_words_find_it_at_once(cast: Cast, entries: dict[str, Service]) -> None:
    Need.objects.filter(code="mourning").update(words_nl="treurwilg")
    assert names(cast.at, words="treurwilg") == []
    indexing.index([entries["Rouwgroep"].pk])
    assert names(cast.at, words="treurwilg") == ["Rouwgroep"]


def test_the_nearest_needs_when_nothing_is_found(cast: Cast) -> None:
    assert [need.code for need in finding.nearest("verslaaft")][:1] == ["addiction"]
    assert finding.nearest("xyzxyz") == []


def test_needs_stand_in_their_order_with_their_entries(cast: Cast, entries: dict[str, Service]) -> None:
    counted = [(need.code, need.entries) for need in finding.needs_with_entries()]
    assert counted[:3] == [("debts", 1), ("fund", 1), ("low-mood", 0)]


def test_a_case_asks_for_its_need_and_region_and_nothing_else(cast: Cast) -> None:
    def of(**fields: Any) -> Wanted:
        case = make_case(cast, **fields)
        return finding.of_case(case, finding.needs_for(case), Region.objects.all())

    assert of(unit="inkoop", topics=("private.money",)) == Wanted(need="debts", region="noord")
    assert of(unit=None, topics=()) == Wanted()


def test_the_address_says_only_what_is_asked() -> None:
    assert Wanted(need="debts", open_now=True).address() == "need=debts&open_now=on"
    assert Wanted().address() == ""


@pytest.mark.parametrize("count", [1, 30])
def test_two_queries_however_many(cast: Cast, count: int) -> None:
    for number in range(count):
        give_hours(cast, make_entry(cast, f"Hulp {number:02d}"), 9, 17)
    with CaptureQueriesContext(connection) as seen:
        page = finding.find(Wanted(words="hulp", region="west"), cast.at)
        assert len([row.times for row in page]) == min(count, finding.PER_PAGE)
    assert len([one for one in seen if one["sql"].startswith("SELECT")]) == 2


def test_with_five_thousand_entries_the_indexes_are_used(committed_db: None, at: dt.datetime) -> None:
    """Written by rows, because keeping that many one by one takes minutes."""
    provider, need = Provider.objects.create(name="Grote aanbieder"), Need.objects.get(code="debts")
    text = "Samen kijken we wat er speelt en wat je nodig hebt. " * 20
    names = (f"Hulp {number} {'rouw' * (number % 97 == 0)}" for number in range(5000))
    rows = [Service(provider=provider, state="shown", everywhere=True, name_nl=name, about_nl=text) for name in names]
    Service.objects.bulk_create(rows)
    through = Service.needs.through
    through.objects.bulk_create([through(service=row, need=need) for row in rows])
    indexing.index([row.pk for row in rows])
    connections["owner"].cursor().execute("ANALYZE directory_service")
    assert finding.find(Wanted(words="rouw"), at).paginator.count == 52
    plan = json.dumps(finding.matching(Wanted(words="rouwgroep"), at).explain(format="json"))
    assert "service_by_words" in plan and "service_by_likeness" in plan
    assert "service_by_name" in finding.for_list(finding.matching(Wanted(), at))[: finding.PER_PAGE].explain()

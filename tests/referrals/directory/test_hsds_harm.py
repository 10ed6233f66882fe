"""Files of HSDS that do harm: values of the wrong kind, rows that point at themselves, broken zips."""

import io
import json
import random
import zipfile
from typing import Any

import pytest

from accounts.models import User
from referrals.directory.indexing import MOST
from referrals.directory.models import Schedule, Service, ServiceAtPlace
from referrals.hsds import exporting, files
from referrals.hsds import tables as read_tables
from referrals.hsds.files import BadFile
from referrals.hsds.importing import Report
from tests.factories.cast import Cast
from tests.referrals.directory.test_hsds import WRITE, take, zipped

ORGANISATION = {"id": "o", "name": "O"}
WORDS = {"id": "s", "name": "S", "status": "active", "organization": ORGANISATION}
AT = [{"id": "x", "service_id": "s", "location_id": "1"}, {"id": "y", "service_id": "s", "location_id": "2"}]
TWO_PLACES: dict[str, list[dict[str, Any]]] = {
    "organization": [ORGANISATION], "service": [{"id": "s", "name": "S", "organization_id": "o"}],
    "location": [{"id": "1"}, {"id": "2"}],
}  # fmt: skip

ODD: dict[str, Any] = {
    "an age of a thousand figures": WORDS | {"minimum_age": "0" * 9 + "9" * 990},
    "Mondays": WORDS | {"schedules": [{"id": "d", "byday": ",".join(["MO"] * 30)}]},
    "an address that is a text": {"location": [{"id": "l", "address": "Dorpsstraat 1"}]},
    "an address of texts": {"location": [{"id": "l", "address": ["Dorpsstraat 1"], "accessibility": {"a": 1}}]},
    "both kinds of address": {
        "location": [{"id": "l", "address": "text"}], "address": [{"id": "a", "location_id": "l", "city": "X"}],
    },
    "about itself": {"attribute": [{"id": "a", "link_id": "a"}], "metadata": [{"id": "m", "resource_id": "m"}]},
    "about each other": {"attribute": [{"id": "a", "link_id": "b"}, {"id": "b", "link_id": "a"}]},
    "a term of itself": {
        "taxonomy_term": [{"id": "t", "name": "T"}],
        "attribute": [{"id": "a", "link_id": "t", "taxonomy_term_id": "t"}],
    },
    "a formula for a name": WORDS | {"=1+1": "1", "+a": "2", "'=b": "3"},
}  # fmt: skip


def put(found: Any, cast: Cast) -> Report:
    return take(json.dumps(found).encode(), cast)


@pytest.mark.parametrize("form", ["json", "zip"])
@pytest.mark.parametrize("what", ODD)
def test_it_comes_in_and_goes_out_as_it_came(cast: Cast, what: str, form: str) -> None:
    assert put(ODD[what], cast).refused == []
    first = WRITE[form](exporting.tables())
    assert take(first, cast).telling == []
    assert WRITE[form](exporting.tables()) == first


def test_what_does_not_fit_in_a_field_is_not_in_it(cast: Cast) -> None:
    put(WORDS | {"minimum_age": "0" * 9 + "9" * 20, "schedules": [{"id": "d", "byday": "MO,MO,TU"}]}, cast)
    assert (Service.objects.get().minimum_age, Schedule.objects.get().days) == (None, "MO,TU")


def test_the_name_of_a_column_is_no_formula(cast: Cast) -> None:
    put(ODD["a formula for a name"], cast)
    with zipfile.ZipFile(io.BytesIO(files.as_zip(exporting.tables()))) as packed:
        head = packed.read("services.csv").decode().splitlines()[0]
    assert [name for name in head.split(",") if name[:1] in "=+-@"] == []


@pytest.mark.parametrize("day", ["", "2026-02-02", "somewhere in spring"])
def test_a_day_of_elsewhere_is_nobody_s_check_here(cast: Cast, day: str) -> None:
    put(WORDS | {"assured_date": "2026-01-01"}, cast)
    Service.objects.update(verified_by=User.objects.first())
    assert put(WORDS | {"assured_date": "2026-01-01"}, cast).telling == []
    assert Service.objects.get().verified_by is not None
    put(WORDS | {"assured_date": day}, cast)
    row = Service.objects.get()
    assert (row.verified_by, row.verified_on and row.verified_on.isoformat()) == (None, day if day[:1] == "2" else None)


def test_a_service_is_not_brought_to_a_place_where_it_is_already(cast: Cast) -> None:
    assert put(TWO_PLACES | {"service_at_location": AT}, cast).refused == []
    [refused] = put(TWO_PLACES | {"service_at_location": [AT[0], AT[1] | {"location_id": "1"}]}, cast).refused
    assert refused.number == "y"
    assert ServiceAtPlace.objects.count() == 2


def test_more_places_than_words_can_be_kept_of_is_no_error(cast: Cast) -> None:
    number = MOST // 100 + 10
    places = {
        "location": [{"id": f"l{n}", "address": [{"city": f"{n:04}" + "x" * 100}]} for n in range(number)],
        "service_at_location": [{"id": f"s{n}", "service_id": "s", "location_id": f"l{n}"} for n in range(number)],
    }  # fmt: skip
    assert put(TWO_PLACES | places, cast).refused == []
    assert Service.objects.get().sought.count("xxx") > 0
    assert len(Service.objects.get().sought) <= MOST + 10


@pytest.mark.parametrize("kind", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_zip_with_any_byte_wrong_is_read_or_one_sentence(kind: int) -> None:
    out, by_chance, kept = io.BytesIO(), random.Random(1), 0  # noqa: S311 - the same bytes each time
    with zipfile.ZipFile(out, "w", kind) as packed:
        packed.writestr("services.csv", "id,name\n" + "a,b\n" * 50)
    for _time in range(1000):
        content = bytearray(out.getvalue())
        content[by_chance.randrange(2, len(content))] = by_chance.randrange(256)
        try:
            kept += files.read(bytes(content)).count
        except BadFile as why:
            assert str(why)
    assert kept > 0


def test_rows_without_end_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 100)
    monkeypatch.setattr(read_tables, "MOST_READ", 1000)
    empty: list[dict[str, str]] = [{}] * 2000
    for content in (
        json.dumps(empty).encode(), json.dumps(WORDS | {"phones": empty}).encode(),
        zipped({"phones.csv": b"id,number\n" + b",1\n" * 99, "services.csv": b"id\n1\n" * 2000}),
    ):  # fmt: skip
        with pytest.raises(BadFile, match="te veel regels"):
            files.read(content)

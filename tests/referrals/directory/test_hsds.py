"""The directory in and out in HSDS 3: without loss, with a report per row, and no file that can do harm."""

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent
from referrals.directory.models import (
    CostOption,
    Need,
    Phone,
    Place,
    Provider,
    Schedule,
    Service,
    ServiceLanguage,
)
from referrals.hsds import exporting, files, importing
from referrals.hsds.files import BadFile
from referrals.hsds.importing import Verdict
from referrals.hsds.tables import Nesting, Tables, flatten, plain
from referrals.models import KeptRow
from tests.factories.cast import Cast
from tests.factories.letters import make_service

SAMPLES = Path(__file__).with_name("samples")
JSON = (SAMPLES / "service_full.json").read_bytes()
ADDRESS = "/organisatie/hulp-buiten/uitwisselen/"


def zipped(names: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        found = names or {path.name: path.read_bytes() for path in sorted((SAMPLES / "csv").glob("*.csv"))}
        for name, content in found.items():
            packed.writestr(name, content)
    return out.getvalue()


SAMPLE = {"json": JSON, "zip": zipped()}
WRITE: dict[str, Callable[[Tables], bytes]] = {"json": files.as_json, "zip": files.as_zip}


def take(content: bytes, cast: Cast) -> importing.Report:
    return importing.take_in(files.read(content), by=cast.actor("els"), at=cast.at)


def sample(cast: Cast, **changed: Any) -> bytes:
    """The sample as one service, with other facts."""
    return json.dumps(json.loads(JSON) | changed).encode()


def cells(tables: Tables) -> dict[str, dict[str, dict[str, str]]]:
    return {
        table: {number: {key: plain(value) for key, value in row.items()} for number, row in rows.items()}
        for table, rows in tables.rows.items()
        if rows and table not in {"taxonomy", "taxonomy_term"}
    }


@pytest.mark.parametrize("form", ["json", "zip"])
def test_the_sample_goes_in_and_comes_out_without_loss(cast: Cast, form: str) -> None:
    report = take(SAMPLE[form], cast)
    assert report.refused == []
    inside = 2  # the address and what is said of access are a part of their location
    assert report.counts[Verdict.NEW] == files.read(SAMPLE[form]).count - inside
    first = WRITE[form](exporting.tables())
    given_, got = cells(files.read(SAMPLE[form])), cells(files.read(first))
    assert {table: got[table] for table in given_} == given_
    again = take(first, cast)
    assert (again.counts[Verdict.NEW], again.counts[Verdict.CHANGED], again.refused) == (0, 0, [])
    assert WRITE[form](exporting.tables()) == first


@pytest.mark.parametrize("form", ["json", "zip"])
def test_an_export_into_an_empty_directory_is_the_same_export(cast: Cast, form: str) -> None:
    take(SAMPLE[form], cast)
    make_service("Eigen hulp", about_nl="Wat wij doen", about_en="What we do", wait_nl="Twee weken", kind="fund")
    first = WRITE[form](exporting.tables())
    for model in (KeptRow, Service, Place, Provider, Phone):
        model.objects.all().delete()
    report = take(first, cast)
    assert report.refused == []
    assert WRITE[form](exporting.tables()) == first


def test_what_the_sample_says_is_found_in_the_directory(cast: Cast) -> None:
    take(JSON, cast)
    service = Service.objects.get()
    assert (service.name_nl, service.state, service.minimum_age) == ("Community Counselling", "shown", 12)
    assert service.provider and service.provider.name == "Example Organization Inc."
    assert (service.verified_by, service.owner, service.changed_at) == (None, None, cast.at)
    assert Place.objects.get().town == "MyCity"
    assert Place.objects.get().accessibility.startswith("The building is equipped")
    assert Phone.objects.get().number == '"+44 1234 234567"'
    assert Schedule.objects.get().days == "TH,FR"
    assert ServiceLanguage.objects.get().code == "ur"
    assert CostOption.objects.get().amount == 35
    assert sorted(KeptRow.objects.values_list("table", flat=True)) == [
        "attribute", "funding", "metadata", "program", "taxonomy", "taxonomy_term",
    ]  # fmt: skip


def test_a_dry_run_writes_nothing_and_says_the_same(cast: Cast) -> None:
    report = importing.look_through(files.read(JSON))
    assert (Service.objects.count(), KeptRow.objects.count()) == (0, 0)
    assert report.lines == take(JSON, cast).lines


def test_twice_is_once_and_a_change_is_one_change(cast: Cast) -> None:
    take(JSON, cast)
    again = take(JSON, cast)
    assert again.counts[Verdict.SAME] == len(again.lines)
    report = take(sample(cast, name="Other Counselling"), cast)
    assert [(line.table, line.name, line.verdict) for line in report.telling] == [
        ("service", "Other Counselling", Verdict.CHANGED)
    ]
    assert Service.objects.get().name_nl == "Other Counselling"
    assert AuditEvent.objects.filter(action="directory.imported").count() == 3


def test_what_is_changed_here_wins_and_the_rest_stays_as_it_came(cast: Cast) -> None:
    take(sample(cast, my_own_field={"a": [1, 2]}, minimum_age="12 or so"), cast)
    service = Service.objects.get()
    assert service.minimum_age is None
    service.wait_nl = "Drie weken"
    service.save()
    row = next(iter(exporting.tables().rows["service"].values()))
    assert (row["wait_time"], row["minimum_age"], row["my_own_field"]) == ("Drie weken", "12 or so", {"a": [1, 2]})
    service.minimum_age = 16
    service.save()
    assert next(iter(exporting.tables().rows["service"].values()))["minimum_age"] == 16


def test_all_or_nothing(cast: Cast) -> None:
    both = [json.loads(JSON), {"id": "leeg", "name": ""}]
    report = take(json.dumps(both).encode(), cast)
    assert [(line.table, line.number, line.why) for line in report.refused] == [
        ("service", "leeg", "name is leeg, of geen tekst.")
    ]
    assert (Service.objects.count(), Provider.objects.count(), KeptRow.objects.count()) == (0, 0, 0)
    assert not AuditEvent.objects.filter(action="directory.imported").exists()


@pytest.mark.parametrize(
    ("one", "why"),
    [
        ({"name": "Zonder nummer"}, "Er is geen id, of een die te lang is."),
        ({"id": "x" * 201, "name": "Lang"}, "Er is geen id, of een die te lang is."),
        ({"id": "1", "name": ["lijst"]}, "name is leeg, of geen tekst."),
        ({"id": "1", "name": "A", "phones": [{"id": "3"}]}, "number is leeg, of geen tekst."),
        (
            {"id": "1", "name": "A", "organization": {"id": "o", "name": "B", "contacts": [{"id": "c", "name": "D"}]},
             "contacts": [{"id": "c", "name": "E"}]},
            "Het staat twee keer in het bestand, met een andere name.",
        ),
    ],
)  # fmt: skip
def test_a_row_is_refused_with_the_reason(cast: Cast, one: dict[str, Any], why: str) -> None:
    assert [line.why for line in take(json.dumps([one]).encode(), cast).refused] == [why]
    assert Service.objects.count() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00", b"{", b"[]", b"null", b"12", b'"x"', b"[1]", b'{"id": 1e999}', b'[{"id": "1", "name": NaN}]',
        b'[{"id": "1", "name": "a\\u0000b"}]', b'[{"id": "1", "name": "\\ud800"}]', b"[" * 100_000, b"\xff\xfe",
        b'{"contents": 5}', b'{"service": [[]]}', b"PK\x03\x04 not really", b"PK", b"x" * (files.MOST_BYTES + 1),
    ],
)  # fmt: skip
def test_a_bad_file_is_one_sentence(content: bytes) -> None:
    with pytest.raises(BadFile) as caught:
        files.read(content)
    assert str(caught.value).endswith(".")


def test_a_zip_that_unpacks_to_too_much_is_not_unpacked() -> None:
    bomb = zipped({"services.csv": b"id,name\r\n" + b"0" * (files.MOST_UNPACKED + 1)})
    assert len(bomb) < 100_000
    with pytest.raises(BadFile, match="te veel"):
        files.read(bomb)


def test_a_locked_or_broken_zip_is_one_sentence() -> None:
    whole = bytearray(zipped())
    whole[60:400] = b"\x00" * 340
    with pytest.raises(BadFile):
        files.read(bytes(whole))
    for text in (b"\xff\xfe\x00", b'id,name\r\n1,"' + b"x" * 1_100_000, b"id,name\r\n1,a\x00b"):
        with pytest.raises(BadFile):
            files.read(zipped({"services.csv": text}))


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 2)
    for content in (JSON, SAMPLE["zip"]):
        with pytest.raises(BadFile, match="te veel regels"):
            files.read(content)


@pytest.mark.parametrize("evil", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "'=x", "-2+3+cmd", "\t=1"])
def test_nothing_in_a_table_is_a_formula_and_all_of_it_comes_back(cast: Cast, evil: str) -> None:
    take(sample(cast, name=evil), cast)
    packed = files.as_zip(exporting.tables())
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        text = opened.read("services.csv").decode()
    assert f",'{evil}" in text or f",\"'{evil}" in text
    assert next(iter(files.read(packed).rows["service"].values()))["name"] == evil


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//x", "ftp://x.example"])
def test_an_address_that_is_no_web_page_is_never_a_link(cast: Cast, address: str) -> None:
    take(sample(cast, url=address), cast)
    assert Service.objects.get().url == ""
    assert next(iter(exporting.tables().rows["service"].values()))["url"] == address


@pytest.mark.parametrize("form", ["json", "zip"])
def test_an_export_over_what_it_came_from_changes_nothing(cast: Cast, form: str) -> None:
    service = make_service("Eigen hulp", minimum_age=18, is_free=True)
    place = Place.objects.create(
        provider=service.provider, street="Dorpsplein 1", town="Zandoord", accessibility="Lift."
    )
    service.at_places.create(place=place)
    first = WRITE[form](exporting.tables())
    report = take(first, cast)
    assert (report.refused, report.telling) == ([], [])
    assert WRITE[form](exporting.tables()) == first


def test_needs_go_out_and_come_back(cast: Cast) -> None:
    need = Need.objects.first() or Need.objects.create(code="debts", name_nl="Schulden")
    service = make_service("Met schulden")
    service.needs.add(need)
    packed = files.as_json(exporting.tables())
    service.needs.clear()
    report = take(packed, cast)
    assert [(line.table, line.verdict) for line in report.telling] == [("attribute", Verdict.NEW)]
    assert list(service.needs.all()) == [need]
    assert KeptRow.objects.count() == 0


TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12)
VALUE = st.one_of(TEXT, st.integers(-5, 200), st.booleans(), st.floats(-9, 9), st.lists(TEXT, max_size=2))
SOME = st.dictionaries(
    st.sampled_from(["name", "description", "status", "minimum_age", "url", "email", "assured_date", "x"]),
    VALUE, max_size=6,
)  # fmt: skip


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)  # fmt: skip
@given(facts=SOME)
def test_whatever_a_service_says_comes_back(cast: Cast, facts: dict[str, Any]) -> None:
    number = uuid.uuid4().hex
    row: dict[str, Any] = {"id": number, "name": "Hulp", **facts}
    report = take(json.dumps([row]).encode(), cast)
    if report.refused:
        assert plain(row["name"]) == "" or isinstance(row["name"], list)
        return
    out = exporting.tables().rows["service"][number]
    given_ = {key: plain(value) for key, value in row.items() if plain(value) not in {"", "[]"}}
    assert {key: plain(out.get(key)) for key in given_} == given_


def test_nesting_and_flattening_are_each_other_s_end() -> None:
    tables = files.read(JSON)
    out, nesting = Tables(), Nesting(tables)
    flatten(nesting.nest("service", next(iter(tables.rows["service"]))), "service", out)
    assert cells(out) == cells(tables)


def test_an_import_costs_the_same_queries_however_long_it_is(cast: Cast, django_assert_max_num_queries: Any) -> None:
    rows = [
        {"id": f"s{number}", "name": f"Hulp {number}", "phones": [{"id": f"p{number}", "number": "010"}]}
        for number in range(60)
    ]
    with django_assert_max_num_queries(60):
        take(json.dumps(rows).encode(), cast)


def test_the_page_looks_first_and_imports_then(cast: Cast, logged_in: Callable[..., Client]) -> None:
    browser = logged_in(cast.els)
    look = browser.post(ADDRESS, {"do": "look", "file": io.BytesIO(JSON)})
    assert "Dit zou een import doen" in look.content.decode()
    assert Service.objects.count() == 0
    done = browser.post(ADDRESS, {"do": "import", "file": io.BytesIO(JSON)}, follow=True)
    assert "Ingelezen" in done.content.decode()
    assert Service.objects.count() == 1
    for content in (b"", b"{}", b"PK"):
        page = browser.post(ADDRESS, {"do": "import", "file": io.BytesIO(content)})
        assert page.status_code == 200
        assert "field-error" in page.content.decode()
    assert browser.post(ADDRESS, {"do": "import"}).status_code == 200
    for form in ("json", "zip"):
        got = browser.post(f"{ADDRESS}bestand/", {"as": form})
        assert got.content == WRITE[form](exporting.tables())
    assert AuditEvent.objects.filter(action="directory.exported").count() == 2


def test_only_who_keeps_everything_gets_there(cast: Cast, logged_in: Callable[..., Client]) -> None:
    for name in ("bram", "samira", "tom", "arie"):
        assert logged_in(cast.users[name]).get(ADDRESS).status_code == 404
        assert logged_in(cast.users[name]).post(f"{ADDRESS}bestand/").status_code == 404


def test_the_commands(cast: Cast, tmp_path: Path) -> None:
    sent, out = tmp_path / "in.json", io.StringIO()
    sent.write_bytes(JSON)
    call_command("directory_import", sent, "--dry-run", stdout=out)
    assert Service.objects.count() == 0
    call_command("directory_import", sent, stdout=out)
    assert "new service ac148810" in out.getvalue()
    for name in ("out.json", "out.zip"):
        call_command("directory_export", tmp_path / name, stdout=out)
        call_command("directory_import", tmp_path / name, stdout=out)
    assert out.getvalue().splitlines()[-1].startswith("0 new, 0 changed")
    for wrong in (tmp_path / "nothing.json", tmp_path):
        with pytest.raises(CommandError):
            call_command("directory_import", wrong, stdout=out)
    with pytest.raises(CommandError):
        call_command("directory_export", tmp_path / "out.xml", stdout=out)
    sent.write_text('[{"id": "1"}]')
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("directory_import", sent, stdout=out)

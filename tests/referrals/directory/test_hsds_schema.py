"""The export keeps to the published schema of HSDS 3, and what stands under two parents comes in under both."""

import json
from typing import Any

from desk.demo import directory, organisation
from referrals.directory.models import Contact, Phone
from referrals.hsds import exporting, files, importing
from referrals.hsds.importing import Verdict
from referrals.hsds.tables import FILES, Tables
from tests.factories.cast import Cast
from tests.referrals.directory import hsds_schema
from tests.referrals.directory.test_hsds import sample, take
from tests.world import MOMENT


def faults(tables: Tables) -> list[str]:
    """What the schema says of each object of the JSON."""
    found = json.loads(files.as_json(tables))
    return [
        line
        for table, rows in found.items()
        for number, row in enumerate(rows)
        for line in hsds_schema.wrong(row, {"$ref": f"{table}.json"}, f"{table}[{number}]")
    ]


def test_every_table_has_its_schema() -> None:
    assert {path.stem for path in hsds_schema.FOLDER.glob("*.json")} == set(FILES) - {"url"}  # of 3.1


def test_the_schema_finds_what_is_wrong() -> None:
    rule = {"$ref": "service.json"}
    good = json.loads((hsds_schema.FOLDER.parent / "samples" / "service_full.json").read_text(encoding="utf-8"))
    assert list(hsds_schema.wrong(good, rule, "s")) == []
    for key, value in {"id": "7", "status": "open", "name": 7, "url": "geen adres", "phones": {}}.items():
        assert list(hsds_schema.wrong(good | {key: value}, rule, "s")), key
    assert list(hsds_schema.wrong({"id": good["id"]}, rule, "s")) == ["s: name is missing", "s: status is missing"]


def test_the_sample_goes_out_as_the_schema_says(cast: Cast) -> None:
    take(sample(cast), cast)
    assert faults(exporting.tables()) == []


def test_the_directory_of_the_demo_goes_out_as_the_schema_says(db: None) -> None:
    made = organisation.build(MOMENT.date(), large=True)
    directory.fill(made, MOMENT)
    tables = exporting.tables()
    assert len(tables.rows["service"]) >= 60
    assert faults(tables) == []


def under_two(cast: Cast) -> dict[str, Any]:
    """Two services that share a contact with a telephone, and a time."""
    one: dict[str, Any] = json.loads(sample(cast))
    other = {
        "id": "3f9d3f0a-6a0b-4b51-8b77-0c4e0b1d2c3a", "name": "Tweede dienst", "status": "active",
        "organization_id": one["organization"]["id"], "contacts": one["contacts"], "schedules": one["schedules"],
    }  # fmt: skip
    return {"service": [one, other]}


def test_what_stands_under_two_parents_comes_in_under_both(cast: Cast) -> None:
    twice = under_two(cast)
    first, other = twice["service"]
    content = json.dumps(twice).encode()
    report = take(content, cast)
    assert report.refused == []
    assert Contact.objects.count() >= 2 * len(first["contacts"])
    names = set(Contact.objects.filter(service__source_id=other["id"]).values_list("name", flat=True))
    assert names == {one["name"] for one in first["contacts"]}
    assert Phone.objects.filter(contact__service__source_id=other["id"]).exists()
    again = take(content, cast)
    assert {line.verdict for line in again.lines} == {Verdict.SAME}
    out = exporting.tables()
    assert faults(out) == []
    back = importing.look_through(files.read(files.as_json(out)))
    assert {line.verdict for line in back.lines} == {Verdict.SAME}


def test_a_row_that_says_two_things_is_still_refused_with_its_reason(cast: Cast) -> None:
    one: dict[str, Any] = json.loads(sample(cast))
    changed = [row | {"name": "Iemand anders"} for row in one["contacts"]]
    report = take(json.dumps([one | {"contacts": [*one["contacts"], *changed]}]).encode(), cast)
    assert [line.table for line in report.refused] == ["contact"] * len(changed)
    assert not Contact.objects.exists()

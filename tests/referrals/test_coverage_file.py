"""Coverage from and to a file: looked through first, all or nothing, and back without a difference."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Unit
from referrals import row_files as files
from referrals.coverage_file import FILE
from referrals.models import Coverage
from tests.factories.cast import Cast

Browser = Callable[..., Client]
HEAD = ";".join(FILE.columns) + "\n"
BRAM = ";bram@nabij.example;alone;nee;;;;private.money;en,es;2026-03-10;2026-12-31\n"


@pytest.fixture
def els(cast: Cast, logged_in: Browser) -> Client:
    return logged_in(cast.els)


def looked(cast: Cast, text: str) -> files.Trial:
    return files.look_through(FILE, text, cast.at)


def test_writing_out_and_reading_back_changes_nothing(cast: Cast) -> None:
    Coverage.objects.create(
        user=cast.bram, everywhere=True, languages=["pap"], topics=["private.money"], starts_on=cast.at.date()
    )
    before = list(Coverage.objects.order_by("pk").values())
    trial = looked(cast, files.written_out(FILE))
    assert (trial.errors, trial.new, trial.changed, trial.unchanged) == ([], 0, 0, 4)
    assert files.apply(FILE, trial, by=cast.actor("els"), at=cast.at) == 0
    assert list(Coverage.objects.order_by("pk").values()) == before


def test_new_and_changed_rows_are_told_apart_and_kept_at_once(cast: Cast) -> None:
    row = Coverage.objects.get(region__code="noord")
    changed = f"regional-noord;;;;;noord;;;;{row.starts_on};2026-12-31\n"
    trial = looked(cast, HEAD + BRAM + changed)
    assert [(line.number, line.does) for line in trial.lines] == [(2, "new"), (3, "changed")]
    assert Coverage.objects.count() == 3
    assert files.apply(FILE, trial, by=cast.actor("els"), at=cast.at) == 2
    made = Coverage.objects.get(user=cast.bram)
    assert (made.unit.code, made.with_parts, made.topics, made.languages) == (
        "alone", False, ["private.money"], ["en", "es"],
    )  # fmt: skip
    row.refresh_from_db()
    assert str(row.ends_on) == "2026-12-31"
    events = AuditEvent.objects.filter(action__startswith="coverage.").order_by("pk")
    assert [(event.action, event.object_id) for event in events] == [
        ("coverage.changed", str(row.pk)), ("coverage.added", str(made.pk)), ("coverage.imported", ""),
    ]  # fmt: skip
    assert events.last().part == "1 new, 1 changed"


WRONG = [
    ("nobody;;alone;;;;;;;2026-03-10;", "team"),
    (";samira@nabij.example;alone;;;;;;;2026-03-10;", "worker"),
    ("desk;;alone;;;;;;;2026-03-10;", "team"),
    (";;alone;;;;;;;2026-03-10;", ""),
    ("regional-west;bram@nabij.example;alone;;;;;;;2026-03-10;", "team, worker"),
    ("regional-west;;;;;;;;;2026-03-10;", ""),
    ("regional-west;;alone;;;noord;;;;2026-03-10;", "unit, region"),
    ("regional-west;;alone;misschien;;;;;;2026-03-10;", "with_parts"),
    ("regional-west;;alone;;;;;onzin;;2026-03-10;", "topics"),
    ("regional-west;;alone;;;;;;klingon;2026-03-10;", "languages"),
    ("regional-west;;alone;;;;;;;10-03-2026;", "starts_on"),
    ("regional-west;;alone;;;;;;;2026-03-10;2026-03-09", "ends_on"),
    ("regional-west;;alone;;;;;;;0206-03-10;", "starts_on"),
    ("regional-west;;alone;;;;;;;2026-03-10;9999-12-31", "ends_on"),
    ("regional-west;;90bat;;;;;;;2026-03-10;", "starts_on"),
    ("regional-west;;alone;;;;;;;2026-03-10;\nregional-west;;alone;;;;;;;2026-03-10;", "starts_on"),
    ("regional-west;;alone;;;;;;;2026-03-10;\nregional-west;;alone;;;;;;;2026-04-10;", "starts_on"),
]


@pytest.mark.parametrize(("rows", "column"), WRONG)
def test_a_mistake_is_said_of_its_row_and_column_and_nothing_is_kept(cast: Cast, rows: str, column: str) -> None:
    trial = looked(cast, HEAD + BRAM + rows + "\n")
    assert {error[1] for error in trial.errors} == {column}
    assert min(error[0] for error in trial.errors) >= 3
    with pytest.raises(ValueError, match="errors"):
        files.apply(FILE, trial, by=cast.actor("els"), at=cast.at)
    assert Coverage.objects.count() == 3


def test_somebody_who_changed_the_same_meanwhile_is_not_written_over(cast: Cast) -> None:
    trial = looked(cast, HEAD + BRAM)
    Coverage.objects.create(user=cast.bram, unit=cast.units["alone"], starts_on=cast.at.date())
    with pytest.raises(ValueError, match="meanwhile"):
        files.apply(FILE, trial, by=cast.actor("els"), at=cast.at)
    assert Coverage.objects.count() == 4


def test_what_a_spreadsheet_would_run_is_harmless_and_comes_back_as_it_was(cast: Cast) -> None:
    cast.bram.email = "=cmd@nabij.example"
    cast.bram.save(update_fields=["email"])
    Coverage.objects.create(user=cast.bram, unit=cast.units["alone"], starts_on=cast.at.date())
    text = files.written_out(FILE)
    assert "'=cmd@nabij.example" in text
    assert ";=cmd" not in text
    assert looked(cast, text).unchanged == 4


def test_a_file_in_another_encoding_is_refused_at_its_field(cast: Cast, els: Client) -> None:
    file = SimpleUploadedFile("dekking.csv", (HEAD + "régio").encode("latin-1"))
    text = els.post(reverse("coverage_import"), {"file": file}, headers={"accept-language": "en"}).content.decode()
    assert "The file is not in UTF-8." in text
    assert els.post(reverse("coverage_import"), {"text": "\x00"}).status_code == 200


def test_the_page_looks_first_and_writes_after_a_second_yes(cast: Cast, els: Client) -> None:
    file = SimpleUploadedFile("dekking.csv", ("\ufeff" + HEAD + BRAM).encode())
    text = els.post(reverse("coverage_import"), {"file": file}, headers={"accept-language": "en"}).content.decode()
    assert "Rows: 1. New: 1, changed: 0, as they are: 0." in text
    assert Coverage.objects.count() == 3
    answer = els.post(reverse("coverage_import"), {"text": HEAD + BRAM, "apply": "1"})
    assert answer["Location"] == reverse("coverage")
    assert Coverage.objects.filter(user=cast.bram).count() == 1
    els.post(reverse("coverage_import"), {"text": HEAD + BRAM, "apply": "1"})
    assert Coverage.objects.filter(user=cast.bram).count() == 1


def test_the_export_is_a_file_that_opens_as_text_and_leaves_a_line(cast: Cast, els: Client) -> None:
    answer = els.get(reverse("coverage_export"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbfteam;worker;unit")
    assert AuditEvent.objects.filter(action="coverage.exported", actor_id=str(cast.els.pk)).count() == 1


def test_five_thousand_rows_are_one_import(cast: Cast) -> None:
    branch = cast.units["alone"].branch
    Unit.objects.bulk_create(Unit(code=f"u{n}", name=f"Eenheid {n}", branch=branch) for n in range(5000))
    rows = "".join(f"regional-west;;u{n};ja;;;;;;2026-03-10;\n" for n in range(5000))
    assert files.apply(FILE, looked(cast, HEAD + rows), by=cast.actor("els"), at=cast.at) == 5000
    again = looked(cast, files.written_out(FILE))
    assert (again.errors, again.unchanged) == ([], 5003)


@pytest.mark.parametrize("name", ["samira", "bram", "vera", "tom"])
def test_only_who_edits_the_organisation_may_come_here(cast: Cast, logged_in: Browser, name: str) -> None:
    browser = logged_in(cast.users[name])
    assert browser.get(reverse("coverage_import")).status_code == 404
    assert browser.post(reverse("coverage_import"), {"text": HEAD + BRAM, "apply": "1"}).status_code == 404
    assert browser.get(reverse("coverage_export")).status_code == 404
    assert not Coverage.objects.filter(user=cast.bram).exists()

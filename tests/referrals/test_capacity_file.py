"""How much fits from and to a file: looked through first, and nothing that counted is written over."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from referrals import row_files as files
from referrals.capacity_file import FILE
from referrals.models import Capacity
from tests.factories.cast import Cast

Browser = Callable[..., Client]
DAY = dt.timedelta(days=1)
HEAD = ";".join(FILE.columns) + "\n"
BRAM = ";bram@nabij.example;12;4;2026-03-10;2026-12-31\n"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def els(cast: Cast, logged_in: Browser) -> Client:
    return logged_in(cast.els)


def looked(cast: Cast, text: str) -> files.Trial:
    return files.look_through(FILE, text, cast.at)


def fits(cast: Cast, **more: object) -> Capacity:
    day = cast.at.date()
    given: dict[str, object] = {"user": cast.bram, "most_open": 12, "most_new": None, "starts_on": day - 9 * DAY}
    return Capacity.objects.create(**given | more)


def test_writing_out_and_reading_back_changes_nothing(cast: Cast) -> None:
    day = cast.at.date()
    fits(cast, ends_on=day - DAY)
    fits(cast, starts_on=day, most_open=0, most_new=3)
    fits(cast, user=None, team=cast.teams["regional-west"], most_open=None, most_new=9)
    before = list(Capacity.objects.order_by("pk").values())
    text = files.written_out(FILE)
    assert text.splitlines()[1] == f";bram@nabij.example;12;;{day - 9 * DAY};{day - DAY}"
    trial = looked(cast, text)
    assert (trial.errors, trial.new, trial.changed, trial.unchanged) == ([], 0, 0, 3)
    Capacity.objects.all().delete()
    assert files.apply(FILE, looked(cast, text), by=cast.actor("els"), at=cast.at) == 3
    kept = list(Capacity.objects.order_by("pk").values())
    assert [row | {"id": 0} for row in kept] == [row | {"id": 0} for row in before]


def test_a_new_number_ends_the_old_one_and_both_stay(cast: Cast) -> None:
    row, day = fits(cast), cast.at.date()
    old = f";bram@nabij.example;12;;{row.starts_on};{day - DAY}\n"
    trial = looked(cast, HEAD + old + f";bram@nabij.example;20;5;{day};\n")
    assert [(line.number, line.does) for line in trial.lines] == [(2, "changed"), (3, "new")]
    assert files.apply(FILE, trial, by=cast.actor("els"), at=cast.at) == 2
    kept = Capacity.objects.order_by("starts_on").values_list("most_open", "most_new", "starts_on", "ends_on")
    assert list(kept) == [(12, None, row.starts_on, day - DAY), (20, 5, day, None)]
    events = AuditEvent.objects.filter(action__startswith="capacity.").order_by("pk")
    assert [event.action for event in events] == ["capacity.changed", "capacity.added", "capacity.imported"]
    assert events.last().part == "1 new, 1 changed"


def test_what_counted_is_not_written_over(cast: Cast) -> None:
    row = fits(cast)
    trial = looked(cast, HEAD + f";bram@nabij.example;99;;{row.starts_on};\n")
    assert [error[:2] for error in trial.errors] == [(2, "most_open")]
    later = fits(cast, user=cast.karin, starts_on=cast.at.date() + DAY)
    trial = looked(cast, HEAD + f";karin@nabij.example;99;;{later.starts_on};\n")
    assert ([line.does for line in trial.lines], trial.errors) == (["changed"], [])


WRONG = [
    ("nobody;;1;;2026-03-10;", "team"),
    (";samira@nabij.example;1;;2026-03-10;", "worker"),
    ("desk;;1;;2026-03-10;", "team"),
    (";;1;;2026-03-10;", ""),
    ("regional-west;bram@nabij.example;1;;2026-03-10;", "team, worker"),
    ("regional-west;;;;2026-03-10;", "most_open, most_new"),
    ("regional-west;;veel;;2026-03-10;", "most_open"),
    ("regional-west;;-1;;2026-03-10;", "most_open"),
    ("regional-west;;;1000;2026-03-10;", "most_new"),
    ("regional-west;;1;;10-03-2026;", "starts_on"),
    ("regional-west;;1;;2026-03-10;2026-03-09", "ends_on"),
    ("regional-west;;1;;0001-01-01;", "starts_on"),
    ("regional-west;;1;;1999-12-31;", "starts_on"),
    ("regional-west;;1;;2026-03-10;2100-01-01", "ends_on"),
    ("regional-west;;1;;2026-03-10;9999-12-31", "ends_on"),
    ("regional-west;;1;;2026-03-10;\nregional-west;;2;;2026-04-10;", "starts_on"),
]


@pytest.mark.parametrize(("rows", "column"), WRONG)
def test_a_mistake_is_said_of_its_row_and_column_and_nothing_is_kept(cast: Cast, rows: str, column: str) -> None:
    trial = looked(cast, HEAD + rows + "\n")
    assert column in [error[1] for error in trial.errors]
    with pytest.raises(ValueError, match="errors"):
        files.apply(FILE, trial, by=cast.actor("els"), at=cast.at)
    assert not Capacity.objects.exists()


def test_the_page_looks_first_and_writes_after_a_second_yes(cast: Cast, els: Client) -> None:
    page, file = reverse("capacity_import"), SimpleUploadedFile("ruimte.csv", ("\ufeff" + HEAD + BRAM).encode())
    text = els.post(page, {"file": file}, headers=ENGLISH).content.decode()
    assert "Rows: 1. New: 1, changed: 0, as they are: 0." in text
    assert "Bram" in text
    assert "12 open cases, 4 new a week" in text
    assert not Capacity.objects.exists()
    for _time in range(2):
        assert els.post(page, {"text": HEAD + BRAM, "apply": "1"})["Location"] == reverse("capacity")
        assert Capacity.objects.filter(user=cast.bram, most_open=12, most_new=4).count() == 1
    answer = els.get(reverse("capacity_export"))
    assert answer.content.startswith(b"\xef\xbb\xbfteam;worker;most_open")
    assert AuditEvent.objects.filter(action="capacity.exported", actor_id=str(cast.els.pk)).count() == 1


@pytest.mark.parametrize("name", ["samira", "bram", "vera", "tom"])
def test_only_who_edits_the_organisation_may_come_here(cast: Cast, logged_in: Browser, name: str) -> None:
    browser = logged_in(cast.users[name])
    assert browser.get(reverse("capacity_import")).status_code == 404
    assert browser.post(reverse("capacity_import"), {"text": HEAD + BRAM, "apply": "1"}).status_code == 404
    assert browser.get(reverse("capacity_export")).status_code == 404
    assert not Capacity.objects.exists()

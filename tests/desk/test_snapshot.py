"""The snapshot file: whole or not at all, read once, and replaced by the defaults when it is no good."""

import datetime as dt
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from accounts.models import OpeningHours, PhoneLine, Team, Unit
from cases.enums import Danger
from desk import snapshot
from referrals.routing import Facts, route
from tests.factories.cast import Cast
from tests.factories.referrals import publish_rules


@pytest.fixture
def file(settings: Any, tmp_path: Path) -> Path:
    settings.SNAPSHOT_FILE = tmp_path / "folder" / "snapshot.json"
    return settings.SNAPSHOT_FILE


def test_the_defaults_are_what_the_migrations_install(db: None, file: Path, at: dt.datetime) -> None:
    snapshot.write(at)
    assert snapshot.read() == snapshot.defaults()


def test_it_says_what_the_database_says(cast: Cast, file: Path, at: dt.datetime) -> None:
    PhoneLine.objects.filter(line="DESK_LINE").update(number="088 000 00 11")
    OpeningHours.objects.create(team=cast.teams["biu"], weekday=6, opens=dt.time(9), closes=dt.time(12, 30))
    publish_rules(at, chaplain={"valid_until": "2026-03-09"})
    Unit.objects.filter(code="inkoop").update(valid_until=dt.date(2026, 3, 9))
    snapshot.write(at)
    seen = snapshot.read()
    assert seen.lines["DESK_LINE"].number == "088 000 00 11"
    assert seen.calendar.is_open(dt.datetime(2026, 3, 14, 11, 0, tzinfo=dt.UTC), "biu") is True
    assert next(rule for rule in seen.rules if rule.code == "chaplain").valid_until == dt.date(2026, 3, 9)
    assert [(unit.id, unit.name, unit.branch) for unit in seen.units][1] == (
        cast.units["90bat-a"].pk, "A-compagnie, 90 Fictief Bataljon", "Landmacht (fictief)",
    )  # fmt: skip
    assert "Afdeling Inkoop (fictief)" not in [unit.name for unit in seen.units]


def test_writing_takes_fourteen_queries(
    cast: Cast, file: Path, at: dt.datetime, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(14):
        snapshot.write(at)


def test_without_a_file_the_defaults_stand_in(file: Path) -> None:
    assert snapshot.read() is snapshot.defaults()
    assert snapshot.read().units == ()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"version": 2}', '{"version": 1}', '{"version": 1, "hours": 5}']
)
def test_a_broken_file_is_as_no_file(file: Path, text: str, caplog: pytest.LogCaptureFixture) -> None:
    file.parent.mkdir()
    file.write_text(text)
    assert snapshot.read() is snapshot.defaults()
    assert "the snapshot cannot be read" in caplog.text
    caplog.clear()
    assert snapshot.read() is snapshot.defaults()
    assert caplog.text == ""


def test_reading_needs_no_database_and_happens_once(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.parent.mkdir()
    body = snapshot._content(snapshot.defaults(), dt.datetime(2026, 3, 10, tzinfo=dt.UTC))
    file.write_text(body)
    first = snapshot.read()
    monkeypatch.setattr(json, "loads", lambda text: pytest.fail("read again"))
    assert first == snapshot.defaults()
    assert snapshot.read() is first


def test_a_replaced_file_is_seen_at_once(db: None, file: Path, at: dt.datetime) -> None:
    snapshot.write(at)
    assert snapshot.read().lines["DESK_LINE"].number == "088 000 00 10"
    PhoneLine.objects.filter(line="DESK_LINE").update(number="088 000 00 12")
    assert snapshot.write(at) is True
    assert snapshot.read().lines["DESK_LINE"].number == "088 000 00 12"


def test_an_unchanged_file_is_left_alone(db: None, file: Path, at: dt.datetime) -> None:
    assert snapshot.write(at) is True
    before = file.stat()
    assert snapshot.write(at + dt.timedelta(hours=1)) is False
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_broken_file_is_written_anew(db: None, file: Path, at: dt.datetime) -> None:
    file.parent.mkdir()
    file.write_text("[]")
    assert snapshot.write(at) is True
    assert snapshot.read().helplines == snapshot.defaults().helplines


def test_a_full_disk_leaves_the_old_file_whole(
    db: None, file: Path, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot.write(at)
    old = file.read_text()
    PhoneLine.objects.all().delete()
    monkeypatch.setattr(os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError("no space")))
    with pytest.raises(OSError, match="no space"):
        snapshot.write(at)
    assert file.read_text() == old
    assert list(file.parent.iterdir()) == [file]


def test_readers_beside_a_writer_never_see_half_a_file(
    file: Path, committed_db: None, at: dt.datetime, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot.write(at)
    seen: set[str] = set()
    done = threading.Event()

    def keep_reading() -> None:
        while not done.is_set():
            seen.add(snapshot.read().lines["DESK_LINE"].number)

    readers = [threading.Thread(target=keep_reading) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(20):
        PhoneLine.objects.filter(line="DESK_LINE").update(number=f"088 000 01 {turn:02d}")
        snapshot.write(at)
    done.set()
    for reader in readers:
        reader.join()
    connections.close_all()
    assert caplog.text == ""
    assert seen <= {"088 000 00 10"} | {f"088 000 01 {turn:02d}" for turn in range(20)}
    assert len(seen) > 1


def test_a_request_is_routed_with_the_snapshot_alone(file: Path, at: dt.datetime) -> None:
    seen = snapshot.read()
    facts = Facts(danger=Danger.NO, deployment="unit_mission")
    got = route(facts, at, rules=seen.rules, calendar=seen.calendar, topics=seen.topics)
    assert (got.to, got.handler_now) == ("SMT", "DESK_LINE")


def test_helplines_by_need(file: Path) -> None:
    found = snapshot.read().helplines_for("suicide", "danger")
    assert [line.number for line in found] == ["0800-0113", "112"]


def test_a_new_team_has_no_place_in_the_file_until_it_has_hours(db: None, file: Path, at: dt.datetime) -> None:
    Team.objects.create(code="extra", kind="regional", name_nl="Extra")
    snapshot.write(at)
    assert "extra" not in snapshot.read().calendar.hours

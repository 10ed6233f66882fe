"""`manage.py duty` and `manage.py route`, as a script would use them."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Shift
from tests.factories.cast import Cast
from tests.factories.referrals import publish_rules

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "tests" / "scenarios.yaml"


def output(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_duty_as_json_in_the_night_of_the_clock_change(db: None) -> None:
    assert json.loads(output("duty", "--at", "2026-03-28T23:30+01:00", "--json")) == {
        "at": "2026-03-28T23:30:00+01:00",
        "open": False,
        "line": "AFTER_HOURS_LINE",
        "number": "088 000 00 20",
        "on_duty": [],
        "next": [],
        "next_change": "2026-03-30T08:00:00+02:00",
    }


def test_duty_names_who_is_on_and_who_is_next(cast: Cast) -> None:
    found = json.loads(output("duty", "--at", "2026-03-10T10:15", "--json"))
    assert [(person["name"], person["order"]) for person in found["on_duty"]] == [
        ("Samira El Amrani", 1),
        ("Joost Verkerk", 2),
    ]
    assert found["next"][0] == {
        "name": "Nadia Haddad",
        "order": 1,
        "number": "088 000 00 70",
        "from": "2026-03-10T17:00:00+01:00",
        "until": "2026-03-11T08:00:00+01:00",
    }


def test_duty_for_people(cast: Cast) -> None:
    text = output("duty", "--at", "2026-03-10T16:59:59")
    assert "Desk     open" in text
    assert "Line     DESK_LINE 088 000 00 10" in text
    assert "On duty  1. Samira El Amrani, 2. Joost Verkerk" in text
    assert "Next     1. Nadia Haddad, 2. Otto Blom (from Tuesday 2026-03-10 17:00)" in text
    Shift.objects.all().delete()
    assert "On duty  nobody on the roster" in output("duty", "--at", "2026-03-10T17:00")


def test_duty_says_in_one_sentence_what_a_moment_is(db: None) -> None:
    with pytest.raises(CommandError, match="^--at must be a moment such as 2026-03-28T23:30\\+01:00, not tonight.$"):
        call_command("duty", "--at", "tonight")


def test_route_agrees_with_all_acceptance_requests(db: None) -> None:
    found = json.loads(output("route", str(SCENARIOS), "--json"))
    assert len(found) == 10
    assert all(entry["agrees"] is True for entry in found)
    assert set(found[0]) == {"id", "handler_now", "proposal", "overlay", "because", "agrees"}
    assert [entry["proposal"] for entry in found if entry["id"] in {"AC-04", "AC-06"}] == ["SMT", "CHAPLAIN"]


def test_route_for_people(db: None) -> None:
    text = output("route", str(SCENARIOS))
    assert text.endswith("10 of 10 agree\n")
    assert "  proposal     expected REGIONAL_DIRECT   got REGIONAL_DIRECT\n" in text


def test_route_ends_with_one_when_an_answer_differs(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    publish_rules(timezone.now(), chaplain=None)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("route", str(SCENARIOS), "--json", stdout=out)
    assert ended.value.code == 1
    assert [entry["id"] for entry in json.loads(out.getvalue()) if not entry["agrees"]] == ["AC-06"]
    with pytest.raises(SystemExit):
        call_command("route", str(SCENARIOS))
    assert "expected CHAPLAIN          got DESK  <- differs" in capsys.readouterr().out


def test_route_says_in_one_sentence_what_is_wrong_with_a_file(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file or directory.$"):
        call_command("route", str(tmp_path / "none.yaml"))


def test_route_works_on_a_fresh_machine(tmp_path: Path) -> None:
    """No address given: the embedded database is started and migrated, and only JSON is printed."""
    ours = {"DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    clean = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("NABIJ_")}
    command = [sys.executable, str(ROOT / "manage.py"), "route", str(SCENARIOS), "--json"]
    done = subprocess.run(
        command, env=clean | {"NABIJ_VAR": str(tmp_path)}, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [entry["agrees"] for entry in json.loads(done.stdout)] == [True] * 10


@pytest.mark.parametrize(
    "moment", ["9999-12-31T23:59+00:00", "0001-01-01T00:00", "1999-12-31T12:00", "2101-01-01T12:00"]
)
def test_duty_at_a_moment_that_cannot_be(db: None, moment: str) -> None:
    with pytest.raises(CommandError, match="between the years 2000 and 2100"):
        output("duty", "--at", moment)

"""The lamp, the emergency line and the foot of the page: right by the second, in the page's language, no database."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import translation

from accounts.calendar import Calendar
from desk import snapshot
from desk.frame import desk_lines, dialled, emergency_lines, lamp, page_frame

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SEEN = snapshot.defaults()


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("moment", "open_", "number"),
    [
        ("2026-03-10T16:59:59", True, "088 000 00 10"),
        ("2026-03-10T17:00:00", False, "088 000 00 20"),
        ("2026-04-27T10:00:00", False, "088 000 00 20"),
        ("2026-03-30T08:00:00", True, "088 000 00 10"),
    ],
)
def test_the_lamp_follows_the_clock(moment: str, open_: bool, number: str) -> None:
    shown = lamp(SEEN, local(moment))
    assert (shown["open"], shown["number"]) == (open_, number)


def test_the_lamp_in_both_languages() -> None:
    day, night = local("2026-03-10T10:00"), local("2026-03-10T20:00")
    with translation.override("nl"):
        assert lamp(SEEN, day)["headline"] == "Loket open tot 17:00"
        assert lamp(SEEN, night)["headline"] == "Nu avonddienst. Er is altijd iemand."
        assert lamp(SEEN, day)["cost"] == "Normale belkosten"
    with translation.override("en"):
        assert lamp(SEEN, day)["headline"] == "Desk open until 17:00"
        assert lamp(SEEN, night)["headline"] == "After-hours duty. Someone is always there."


def test_a_removed_line_still_shows_a_number() -> None:
    shown = lamp(replace(SEEN, lines={}, calendar=Calendar()), local("2026-03-10T10:00"))
    assert (shown["number"], shown["tel"]) == ("088 000 00 20", "+31880000020")


def test_the_emergency_line_has_the_three_numbers_of_the_mock() -> None:
    with translation.override("nl"):
        assert [(line["label"], line["action"], line["number"], line["tel"]) for line in emergency_lines(SEEN)] == [
            ("Nu in gevaar?", "Bel", "112", "112"),
            ("Denk je aan zelfmoord?", "Gratis:", "0800-0113", "08000113"),
            ("Thuis niet veilig?", "Gratis:", "0800-2000", "08002000"),
        ]


def test_the_foot_tells_when_each_line_answers() -> None:
    with translation.override("nl"):
        assert [(line["label"], line["number"]) for line in desk_lines(SEEN)] == [
            ("Werkdagen 08:00–17:00", "088 000 00 10"),
            ("Avond, nacht en weekend", "088 000 00 20"),
        ]


def test_the_frame_of_a_page_needs_no_database(settings: Any, tmp_path: Path) -> None:
    settings.SNAPSHOT_FILE = tmp_path / "none.json"
    with time_machine.travel(local("2026-03-10T16:59:59"), tick=False), translation.override("en"):
        frame = page_frame(RequestFactory().get("/"))
    assert frame["lamp"] == {
        "open": True, "headline": "Desk open until 17:00", "number": "088 000 00 10", "tel": "+31880000010",
        "cost": "Normal call charges",
    }  # fmt: skip
    assert frame["checked_on"] == dt.date(2026, 11, 2)
    assert len(frame["emergency_lines"]) == 3


@pytest.mark.parametrize(
    ("number", "tel"),
    [
        ("088 000 00 10", "+31880000010"),
        ("088 0767 000", "+31880767000"),
        ("06 00 00 00 12", "+31600000012"),
        ("112", "112"),
        ("0800-0113", "08000113"),
        ("+32 2 000 00 00", "+3220000000"),
        ("0900 1450", "09001450"),
    ],
)
def test_how_a_number_is_dialled(number: str, tel: str) -> None:
    assert dialled(number) == tel

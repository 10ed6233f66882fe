"""Wishes in words, and whether a way and an hour are within them."""

import datetime as dt
from typing import Any

import pytest
from django.utils import translation

from cases import safe_contact
from cases.enums import ContactWay
from cases.models import Case, ContactPreference, Person
from tests.conftest import AMSTERDAM

TUESDAY = dt.datetime(2026, 3, 10, 10, 15, tzinfo=AMSTERDAM)


def wishes(**answers: Any) -> ContactPreference:
    return ContactPreference(**({"channels": ["phone"]} | answers))


def words(found: ContactPreference) -> list[str]:
    with translation.override("nl"):
        return [rule.text for rule in safe_contact.rules(found)]


def test_nothing_answered_gives_nothing_away() -> None:
    case = Case(person=Person())
    assert words(safe_contact.wishes_of(case)) == [
        "Niets inspreken", "Naam van het loket niet noemen aan een ander", "Geen sms en geen e-mail",
    ]  # fmt: skip
    assert safe_contact.is_sensitive(safe_contact.wishes_of(case)) is True


def test_everything_allowed() -> None:
    free = wishes(may_leave_voicemail=True, may_identify=True, safe_to_text=True, safe_to_email=True)
    assert words(free) == ["Telefoongesprek", "Inspreken mag", "Je mag zeggen wie je bent"]
    assert safe_contact.is_sensitive(free) is False


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"window_from": dt.time(13), "window_until": dt.time(15)}, "Bellen 13:00–15:00"),
        ({"window_from": dt.time(10)}, "Bellen vanaf 10:00"),
        ({"window_until": dt.time(9, 30)}, "Bellen tot 09:30"),
        ({"weekdays": [3, 1]}, "Bellen Maandag, Woensdag"),
        ({}, ""),
    ],
)
def test_hours_in_words(answers: dict[str, Any], said: str) -> None:
    with translation.override("nl"):
        assert safe_contact.window_words(wishes(**answers)).lower() == said.lower()


@pytest.mark.parametrize(
    ("answers", "way", "within"),
    [
        ({}, "phone", True),
        ({}, "portal", False),
        ({"channels": []}, "portal", True),
        ({"channels": ["text"]}, "text", False),
        ({"channels": ["text"], "safe_to_text": True}, "text", True),
        ({"window_from": dt.time(10, 15)}, "phone", True),
        ({"window_until": dt.time(10, 15)}, "phone", False),
        ({"window_from": dt.time(22), "window_until": dt.time(2)}, "phone", False),
        ({"window_from": dt.time(22), "window_until": dt.time(11)}, "phone", True),
        ({"weekdays": [2]}, "phone", True),
        ({"weekdays": [1, 3]}, "phone", False),
        ({"channels": ["visit"], "weekdays": [1]}, "visit", True),
    ],
)
def test_what_is_within_the_wishes(answers: dict[str, Any], way: str, within: bool) -> None:
    assert (safe_contact.against(wishes(**answers), way, TUESDAY) == []) is within


def test_hours_are_local_time() -> None:
    found = wishes(window_from=dt.time(10), window_until=dt.time(11))
    assert safe_contact.against(found, "phone", dt.datetime(2026, 3, 10, 9, 30, tzinfo=dt.UTC)) == []
    assert len(safe_contact.against(found, "phone", dt.datetime(2026, 3, 10, 10, 30, tzinfo=dt.UTC))) == 1


def test_only_a_voice_message_is_forbidden_outright() -> None:
    assert safe_contact.forbids(wishes(), "voicemail") is True
    assert safe_contact.forbids(wishes(may_leave_voicemail=True), "voicemail") is False
    assert safe_contact.forbids(wishes(), "no_answer") is False


def test_a_form_begins_with_a_way_that_the_client_chose() -> None:
    ways = (ContactWay.VISIT, ContactWay.VIDEO, ContactWay.PHONE)
    for channels, first in (
        (["phone", "portal"], "phone"),
        ([], "visit"),
        (["email"], "visit"),
        (["phone", "visit"], "visit"),
    ):
        assert safe_contact.chosen_first(ContactPreference(channels=channels), ways) == first

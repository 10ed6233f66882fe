"""What is said after sending: who reads it, when, and what if it is night."""

import datetime as dt
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.utils.translation import override

from accounts import duty
from accounts.models import Shift
from cases.enums import Urgency
from desk import confirmation, snapshot
from desk.reception import Receipt
from referrals.enums import Destination
from tests.conftest import AMSTERDAM
from tests.factories.cast import Cast

DAY = dt.datetime(2026, 3, 10, 10, 15, tzinfo=AMSTERDAM)
EVENING = dt.datetime(2026, 3, 10, 20, 40, tzinfo=AMSTERDAM)
FRIDAY_NIGHT = dt.datetime(2026, 3, 13, 23, 0, tzinfo=AMSTERDAM)


def receipt(at: dt.datetime, **changed: Any) -> Receipt:
    usual: dict[str, Any] = {
        "reference": "NB-7K4Q-2M9T", "passphrase": "", "language": "nl", "sent_at": at,
        "promised_at": dt.datetime(2026, 3, 11, 17, 0, tzinfo=AMSTERDAM), "urgency": Urgency.SOON,
        "proposal": Destination.DESK, "handler_now": "DESK_LINE", "desk_was_open": 8 <= at.hour < 17,
    }  # fmt: skip
    return Receipt(**usual | changed)


@pytest.fixture(autouse=True)
def dutch() -> Any:
    with override("nl"):
        yield


@pytest.mark.parametrize(
    ("at", "urgency", "name", "when", "now"),
    [
        (DAY, "soon", "Samira El Amrani", "Hulpverlener van dienst, tot 17:00", True),
        (EVENING, "urgent", "Nadia Haddad", "Avonddienst, tot morgen, woensdag 11 maart, 08:00", True),
        (EVENING, "soon", "Samira El Amrani", "Hulpverlener van dienst, morgen, woensdag 11 maart vanaf 08:00", False),
        (FRIDAY_NIGHT, "routine", "Samira El Amrani", "Hulpverlener van dienst, maandag 16 maart vanaf 08:00", False),
    ],
)  # fmt: skip
def test_who_reads_it(cast: Cast, at: dt.datetime, urgency: str, name: str, when: str, now: bool) -> None:
    reader = confirmation.reader_of(receipt(at, urgency=Urgency(urgency)), snapshot.defaults().calendar)
    assert (reader.title, reader.when, reader.now) == (f"{name} leest je aanvraag", when, now)


def test_nobody_on_the_roster_gives_a_reader_without_a_name(cast: Cast) -> None:
    Shift.objects.all().delete()
    reader = confirmation.reader_of(receipt(DAY), snapshot.defaults().calendar)
    assert (reader.name, reader.title) == ("", "De hulpverlener van dienst leest je aanvraag")


def test_a_database_that_goes_away_after_sending_costs_only_the_name(db: None) -> None:
    with patch.object(duty, "roster", side_effect=OperationalError("gone")):
        assert confirmation.reader_of(receipt(DAY), snapshot.defaults().calendar).name == ""


@pytest.mark.parametrize(
    ("at", "urgency", "note"),
    [
        (DAY, "routine", ""),
        (EVENING, "urgent", ""),
        (EVENING, "routine", "Het loket is nu dicht. Het gaat weer open: morgen, woensdag 11 maart vanaf 08:00."),
    ],
)
def test_after_hours_it_says_when_the_desk_opens(at: dt.datetime, urgency: str, note: str) -> None:
    assert confirmation.waiting_note(receipt(at, urgency=Urgency(urgency)), snapshot.defaults().calendar) == note


def test_the_first_step_names_who_and_by_when() -> None:
    reader = confirmation.Reader("Samira El Amrani", "", "", now=True)
    steps = confirmation.steps(receipt(DAY), reader, "We bellen je.", has_window=False)
    assert steps[0] == {"title": "Je hoort van Samira: morgen, woensdag 11 maart vóór 17:00", "text": "We bellen je."}
    assert len(steps) == 3


def test_hours_for_calling_and_an_emergency_are_brought_together() -> None:
    reader = confirmation.Reader("", "", "", now=True)
    steps = confirmation.steps(receipt(DAY, urgency=Urgency.EMERGENCY), reader, "Niet vóór 10:00.", has_window=True)
    assert steps[0]["text"].endswith("Dan schrijven we je op deze website.")


@pytest.mark.parametrize("proposal", Destination.values)
def test_every_destination_has_three_steps(proposal: str) -> None:
    reader = confirmation.Reader("", "", "", now=False)
    steps = confirmation.steps(receipt(DAY, proposal=Destination(proposal)), reader, "", has_window=False)
    assert len(steps) == 3 and all(step["title"] for step in steps)


def test_who_asked_for_a_chaplain_gets_the_number(db: None) -> None:
    seen = snapshot.defaults()
    lines = confirmation.chaplain_lines(receipt(DAY, proposal=Destination.CHAPLAIN), seen)
    assert [line.code for line in lines] == ["geestelijk-verzorger"]
    assert confirmation.chaplain_lines(receipt(DAY), seen) == []

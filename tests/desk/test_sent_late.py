"""A request is routed by the moment it is sent, not by the one at which it was begun (decision 1)."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from cases.models import Intake
from desk import snapshot
from tests.desk.asking import Asking
from tests.factories.cast import Cast

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("begun", "sent", "line"),
    [
        ("16:58:00", "16:59:59", "DESK_LINE"),
        ("16:58:00", "17:00:00", "AFTER_HOURS_LINE"),
        ("16:58:00", "17:03:00", "AFTER_HOURS_LINE"),
        ("07:58:00", "08:00:00", "DESK_LINE"),
    ],
)
def test_the_moment_of_sending_counts(cast: Cast, begun: str, sent: str, line: str) -> None:
    moments = [dt.datetime.fromisoformat(f"2026-03-10T{clock}").replace(tzinfo=AMSTERDAM) for clock in (begun, sent)]
    with time_machine.travel(moments[0], tick=False) as clock:
        snapshot.write(moments[0])
        asking = Asking()
        asking.walk()
        clock.move_to(moments[1])
        asking.post(send="1")
    intake = Intake.objects.get()
    assert (intake.handler_now, intake.desk_was_open, intake.sent_at) == (line, line == "DESK_LINE", moments[1])
    assert intake.reference in asking.page

"""Ways to reach a chaplain, the team of a mission, and whoever else people call by themselves."""

import datetime as dt
from pathlib import Path
from typing import Any

from desk import snapshot
from referrals.models import Reach

DAY, NIGHT = "088 000 00 31", "088 000 00 30"


def make_reach(name: str = "Anne Wester", **fields: Any) -> Reach:
    """A chaplain for everyone, by day and by night."""
    usual: dict[str, Any] = {
        "destination": "CHAPLAIN", "day_number": DAY, "night_number": NIGHT, "checked_on": dt.date(2026, 3, 1),
        "languages": "Nederlands, Fries",
    }  # fmt: skip
    return Reach.objects.create(name=name, **usual | fields)


def write_snapshot(settings: Any, folder: Path, at: dt.datetime) -> None:
    """What the pages without a database read from now on."""
    settings.SNAPSHOT_FILE = folder / "snapshot.json"
    snapshot.write(at)

"""The roster, patterns, swaps, the calendar address, hours by team, and the hand-over of a shift."""

import datetime as dt

from accounts import feeds
from accounts.models import Shift, ShiftFeed, ShiftPattern
from tests.pages import DESK, EVERYONE, Page, Send, State, register
from tests.pages_organisation import EDITORS
from tests.world import MOMENT, World

READERS = ("els", "samira", "joost", "arie", "nadia", "otto")
ROSTER = "/organisatie/rooster/"
WRONG = {"to": "0", "starts_at": "morgen", "ends_at": ""}


def _own(world: World, tail: str = "ruil/") -> str:
    """A shift of another day: one of today may end while the pages are walked."""
    tomorrow = world.at + dt.timedelta(days=1)
    shift = Shift.objects.filter(user=world.user("samira"), starts_at__gt=tomorrow).earliest("starts_at")
    return f"{ROSTER}{shift.pk}/{tail}"


def _taken(world: World) -> str:
    return _own(world, "overnemen/")


def _feed(world: World) -> str:
    """Samira's, whose secret only she has, so it is a known one here."""
    known = {"secret_hash": feeds.hash_of("walk"), "made_at": MOMENT}
    ShiftFeed.objects.update_or_create(user=world.user("samira"), defaults=known)
    return "/rooster/walk.ics"


def _pattern(tail: str = "") -> str:
    return f"{ROSTER}patronen/{ShiftPattern.objects.earliest('pk').pk}/{tail}"


register(
    Page(
        "roster",
        ROSTER,
        roles=READERS,
        states={
            "reader": State(ROSTER, role="samira"),
            "off_shift": State(ROSTER, role="nadia"),
            "empty": f"{ROSTER}?d=2031-01-01",
            "error": f"{ROSTER}?d=onzin",
        },
    ),
    Page("swap", _own, roles=("samira",), states={"error": lambda world: Send(_own(world), WRONG)}),
    Page("take_over", _taken, roles=EDITORS, states={"error": lambda world: Send(_taken(world), {"to": "0"})}),
    Page("patterns", f"{ROSTER}patronen/", roles=EDITORS),
    Page(
        "pattern_add",
        f"{ROSTER}patronen/nieuw/",
        roles=EDITORS,
        states={"error": lambda world: Send(f"{ROSTER}patronen/nieuw/", {"every": "0", "first_day": "2026-13-40"})},
    ),
    Page("pattern", lambda world: _pattern(), roles=EDITORS),
    Page("pattern_make", lambda world: _pattern("maken/"), roles=EDITORS),
    Page("feed", "/account/agenda/", roles=READERS, states={"made": lambda world: Send("/account/agenda/")}),
    Page("feed_file", lambda world: _feed(world), roles=EVERYONE, whole=False),
    Page("hours", "/organisatie/uren/", roles=EDITORS),
    Page("hours_of", "/organisatie/uren/desk/", roles=EDITORS, states={"night": "/organisatie/uren/after-hours/"}),
    Page(
        "shift_handover",
        "/wacht/overdracht/",
        roles=("els", *(name for name in DESK if name != "els")),
        states={"error": lambda world: Send("/wacht/overdracht/", {"text": ""})},
    ),
    Page("shift_handovers", "/wacht/overdracht/eerder/", roles=DESK),
)

"""Who serves what and how much fits, and a client who asks for somebody else."""

from typing import Any

from cases.models import SomeoneElse
from referrals.models import Capacity
from tests.pages import Page, Send, State, register
from tests.pages_family import CASE_FOLLOWERS
from tests.pages_organisation import EDITORS
from tests.world import World

HEAD = "team;worker;unit;with_parts;location;region;everywhere;topics;languages;starts_on;ends_on\n"
WRONG = (
    HEAD
    + "niemand;;;;;;ja;;;2026-03-10;\n;bram@nabij.example;90bat;misschien;;;;geen;xx;morgen;\nregional-west;;;;;;;;;;\n"
)
RIGHT = HEAD + ";bram@nabij.example;alone;ja;;;;;en;2026-03-10;2026-12-31\n"
FILE = "/organisatie/dekking/bestand/"


def _end(world: World) -> str:
    return f"/organisatie/ruimte/{Capacity.objects.earliest('pk').pk}/einde/"


def _asked(world: World) -> str:
    return str(SomeoneElse.objects.get(case=world.case("accepted")).pk)


def _url(name: str, key: str) -> Any:
    return lambda world: world.url(name, key)


register(
    Page(
        "coverage_import",
        FILE,
        roles=EDITORS,
        states={
            "empty": lambda world: Send(FILE),
            "error": lambda world: Send(FILE, {"text": WRONG}),
            "looked_through": lambda world: Send(FILE, {"text": RIGHT}),
        },
    ),
    Page("coverage_export", f"{FILE}dekking.csv", roles=EDITORS, whole=False),
    Page("capacity", "/organisatie/ruimte/", roles=EDITORS),
    Page(
        "capacity_add",
        "/organisatie/ruimte/nieuw/",
        roles=EDITORS,
        states={"error": lambda world: Send("/organisatie/ruimte/nieuw/", {"most_open": "veel"})},
    ),
    Page("capacity_end", _end, roles=EDITORS, states={"error": lambda world: Send(_end(world))}),
    Page(
        "my_someone_else",
        _url("my_someone_else", "active"),
        roles=("tom",),
        states={
            "error": lambda world: Send(world.url("my_someone_else", "active"), {"why": "x" * 1001}),
            "asked": State("/volgen/aanvraag/iemand-anders/", role="follower:accepted"),
        },
    ),
    Page("follow_someone_else", "/volgen/aanvraag/iemand-anders/", roles=CASE_FOLLOWERS),
    Page(
        "case_someone_else",
        _url("case_someone_else", "accepted"),
        roles=("samira", "joost", "els"),
        states={
            "error": lambda world: Send(world.url("case_someone_else", "accepted"), {"asked": _asked(world)}),
            "by_phone": _url("case_someone_else", "active"),
        },
    ),
)

"""How much fits from a file, the roles of a Social Medical Team, and signals for the prevention officer."""

from typing import Any

from referrals.models import Signal, SmtRole
from tests.pages import Page, Send, State, register
from tests.pages_directory import READERS
from tests.pages_organisation import EDITORS
from tests.world import World

FITS = "/organisatie/ruimte/bestand/"
HEAD = "team;worker;most_open;most_new;starts_on;ends_on\n"
WRONG = HEAD + "niemand;;veel;;morgen;\n;bram@nabij.example;;;2026-03-10;\nregional-west;;-1;;2026-03-10;\n"
RIGHT = HEAD + ";karin@nabij.example;12;4;2026-03-10;2026-12-31\n"


def _role(world: World) -> str:
    return f"/organisatie/smt/{SmtRole.objects.earliest('pk').pk}/"


def _signal(state: str) -> Any:
    return lambda world: f"/signalen/{Signal.objects.filter(state=state).earliest('sent_at').pk}/"


def _write(world: World) -> str:
    return world.url("case_signal", "active")


register(
    Page(
        "capacity_import",
        FITS,
        roles=EDITORS,
        states={
            "empty": lambda world: Send(FITS),
            "error": lambda world: Send(FITS, {"text": WRONG}),
            "looked_through": lambda world: Send(FITS, {"text": RIGHT}),
        },
    ),
    Page("capacity_export", f"{FITS}ruimte.csv", roles=EDITORS, whole=False),
    Page("smt", "/organisatie/smt/", roles=EDITORS),
    Page(
        "smt_role_add",
        "/organisatie/smt/nieuw/",
        roles=EDITORS,
        states={"error": lambda world: Send("/organisatie/smt/nieuw/", {"role": "chaplain", "gets": "file"})},
    ),
    Page("smt_role", _role, roles=EDITORS, states={"error": lambda world: Send(_role(world), {"name_nl": ""})}),
    Page(
        "smt_name",
        lambda world: f"{_role(world)}wie/",
        roles=EDITORS,
        states={"error": lambda world: Send(f"{_role(world)}wie/", {"team": "x"})},
    ),
    Page(
        "case_signal",
        _write,
        roles=("bram",),
        states={
            "error": lambda world: Send(_write(world), {"words": "Bel 06 12345678", "topic": "x"}),
            "long": lambda world: Send(_write(world), {"words": "woord " * 120}),
            "desk": State(lambda world: world.url("case_signal", "sent_back"), role="samira"),
        },
    ),
    Page(
        "signals",
        "/signalen/",
        roles=("ina", *READERS),
        states={"empty": State("/signalen/", role="ilse")},
    ),
    Page(
        "signal",
        _signal("sent"),
        roles=("ina", "bram"),
        states={
            "error": lambda world: Send(_signal("sent")(world), {"state": "x"}),
            "answered": _signal("taken_up"),
        },
    ),
)

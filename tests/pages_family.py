"""Looking along: the client's side by both doors, and the side of who was invited."""

import datetime as dt
import uuid
from typing import Any

from cases import tokens
from cases.models import Invitation
from tests.pages import SIGNED_IN, Page, Send, State, register
from tests.world import LONG_NAME, LONG_WORD, World

CASE_FOLLOWERS = ("follower:active", "follower:consent", "follower:long")
GOOD = {
    "name": "Lisa", "relation": "mijn zus", "called": "Tom", "scope": "messages", "way": "link", "email": "",
    "submission": "3f1de2a8-0f4e-4a57-9f0b-5b8f0e6d1c11",
}  # fmt: skip
LONG = GOOD | {"name": LONG_NAME, "relation": LONG_WORD, "called": LONG_WORD}


def _guest(world: World, name: str) -> Invitation:
    rows = Invitation.objects.filter(case=world.case("active")).select_related("case__data_key")
    return next(row for row in rows if row.name == name)


def _one(name: str, way: str = "my_guest") -> Any:
    def at(world: World) -> str:
        row = _guest(world, name)
        return world.url("my_guest", "active", row.pk) if way == "my_guest" else f"/volgen/aanvraag/mee/{row.pk}/"

    return at


def _link(world: World, name: str = "Wil Maas") -> str:
    row = _guest(world, name)
    return f"/mijn/mee/{tokens.token_of(row.pk, row.token_hash)}/"


def _page(world: World) -> str:
    return f"/mijn/mee/{_guest(world, 'Fenna Maas').pk}/"


def _send(path: Any, **fields: str) -> Any:
    return lambda world: Send(path(world) if callable(path) else path, fields)


def _sent(path: Any, **fields: str) -> Any:
    """With a last day a month ahead."""
    return lambda world: Send(path(world), fields | {"ends_on": f"{world.at.date() + dt.timedelta(days=30)}"})


def _add(world: World) -> str:
    return world.url("my_guest_add", "active")


register(
    Page(
        "my_guests",
        lambda world: world.url("my_guests", "active"),
        roles=("tom",),
        states={"empty": State(lambda world: world.url("my_guests", "taken"), role="lisa")},
    ),
    Page(
        "my_guest_add",
        _add,
        roles=("tom",),
        states={
            "error": _send(_add),
            "warning": _sent(_add, **GOOD),
            "long": _sent(_add, **LONG),
            "code": _sent(_add, **GOOD, sure="on"),
        },
    ),
    Page(
        "my_guest",
        _one("Fenna Maas"),
        roles=("tom",),
        states={
            "open": _one("Wil Maas"),
            "ended": _one("Joris"),
            "error": _send(_one("Fenna Maas"), scope="dates", ends_on="gisteren"),
            "warning": _sent(_one("Wil Maas"), scope="messages", submission=GOOD["submission"]),
        },
    ),
    Page(
        "my_keep_out",
        lambda world: world.url("my_keep_out", "active"),
        roles=("tom",),
        states={"error": _send(lambda world: world.url("my_keep_out", "active"))},
    ),
    Page(
        "my_first_call",
        lambda world: world.url("my_first_call", "active"),
        roles=("tom",),
        states={"error": _send(lambda world: world.url("my_first_call", "active"), ring_times="25:00", number="1")},
    ),
    Page("follow_first_call", "/volgen/aanvraag/eerste-contact/", roles=CASE_FOLLOWERS),
    Page(
        "case_first_contact",
        lambda world: world.url("case_first_contact", "active"),
        roles=("bram", "samira", "joost", "els"),
        states={"error": _send(lambda world: world.url("case_first_contact", "active"))},
    ),
    Page("follow_keep_out", "/volgen/aanvraag/niet-zien/", roles=CASE_FOLLOWERS),
    Page(
        "case_keep_out",
        lambda world: world.url("case_keep_out", "active"),
        roles=("bram",),
        states={
            "error": _send(lambda world: world.url("case_keep_out", "active")),
            "waiting": State(lambda world: world.url("case_keep_out", "taken"), role="joost"),
        },
    ),
    Page("follow_guests", "/volgen/aanvraag/mee/", roles=CASE_FOLLOWERS),
    Page(
        "follow_guest_add",
        "/volgen/aanvraag/mee/nieuw/",
        roles=CASE_FOLLOWERS,
        states={"error": _send("/volgen/aanvraag/mee/nieuw/", name="")},
    ),
    Page("follow_guest", _one("Fenna Maas", "follow"), roles=("follower:active",)),
    Page(
        "family",
        "/mijn/mee/",
        roles=("fenna", *(name for name in SIGNED_IN if name != "fenna")),
        states={"empty": State("/mijn/mee/", role="max")},
    ),
    Page(
        "family_page",
        _page,
        roles=("fenna",),
        states={
            "error": _send(_page, body=""),
            "gone": State(lambda world: f"/mijn/mee/{uuid.UUID(int=1)}/", role="max", status=404),
        },
    ),
    Page(
        "family_invited",
        _link,
        roles=("max", *(name for name in SIGNED_IN if name not in {"max", "arie", "vera"})),  # they are kept out
        states={
            "error": _send(_link, code="1"),
            "answer": State(lambda world: _link(world, LONG_NAME), role="lisa"),
            "answer_error": State(lambda world: Send(_link(world, LONG_NAME), {"do": "yes"}), role="lisa"),
            "unknown": State("/mijn/mee/bestaat-niet/", role="max", status=404),
        },
    ),
)

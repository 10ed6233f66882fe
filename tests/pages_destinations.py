"""Where else a client can be helped; the kinds of destination at triage are with the page of a request."""

from typing import Any

from referrals.destinations import SHOWN
from tests.pages import DESK, At, Page, State, register


def _other_help(code: str) -> At:
    return lambda world: _of(world) + f"?to={code}"


def _of(world: Any, request: str = "active") -> str:
    return str(world.url("case_other_help", request))


register(
    Page(
        "case_other_help",
        _of,
        roles=("bram",),
        states={
            **{code.lower(): _other_help(code) for code in SHOWN},
            "unknown": _other_help("niets"),
            "at_desk": State(lambda world: _of(world, "taken"), role=DESK[0]),
        },
    )
)

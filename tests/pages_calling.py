"""Calling people back: the list, one of them, the moments, the grid."""

from typing import Any

from django.utils import timezone

from cases.models import CallBack
from desk import callback_week
from tests.pages import DESK, Page, Send, State, register

EDITORS = ("els", "arie")
GRID = "/organisatie/terugbellen/"


def _one(**wanted: Any) -> str:
    row = CallBack.objects.open().filter(**wanted).by_moment().first()
    assert row is not None, f"the world has no call-back with {wanted}"
    return f"/loket/terugbellen/{row.pk}/"


register(
    Page(
        "call_backs",
        "/loket/terugbellen/",
        roles=DESK,
        states={
            "beyond": "/loket/terugbellen/?page=99",
            "today": lambda world: callback_week.due_url(timezone.now()),
        },
    ),
    Page(
        "call_back",
        lambda world: _one(case=None),
        roles=DESK,
        states={
            "error": lambda world: Send(_one(case=None), {"do": "tried", "tried-note": "Een vrouw nam op."}),
            "wrong_case": lambda world: Send(_one(case=None), {"do": "link", "link-reference": "NB-2222-2222"}),
            "chosen": lambda world: _one(source="chosen"),
            "unreached": lambda world: _one(source="unreached"),
        },
    ),
    Page(
        "call_back_agree",
        lambda world: world.url("call_back_agree", "taken"),
        roles=DESK,
        states={
            "error": lambda world: Send(world.url("call_back_agree", "taken"), {"day": "2020-01-01", "time": "9:00"}),
        },
    ),
    Page(
        "call_back_hours",
        GRID,
        roles=EDITORS,
        states={
            "night": f"{GRID}?lijn=nacht",
            "error": lambda world: Send(GRID, {"d1h09": "veel", "d2h10": "-1"}),
            "copied": lambda world: Send(GRID, {"d1h09": "3", "copy": "monday"}),
        },
    ),
    Page(
        "my_call_back",
        lambda world: world.url("my_call_back", "active"),
        roles=("tom",),
        states={
            "error": lambda world: Send(world.url("my_call_back", "active"), {"call_slot": "2020-01-01T09:00Z"}),
            "at_desk": State(lambda world: world.url("my_call_back", "taken"), role="lisa"),
        },
    ),
    Page(
        "follow_call_back",
        "/volgen/aanvraag/bellen/",
        roles=("follower:active", "follower:consent", "follower:long"),
        states={"closed": State("/volgen/aanvraag/bellen/", role="follower:solved")},
    ),
)

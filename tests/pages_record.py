"""What a client agreed to share, and taking that back."""

from typing import Any

from tests.pages import Page, Send, State, register
from tests.world import World

SHARED = "/volgen/aanvraag/gedeeld/"
CASE_FOLLOWERS = ("follower:active", "follower:consent", "follower:long")


def _yes(world: World, key: str, kind: str) -> str:
    row: Any = world.case(key).referrals.get(kind=kind)
    return world.url("case_yes_back", key, row.pk)


register(
    Page(
        "my_shared",
        lambda world: world.url("my_shared", "active"),
        roles=("tom",),
    ),
    Page(
        "follow_shared",
        SHARED,
        roles=CASE_FOLLOWERS,
        states={
            "advice": State(SHARED, role="follower:coached"),
            "offered": State(SHARED, role="follower:offered"),
            "empty": State(SHARED, role="follower:waiting"),
        },
    ),
    Page(
        "case_yes_back",
        lambda world: _yes(world, "coached", "transfer"),
        roles=("bram",),
        states={
            "reads": lambda world: _yes(world, "coached", "consultation"),
            "desk": State(lambda world: _yes(world, "offered", "referral"), role="samira"),
            "error": lambda world: Send(_yes(world, "coached", "transfer")),
        },
    ),
)

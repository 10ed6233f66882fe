"""Spreading the cases of somebody who leaves over the colleagues who fit them best."""

from tests.pages import Page, Send, register
from tests.world import World


def _spread(world: World, query: str = "") -> str:
    return f"/organisatie/mensen/{world.user('bram').public_id}/stoppen/verdelen/{query}"


register(
    Page(
        "person_spread",
        _spread,
        roles=("els", "arie"),
        states={
            "full": lambda world: _spread(world, "?most=1&offers=desk"),
            "odd": lambda world: _spread(world, "?most=onzin"),
            "error": lambda world: Send(_spread(world), {"seen": "iets anders"}),
        },
    ),
)

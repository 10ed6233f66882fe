"""Help that follows each other, the outline for an employer, and registrations of colleagues."""

from tests.pages import Page, Send, State, register
from tests.world import World


def _person(world: World, name: str = "bram") -> str:
    return f"/organisatie/mensen/{world.user(name).public_id}/register/"


def _row(world: World) -> str:
    return f"{_person(world)}{world.user('bram').registrations.get().pk}/"


register(
    Page(
        "case_tracks",
        lambda world: world.url("case_tracks", "coached"),
        roles=("bram",),
        states={
            "error": lambda world: Send(world.url("case_tracks", "coached")),
            "chosen": lambda world: world.url("case_tracks", "active") + "?step=coaching",
            "empty": lambda world: world.url("case_tracks", "accepted"),
            "closed": State(lambda world: world.url("case_tracks", "solved"), role="samira"),
        },
    ),
    Page(
        "case_outlines",
        lambda world: world.url("case_outlines", "coached"),
        roles=("bram",),
        states={
            "none": lambda world: world.url("case_outlines", "active"),
            "error": lambda world: Send(world.url("case_outlines", "coached")),
        },
    ),
    Page("my_outline", lambda world: world.url("my_outline", "active"), roles=("tom",)),
    Page(
        "follow_outline",
        "/volgen/aanvraag/werkgever/",
        roles=("follower:coached", "follower:active", "follower:consent", "follower:long"),
        states={
            "error": lambda _world: Send("/volgen/aanvraag/werkgever/"),
            "none": State("/volgen/aanvraag/werkgever/", role="follower:long"),
        },
    ),
    Page(
        "registration_add",
        _person,
        roles=("els", "arie"),
        states={"error": lambda world: Send(_person(world)), "own": lambda world: Send(_person(world, "els"))},
    ),
    Page("registration_change", _row, roles=("els", "arie"), states={"error": lambda world: Send(_row(world))}),
)

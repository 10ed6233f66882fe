"""Being logged in: where, for how long, what was typed when it ended, and the employer's own log-in."""

from typing import Any

from accounts.sessions.kept import Answer, keep
from tests.pages import EVERYONE, SIGNED_IN, Page, State, register
from tests.world import LONG_STORY, World


def _with_text(story: str) -> Any:
    """The page of somebody who was typing a note about a case when their session ended."""

    def at(world: World) -> str:
        answers = [Answer("body", (story,), "Verslag"), Answer("kind", ("file",), ""), Answer("secret", ("x",), "")]
        keep(world.user("bram").pk, world.url("case_notes", "active"), answers, at=world.at)
        return "/account/bewaard/"

    return at


register(
    Page("sessions", "/account/sessies/", roles=SIGNED_IN),
    Page(
        "kept",
        "/account/bewaard/",
        roles=SIGNED_IN,
        states={
            "text": State(_with_text("Ik sprak haar vandaag.\nZe slaapt weer beter."), role="bram"),
            "long": State(_with_text(LONG_STORY), role="bram"),
        },
    ),
    Page("employer", "/account/werkgever/", roles=SIGNED_IN),
    Page("employer_failed", "/account/werkgever/mislukt/", roles=EVERYONE),
    Page("employer_unknown", "/account/werkgever/onbekend/", roles=EVERYONE),
)

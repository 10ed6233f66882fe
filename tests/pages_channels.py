"""Requests that come in another way: entered by the desk, kept to go on with later, linked, confirmed by letter."""

from typing import Any

from cases.models import Draft
from cases.tokens import DRAFT, token_of
from desk import wizard
from tests.pages import DESK, EVERYONE, Page, Send, State, register
from tests.pages_public import ANSWERS, sealed
from tests.world import LONG_NAME, LONG_STORY, World

LETTER = {"channel": ["letter"], "received_on": ["2026-03-02"], "received_time": ["09:30"]}
WRONG = {"do": "fill", "channel": "letter", "received_on": "2030-01-01"}
CALL = {"channel": ["phone"], "on_behalf": ["self"], "language": ["nl"]}


def _entered(world: World, step: str, **aside: list[str]) -> str:
    """The blob of Samira who filled in everything and is at ``step``."""
    state = wizard.begin(world.at, {code: dict(answers) for code, answers in ANSWERS.items()})
    state.step, state.done, state.aside = step, list(ANSWERS), CALL | aside
    state.holder = f"desk|{world.user('samira').pk}"
    return wizard.seal(state)


def _desk(world: World, do: str, step: str = wizard.CHECK, **aside: Any) -> Send:
    return Send("/loket/nieuw/", {"state": _entered(world, step, **aside), "do": do, "read_out": "on"})


def _filled(world: World, **changed: Any) -> Send:
    given = {name: values for answers in ANSWERS.values() for name, values in answers.items()} | CALL
    return Send("/loket/nieuw/", {"state": _entered(world, "danger"), "do": "fill"} | given | changed)


def _keep(world: World, do: str, step: str = "story", **fields: str) -> Send:
    return Send("/vraag/bewaren/", {"state": sealed(world, step), "do": do} | fields)


def _link(_world: World) -> str:
    draft = Draft.objects.filter(user=None).latest("changed_at")
    return f"/vraag/verder/{token_of(draft.pk, draft.token_hash, DRAFT)}/"


register(
    Page(
        "enter",
        "/loket/nieuw/",
        roles=DESK,
        states={
            "error": lambda world: Send(
                "/loket/nieuw/", {"do": "fill", "channel": "letter", "received_on": "2030-01-01"}
            ),
            "check": lambda world: _filled(world),
            "check_long": lambda world: _filled(
                world, story=[LONG_STORY], on_behalf=["relative"], caller=[LONG_NAME], danger=["yes"]
            ),
            "not_read": lambda world: Send("/loket/nieuw/", {"state": _entered(world, wizard.CHECK), "do": "send"}),
            "letter": lambda world: _filled(world, **LETTER),
            "receipt": lambda world: _desk(world, "send"),
            "receipt_relative": lambda world: _desk(world, "send", on_behalf=["relative"], caller=[LONG_NAME]),
            "receipt_letter": lambda world: _desk(world, "send", **LETTER),
        },
    ),
    Page(
        "case_letter",
        lambda world: world.url("case_letter", "taken"),
        roles=DESK,
        states={
            "named": lambda world: world.url("case_letter", "taken") + "?from=us",
            "english": lambda world: world.url("case_letter", "new_english"),
            "long": lambda world: world.url("case_letter", "long"),
            "worker": State(lambda world: world.url("case_letter", "active"), role="bram"),
        },
    ),
    Page(
        "case_same_person",
        lambda world: world.url("case_same_person", "new"),
        roles=DESK,
        states={
            "empty": lambda world: world.url("case_same_person", "taken"),
            "error": lambda world: Send(world.url("case_same_person", "new"), {"reference": "NB-2222-2222"}),
            "worker": State(lambda world: world.url("case_same_person", "active"), role="bram"),
        },
    ),
    Page(
        "draft_link",
        _link,
        roles=EVERYONE,
        states={"over": State("/vraag/verder/te-oud/", status=404)},
    ),
    Page(
        "intake_save",
        lambda world: _keep(world, "account", "wish"),
        roles=EVERYONE,
        states={
            "guest": lambda world: _keep(world, "account"),
            "error": lambda world: _keep(world, "mail", email="geen adres"),
            "mailed": lambda world: _keep(world, "mail", email="gast@thuis.example", safe="on"),
            "kept": State(lambda world: _keep(world, "account"), role="tom"),
        },
    ),
)

"""The request form's memory: answers travel in the page, encrypted and signed; nothing is stored until it is sent.

So the form needs neither session nor database (SECURITY, adopted 2). The blob holds what was typed, step by step, as
it was typed; every answer is checked again before it counts.

In a browser that keeps cookies the blob can only be read together with a random cookie. Quick exit removes the cookie:
whoever goes back in the history afterwards, and sends an old page again, gets an empty form.
"""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
import os
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from cases.enums import Danger, Requester, Situation

VERSION = "1"
NONCE = 12
KEPT_FOR = dt.timedelta(days=7)
COOKIE = "__Host-form"
CHECK, SENT, HELP_NOW = "check", "sent", "help_now"
QUESTIONS = 8
TEAM = "team"  # the choice "for my team or unit", before we know whether advice or help is meant

Typed = dict[str, list[str]]


class Unreadable(Exception):
    """The blob was changed, is of an older version, or was left for too long."""


@dataclass
class State:
    """Where someone is and what they typed. ``done`` are the steps that were answered without a mistake."""

    submission_id: uuid.UUID
    begun_at: dt.datetime
    step: str = "danger"
    typed: dict[str, Typed] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    checking: bool = False  # came from the check page to change one answer
    holder: str = ""  # the browser's cookie; never in the blob itself
    aside: Typed = field(default_factory=dict)  # what the desk fills in besides, when it enters for someone

    def answer(self, step: str, name: str | None = None) -> str:
        """One answer of a step that was finished; empty otherwise. Of several the last, as the forms read them."""
        values = self.typed.get(step, {}).get(name or step, []) if step in self.done else []
        return values[-1] if values else ""

    def keep(self, step: str, typed: Typed, *, finished: bool) -> None:
        """Remember what was typed on a step, and whether it can count."""
        self.typed[step] = typed
        if finished and step not in self.done:
            self.done.append(step)
        elif not finished and step in self.done:
            self.done.remove(step)

    def forget(self, step: str) -> None:
        """Clear a step that no longer applies."""
        self.typed.pop(step, None)
        if step in self.done:
            self.done.remove(step)

    @property
    def requester(self) -> str:
        """The code of cases.enums.Requester; empty until it is known."""
        given = self.answer("requester")
        if given == TEAM:
            return {"advice": Requester.TEAM_ADVICE.value, "help": Requester.TEAM_HELP.value}.get(self.answer(TEAM), "")
        return given


@dataclass(frozen=True)
class Step:
    """A page of the form. Several steps may share a question's number."""

    code: str
    number: int
    applies: Callable[[State], bool] = lambda state: True


STEPS = (
    Step("danger", 1),
    Step(HELP_NOW, 1, lambda state: state.answer("danger") == Danger.YES),
    Step("requester", 2),
    Step(TEAM, 2, lambda state: state.answer("requester") == TEAM),
    Step("situation", 3),
    Step("returned", 3, lambda state: state.answer("situation") == Situation.JUST_BACK),
    Step("unit", 4),
    Step("topics", 5),
    Step("story", 6),
    Step("contact", 7),
    Step("wish", 8, lambda state: state.requester != Requester.TEAM_ADVICE),
)
BY_CODE: Mapping[str, Step] = {step.code: step for step in STEPS}

OWN_SITUATIONS = (
    Situation.AT_HOME,
    Situation.UNIT_MISSION,
    Situation.SMALL_DEPLOYMENT,
    Situation.RELATIVE_AWAY,
    Situation.JUST_BACK,
    Situation.OTHER,
)
FAMILY_SITUATIONS = (Situation.RELATIVE_AWAY, Situation.OTHER)


def situations_for(requester: str) -> tuple[Situation, ...]:
    """The situations that can be true. Family does not work here, so nobody asks them whether they are on a mission."""
    return FAMILY_SITUATIONS if requester == Requester.FAMILY_OF_COLLEAGUE else OWN_SITUATIONS


def begin(at: dt.datetime, typed: Mapping[str, Typed] | None = None) -> State:
    """A new request. ``typed`` fills in answers that the person still has to confirm."""
    return State(submission_id=uuid.uuid4(), begun_at=at, typed=dict(typed or {}))


def is_young(state: State) -> bool:
    """Whether somebody said that they are under 16, finished with that page or not: then nothing is mailed."""
    return bool(state.typed.get("contact", {}).get("young"))


def applicable(state: State) -> list[str]:
    """The steps that belong to these answers, in order."""
    return [step.code for step in STEPS if step.applies(state)]


def next_step(state: State) -> str:
    """Where "Continue" leads. While checking: what is still missing, then the check page."""
    codes = applicable(state)
    if not state.checking:
        later = codes[codes.index(state.step) + 1 :] if state.step in codes else codes
        return later[0] if later else CHECK
    return next((code for code in codes if code not in state.done), CHECK)


def previous_step(state: State) -> str:
    """Where "Back" leads; the first question leads to itself."""
    if state.checking:
        return next_step(state)
    codes = applicable(state)
    if state.step not in codes:
        return codes[-1]
    return codes[max(codes.index(state.step) - 1, 0)]


def prune(state: State) -> None:
    """Clear the answers on steps that the other answers hide, so that nothing unseen is sent."""
    if state.answer("situation") and state.answer("situation") not in situations_for(state.requester):
        state.forget("situation")
    for step in STEPS:
        if not step.applies(state):
            state.forget(step.code)


def seal(state: State) -> str:
    """The blob for the page, bound to the browser when that keeps cookies."""
    key_id, key = next(iter(settings.INTAKE_KEY.items()))
    nonce = os.urandom(NONCE)
    sealed = AESGCM(_own(key)).encrypt(nonce, json.dumps(body_of(state)).encode(), _bound(key_id, state.holder))
    return ".".join(
        [VERSION + ("b" if state.holder else ""), key_id, base64.urlsafe_b64encode(nonce + sealed).decode()]
    )


def unseal(blob: str, at: dt.datetime, holder: str = "") -> State:
    """The state again. Raises Unreadable for what we did not make, made for another browser, or made too long ago.

    ``holder`` is the browser's cookie. A blob made before there was one is read in any browser.
    """
    version, _dot, rest = blob.partition(".")
    key_id, _dot, encoded = rest.partition(".")
    if version not in {VERSION, VERSION + "b"} or key_id not in settings.INTAKE_KEY:
        raise Unreadable("version or key")
    bound = _bound(key_id, holder if version != VERSION else "")
    try:
        raw = base64.urlsafe_b64decode(encoded.encode("ascii"))
        text = AESGCM(_own(settings.INTAKE_KEY[key_id])).decrypt(raw[:NONCE], raw[NONCE:], bound)
        state = from_body(json.loads(text))
    except (ValueError, KeyError, TypeError, binascii.Error, InvalidTag) as error:
        raise Unreadable("changed") from error
    if at - state.begun_at > KEPT_FOR:
        raise Unreadable("too old")
    state.holder = holder
    return state


def body_of(state: State) -> dict[str, Any]:
    """What a state is made of, without the browser it belongs to."""
    return {
        "id": state.submission_id.hex,
        "at": state.begun_at.isoformat(),
        "step": state.step,
        "typed": state.typed,
        "done": state.done,
        "checking": state.checking,
        "aside": state.aside,
    }


def from_body(body: Mapping[str, Any]) -> State:
    """Authentic, but perhaps of another release: codes that no longer exist are left out."""
    known = {*BY_CODE, CHECK, SENT}
    typed = {code: values for code, values in dict(body["typed"]).items() if code in BY_CODE}
    return State(
        submission_id=uuid.UUID(str(body["id"])),
        begun_at=dt.datetime.fromisoformat(str(body["at"])),
        step=str(body["step"]) if body["step"] in known else "danger",
        typed=typed,
        done=[code for code in _codes(body["done"]) if code in typed or code == HELP_NOW],
        checking=bool(body["checking"]),
        aside=dict(body.get("aside") or {}),
    )


def _codes(value: object) -> Iterable[str]:
    return [code for code in value if code in BY_CODE] if isinstance(value, list) else []


def _own(key: bytes) -> bytes:
    """The key is also used for other things: one of its own for the form."""
    return hmac.new(key, b"intake wizard", hashlib.sha256).digest()


def _bound(key_id: str, holder: str) -> bytes:
    """What the blob is tied to without containing it."""
    return f"intake|{VERSION}|{key_id}|{holder}".encode()

"""Someone who fills in the request form, page by page, over HTTP."""

import html
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from desk import wizard
from desk.wizard import State

BLOB = re.compile(r'name="state" value="([^"]+)"')

CONTACT: dict[str, Any] = {"name": "Daan Visser", "channels": ["phone", "portal"], "phone": "06-00000012"}
ANSWERS: dict[str, dict[str, Any]] = {
    "danger": {"danger": "no"},
    "requester": {"requester": "self"},
    "team": {"team": "help"},
    "situation": {"situation": "at_home"},
    "returned": {"returned": ""},
    "unit": {"unit": "A-compagnie 90 Fictief Bataljon"},
    "topics": {"topics": ["conflict"]},
    "story": {"story": "Ik heb ruzie met mijn sergeant."},
    "contact": CONTACT,
    "wish": {"wish": "none"},
}


class Asking:
    """A browser with the last page it got. ``post`` sends the page's blob along, as the page does."""

    def __init__(self, language: str = "nl") -> None:
        self.client = Client(headers={"accept-language": language})
        self.response: Any = self.client.get("/vraag/")

    def post(self, **fields: Any) -> HttpResponse:
        """Press a button of the form on the page."""
        self.response = self.client.post("/vraag/", {"state": self.blob} | fields)
        return self.response

    def walk(self, until: str = wizard.CHECK, **changed: dict[str, Any]) -> HttpResponse:
        """Answer every question as ANSWERS does, except those given, until the page of ``until`` shows."""
        for _page in range(15):
            step = self.step
            if step == until:
                return self.response
            self.post(**(changed.get(step) or ANSWERS.get(step, {})))
            assert self.step != step, self.errors
        raise AssertionError(f"never came to {until}")

    @property
    def page(self) -> str:
        return html.unescape(self.response.content.decode())

    @property
    def blob(self) -> str:
        found = BLOB.search(self.response.content.decode())
        assert found, "the page carries no answers"
        return html.unescape(found[1])

    @property
    def state(self) -> State:
        """What travels in the page."""
        held = self.client.cookies.get(wizard.COOKIE)
        return wizard.unseal(self.blob, timezone.now(), held.value if held else "")

    @property
    def step(self) -> str:
        return str(self.response.context["step"])

    @property
    def errors(self) -> dict[str, list[str]]:
        form = self.response.context.get("form")
        return {name: list(texts) for name, texts in form.errors.items()} if form is not None and form.is_bound else {}

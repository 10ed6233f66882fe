"""Someone with a browser and no JavaScript, as far as HTTP goes: walks the request form and sends it."""

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

REFERENCE = re.compile(r"NB-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}")


@dataclass(frozen=True)
class Answer:
    """What came back, and how many seconds it took."""

    status: int
    body: str
    seconds: float

    @property
    def reference(self) -> str:
        found = REFERENCE.search(self.body)
        return found[0] if found else ""


class Fields(HTMLParser):
    """Names of the controls of the request form, and the values of its hidden ones."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.inside = False
        self.names: set[str] = set()
        self.hidden: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = found.get("id") == "intake"
        elif self.inside and tag in {"input", "select", "textarea", "button"} and "name" in found:
            if found.get("type") == "hidden":
                self.hidden[found["name"]] = unescape(found["value"])
            else:
                self.names.add(found["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


STORY = {
    "danger": ["no"],
    "requester": ["self"],
    "situation": ["at_home"],
    "unit": [""],
    "topics": [],
    "story": ["Ik slaap al weken slecht en weet niet goed waarom."],
    "wish": ["none"],
    "name": ["Sanne"],
    "channels": ["email"],
    "email": ["sanne@thuis.example"],
    "safe_to_email": ["yes"],
}
"""A plain request that may be answered by mail."""


class Visitor:
    """One visit. ``answers`` maps a control's name to what is chosen or typed there; ``page`` is what is on screen."""

    def __init__(self, url: str, **answers: str) -> None:
        self.url = url
        self.answers = STORY | {name: [value] for name, value in answers.items()}
        self.page = Answer(0, "", 0)

    def open(self, path: str) -> Answer:
        """GET a page; redirects to elsewhere are not followed."""
        return self._ask(urllib.request.Request(self.url + path))  # noqa: S310 - our own address

    def begin(self) -> Answer:
        """The first question."""
        self.page = self.open("/vraag/")
        return self.page

    def go_on(self) -> Answer:
        """Answer the question on screen and press the button."""
        fields = Fields(self.page.body)
        typed = {name: values for name, values in self.answers.items() if name in fields.names}
        return self._post(fields.hidden | typed)

    def until(self, name: str) -> Answer:
        """Answer until the page has a control of this name."""
        if not self.page.body:
            self.begin()
        for _ in range(12):
            if name in Fields(self.page.body).names:
                return self.page
            self.go_on()
        raise AssertionError(f"never came to {name}: {self.page.status} {self.page.body[:2000]}")

    def send(self) -> Answer:
        """Press "send" on the page with all answers, or "try again" where sending failed."""
        fields = Fields(self.page.body)
        return self._post({**fields.hidden, "send": "1"})

    def ask_for_help(self) -> Answer:
        """From the first question to the confirmation."""
        self.until("send")
        return self.send()

    def _post(self, fields: dict[str, str | list[str]] | dict[str, str]) -> Answer:
        content = urllib.parse.urlencode(fields, doseq=True).encode()
        self.page = self._ask(urllib.request.Request(self.url + "/vraag/", data=content))  # noqa: S310
        return self.page

    def _ask(self, request: urllib.request.Request) -> Answer:
        request.add_header("Accept-Language", "nl")
        request.add_header("Cookie", "__Host-session=left-by-someone-else")
        began = time.monotonic()
        try:
            with OPENER.open(request, timeout=30) as answer:
                body = answer.read().decode()
                return Answer(answer.status, body, time.monotonic() - began)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(), time.monotonic() - began)


class StayHere(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer too."""

    def redirect_request(self, *args: object) -> None:
        return None


OPENER = urllib.request.build_opener(StayHere)

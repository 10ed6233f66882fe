"""The registry of pages. Tests walk it: every page × role × language, in a real browser and over HTTP.

Each page names its URL name, its address in the world of tests/world.py, the roles that may open it, the richest
first, and the other states it can be in: an error beside a field, nothing to show, much to show, long text. A page
that is not listed makes tests/test_conventions.py fail.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

ANYONE = "anyone"
DESK = ("samira", "joost", "els")
WORKERS = ("bram", "ilse", "karin", "ruben", "wies")
STAFF = (*DESK, "nadia", "otto", *WORKERS, "vera", "arie")
CLIENTS = ("tom", "lisa", "max", "fenna")
FOLLOWERS = ("follower:active", "follower:consent", "follower:advice", "follower:long")
EVERYONE = (ANYONE, *STAFF, *CLIENTS, *FOLLOWERS)
SIGNED_IN = (*STAFF, *CLIENTS)


@dataclass(frozen=True)
class Send:
    """A page that shows after a form was sent: where to, and what. Without the token of the form, which is added.
    ``form`` is where the form stands, when that is another address; ``files`` are names and words, by field."""

    to: str
    fields: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    form: str = ""
    files: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


Where = str | Send
At = Callable[[Any], Where] | str


@dataclass(frozen=True)
class State:
    """Another address of a page, for a role of its own when the page's richest role cannot get there."""

    at: At
    role: str = ""
    status: int = 200


@dataclass(frozen=True)
class Page:
    """``name`` is the URL name. ``at`` builds the address from the world. ``roles`` are first names of the cast,
    ``follower:<story>`` for who follows that request, or ``ANYONE``: nobody needs to log in. The first is the richest.
    ``whole`` is False for what is no page of ours (a letter as a mail program shows it)."""

    name: str
    at: At
    roles: tuple[str, ...] = (ANYONE,)
    states: dict[str, At | State] = field(default_factory=dict)
    whole: bool = True


@dataclass(frozen=True)
class View:
    """One page in one state, as a walk opens it."""

    page: Page
    state: str
    at: At
    role: str
    status: int = 200

    @property
    def label(self) -> str:
        return f"{self.page.name}-{self.state}" if self.state else self.page.name

    def where(self, world: Any) -> Where:
        """Its address in this world."""
        return self.at(world) if callable(self.at) else self.at


PAGES: list[Page] = []
"""Filled by the modules below, one per group of pages."""


def register(*pages: Page) -> None:
    """Add pages; called at import by tests/pages_*.py."""
    PAGES.extend(pages)


def views() -> Iterator[View]:
    """Every page in every state."""
    for page in PAGES:
        yield View(page, "", page.at, page.roles[0])
        for name, given in page.states.items():
            state = given if isinstance(given, State) else State(given)
            yield View(page, name, state.at, state.role or page.roles[0], state.status)


for module in sorted(Path(__file__).parent.glob("pages_*.py")):
    import_module(f"tests.{module.stem}")

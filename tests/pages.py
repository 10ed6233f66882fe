"""The registry of pages. Tests walk it: every page × role × language, in a real browser and over HTTP.

Each page names its URL (an address, or a function of the world the walk has built), the roles that may open it and
the role in which it is richest. A page that is not listed here makes tests/test_conventions.py fail.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

ANYONE = "anyone"
STAFF = ("samira", "els", "nadia", "bram", "ilse", "karin", "ruben", "vera", "arie")


@dataclass(frozen=True)
class Page:
    """``name`` is the URL name. ``at`` builds the address from the world. ``roles`` are first names of the cast;
    ``ANYONE`` means nobody needs to log in. The first role is the richest."""

    name: str
    at: Callable[[Any], str] | str
    roles: tuple[str, ...] = (ANYONE,)
    states: dict[str, Callable[[Any], str]] = field(default_factory=dict)  # other addresses of it: error, empty, long


PAGES: list[Page] = []
"""Filled by the modules below, one per group of pages."""


def register(*pages: Page) -> None:
    """Add pages; called at import by tests/pages_*.py."""
    PAGES.extend(pages)


for _module in sorted(Path(__file__).parent.glob("pages_*.py")):
    import_module(f"tests.{_module.stem}")

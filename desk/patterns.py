"""HTML for the rows of long lists, filled in by Python's own formatting.

The template engine takes ten times as long for a row, and on a list of 25 that is most of the page. A pattern is a
file in templates/patterns with a {name} for every value; values are escaped as in templates. Parts that are not
always there are patterns of their own.
"""

from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

FOLDER = Path(settings.BASE_DIR) / "templates" / "patterns"


def fill(name: str, /, **values: Any) -> SafeString:
    """The pattern with these values; raises KeyError for a place without a value."""
    return SafeString(_pattern(name).format_map({key: _safe(value) for key, value in values.items()}))


def fill_all(names: tuple[str, ...], /, **values: Any) -> SafeString:
    """Several patterns one after the other, filled in at once."""
    return SafeString(_joined(names).format_map({key: _safe(value) for key, value in values.items()}))


@cache
def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(_pattern(name) for name in names)


def _safe(value: Any) -> str:
    """Escaped, unless it was made as HTML."""
    return value if isinstance(value, SafeString) else escape(str(value))


@cache
def _pattern(name: str) -> str:
    return (FOLDER / f"{name}.html").read_text(encoding="utf-8").rstrip("\n")

"""The keyboard shortcuts of who looks at a page."""

import json
from typing import Any

from django import template

from desk.shortcuts import ACTS, GO, keys_of

register = template.Library()


@register.simple_tag
def shortcut_keys(user: Any) -> str:
    """For static/js/keys.js: by act the key."""
    return json.dumps({code: key for code, key in keys_of(user).items() if key})


@register.simple_tag
def shortcuts_of(user: Any) -> list[tuple[list[str], Any]]:
    """For people: the keys, and what they do."""
    keys = keys_of(user)
    single = [([keys[act.code]], act.label) for act in ACTS if keys[act.code] and act.code != "go"]
    return single + ([([keys["go"], letter], words) for letter, words in GO] if keys["go"] else [])

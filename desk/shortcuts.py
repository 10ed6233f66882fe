"""Keyboard shortcuts for staff: an extra, never the only way. Off until somebody switches them on; each can get another
key or none (WCAG 2.1.4). What a key does is in static/js/keys.js.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User


@dataclass(frozen=True)
class Act:
    """One thing that a key does. ``then`` is the letter that comes after it."""

    code: str
    key: str
    label: Any
    then: str = ""


ACTS = (
    Act("next", "j", _("next row")),
    Act("previous", "k", _("previous row")),
    Act("open", "o", _("open the row")),
    Act("assign", "a", _("assign to me")),
    Act("note", "n", _("new note")),
    Act("solve", "s", _("open the form “Solved at the desk” (page of a request)")),
    Act("refer", "r", _("open the form “Pass on to a worker” (page of a request)")),
    Act("menu", ".", _("to the buttons of the row or the page")),
    Act("search", "/", _("search")),
    Act("go", "g", _("go to another page: then d, c, b, n or e")),
    Act("help", "?", _("show the keys")),
)
GO = (
    ("d", _("dashboard")), ("c", _("my cases")), ("b", _("take-over board")), ("n", _("notices")),
    ("e", _("enter a request (dashboard and duty)")),
)  # fmt: skip


def keys_of(user: Any) -> dict[str, str]:
    """By act the key of this person; empty for one they put off."""
    return {act.code: user.shortcut_keys.get(act.code, act.key) for act in ACTS}


def keep(user: User, keys: Mapping[str, str], *, on: bool, by: Actor, at: dt.datetime) -> None:
    """Save whether they work and by which keys; only what differs from the usual is kept."""
    usual = {act.code: act.key for act in ACTS}
    user.shortcut_keys = {code: key for code, key in keys.items() if key != usual[code]}
    user.keyboard_shortcuts = on
    user.save(update_fields=["shortcut_keys", "keyboard_shortcuts"])
    audit.record("profile.changed", by=by, at=at, obj=user, part="shortcuts")

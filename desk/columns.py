"""Which columns the desk's list has for somebody: at most eight, the reference always among them (UX 1.5)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User

MOST = 8
REFERENCE = "reference"
COLUMNS: dict[str, Any] = {
    "urgency": _("Urgency"),
    REFERENCE: _("Reference"),
    "who": _("Who"),
    "unit": _("Unit"),
    "topic": _("Topic"),
    "state": _("State"),
    "channel": _("Came in by"),
    "sent": _("Sent on"),
    "due": _("Answer within"),
    "owner": _("Owner"),
    "next": _("Next step"),
}
"""In the order of the list."""

USUAL = ("urgency", REFERENCE, "who", "topic", "due", "owner", "next")
OTHERS = [(code, label) for code, label in COLUMNS.items() if code != REFERENCE]


def ordered(chosen: Iterable[str]) -> tuple[str, ...]:
    """These columns in the order of the list, with the reference."""
    wanted = {*chosen, REFERENCE}
    return tuple(code for code in COLUMNS if code in wanted)


def of_user(user: Any) -> tuple[str, ...]:
    """What they chose, or the usual ones."""
    return ordered(user.list_columns) if user.list_columns else USUAL


def choose(by: Actor, chosen: Iterable[str]) -> None:
    """Keep these on the account of ``by``; the usual ones are kept as nothing, so that they may change later; so is no
    choice at all.

    Raises ValueError for more than MOST.
    """
    wanted = list(chosen)
    columns = ordered(wanted) if wanted else USUAL
    if len(columns) > MOST:
        raise ValueError(f"more than {MOST} columns")
    kept = [] if columns == USUAL else list(columns)
    User.objects.filter(pk=by.user_id or 0).update(list_columns=kept)

"""What a surge means for the site: automatic replies and attachments are off, the form stays (SECURITY 2.10)."""

import datetime as dt

from django.utils.translation import gettext as _

from cases import surge
from desk import snapshot


def is_on() -> bool:
    """Whether far more comes in than normal. Reads the snapshot, so it works without the database."""
    return snapshot.read().surge


def sentences() -> list[str]:
    """What the desk should know about it; nothing when there is no surge."""
    said = _("Far more requests come in than normal. No automatic mails go out and nothing can be attached.")
    return [said] if is_on() else []


def watch(at: dt.datetime) -> None:
    """A step of the sweep, before the one that writes the snapshot."""
    surge.watch(at, snapshot.read().calendar)
